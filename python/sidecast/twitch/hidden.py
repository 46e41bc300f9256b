"""A token or a secret that shows itself to nobody who does not ask for it by name."""

from __future__ import annotations

import hmac

MAX_LENGTH = 2048
"""Characters; Twitch's tokens have 30 to 60."""


class Hidden:
    """Not in `repr`, not in a log line, not in an exception's text, and not to be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Raises ValueError: no token looks like this. The value is not quoted."""
        if not (0 < len(value) <= MAX_LENGTH and value.isascii() and value.isprintable() and " " not in value):
            raise ValueError("This is no token.")
        self._value = value

    def __repr__(self) -> str:
        return "<hidden>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("A hidden value is not written anywhere.")

    def reveal(self) -> str:
        """For a header or a body that goes to Twitch, for the vault, and for the log's redactor."""
        return self._value


def hidden(value: object) -> Hidden | None:
    """From an answer; None when it is no token."""
    try:
        return Hidden(value) if isinstance(value, str) else None
    except ValueError:
        return None
