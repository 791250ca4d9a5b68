"""The asynchronous client: every method of TaskSchedulerClient, to be awaited; under asyncio or trio."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncIterator, Iterable, Mapping, Optional, Sequence, TypeVar, Union, cast

import anyio
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


class AsyncTaskSchedulerClient:
    """A client of the service at `base_url`. Close it by `aclose`, or use it in an `async with`.

    `api_key` is an API key or a JWT. `timeout` are the seconds that each try may take (default 30, bulk calls 300).
    `http_client` is an httpx.AsyncClient of your own (proxies, certificates); it is yours to close.
    Every method raises a `TaskSchedulerError`: an `APIError` where the service refused.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: Optional[float] = None,
        retry: Optional[RetryPolicy] = None,
        http_client: Optional[httpx.AsyncClient] = None,
    ) -> None:
        self._settings = Settings(base_url, api_key, timeout, retry or RetryPolicy())
        self._owns_http = http_client is None
        self._http = http_client or httpx.AsyncClient()

    def with_options(
        self, *, timeout: Optional[float] = None, retry: Optional[RetryPolicy] = None
    ) -> AsyncTaskSchedulerClient:
        """A client with another timeout or other retries that shares this one's connections (and ends with it)."""
        settings = self._settings
        return AsyncTaskSchedulerClient(
            settings.base_url,
            settings.api_key,
            timeout=settings.timeout if timeout is None else timeout,
            retry=retry or settings.retry,
            http_client=self._http,
        )

    async def aclose(self) -> None:
        if self._owns_http:
            await self._http.aclose()

    async def __aenter__(self) -> AsyncTaskSchedulerClient:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncTaskSchedulerClient({self._settings.base_url!r})"

    # --- tasks ---

    async def create_task(self, *, idempotency_key: Optional[str] = None, **fields: Unpack[NewTask]) -> Task:
        """Makes a task. The keys of `payload` and `tags` are yours: nothing renames them."""
        return await self._call(calls.create_task(fields, idempotency_key))

    async def get_task(self, task_id: str) -> Task:
        return await self._call(calls.get_task(task_id))

    async def list_tasks(
        self,
        *,
        status: Union[TaskStatus, str, None] = None,
        priority: Union[Priority, str, None] = None,
        tags: Optional[Mapping[str, str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> Page[Task]:
        """One page (20 unless `limit` says otherwise); with `tags`, only tasks that have all of them."""
        return await self._call(calls.list_tasks(status, priority, tags, limit, offset))

    def iter_tasks(
        self,
        *,
        status: Union[TaskStatus, str, None] = None,
        priority: Union[Priority, str, None] = None,
        tags: Optional[Mapping[str, str]] = None,
        page_size: int = calls.PAGE_SIZE,
    ) -> AsyncIterator[Task]:
        """All tasks, page by page. To delete what it finds, collect the ids first: pages shift under deletions."""
        return self._pages(Paging(calls.list_tasks(status, priority, tags, page_size, None), "task_id"))

    async def update_task(self, task_id: str, **changes: Unpack[TaskChanges]) -> UpdatedTask:
        return await self._call(calls.update_task(task_id, changes))

    async def delete_task(self, task_id: str) -> None:
        await self._call(calls.delete_task(task_id))

    async def pause_task(self, task_id: str, *, reason: Optional[str] = None) -> PausedTask:
        """Runs under way go on. `reason` is kept in the audit."""
        return await self._call(calls.pause_task(task_id, reason))

    async def resume_task(self, task_id: str, *, reason: Optional[str] = None) -> ResumedTask:
        """From now on: nothing is made up for the pause."""
        return await self._call(calls.resume_task(task_id, reason))

    async def trigger_task(
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
        return await self._call(calls.trigger_task(task_id, force, parameters, idempotency_key))

    # --- executions ---

    async def get_executions(
        self,
        task_id: str,
        *,
        status: Union[ExecutionStatus, str, None] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> Page[Execution]:
        """One page of a task's executions, the newest first (10 unless `limit` says otherwise)."""
        return await self._call(calls.get_executions(task_id, status, limit, offset))

    def iter_executions(
        self,
        task_id: str,
        *,
        status: Union[ExecutionStatus, str, None] = None,
        page_size: int = calls.PAGE_SIZE,
    ) -> AsyncIterator[Execution]:
        """All executions of a task, page by page, the newest first."""
        return self._pages(Paging(calls.get_executions(task_id, status, page_size, None), "execution_id"))

    async def get_execution(self, execution_id: str) -> Execution:
        return await self._call(calls.get_execution(execution_id))

    async def get_execution_logs(self, execution_id: str) -> list[LogLine]:
        return await self._call(calls.get_execution_logs(execution_id))

    async def cancel_execution(self, execution_id: str) -> CancelledExecution:
        return await self._call(calls.cancel_execution(execution_id))

    async def wait_for(
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
        return await self._run(ended(calls.id_of(execution), self._settings, timeout, first_pause, longest_pause))

    # --- dependencies ---

    async def add_dependency(
        self,
        task_id: str,
        depends_on_task_id: str,
        dependency_type: Union[DependencyType, str] = DependencyType.SUCCESS,
        *,
        idempotency_key: Optional[str] = None,
    ) -> Dependency:
        """Lets the first task wait for the second. A cycle raises ConflictError."""
        return await self._call(calls.add_dependency(task_id, depends_on_task_id, dependency_type, idempotency_key))

    async def list_dependencies(self, task_id: str) -> list[Dependency]:
        return await self._call(calls.list_dependencies(task_id))

    async def remove_dependency(self, task_id: str, dependency_id: str) -> None:
        await self._call(calls.remove_dependency(task_id, dependency_id))

    async def get_graph(self, *, only_connected: bool = False) -> Graph:
        """All tasks (or those alone that wait or are waited for) and what depends on what."""
        return await self._call(calls.get_graph(only_connected))

    # --- many at once, and the service itself ---

    async def bulk_create_tasks(
        self, tasks: Iterable[NewTask], *, idempotency_key: Optional[str] = None
    ) -> BulkCreated:
        """Makes many tasks in one call; some may fail while others are made: look at `errors`."""
        return await self._call(calls.bulk_create_tasks(tasks, idempotency_key))

    async def bulk_delete_tasks(self, task_ids: Sequence[str], *, idempotency_key: Optional[str] = None) -> BulkDeleted:
        return await self._call(calls.bulk_delete_tasks(task_ids, idempotency_key))

    async def get_task_stats(self, task_id: str) -> TaskStats:
        return await self._call(calls.get_task_stats(task_id))

    async def get_status(self) -> SystemStatus:
        return await self._call(calls.get_status())

    async def list_workers(self) -> Workers:
        return await self._call(calls.list_workers())

    # --- how ---

    async def _call(self, call: Call[T]) -> T:
        return await self._run(exchange(call, self._settings))

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                if isinstance(step, Pause):
                    await anyio.sleep(step.seconds)
                    step = next(flow)
                else:
                    step = flow.send(await self._sent(step))
        except StopIteration as done:
            return cast(T, done.value)

    async def _sent(self, step: Send) -> Union[httpx.Response, httpx.HTTPError]:
        try:
            return await self._http.send(step.request(self._http), follow_redirects=False)
        except httpx.HTTPError as error:
            return error

    async def _pages(self, paging: Paging[T]) -> AsyncIterator[T]:
        while paging.call is not None:
            for item in paging.take(await self._call(paging.call)):
                yield item
