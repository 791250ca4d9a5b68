"""What an HTTP answer means: a value, or an error with the service's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, TypeVar

import httpx

from .calls import Call
from .errors import APIError, UnexpectedAnswerError, error_class
from .retry_policy import retry_after_seconds

T = TypeVar("T")


def value_of(call: Call[T], response: httpx.Response) -> T:
    try:
        data = response.json() if response.content else None
        return call.parse(data, {name.lower(): value for name, value in response.headers.items()})
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise UnexpectedAnswerError(
            f"{call.method} {call.path}: the answer is not what this API gives: is base_url right?",
            status=response.status_code,
            code="UNEXPECTED_ANSWER",
            request_id=response.headers.get("x-request-id"),
        ) from cause


def problem_of(response: httpx.Response, now: datetime) -> APIError:
    """`{"error": {"code", "message", "details"}}`; whatever else comes, from a proxy say, is told by its status."""
    status = response.status_code
    problem = _problem_in(response)
    details = problem.get("details")
    return error_class(status)(
        str(problem.get("message") or f"The service answered {status} {response.reason_phrase}".rstrip()),
        status=status,
        code=str(problem.get("code") or f"HTTP_{status}"),
        details=details if isinstance(details, dict) else {} if details is None else {"details": details},
        request_id=response.headers.get("x-request-id"),
        retry_after=retry_after_seconds(response.headers.get("retry-after"), now),
    )


def _problem_in(response: httpx.Response) -> Mapping[str, Any]:
    try:
        data = response.json()
    except ValueError:
        return {}
    problem = data.get("error") if isinstance(data, dict) else None
    if isinstance(problem, str):
        return {"message": problem}
    return problem if isinstance(problem, dict) else {}
