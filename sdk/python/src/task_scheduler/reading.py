"""JSON objects of the API as dataclasses: each field by its own name, what a field's metadata says how."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, Callable, Mapping, TypeVar, cast

M = TypeVar("M", bound="Model")

_READ = "read"
_NAME = "name"


class Model:
    """An answer of the service. `raw` is the JSON object as it came, with whatever a newer service adds."""

    @property
    def raw(self) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], self.__dict__.get("_raw", {}))


def read(model: type[M], data: Mapping[str, Any]) -> M:
    values = {}
    # Every model is a dataclass; typeshed's protocol of them is for type checkers alone, so no bound can say it.
    for field in dataclasses.fields(model):  # type: ignore[arg-type]
        # A field that is absent and has no default is a TypeError below: that is no answer of this API.
        name = field.metadata.get(_NAME) or field.name
        if name in data:
            value = data[name]
            reader = field.metadata.get(_READ)
            values[field.name] = value if value is None or reader is None else reader(value)
    made = model(**values)
    object.__setattr__(made, "_raw", data)
    return made


def by(reader: Callable[[Any], Any], default: Any = dataclasses.MISSING) -> Any:
    """A field that `reader` makes of its JSON value; null stays None."""
    return dataclasses.field(default=default, metadata={_READ: reader})


def named(name: str) -> Any:
    """A field whose name in JSON is a word that Python keeps for itself."""
    return dataclasses.field(metadata={_NAME: name})


def of(model: type[M], default: Any = dataclasses.MISSING) -> Any:
    return by(lambda data: read(model, data), default)


def listed(model: type[M], default: Any = dataclasses.MISSING) -> Any:
    return by(lambda items: tuple(read(model, item) for item in items), default)


def instant(text: str) -> datetime:
    """RFC 3339 as an aware datetime. Python before 3.11 knows neither `Z` nor fractions of other lengths."""
    head, dot, tail = text.replace("Z", "+00:00").replace("z", "+00:00").partition(".")
    if dot:
        digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
        head = f"{head}.{digits[:6]:0<6}{tail[len(digits) :]}"
    return datetime.fromisoformat(head)
