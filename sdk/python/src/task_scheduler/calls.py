"""Every operation of the API as a value: what is sent, and how its answer is read. Nothing here does I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Generic, Iterable, Mapping, Optional, Protocol, Sequence, TypeVar, Union
from urllib.parse import quote

from .enums import DependencyType, ExecutionStatus, Priority, TaskStatus
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
from .reading import Model, read

T = TypeVar("T")
M = TypeVar("M", bound=Model)

#: Seconds that a call may take unless the client says otherwise: bulk calls carry thousands of tasks.
USUAL_TIMEOUT = 30.0
BULK_TIMEOUT = 300.0
PAGE_SIZE = 100


@dataclass(frozen=True)
class Call(Generic[T]):
    method: str
    path: str
    #: Makes the result of the answer's JSON and its headers (names in lower case).
    parse: Callable[[Any, Mapping[str, str]], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Optional[Mapping[str, Any]] = None
    idempotency_key: Optional[str] = None
    usual_timeout: float = USUAL_TIMEOUT


class HasExecutionId(Protocol):
    """`Execution`, `TriggeredExecution` and `CancelledExecution` are such."""

    @property
    def execution_id(self) -> str: ...


def create_task(fields: Mapping[str, Any], key: Optional[str]) -> Call[Task]:
    return Call("POST", "/api/v1/tasks", _one(Task), body=_outgoing(fields), idempotency_key=key)


def get_task(task_id: str) -> Call[Task]:
    return Call("GET", _task(task_id), _one(Task))


def list_tasks(
    status: Union[TaskStatus, str, None],
    priority: Union[Priority, str, None],
    tags: Optional[Mapping[str, str]],
    limit: Optional[int],
    offset: Optional[int],
) -> Call[Page[Task]]:
    query = {"status": status, "priority": priority, "limit": limit, "offset": offset, **_tag_filter(tags)}
    return Call("GET", "/api/v1/tasks", _page("tasks", Task), query=query)


def update_task(task_id: str, changes: Mapping[str, Any]) -> Call[UpdatedTask]:
    return Call("PATCH", _task(task_id), _one(UpdatedTask), body=_outgoing(changes))


def delete_task(task_id: str) -> Call[None]:
    return Call("DELETE", _task(task_id), _nothing)


def pause_task(task_id: str, reason: Optional[str]) -> Call[PausedTask]:
    body = None if reason is None else {"reason": reason}
    return Call("POST", _task(task_id, "pause"), _one(PausedTask), body=body)


def resume_task(task_id: str, reason: Optional[str]) -> Call[ResumedTask]:
    body = None if reason is None else {"reason": reason}
    return Call("POST", _task(task_id, "resume"), _one(ResumedTask), body=body)


def trigger_task(
    task_id: str, force: bool, parameters: Optional[Mapping[str, Any]], key: Optional[str]
) -> Call[TriggeredExecution]:
    body = {**({"force": True} if force else {}), **({} if parameters is None else {"parameters": parameters})}
    return Call("POST", _task(task_id, "trigger"), _one(TriggeredExecution), {}, body or None, key)


def get_executions(
    task_id: str, status: Union[ExecutionStatus, str, None], limit: Optional[int], offset: Optional[int]
) -> Call[Page[Execution]]:
    query = {"status": status, "limit": limit, "offset": offset}
    return Call("GET", _task(task_id, "executions"), _page("executions", Execution), query=query)


def get_execution(execution_id: str) -> Call[Execution]:
    return Call("GET", _execution(execution_id), _one(Execution))


def get_execution_logs(execution_id: str) -> Call[list[LogLine]]:
    return Call("GET", _execution(execution_id, "logs"), _list("logs", LogLine))


def cancel_execution(execution_id: str) -> Call[CancelledExecution]:
    return Call("POST", _execution(execution_id, "cancel"), _one(CancelledExecution))


def add_dependency(
    task_id: str, depends_on_task_id: str, dependency_type: Union[DependencyType, str], key: Optional[str]
) -> Call[Dependency]:
    body = {"depends_on_task_id": depends_on_task_id, "dependency_type": dependency_type}
    return Call("POST", _task(task_id, "dependencies"), _one(Dependency), body=body, idempotency_key=key)


def list_dependencies(task_id: str) -> Call[list[Dependency]]:
    return Call("GET", _task(task_id, "dependencies"), _list("dependencies", Dependency))


def remove_dependency(task_id: str, dependency_id: str) -> Call[None]:
    return Call("DELETE", f"{_task(task_id, 'dependencies')}/{_segment(dependency_id)}", _nothing)


def get_graph(only_connected: bool) -> Call[Graph]:
    return Call("GET", "/api/v1/graph", _one(Graph), query={"all": "false" if only_connected else "true"})


def bulk_create_tasks(tasks: Iterable[Mapping[str, Any]], key: Optional[str]) -> Call[BulkCreated]:
    body = {"tasks": [_outgoing(task) for task in tasks]}
    return Call("POST", "/api/v1/tasks/bulk", _one(BulkCreated), {}, body, key, BULK_TIMEOUT)


def bulk_delete_tasks(task_ids: Sequence[str], key: Optional[str]) -> Call[BulkDeleted]:
    body = {"task_ids": list(task_ids)}
    return Call("POST", "/api/v1/tasks/bulk-delete", _one(BulkDeleted), {}, body, key, BULK_TIMEOUT)


def get_task_stats(task_id: str) -> Call[TaskStats]:
    return Call("GET", _task(task_id, "stats"), _one(TaskStats))


def get_status() -> Call[SystemStatus]:
    return Call("GET", "/api/v1/status", _one(SystemStatus))


def list_workers() -> Call[Workers]:
    return Call("GET", "/api/v1/workers", _one(Workers))


def id_of(execution: Union[str, HasExecutionId]) -> str:
    return execution if isinstance(execution, str) else execution.execution_id


def _task(task_id: str, *below: str) -> str:
    return "/".join(["/api/v1/tasks", _segment(task_id), *below])


def _execution(execution_id: str, *below: str) -> str:
    return "/".join(["/api/v1/executions", _segment(execution_id), *below])


def _segment(text: str) -> str:
    # An empty id, "." or ".." would name another resource.
    if not isinstance(text, str) or text.strip(".") == "":
        raise ValueError(f"{text!r} is not an id: give the id that the service gave, as a string.")
    return quote(text, safe="")


def _outgoing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The task's own fields; what is inside of them, the payload above all, is the user's and goes as it is."""
    return {name: _instant(name, value) if isinstance(value, datetime) else value for name, value in fields.items()}


def _tag_filter(tags: Optional[Mapping[str, str]]) -> dict[str, str]:
    return {} if not tags else {"tags": ",".join(f"{key}:{value}" for key, value in tags.items())}


def _instant(name: str, value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError(f"{name} has no time zone: give an aware datetime, such as datetime.now(timezone.utc).")
    return value.isoformat()


def _one(model: type[M]) -> Callable[[Any, Mapping[str, str]], M]:
    return lambda data, _headers: read(model, data)


def _list(name: str, model: type[M]) -> Callable[[Any, Mapping[str, str]], list[M]]:
    return lambda data, _headers: [read(model, item) for item in data[name]]


def _page(name: str, model: type[M]) -> Callable[[Any, Mapping[str, str]], Page[M]]:
    return lambda data, headers: Page(
        [read(model, item) for item in data[name]],
        total=data.get("total"),
        limit=data.get("limit"),
        offset=data.get("offset"),
        link=headers.get("link"),
    )


def _nothing(_data: Any, _headers: Mapping[str, str]) -> None:
    return None
