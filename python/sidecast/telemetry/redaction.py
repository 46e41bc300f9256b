"""What must not be in a log: secrets are cut out of the finished line, personal values never get into it."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"
_SHORTEST_SECRET = 6
"""Characters: hiding shorter ones would cut up ordinary words."""
_PATTERNS = (
    re.compile(r"(?i)\b(oauth:|bearer\s+|basic\s+)[\w.~+/=-]{6,}"),
    re.compile(
        r"(?i)([\"']?\b[\w-]*(?:key|token|secret|password|passwd|session|cookie|authorization)[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s\"'&;,]{4,}"
    ),
)


class Personal:
    """Wraps what belongs to a viewer (a name, a text) where a log call has to have it: only its length is written.

    `log.info("held %s", Personal(message.text))` → `held [personal, 42 characters]`.
    """

    __slots__ = ("_length",)

    def __init__(self, value: str) -> None:
        self._length = len(value)

    def __str__(self) -> str:
        return f"[personal, {self._length} characters]"

    __repr__ = __str__


class Redactor:
    """Cuts known secrets, and what looks like one, out of a text."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._known)} secrets>"

    def hide(self, secret: str) -> None:
        """From now on `secret` appears in no line."""
        if len(secret) >= _SHORTEST_SECRET:
            self._known.add(secret)

    def clean(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return text
