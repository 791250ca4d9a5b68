"""When a call is tried again, and after how long. Pure: chance comes in as an argument."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Callable, Optional

#: Answers after which the same request may do better.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
#: The first try with this Idempotency-Key is still at work: its answer will be ours.
_IN_FLIGHT = "IDEMPOTENCY_IN_FLIGHT"


@dataclass(frozen=True)
class RetryPolicy:
    """Retries after the first try; waits are in seconds and double from `first_wait` to `longest_wait`, with jitter.

    A `Retry-After` of the service is honoured; one above `longest_retry_after` ends the call at once, with its error.
    """

    max_retries: int = 3
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_retry_after: float = 90.0

    def wait(
        self, retries_done: int, retry_after: Optional[float], chance: Callable[[], float] = random.random
    ) -> Optional[float]:
        """Seconds until the next try; None when there is none."""
        if retries_done >= self.max_retries:
            return None
        if retry_after is not None and retry_after > self.longest_retry_after:
            return None
        full = min(self.longest_wait, self.first_wait * 2.0**retries_done)
        # Half of it is left to chance, so that clients that failed together do not come back together.
        return max(full / 2 + full / 2 * chance(), retry_after or 0.0)


def is_passing(status: int, code: str) -> bool:
    return status in _PASSING or (status == 409 and code == _IN_FLIGHT)


def retry_after_seconds(header: Optional[str], now: datetime) -> Optional[float]:
    """`Retry-After` is a number of seconds or an HTTP date (RFC 9110)."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or timezone.utc) - now).total_seconds())
