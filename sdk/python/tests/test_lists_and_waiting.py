from __future__ import annotations

import inspect
import unittest
from typing import Any

from answers import EXECUTION, TASK, TRIGGERED
from both_clients import BothClients
from scripted_server import Reply, refusal
from task_scheduler import (
    AsyncTaskSchedulerClient,
    Execution,
    ExecutionStatus,
    Priority,
    TaskSchedulerClient,
    TriggeredExecution,
    WaitTimeoutError,
)


def tasks(names: str, **page: Any) -> dict[str, Any]:
    return {"tasks": [{**TASK, "task_id": name} for name in names], **page}


class Lists(BothClients):
    def test_filters_go_out_as_the_service_reads_them(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(200, tasks("", total=0)))
            tags = {"team": "analytics", "env": "production"}
            self.ask(client, server, lambda c: c.list_tasks(priority=Priority.HIGH, tags=tags, limit=5, offset=10))
            query = {"priority": ["high"], "tags": ["team:analytics,env:production"], "limit": ["5"], "offset": ["10"]}
            self.assertEqual(server.asked[0].query, query)

        self.on_both(test)

    def test_a_page_is_a_sequence_that_knows_the_total(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(200, {"executions": [EXECUTION], "total": 100}))
            page = self.ask(client, server, lambda c: c.get_executions("t-1", limit=10))
            self.assertEqual([execution.execution_id for execution in page], ["e-1"])
            self.assertEqual((len(page), page.total, page[0].status), (1, 100, "success"))
            self.assertEqual(server.asked[0].query, {"limit": ["10"]})

        self.on_both(test)

    def test_all_pages_are_gone_through_by_offset(self) -> None:
        def test(client: str) -> None:
            server = self.serve(
                Reply(200, tasks("ab", total=5, limit=2, offset=0)),
                Reply(200, tasks("cd", total=5, limit=2, offset=2)),
                Reply(200, tasks("e", total=5, limit=2, offset=4)),
            )
            found = self.ask(client, server, lambda c: c.iter_tasks(status="scheduled", page_size=2))
            self.assertEqual("".join(task.task_id for task in found), "abcde")
            queries = [{name: value[0] for name, value in asked.query.items()} for asked in server.asked]
            first = {"status": "scheduled", "limit": "2"}
            self.assertEqual(queries, [first, {**first, "offset": "2"}, {**first, "offset": "4"}])

        self.on_both(test)

    def test_links_of_the_service_are_followed_to_itself_alone(self) -> None:
        def test(client: str) -> None:
            link = '</api/v1/tasks?limit=100>; rel="first", <https://evil.example/?limit=100&cursor=x%3D>; rel="next"'
            server = self.serve(
                Reply(200, tasks("ab", total=9), {"Link": link}),
                Reply(200, tasks("bc", total=9), {"Link": '</api/v1/tasks?limit=100>; rel="first"'}),
            )
            found = self.ask(client, server, lambda c: c.iter_tasks())
            self.assertEqual("".join(task.task_id for task in found), "abc")
            self.assertEqual(server.asked[1].query, {"limit": ["100"], "cursor": ["x="]})
            self.assertEqual(len(server.asked), 2)

        self.on_both(test)

    def test_nothing_is_asked_before_the_first_item_is_wanted(self) -> None:
        server = self.serve(Reply(200, tasks("a", total=1)))
        with TaskSchedulerClient(server.url, "key-1") as client:
            pages = client.iter_tasks()
            self.assertEqual(server.asked, [])
            self.assertEqual(next(pages).task_id, "a")


class Waiting(BothClients):
    quick = {"first_pause": 0.001, "longest_pause": 0.002}

    def test_until_the_execution_has_ended(self) -> None:
        def test(client: str) -> None:
            under_way = [Reply(200, {**EXECUTION, "status": word}) for word in ("queued", "waiting", "running")]
            server = self.serve(*under_way, refusal(503, "DATABASE_UNAVAILABLE"), Reply(200, EXECUTION))
            # The fields come from a dict of any values, whose types the checker can't tell apart.
            from_trigger = TriggeredExecution(**{**TRIGGERED, "execution_id": "e/1"})  # type: ignore[arg-type]
            execution = self.ask(client, server, lambda c: c.wait_for(from_trigger, **self.quick))
            self.assertTrue(execution.succeeded)
            self.assertEqual({asked.path for asked in server.asked}, {"/api/v1/executions/e%2F1"})
            self.assertEqual(len(server.asked), 5)

        self.on_both(test)

    def test_a_failed_one_has_ended_too(self) -> None:
        for word in ("failed", "timeout", "cancelled", "skipped", "missed"):
            server = self.serve(Reply(200, {**EXECUTION, "status": word}))
            execution = self.ask("sync", server, lambda c: c.wait_for("e-1"))
            self.assertEqual((execution.status, execution.succeeded), (word, False))

    def test_not_longer_than_its_timeout(self) -> None:
        def test(client: str) -> None:
            # Which of the two a busy machine sees before the timeout is open for the first, and certain for the second.
            running = Reply(200, {**EXECUTION, "status": "running"})
            for reply, seen in [(running, [None, "running"]), (Reply(hangs=True), [None])]:
                server = self.serve(reply)
                with self.assertRaises(WaitTimeoutError) as raised:
                    self.ask(client, server, lambda c: c.wait_for("e-1", timeout=0.05, **self.quick))
                last = raised.exception.execution
                self.assertIn(None if last is None else last.status, seen)
                self.assertEqual(raised.exception.execution_id, "e-1")

        self.on_both(test)

    def test_a_wait_that_was_too_short_says_how_the_execution_was_seen_last(self) -> None:
        running = Execution("e-1", "t-1", ExecutionStatus.RUNNING)
        self.assertRegex(str(WaitTimeoutError("e-1", 0.05, running)), "^Execution e-1 is still running after 0.05 s: ")
        self.assertRegex(str(WaitTimeoutError("e-1", 0.05, None)), "^Execution e-1 was never seen after 0.05 s: ")


class Twins(unittest.TestCase):
    def test_both_clients_can_do_the_same_with_the_same_arguments(self) -> None:
        def public(client: type) -> dict[str, list[str]]:
            methods = inspect.getmembers(client, inspect.isfunction)
            named = {name: list(inspect.signature(method).parameters) for name, method in methods if name[0] != "_"}
            return {"close" if name == "aclose" else name: parameters for name, parameters in named.items()}

        self.assertEqual(public(TaskSchedulerClient), public(AsyncTaskSchedulerClient))
