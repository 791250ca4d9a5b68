"""What both clients do, written once: flows are generators that say what to do next and are told what came of it.

A flow yields a `Send` and is sent the `httpx.Response` or the `httpx.HTTPError`, or it yields a `Pause`.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Generator, Generic, Iterable, Optional, TypeVar, Union

import httpx

from . import calls
from .answers import problem_of, value_of
from .calls import Call
from .errors import APIConnectionError, APIError, APITimeoutError, NotFoundError, WaitTimeoutError
from .models import Execution
from .page import Page
from .retry_policy import is_passing
from .settings import Settings
from .version import VERSION

T = TypeVar("T")


@dataclass(frozen=True)
class Send:
    method: str
    url: str
    headers: dict[str, str]
    content: Optional[bytes]
    timeout: float

    def request(self, http: Union[httpx.Client, httpx.AsyncClient]) -> httpx.Request:
        return http.build_request(
            self.method, self.url, headers=self.headers, content=self.content, timeout=self.timeout
        )


@dataclass(frozen=True)
class Pause:
    seconds: float


Flow = Generator[Union[Send, Pause], Any, T]


def exchange(call: Call[T], settings: Settings, give_up_at: Optional[float] = None) -> Flow[T]:
    """One call with its retries. `give_up_at` (monotonic seconds) bounds all of them together."""
    send = _send_of(call, settings)
    may_have_happened = False
    retries = 0
    while True:
        left = None if give_up_at is None else max(0.001, give_up_at - time.monotonic())
        error: Union[APIError, APIConnectionError]
        answer = yield send if left is None else replace(send, timeout=min(left, send.timeout))
        if isinstance(answer, httpx.HTTPError):
            error, retry_after, is_hopeful = _unanswered(answer, send), None, True
        else:
            if answer.is_success:
                return value_of(call, answer)
            error = problem_of(answer, datetime.now(timezone.utc))
            if may_have_happened and call.method == "DELETE" and isinstance(error, NotFoundError):
                # An earlier try, whose answer was lost, has done it.
                return call.parse(None, {})
            retry_after, is_hopeful = error.retry_after, is_passing(error.status, error.code)
        wait = settings.retry.wait(retries, retry_after) if is_hopeful else None
        if wait is None or (give_up_at is not None and time.monotonic() + wait >= give_up_at):
            raise error
        may_have_happened = may_have_happened or not isinstance(error, APIError) or error.status >= 500
        retries += 1
        yield Pause(wait)


def ended(
    execution_id: str, settings: Settings, timeout: float, first_pause: float, longest_pause: float
) -> Flow[Execution]:
    """Asks, ever more seldom, until the execution has ended; WaitTimeoutError after `timeout` seconds."""
    give_up_at = time.monotonic() + timeout
    call = calls.get_execution(execution_id)
    last: Optional[Execution] = None
    pause = first_pause
    while True:
        try:
            last = yield from exchange(call, settings, give_up_at)
        except APIConnectionError:
            if time.monotonic() < give_up_at:
                raise
        if last is not None and last.ended:
            return last
        left = give_up_at - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(execution_id, timeout, last)
        yield Pause(min(left, pause * random.uniform(0.75, 1.25)))
        pause = min(longest_pause, pause * 1.5)


class Paging(Generic[T]):
    """Goes through the pages of a list; what moved from one page to the next meanwhile is given once."""

    def __init__(self, call: Call[Page[T]], id_name: str) -> None:
        self._call: Optional[Call[Page[Any]]] = call
        self._id_name = id_name
        self._before: frozenset[str] = frozenset()

    @property
    def call(self) -> Optional[Call[Page[Any]]]:
        """What to ask next; None after the last page."""
        return self._call

    def take(self, page: Page[T]) -> Iterable[T]:
        before = self._before
        self._before = frozenset(getattr(item, self._id_name) for item in page)
        query = None if self._call is None else page.next_query(self._call.query)
        self._call = None if self._call is None or query is None else replace(self._call, query=query)
        return [item for item in page if getattr(item, self._id_name) not in before]


def _send_of(call: Call[T], settings: Settings) -> Send:
    query = {name: str(value) for name, value in call.query.items() if value is not None}
    url = httpx.URL(settings.base_url.rstrip("/") + call.path, params=query) if query else None
    headers = {
        "Authorization": f"Bearer {settings.api_key}",
        "Accept": "application/json",
        "User-Agent": f"task-scheduler-python/{VERSION}",
    }
    if call.method != "GET":
        # One key for all tries, so that a try whose answer was lost is not done twice.
        headers["Idempotency-Key"] = call.idempotency_key or str(uuid.uuid4())
    content = None
    if call.body is not None:
        headers["Content-Type"] = "application/json"
        content = json.dumps(call.body, allow_nan=False).encode()
    timeout = call.usual_timeout if settings.timeout is None else settings.timeout
    return Send(call.method, str(url or settings.base_url.rstrip("/") + call.path), headers, content, timeout)


def _unanswered(failure: httpx.HTTPError, send: Send) -> APIConnectionError:
    where = f"{send.method} {send.url}"
    if isinstance(failure, httpx.TimeoutException):
        error: APIConnectionError = APITimeoutError(f"{where}: no answer within {send.timeout:g} s.")
    else:
        error = APIConnectionError(f"{where}: {failure or type(failure).__name__}")
    error.__cause__ = failure
    return error
