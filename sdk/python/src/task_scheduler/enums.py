"""The words of the API. They are strings too: `task.status == "paused"` and f-strings work as expected."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Word(str, Enum):
    """A closed list that stays open: a word that only a newer service knows becomes a member of its own."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = value.upper()
        word._value_ = value
        return word


class TaskType(Word):
    CRON = "cron"
    ONE_TIME = "one_time"
    INTERVAL = "interval"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SUN = "sun"
    SUNRISE = "sunrise"
    SUNSET = "sunset"
    EVENT = "event"
    IMMEDIATE = "immediate"
    MANUAL = "manual"


class TaskStatus(Word):
    SCHEDULED = "scheduled"
    RUNNING = "running"
    COMPLETED = "completed"
    PAUSED = "paused"
    DISABLED = "disabled"


class Priority(Word):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ExecutionStatus(Word):
    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"


class DependencyType(Word):
    SUCCESS = "success"
    COMPLETION = "completion"
    ANY = "any"


#: An execution with one of these has ended and never changes again.
ENDED = frozenset(
    {
        ExecutionStatus.SUCCESS,
        ExecutionStatus.FAILED,
        ExecutionStatus.TIMEOUT,
        ExecutionStatus.CANCELLED,
        ExecutionStatus.SKIPPED,
        ExecutionStatus.MISSED,
    }
)
