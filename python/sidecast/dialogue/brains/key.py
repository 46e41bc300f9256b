"""The key of a brain's server: from the environment or the vault, into one header, and nowhere else."""

from __future__ import annotations

import os
import re

from ...errors import SettingsError

VARIABLE = "SIDECAST_BRAIN_KEY"
SECRET = "brain.key"  # noqa: S105 - its name in the vault
_POSSIBLE = re.compile(r"[\x21-\x7e]{1,4096}")


class Key:
    """Shows itself to nobody who does not ask."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Raises SettingsError: no key looks like this. The value is not quoted."""
        if not _POSSIBLE.fullmatch(value):
            raise SettingsError(f"The key in {VARIABLE} or the vault has spaces or characters that no key has.", "Copy it again.")
        self._value = value

    def __repr__(self) -> str:
        return "<Key>"

    __str__ = __repr__

    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._value}"}

    def reveal(self) -> str:
        """For the log's redactor."""
        return self._value


def find_key(from_vault: str | None) -> Key | None:
    """The environment is stronger than the vault.

    Raises:
        SettingsError: it is no key.
    """
    value = os.environ.get(VARIABLE, "").strip() or (from_vault or "").strip()
    return Key(value) if value else None
