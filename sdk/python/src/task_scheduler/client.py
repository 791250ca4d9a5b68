"""The synchronous client."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional, Sequence, TypeVar, Union, cast

import httpx

from . import calls
from .calls import Call, HasExecutionId
from .enums import DependencyType, ExecutionStatus, Priority, TaskStatus
from .fields import NewTask, TaskChanges
from .flows import Flow, Paging, Pause, Send, ended, exchange
from .models import (
    BulkCreated,
    BulkDeleted,
    CancelledExecution,
    Dependency,
    Execution,
    Graph,
    LogLine,
    PausedTask,
    ResumedTask,
    SystemStatus,
    Task,
    TaskStats,
    TriggeredExecution,
    UpdatedTask,
    Workers,
)
from .page import Page
from .retry_policy import RetryPolicy
from .settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")


class TaskSchedulerClient:
    """A client of the service at `base_url`. Safe to share between threads; close it, or use it in a `with`.

    `api_key` is an API key or a JWT. `timeout` are the seconds that each try may take (default 30, bulk calls 300).
    `http_client` is an httpx.Client of your own (proxies, certificates); it is yours to close.
    Every method raises a `TaskSchedulerError`: an `APIError` where the service refused.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: Optional[float] = None,
        retry: Optional[RetryPolicy] = None,
        http_client: Optional[httpx.Client] = None,
    ) -> None:
        self._settings = Settings(base_url, api_key, timeout, retry or RetryPolicy())
        self._owns_http = http_client is None
        self._http = http_client or httpx.Client()

    def with_options(
        self, *, timeout: Optional[float] = None, retry: Optional[RetryPolicy] = None
    ) -> TaskSchedulerClient:
        """A client with another timeout or other retries that shares this one's connections (and ends with it)."""
        settings = self._settings
        return TaskSchedulerClient(
            settings.base_url,
            settings.api_key,
            timeout=settings.timeout if timeout is None else timeout,
            retry=retry or settings.retry,
            http_client=self._http,
        )

    def close(self) -> None:
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> TaskSchedulerClient:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"TaskSchedulerClient({self._settings.base_url!r})"

    # --- tasks ---

    def create_task(self, *, idempotency_key: Optional[str] = None, **fields: Unpack[NewTask]) -> Task:
        """Makes a task. The keys of `payload` and `tags` are yours: nothing renames them."""
        return self._call(calls.create_task(fields, idempotency_key))

    def get_task(self, task_id: str) -> Task:
        return self._call(calls.get_task(task_id))

    def list_tasks(
        self,
        *,
        status: Union[TaskStatus, str, None] = None,
        priority: Union[Priority, str, None] = None,
        tags: Optional[Mapping[str, str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> Page[Task]:
        """One page (20 unless `limit` says otherwise); with `tags`, only tasks that have all of them."""
        return self._call(calls.list_tasks(status, priority, tags, limit, offset))

    def iter_tasks(
        self,
        *,
        status: Union[TaskStatus, str, None] = None,
        priority: Union[Priority, str, None] = None,
        tags: Optional[Mapping[str, str]] = None,
        page_size: int = calls.PAGE_SIZE,
    ) -> Iterator[Task]:
        """All tasks, page by page. To delete what it finds, collect the ids first: pages shift under deletions."""
        return self._pages(Paging(calls.list_tasks(status, priority, tags, page_size, None), "task_id"))

    def update_task(self, task_id: str, **changes: Unpack[TaskChanges]) -> UpdatedTask:
        return self._call(calls.update_task(task_id, changes))

    def delete_task(self, task_id: str) -> None:
        self._call(calls.delete_task(task_id))

    def pause_task(self, task_id: str, *, reason: Optional[str] = None) -> PausedTask:
        """Runs under way go on. `reason` is kept in the audit."""
        return self._call(calls.pause_task(task_id, reason))

    def resume_task(self, task_id: str, *, reason: Optional[str] = None) -> ResumedTask:
        """From now on: nothing is made up for the pause."""
        return self._call(calls.resume_task(task_id, reason))

    def trigger_task(
        self,
        task_id: str,
        *,
        force: bool = False,
        parameters: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> TriggeredExecution:
        """Runs the task now, beside its schedule; by `force` also one that is paused, disabled or busy.

        `parameters` go to the function of this run, beside the payload.
        """
        return self._call(calls.trigger_task(task_id, force, parameters, idempotency_key))

    # --- executions ---

    def get_executions(
        self,
        task_id: str,
        *,
        status: Union[ExecutionStatus, str, None] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> Page[Execution]:
        """One page of a task's executions, the newest first (10 unless `limit` says otherwise)."""
        return self._call(calls.get_executions(task_id, status, limit, offset))

    def iter_executions(
        self,
        task_id: str,
        *,
        status: Union[ExecutionStatus, str, None] = None,
        page_size: int = calls.PAGE_SIZE,
    ) -> Iterator[Execution]:
        """All executions of a task, page by page, the newest first."""
        return self._pages(Paging(calls.get_executions(task_id, status, page_size, None), "execution_id"))

    def get_execution(self, execution_id: str) -> Execution:
        return self._call(calls.get_execution(execution_id))

    def get_execution_logs(self, execution_id: str) -> list[LogLine]:
        return self._call(calls.get_execution_logs(execution_id))

    def cancel_execution(self, execution_id: str) -> CancelledExecution:
        return self._call(calls.cancel_execution(execution_id))

    def wait_for(
        self,
        execution: Union[str, HasExecutionId],
        *,
        timeout: float = 300.0,
        first_pause: float = 0.2,
        longest_pause: float = 5.0,
    ) -> Execution:
        """Waits until an execution (or the one of this id) has ended, well or not; seconds.

        Raises WaitTimeoutError after `timeout`; the execution itself goes on.
        """
        return self._run(ended(calls.id_of(execution), self._settings, timeout, first_pause, longest_pause))

    # --- dependencies ---

    def add_dependency(
        self,
        task_id: str,
        depends_on_task_id: str,
        dependency_type: Union[DependencyType, str] = DependencyType.SUCCESS,
        *,
        idempotency_key: Optional[str] = None,
    ) -> Dependency:
        """Lets the first task wait for the second. A cycle raises ConflictError."""
        return self._call(calls.add_dependency(task_id, depends_on_task_id, dependency_type, idempotency_key))

    def list_dependencies(self, task_id: str) -> list[Dependency]:
        return self._call(calls.list_dependencies(task_id))

    def remove_dependency(self, task_id: str, dependency_id: str) -> None:
        self._call(calls.remove_dependency(task_id, dependency_id))

    def get_graph(self, *, only_connected: bool = False) -> Graph:
        """All tasks (or those alone that wait or are waited for) and what depends on what."""
        return self._call(calls.get_graph(only_connected))

    # --- many at once, and the service itself ---

    def bulk_create_tasks(self, tasks: Iterable[NewTask], *, idempotency_key: Optional[str] = None) -> BulkCreated:
        """Makes many tasks in one call; some may fail while others are made: look at `errors`."""
        return self._call(calls.bulk_create_tasks(tasks, idempotency_key))

    def bulk_delete_tasks(self, task_ids: Sequence[str], *, idempotency_key: Optional[str] = None) -> BulkDeleted:
        return self._call(calls.bulk_delete_tasks(task_ids, idempotency_key))

    def get_task_stats(self, task_id: str) -> TaskStats:
        return self._call(calls.get_task_stats(task_id))

    def get_status(self) -> SystemStatus:
        return self._call(calls.get_status())

    def list_workers(self) -> Workers:
        return self._call(calls.list_workers())

    # --- how ---

    def _call(self, call: Call[T]) -> T:
        return self._run(exchange(call, self._settings))

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                if isinstance(step, Pause):
                    time.sleep(step.seconds)
                    step = next(flow)
                else:
                    step = flow.send(self._sent(step))
        except StopIteration as done:
            return cast(T, done.value)

    def _sent(self, step: Send) -> Union[httpx.Response, httpx.HTTPError]:
        try:
            return self._http.send(step.request(self._http), follow_redirects=False)
        except httpx.HTTPError as error:
            return error

    def _pages(self, paging: Paging[T]) -> Iterator[T]:
        while paging.call is not None:
            yield from paging.take(self._call(paging.call))
