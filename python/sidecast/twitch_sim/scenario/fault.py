"""A fault as a scenario names it, checked against what the simulator can do before anything is played."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from ..faults import NAMES, Faults

_KNOWN_TYPES = (bool, int, float, str)


def check_fault(name: str, arguments: Mapping[str, Any]) -> None:
    """Raises ValueError that says what does not fit."""
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        raise ValueError(
            f"there is no fault “{name}”; " + (f"did you mean “{near[0]}”?" if near else f"there are {', '.join(NAMES)}")
        )
    takes = {
        key: parameter
        for key, parameter in inspect.signature(getattr(Faults, name), eval_str=True).parameters.items()
        if key not in ("self", "session")  # ids of sessions are not known before
    }
    for key, value in arguments.items():
        if key not in takes:
            raise ValueError(f"the fault “{name}” has no “{key}”; it takes: {', '.join(takes) or 'nothing'}")
        if not _fits(value, takes[key].annotation):
            raise ValueError(f"“{key}” of the fault “{name}” must be {_words(takes[key].annotation)}")
    missing = [key for key, parameter in takes.items() if parameter.default is parameter.empty and key not in arguments]
    if missing:
        raise ValueError(f"the fault “{name}” needs “{missing[0]}”")


def _fits(value: Any, annotation: Any) -> bool:
    if type(value) not in _KNOWN_TYPES:
        return False
    allowed = getattr(annotation, "__args__", (annotation,))
    return type(value) in allowed or (type(value) is int and float in allowed)


def _words(annotation: Any) -> str:
    allowed = getattr(annotation, "__args__", (annotation,))
    if bool in allowed:
        return "true or false"
    return "a text in quotes" if str in allowed else "a whole number" if float not in allowed else "a number"
