"""What can go wrong, by class. All are TaskSchedulerError; what the service said is an APIError with its status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

if TYPE_CHECKING:
    from .models import Execution


class TaskSchedulerError(Exception):
    """Everything that this package raises, except for wrong arguments (TypeError, ValueError)."""


class APIConnectionError(TaskSchedulerError):
    """The service was not reached, or the connection broke; retries, where there were any, are spent."""


class APITimeoutError(APIConnectionError):
    """The service did not answer within the timeout; retries, where there were any, are spent."""


class WaitTimeoutError(TaskSchedulerError):
    """`wait_for` gave up. The execution itself goes on; `execution` is how it was seen last."""

    def __init__(self, execution_id: str, timeout: float, execution: Optional[Execution]) -> None:
        seen = "was never seen" if execution is None else f"is still {execution.status}"
        super().__init__(f"Execution {execution_id} {seen} after {timeout:g} s: wait longer, or cancel it.")
        self.execution_id = execution_id
        self.timeout = timeout
        self.execution = execution


class APIError(TaskSchedulerError):
    """The service refused. `code` is stable, `message` is for people, `details` (a mapping) for programs."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        details: Optional[Mapping[str, Any]] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.details: Mapping[str, Any] = details or {}
        #: What finds the request in the service's log.
        self.request_id = request_id
        #: Seconds that the service asked to wait for, where it did.
        self.retry_after = retry_after

    def __str__(self) -> str:
        request = "" if self.request_id is None else f", request {self.request_id}"
        return f"{self.message} ({self.code}, status {self.status}{request})"


class InvalidRequestError(APIError):
    """400, 413, 422: change the request; `details` names the faulty fields."""


class AuthenticationError(APIError):
    """401: the key is missing, wrong, revoked or expired."""


class PermissionDeniedError(APIError):
    """403: the key is good, its role is too low."""


class NotFoundError(APIError):
    """404: no such task, execution or dependency."""


class ConflictError(APIError):
    """409, 412: it contradicts what is there: a cycle of dependencies, a run too many, an execution that has ended."""


class RateLimitError(APIError):
    """429: too many requests; `retry_after` says how long to wait."""


class ServerError(APIError):
    """5xx: the fault is the service's."""


class ServiceUnavailableError(ServerError):
    """503: the service, its database or its engine is away for the moment."""


class UnexpectedAnswerError(APIError):
    """An answer that this API does not give, such as a proxy's page or a redirect: check `base_url`."""


_BY_STATUS = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: RateLimitError,
    503: ServiceUnavailableError,
}


def error_class(status: int) -> type[APIError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ServerError
    return APIError if status >= 400 else UnexpectedAnswerError
