"""Runs a test on both clients: `class TestX(BothClients)` is written once, in words of neither."""

from __future__ import annotations

import asyncio
import inspect
import unittest
from typing import Any, Callable

from scripted_server import Reply, ScriptedServer
from task_scheduler import AsyncTaskSchedulerClient, RetryPolicy, TaskSchedulerClient

QUICK = RetryPolicy(max_retries=3, first_wait=0.001, longest_wait=0.004)


class BothClients(unittest.TestCase):
    clients = ("sync", "async")

    def serve(self, *replies: Reply) -> ScriptedServer:
        server = ScriptedServer(*replies)
        self.addCleanup(server.close)
        return server

    def ask(self, client: str, server: ScriptedServer, what: Callable[[Any], Any], **options: Any) -> Any:
        """What `what` makes of a client of this kind; iterators are gone through to their end."""
        options = {"retry": QUICK, **options}
        if client == "sync":
            with TaskSchedulerClient(server.url, "key-1", **options) as sync_client:
                value = what(sync_client)
                return list(value) if inspect.isgenerator(value) else value

        async def asked() -> Any:
            async with AsyncTaskSchedulerClient(server.url, "key-1", **options) as async_client:
                value = what(async_client)
                if hasattr(value, "__aiter__"):
                    return [item async for item in value]
                return await value

        return asyncio.run(asked())

    def on_both(self, test: Callable[[str], None]) -> None:
        for client in self.clients:
            with self.subTest(client=client):
                test(client)
