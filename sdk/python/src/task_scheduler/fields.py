"""What a task is made of and what of it can be changed: the keyword arguments of `create_task` and `update_task`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Mapping, Sequence, TypedDict, Union

if TYPE_CHECKING:
    from .enums import DependencyType, Priority, TaskType

Instant = Union[datetime, str]


class DependsOn(TypedDict, total=False):
    """One item of a task's `dependencies`; the type is "success" unless it says otherwise."""

    depends_on_task_id: str
    dependency_type: Union[DependencyType, str]


class _Fields(TypedDict, total=False):
    schedule_expression: str
    #: An IANA name, such as "America/New_York".
    timezone: str
    payload: Any
    timeout_seconds: int
    max_retries: int
    priority: Union[Priority, str]
    tags: Mapping[str, str]
    enabled: bool
    #: When a `one_time` task runs: an aware datetime, or RFC 3339.
    next_execution_time: Instant
    # Other types have fields of their own: interval; daily, weekly and monthly; sun; event.
    interval_seconds: int
    jitter_percentage: float
    start_immediately: bool
    time: str
    days_of_week: Sequence[str]
    skip_weekends: bool
    day_of_month: Union[int, str]
    mode: str
    latitude: float
    longitude: float
    offset_minutes: int
    topic: str
    payload_match: Mapping[str, Any]
    min_interval_seconds: int
    # How it runs.
    description: str
    dependencies: Sequence[DependsOn]
    retry_delay_seconds: int
    max_concurrent: int
    misfire_grace_time: int
    coalesce: bool
    stop_on_error: bool


class TaskChanges(_Fields, total=False):
    """What `update_task` can change; names go out as they stand here, and so do the keys of `payload` and `tags`."""

    task_name: str
    task_type: Union[TaskType, str]


class NewTask(_Fields):
    """A task to be made: an item of `bulk_create_tasks`, the keyword arguments of `create_task`."""

    task_name: str
    task_type: Union[TaskType, str]
