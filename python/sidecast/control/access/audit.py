"""Who changed what, when: for the owner to read. Bounded by age and count (`store.py`)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Protocol

from .permission import Caller
from .register import Register
from .rows import Note
from .store import Change

log = logging.getLogger(__name__)

MAX_ABOUT = 200
MAX_DETAIL = 2000
"""Characters as JSON."""
_ACTION = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")


class Audit(Protocol):
    """For every domain: told of each change that a person or a key makes."""

    def note(self, caller: Caller, action: str, about: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """Returns at once; it is written soon.

        Args:
            action: a stable dotted word, such as `moderation.level`.
            about: what was changed, such as a category, a viewer's id, a member's name.
            detail: for JSON, such as `{"from": 2, "to": 3}`; no viewer text and no secret.
        """
        ...


class AuditBook:
    """See `Audit`. A note that cannot be written goes to the log: nobody's order waits for a disk."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def note(self, caller: Caller, action: str, about: str = "", detail: Mapping[str, Any] | None = None) -> None:
        note = note_of(self._register.clock.wall_ms(), caller, action, about, detail)
        log.info("%s by the %s", action, caller.id.replace(":", " "))
        self._register.change_soon(lambda: Change(note=note))


def note_of(at_ms: int, caller: Caller, action: str, about: str = "", detail: Mapping[str, Any] | None = None) -> Note:
    """A note that fits: what is too long is cut, and says so."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"{action!r} is no dotted word")
    detail = dict(detail or {})
    if len(json.dumps(detail, ensure_ascii=False)) > MAX_DETAIL:
        detail = {"cut": True, "keys": sorted(map(str, detail))[:20]}
    return Note(at_ms=at_ms, who_id=caller.id, who=caller.name, action=action, about=about[:MAX_ABOUT], detail=detail)
