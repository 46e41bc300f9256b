"""A keyring in memory, and one that does not answer."""

from __future__ import annotations

from sidecast.errors import VaultError


class FakeRing:
    """`broken_after` more changes it works; then every call fails, as when the desktop has gone away."""

    name = "Fake Keyring"

    def __init__(self, broken_after: int | None = None) -> None:
        self.entries: dict[str, str] = {}
        self.broken_after = broken_after

    def get(self, entry: str) -> str | None:
        self._check()
        return self.entries.get(entry)

    def set(self, entry: str, value: str) -> None:
        self._spend()
        self.entries[entry] = value

    def delete(self, entry: str) -> None:
        self._spend()
        self.entries.pop(entry, None)

    def _check(self) -> None:
        if self.broken_after is not None and self.broken_after <= 0:
            raise VaultError("The keyring is locked.", "Unlock it.")

    def _spend(self) -> None:
        self._check()
        if self.broken_after is not None:
            self.broken_after -= 1
