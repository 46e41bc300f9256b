"""Frames from the stage → marks."""

from __future__ import annotations

import dataclasses
from typing import Any, cast, get_args

from ..errors import BadFrame
from ..flow import frame
from ..flow.mark import Mark

_KINDS: dict[str, type[Any]] = {kind.topic: kind for kind in get_args(Mark)}
_CASTS = {"int": int, "float": float, "str": str}


def knows(topic: str) -> bool:
    """Whether a frame of this topic is a mark."""
    return topic in _KINDS


def decode(topic: str, data: bytes) -> Mark:
    """The mark that a frame of `topic` holds. Fields that are not known here are ignored: the stage may be newer.

    Raises:
        BadFrame: no such topic, a frame that does not parse, a field that is missing or of the wrong kind.
    """
    kind = _KINDS.get(topic)
    if kind is None:
        raise BadFrame(f"The stage sent a frame of the unknown topic {topic[:40]!r}.")
    header, _ = frame.decode(data)
    values = {}
    for field in dataclasses.fields(kind):
        if field.name in header:
            values[field.name] = _value(topic, field, header[field.name])
        elif field.default is dataclasses.MISSING:
            raise BadFrame(f"The stage's {topic} has no field {field.name}.")
    return cast(Mark, kind(**values))


def _value(topic: str, field: dataclasses.Field[Any], value: Any) -> int | float | str:
    """`value` as the field's type. Godot's JSON has only one kind of number, so 3.0 is taken for the int 3."""
    wanted = _CASTS[str(field.type)]
    fits = isinstance(value, str) if wanted is str else isinstance(value, int | float) and not isinstance(value, bool)
    if fits and wanted is int and isinstance(value, float):
        fits = value.is_integer()
    if not fits:
        raise BadFrame(f"The stage's {topic} has a {field.name} that is no {wanted.__name__}.")
    return cast(int | float | str, wanted(value))
