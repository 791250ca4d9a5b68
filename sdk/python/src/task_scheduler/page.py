"""One page of a list, and where the next one lies."""

from __future__ import annotations

import re
from typing import Any, Generic, Mapping, Optional, Sequence, TypeVar, Union, overload
from urllib.parse import parse_qsl, urlsplit

T = TypeVar("T")

_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next\b')


class Page(Sequence[T], Generic[T]):
    """The items of one page, as a sequence; `total` counts those of all pages."""

    def __init__(
        self,
        items: Sequence[T],
        *,
        total: Optional[int] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        link: Optional[str] = None,
    ) -> None:
        self.items = tuple(items)
        self.total = len(self.items) if total is None else total
        self.limit = limit
        self.offset = offset
        self._link = link

    def next_query(self, query: Mapping[str, Any]) -> Optional[dict[str, Any]]:
        """The query of the page after this one, which `query` asked for; None after the last."""
        if not self.items:
            return None
        if self._link is not None:
            # Of the link only the query is taken: the key must not follow it to another place.
            link = _NEXT.search(self._link)
            return None if link is None else {**query, **dict(parse_qsl(urlsplit(link.group(1)).query))}
        seen = int(self.offset or query.get("offset") or 0) + len(self.items)
        return {**query, "offset": seen} if seen < self.total else None

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[T, Sequence[T]]:
        return self.items[index]

    def __repr__(self) -> str:
        return f"Page({list(self.items)!r}, total={self.total})"
