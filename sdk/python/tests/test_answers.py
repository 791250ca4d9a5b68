from __future__ import annotations

from datetime import datetime, timedelta, timezone

from answers import EXECUTION, TASK
from both_clients import BothClients
from scripted_server import Reply, refusal
from task_scheduler import (
    APIError,
    AuthenticationError,
    ConflictError,
    ExecutionStatus,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    TaskSchedulerClient,
    TaskStatus,
    UnexpectedAnswerError,
)

UTC = timezone.utc


class Models(BothClients):
    def test_a_task_is_typed_and_its_payload_is_left_alone(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(200, {**TASK, "of_a_newer_service": 7}))
            task = self.ask(client, server, lambda c: c.get_task(TASK["task_id"]))
            self.assertEqual(task.payload, TASK["payload"])
            self.assertIs(task.status, TaskStatus.SCHEDULED)
            self.assertEqual(f"Status: {task.status}", "Status: scheduled")
            self.assertEqual(task.next_execution_time, datetime(2024, 1, 9, 5, tzinfo=UTC))
            self.assertEqual(task.updated_at, datetime(2024, 1, 8, 10, microsecond=250_000, tzinfo=UTC))
            self.assertEqual(task.raw["of_a_newer_service"], 7)
            self.assertEqual(server.asked[0].path, f"/api/v1/tasks/{TASK['task_id']}")
            self.assertEqual(server.asked[0].headers["authorization"], "Bearer key-1")
            self.assertNotIn("idempotency-key", server.asked[0].headers)

        self.on_both(test)

    def test_an_execution_is_typed_and_its_result_is_left_alone(self) -> None:
        server = self.serve(Reply(200, EXECUTION))
        execution = self.ask("sync", server, lambda c: c.get_execution("e-1"))
        self.assertEqual(execution.result, EXECUTION["result"])
        self.assertTrue(execution.succeeded and execution.ended)
        self.assertEqual(execution.duration_ms, 330000)

    def test_a_word_of_a_newer_service_is_kept(self) -> None:
        server = self.serve(Reply(200, {**EXECUTION, "status": "dreaming"}))
        execution = self.ask("sync", server, lambda c: c.get_execution("e-1"))
        self.assertEqual(execution.status, "dreaming")
        self.assertIsInstance(execution.status, ExecutionStatus)
        self.assertFalse(execution.ended)

    def test_what_goes_out_is_what_was_given(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(201, TASK))
            payload = {"camelCase": {"snake_case": [{"Kebab-Key": None}]}, "": "ü€"}
            at = datetime(2030, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
            made = dict(task_name="n", payload=payload, tags={"Team-Name": "a_b"}, next_execution_time=at)
            self.ask(client, server, lambda c: c.create_task(**made, priority=None))
            self.assertEqual(
                server.asked[0].body,
                {**made, "next_execution_time": "2030-01-01T12:00:00+02:00", "priority": None},
            )

        self.on_both(test)

    def test_what_could_only_be_guessed_is_refused_before_it_is_sent(self) -> None:
        server = self.serve(Reply(201, TASK))
        wrong = [
            lambda c: c.create_task(task_name="n", next_execution_time=datetime(2030, 1, 1)),
            lambda c: c.create_task(task_name="n", payload=float("nan")),
            lambda c: c.get_task(""),
            lambda c: c.delete_task(".."),
            lambda c: c.get_task(None),
        ]
        for what in wrong:
            with self.assertRaises(ValueError):
                self.ask("sync", server, what)
        self.assertEqual(server.asked, [])
        for arguments in [("ftp://x", "key"), ("http://x", ""), ("http://x", "two words"), ("http://x", "a\nb")]:
            with self.assertRaises(ValueError):
                TaskSchedulerClient(*arguments)

    def test_an_id_cannot_leave_its_place_in_the_path(self) -> None:
        server = self.serve(Reply(200, TASK))
        self.ask("sync", server, lambda c: c.get_task("../workers?x=1"))
        self.assertEqual((server.asked[0].path, server.asked[0].query), ("/api/v1/tasks/..%2Fworkers%3Fx%3D1", {}))

    def test_a_base_with_a_path_is_kept(self) -> None:
        server = self.serve(Reply(200, TASK))
        with TaskSchedulerClient(server.url + "/tasks/", "key-1") as client:
            client.get_task("t-1")
        self.assertEqual(server.asked[0].path, "/tasks/api/v1/tasks/t-1")

    def test_the_key_is_in_no_repr(self) -> None:
        with TaskSchedulerClient("http://127.0.0.1:1", "key-1") as client:
            self.assertNotIn("key-1", repr(client) + repr(client._settings))


class Errors(BothClients):
    def test_each_status_has_its_class_with_what_the_service_said(self) -> None:
        def test(client: str) -> None:
            for status, error in [
                (400, InvalidRequestError),
                (401, AuthenticationError),
                (403, PermissionDeniedError),
                (404, NotFoundError),
                (409, ConflictError),
                (413, InvalidRequestError),
                (418, APIError),
                (429, RateLimitError),
                (500, ServerError),
                (503, ServiceUnavailableError),
            ]:
                server = self.serve(refusal(status, "SOME_CODE", "Say it so.", {"X-Request-Id": "r-1"}, field="cron"))
                with self.assertRaises(APIError) as raised:
                    self.ask(client, server, lambda c: c.get_status())
                self.assertIs(type(raised.exception), error)
                self.assertEqual(raised.exception.status, status)
                self.assertEqual(raised.exception.code, "SOME_CODE")
                self.assertEqual(raised.exception.message, "Say it so.")
                self.assertEqual(raised.exception.details, {"field": "cron"})
                self.assertEqual(raised.exception.request_id, "r-1")
                self.assertEqual(str(raised.exception), f"Say it so. (SOME_CODE, status {status}, request r-1)")

        self.on_both(test)

    def test_what_is_not_of_this_api_is_told_plainly(self) -> None:
        page = self.serve(Reply(502, text="<html>Bad Gateway</html>"))
        with self.assertRaisesRegex(ServerError, "answered 502 Bad Gateway"):
            self.ask("sync", page, lambda c: c.get_status())
        for reply in [Reply(200, text="<html>"), Reply(200, {"hello": 1}), Reply(200, [1]), Reply(200)]:
            with self.assertRaises(UnexpectedAnswerError):
                self.ask("sync", self.serve(reply), lambda c: c.list_tasks())
            with self.assertRaises(UnexpectedAnswerError):
                self.ask("sync", self.serve(reply), lambda c: c.get_task("t-1"))

    def test_the_key_follows_no_redirect(self) -> None:
        def test(client: str) -> None:
            elsewhere = self.serve(Reply(200, TASK))
            server = self.serve(Reply(307, headers={"Location": elsewhere.url + "/api/v1/tasks/t-1"}))
            with self.assertRaises(UnexpectedAnswerError):
                self.ask(client, server, lambda c: c.get_task("t-1"))
            self.assertEqual(elsewhere.asked, [])

        self.on_both(test)
