from __future__ import annotations

import unittest
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from answers import TASK, TRIGGERED
from both_clients import BothClients
from scripted_server import Reply, refusal
from task_scheduler import (
    APIConnectionError,
    APITimeoutError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RetryPolicy,
    ServiceUnavailableError,
)
from task_scheduler.retry_policy import retry_after_seconds


class Retries(BothClients):
    def test_what_may_pass_is_tried_again_and_a_write_keeps_its_idempotency_key(self) -> None:
        def test(client: str) -> None:
            hurdles = [refusal(503, "DATABASE_UNAVAILABLE"), Reply(drops=True), refusal(409, "IDEMPOTENCY_IN_FLIGHT")]
            server = self.serve(*hurdles, Reply(202, TRIGGERED))
            execution = self.ask(client, server, lambda c: c.trigger_task("t-1"))
            self.assertEqual(execution.execution_id, "e-1")
            keys = [asked.headers["idempotency-key"] for asked in server.asked]
            self.assertEqual(len(keys), 4)
            self.assertEqual(len(set(keys)), 1)

        self.on_both(test)

    def test_each_write_has_a_key_of_its_own_and_the_callers_key_wins(self) -> None:
        def test(client: str) -> None:
            answers = [Reply(202, TRIGGERED)] * 3
            server = self.serve(*answers, Reply(201, TASK))
            self.ask(client, server, lambda c: c.trigger_task("t-1"))
            self.ask(client, server, lambda c: c.trigger_task("t-1"))
            self.ask(client, server, lambda c: c.trigger_task("t-1", idempotency_key="mine"))
            self.ask(client, server, lambda c: c.create_task(task_name="a", idempotency_key="mine too"))
            one, other, given, made = [asked.headers["idempotency-key"] for asked in server.asked]
            self.assertNotEqual(one, other)
            self.assertEqual((given, made), ("mine", "mine too"))
            self.assertEqual(server.asked[3].body, {"task_name": "a"})

        self.on_both(test)

    def test_retries_are_spent_and_the_last_error_is_raised(self) -> None:
        def test(client: str) -> None:
            server = self.serve(refusal(503, "ENGINE_UNAVAILABLE", "Temporal does not answer."))
            with self.assertRaisesRegex(ServiceUnavailableError, "Temporal does not answer"):
                self.ask(client, server, lambda c: c.get_task("t-1"))
            self.assertEqual(len(server.asked), 4)

        self.on_both(test)

    def test_what_cannot_pass_is_not_tried_again(self) -> None:
        def test(client: str) -> None:
            for reply, error in [
                (refusal(400, "INVALID_INPUT"), InvalidRequestError),
                (refusal(409, "DEPENDENCY_CYCLE"), ConflictError),
                (refusal(404, "TASK_NOT_FOUND"), NotFoundError),
            ]:
                server = self.serve(reply)
                with self.assertRaises(error):
                    self.ask(client, server, lambda c: c.delete_task("t-1"))
                self.assertEqual(len(server.asked), 1)

        self.on_both(test)

    def test_a_lost_deletion_that_was_done_is_a_success(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(drops=True), refusal(404, "TASK_NOT_FOUND"))
            self.assertIsNone(self.ask(client, server, lambda c: c.delete_task("t-1")))
            limited = self.serve(refusal(429, "RATE_LIMITED"), refusal(404, "TASK_NOT_FOUND"))
            with self.assertRaises(NotFoundError):
                self.ask(client, limited, lambda c: c.delete_task("t-1"))

        self.on_both(test)

    def test_a_short_retry_after_is_waited_for_and_a_long_one_is_told(self) -> None:
        def test(client: str) -> None:
            server = self.serve(refusal(429, "RATE_LIMITED", headers={"Retry-After": "1"}), Reply(200, TASK))
            self.assertEqual(self.ask(client, server, lambda c: c.get_task("t-1")).status, "scheduled")
            shut = self.serve(refusal(429, "RATE_LIMITED", headers={"Retry-After": "3600"}))
            with self.assertRaises(RateLimitError) as raised:
                self.ask(client, shut, lambda c: c.get_task("t-1"))
            self.assertEqual(raised.exception.retry_after, 3600)
            self.assertEqual(len(shut.asked), 1)

        self.on_both(test)

    def test_no_answer_in_time_and_no_connection_have_their_own_classes(self) -> None:
        def test(client: str) -> None:
            server = self.serve(Reply(hangs=True))
            with self.assertRaisesRegex(APITimeoutError, "no answer within 0.05 s"):
                self.ask(client, server, lambda c: c.get_task("t-1"), timeout=0.05)
            gone = self.serve()
            gone.close()
            with self.assertRaises(APIConnectionError) as raised:
                self.ask(client, gone, lambda c: c.get_task("t-1"))
            self.assertNotIsInstance(raised.exception, APITimeoutError)
            self.assertNotIn("key-1", str(raised.exception))

        self.on_both(test)

    def test_options_of_a_copy_hold_for_it_alone_over_the_same_connections(self) -> None:
        server = self.serve(refusal(503, "DATABASE_UNAVAILABLE"))

        def without_retries(client: Any) -> Any:
            copy = client.with_options(retry=RetryPolicy(max_retries=0))
            self.assertIs(copy._http, client._http)
            return copy.get_task("t-1")

        for client in self.clients:
            server.asked.clear()
            with self.assertRaises(ServiceUnavailableError):
                self.ask(client, server, without_retries)
            self.assertEqual(len(server.asked), 1)


class Waits(unittest.TestCase):
    def test_they_double_to_their_bound_half_of_each_by_chance(self) -> None:
        policy = RetryPolicy(max_retries=6, first_wait=1, longest_wait=8)
        self.assertEqual([policy.wait(n, None, lambda: 0.0) for n in range(7)], [0.5, 1, 2, 4, 4, 4, None])
        self.assertEqual([policy.wait(n, None, lambda: 1.0) for n in range(5)], [1, 2, 4, 8, 8])

    def test_retry_after_is_a_least_wait(self) -> None:
        policy = RetryPolicy(first_wait=1, longest_retry_after=10)
        self.assertEqual(policy.wait(0, 7, lambda: 0.0), 7)
        self.assertEqual(policy.wait(0, 0, lambda: 0.0), 0.5)
        self.assertIsNone(policy.wait(0, 11, lambda: 0.0))

    def test_retry_after_is_a_number_or_a_date(self) -> None:
        now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        later = format_datetime(now.replace(second=30), usegmt=True)
        self.assertEqual(retry_after_seconds("12", now), 12)
        self.assertEqual(retry_after_seconds(later, now), 30)
        self.assertEqual(retry_after_seconds("Wed, 31 Dec 2025 23:00:00 GMT", now), 0)
        self.assertIsNone(retry_after_seconds("soon", now))
        self.assertIsNone(retry_after_seconds(None, now))
