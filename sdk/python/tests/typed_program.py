"""Never run: the type checker reads it, so that what users write has the types that they expect."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

from typing_extensions import assert_type

from task_scheduler import (
    AsyncTaskSchedulerClient,
    Execution,
    ExecutionStatus,
    NewTask,
    Page,
    Priority,
    Task,
    TaskSchedulerClient,
    TaskType,
)


def synchronous(client: TaskSchedulerClient) -> None:
    at = datetime.now(timezone.utc)
    task = client.create_task(task_name="a", task_type=TaskType.ONE_TIME, next_execution_time=at, priority="high")
    assert_type(task, Task)
    assert_type(task.next_execution_time, Optional[datetime])
    assert_type(client.get_executions(task.task_id, limit=10), Page[Execution])
    assert_type(client.wait_for(client.trigger_task(task.task_id)).status, ExecutionStatus)
    assert_type([task.task_name for task in client.iter_tasks(priority=Priority.LOW)], list[str])
    many: list[NewTask] = [{"task_name": "b", "task_type": "manual", "payload": {"anyKey": 1}}]
    assert_type(client.bulk_create_tasks(many).created, int)
    client.update_task(task.task_id, enabled=False)
    # What must be refused: with `strict` an ignored error that is none is an error itself.
    client.create_task(task_name="c", payload={})  # type: ignore[call-arg]
    # The same of a value of the wrong type.
    client.update_task(task.task_id, enabled="no")  # type: ignore[arg-type]


async def asynchronous(client: AsyncTaskSchedulerClient) -> None:
    task = await client.create_task(task_name="a", task_type="immediate")
    assert_type(task, Task)
    assert_type([one.status async for one in client.iter_executions(task.task_id)], list[ExecutionStatus])
    assert_type(await client.wait_for("e-1", timeout=5), Execution)
