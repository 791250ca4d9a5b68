"""What the service answers. Instants are aware datetimes in UTC; payloads, results and tags are the user's own JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Optional, Sequence

from .enums import ENDED, DependencyType, ExecutionStatus, Priority, TaskStatus, TaskType
from .reading import Model, by, instant, listed, named, of


@dataclass(frozen=True)
class Task(Model):
    """A task. A new one, and one in a list, carry what the service tells of it there: the rest is None.

    The fields of a single type, such as `interval_seconds`, are in `raw`.
    """

    task_id: str
    task_name: str
    status: TaskStatus = by(TaskStatus)
    next_execution_time: Optional[datetime] = by(instant, None)
    task_type: Optional[TaskType] = by(TaskType, None)
    schedule_expression: Optional[str] = None
    timezone: Optional[str] = None
    last_execution_time: Optional[datetime] = by(instant, None)
    enabled: Optional[bool] = None
    payload: Any = None
    timeout_seconds: Optional[float] = None
    max_retries: Optional[int] = None
    retry_count: Optional[int] = None
    priority: Optional[Priority] = by(Priority, None)
    tags: Optional[Mapping[str, str]] = None
    created_at: Optional[datetime] = by(instant, None)
    updated_at: Optional[datetime] = by(instant, None)
    description: Optional[str] = None
    #: What it does, in words.
    runs: Optional[str] = None
    last_status: Optional[ExecutionStatus] = by(ExecutionStatus, None)
    retry_delay_seconds: Optional[float] = None
    max_concurrent: Optional[int] = None
    misfire_grace_time: Optional[float] = None
    coalesce: Optional[bool] = None
    stop_on_error: Optional[bool] = None
    dependencies: Optional[Sequence[Mapping[str, str]]] = None
    paused_at: Optional[datetime] = by(instant, None)
    disabled_reason: Optional[str] = None
    created_by: Optional[str] = None


@dataclass(frozen=True)
class UpdatedTask(Model):
    task_id: str
    #: Those that changed, not all that were sent.
    updated_fields: Sequence[str]
    next_execution_time: Optional[datetime] = by(instant, None)
    updated_at: Optional[datetime] = by(instant, None)


@dataclass(frozen=True)
class PausedTask(Model):
    task_id: str
    status: TaskStatus = by(TaskStatus)
    paused_at: Optional[datetime] = by(instant)


@dataclass(frozen=True)
class ResumedTask(Model):
    task_id: str
    status: TaskStatus = by(TaskStatus)
    next_execution_time: Optional[datetime] = by(instant)
    resumed_at: datetime = by(instant)


@dataclass(frozen=True)
class ExecutionFailure(Model):
    code: str
    message: str
    type: Optional[str] = None


@dataclass(frozen=True)
class Execution(Model):
    """One run of a task. `result`, `is_retry` and what follows them come with `get_execution` only."""

    execution_id: str
    task_id: str
    status: ExecutionStatus = by(ExecutionStatus)
    worker_id: Optional[str] = None
    started_at: Optional[datetime] = by(instant, None)
    completed_at: Optional[datetime] = by(instant, None)
    duration_ms: Optional[float] = None
    retry_number: Optional[int] = None
    #: When it was due.
    scheduled_at: Optional[datetime] = by(instant, None)
    trigger: Optional[str] = None
    result: Any = None
    is_retry: Optional[bool] = None
    #: Why it did not end well.
    error: Optional[ExecutionFailure] = of(ExecutionFailure, None)
    parameters: Optional[Mapping[str, Any]] = None
    triggered_by: Optional[str] = None

    @property
    def ended(self) -> bool:
        """It has its final status."""
        return self.status in ENDED

    @property
    def succeeded(self) -> bool:
        return self.status == ExecutionStatus.SUCCESS


@dataclass(frozen=True)
class TriggeredExecution(Model):
    task_id: str
    execution_id: str
    status: ExecutionStatus = by(ExecutionStatus)
    queued_at: datetime = by(instant)


@dataclass(frozen=True)
class CancelledExecution(Model):
    """`cancelled`, or `cancelling`: it was asked to stop and has not yet; `wait_for` it to be sure."""

    execution_id: str
    status: ExecutionStatus = by(ExecutionStatus)
    cancelled_at: Optional[datetime] = by(instant, None)


@dataclass(frozen=True)
class LogLine(Model):
    level: str
    message: str
    timestamp: datetime = by(instant)


@dataclass(frozen=True)
class Dependency(Model):
    dependency_id: str
    depends_on_task_id: str
    dependency_type: DependencyType = by(DependencyType)
    task_id: Optional[str] = None
    depends_on_task_name: Optional[str] = None
    #: How it stands for the next run: `met`, `waiting` or `failed`.
    status: Optional[str] = None


@dataclass(frozen=True)
class FieldFault(Model):
    field: str
    message: str


@dataclass(frozen=True)
class CreationError(Model):
    """Why the task at `index` of a bulk creation was not made."""

    index: int
    code: str
    message: str
    task_name: Optional[str] = None
    fields: Sequence[FieldFault] = listed(FieldFault, ())


@dataclass(frozen=True)
class BulkCreated(Model):
    created: int
    failed: int
    #: Of those that were made, in the order in which they were given.
    task_ids: Sequence[str]
    errors: Sequence[CreationError] = listed(CreationError, ())


@dataclass(frozen=True)
class DeletionError(Model):
    task_id: str
    code: str
    message: str


@dataclass(frozen=True)
class BulkDeleted(Model):
    deleted: int
    failed: int
    errors: Sequence[DeletionError] = listed(DeletionError, ())


@dataclass(frozen=True)
class RecentStats(Model):
    executions: int
    success_rate: Optional[float] = None


@dataclass(frozen=True)
class TaskStats(Model):
    """Durations are None until an execution has ended; rates are from 0 to 1."""

    task_id: str
    total_executions: int
    successful_executions: int
    failed_executions: int
    last_7_days: RecentStats = of(RecentStats)
    success_rate: Optional[float] = None
    average_duration_ms: Optional[float] = None
    p50_duration_ms: Optional[float] = None
    p95_duration_ms: Optional[float] = None
    p99_duration_ms: Optional[float] = None
    cancelled_executions: Optional[int] = None
    skipped_executions: Optional[int] = None
    missed_executions: Optional[int] = None


@dataclass(frozen=True)
class SchedulerStatus(Model):
    leader: Optional[str]
    followers: Sequence[str]
    tasks_scheduled: int
    tasks_pending: int


@dataclass(frozen=True)
class WorkersStatus(Model):
    total: int
    active: int
    inactive: int
    total_capacity: int
    current_load: int


@dataclass(frozen=True)
class QueueStatus(Model):
    high_priority: int
    medium_priority: int
    low_priority: int


@dataclass(frozen=True)
class SystemStatus(Model):
    status: str
    scheduler: SchedulerStatus = of(SchedulerStatus)
    workers: WorkersStatus = of(WorkersStatus)
    queue: QueueStatus = of(QueueStatus)


@dataclass(frozen=True)
class Worker(Model):
    worker_id: str
    #: `active`, `inactive`, or `draining`: it stops when its work is done.
    status: str
    capacity: int
    current_load: int
    last_heartbeat: Optional[datetime] = by(instant, None)
    uptime_seconds: Optional[float] = None
    name: Optional[str] = None


@dataclass(frozen=True)
class Workers(Model):
    total: int
    workers: Sequence[Worker] = listed(Worker)


@dataclass(frozen=True)
class GraphNode(Model):
    task_id: str
    task_name: str
    task_type: Optional[TaskType] = by(TaskType, None)
    enabled: Optional[bool] = None
    paused: Optional[bool] = None
    #: Of its execution under way, else of the last one; None before the first.
    state: Optional[ExecutionStatus] = by(ExecutionStatus, None)
    last_execution_time: Optional[datetime] = by(instant, None)


@dataclass(frozen=True)
class GraphEdge(Model):
    """`to` waits for `from_`."""

    dependency_id: str
    to: str
    from_: str = named("from")
    dependency_type: DependencyType = by(DependencyType)
    #: `met`, `waiting` or `failed`.
    status: Optional[str] = None


@dataclass(frozen=True)
class Graph(Model):
    nodes: Sequence[GraphNode] = listed(GraphNode)
    edges: Sequence[GraphEdge] = listed(GraphEdge)
