"""How a client asks: where, with which key, how long, how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from .retry_policy import RetryPolicy


@dataclass(frozen=True)
class Settings:
    base_url: str
    #: Not in the repr: it would end in logs.
    api_key: str = field(repr=False)
    #: Seconds that each try may take; None: 30, and 300 for bulk calls.
    timeout: Optional[float] = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"base_url {self.base_url!r} must begin with http:// or https://.")
        if not self.api_key or not self.api_key.isascii() or not self.api_key.isprintable() or " " in self.api_key:
            raise ValueError("api_key must be the key or token itself: visible ASCII characters without spaces.")
        if self.timeout is not None and self.timeout <= 0:
            raise ValueError("timeout must be more than 0 seconds.")
