"""Where the master key is held: in the OS keyring, under a passphrase, or in a key file. One of them at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..errors import VaultError
from . import keyfile, passphrase
from .ring import Ring

KEY_FILE = "master.key"


class Way(StrEnum):
    KEYRING = "keyring"
    """Protected by the log-in at this desktop."""
    PASSPHRASE = "passphrase"  # noqa: S105 - the way's name
    """Typed at every start; nothing on the disk opens without it."""
    FILE = "file"
    """Protected by the rights of the file alone: whoever copies the whole data folder has everything."""


Ask = Callable[[int], str | None]
"""Asked for the passphrase, with how often before it was wrong; None gives up."""


def nobody_to_ask(_: int) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """One place where a master key is held. Holds no secret."""

    way: Way
    where: str = ""
    """The file's name, or the entry in the keyring."""
    wrapped: passphrase.Wrapped | None = None

    def to_json(self) -> str:
        record = {"way": self.way.value, "where": self.where}
        return json.dumps(record | ({"wrapped": self.wrapped.to_json()} if self.wrapped else {}))

    @classmethod
    def from_json(cls, record: str | bytes) -> Held:
        """Raises VaultError: it is damaged."""
        try:
            known = json.loads(record)
            wrapped = passphrase.Wrapped.from_json(known["wrapped"]) if "wrapped" in known else None
            held = cls(Way(known["way"]), str(known["where"]), wrapped)
        except (ValueError, KeyError, TypeError):
            raise VaultError("Where the vault's key is held is not readable.", "Restore vault.db from a backup.") from None
        if held.way is Way.FILE and (Path(held.where).name != held.where or not held.where):
            raise VaultError("Where the vault's key is held is not readable.", "Restore vault.db from a backup.")
        return held


@dataclass(frozen=True, slots=True)
class Holder:
    """Puts keys to where they are held, gets them, and takes them away."""

    folder: Path
    ring: Ring

    def hold(self, way: Way, key: bytes, number: int, vault_id: str, typed: str = "") -> Held:
        """Holds `key`, the master key with this number, and reads it back before it says so.

        Raises:
            VaultError: it cannot be held there.
        """
        match way:
            case Way.KEYRING:
                held = target(way, number, vault_id)
                self.ring.set(held.where, key.hex())
                if self.ring.get(held.where) != key.hex():
                    raise VaultError("The keyring did not keep the key.", "Use a passphrase instead.")
                return held
            case Way.PASSPHRASE:
                return Held(way, "", passphrase.wrap(typed, key, _place(number)))
            case Way.FILE:
                held = file_of(number)
                keyfile.make(self.folder / held.where, key)
                return held

    def fetch(self, held: Held, number: int, ask: Ask = nobody_to_ask) -> bytes:
        """The key, which the caller still has to check.

        Raises:
            FileNotFoundError: there is no such key file.
            VaultError: it cannot be had; says what to do.
        """
        match held.way:
            case Way.KEYRING:
                found = self.ring.get(held.where)
                if found is None:
                    remedy = "If you use another keyring now, go back to it, or use your recovery words: ./sidecast vault unlock"
                    raise VaultError("The keyring has no key for this vault.", remedy)
                try:
                    return bytes.fromhex(found)
                except ValueError:
                    raise VaultError("What the keyring has is no key.", "Use your recovery words.") from None
            case Way.PASSPHRASE:
                return self._unwrap(held, number, ask)
            case Way.FILE:
                return keyfile.load(self.folder / held.where)

    def drop(self, held: Held) -> None:
        """Takes it away from there; one that is not there is no error.

        Raises:
            VaultError: it cannot be taken away now.
        """
        if held.way is Way.KEYRING:
            self.ring.delete(held.where)
        elif held.way is Way.FILE:
            keyfile.destroy(self.folder / held.where)

    def _unwrap(self, held: Held, number: int, ask: Ask) -> bytes:
        if held.wrapped is None:
            raise VaultError("The vault's passphrase record is missing.", "Restore vault.db from a backup.")
        wrong = 0
        while True:
            typed = ask(wrong)
            if typed is None:
                remedy = "Start Sidecast in a terminal, which asks, or let SIDECAST_PASSPHRASE_FILE name a file that has it."
                if wrong:
                    raise passphrase.WrongPassphrase("The passphrase was wrong each time.", remedy)
                raise VaultError("The vault needs its passphrase.", remedy)
            try:
                return passphrase.unwrap(typed, held.wrapped, _place(number))
            except passphrase.WrongPassphrase:
                wrong += 1


def file_of(number: int) -> Held:
    """The key file of the master key with this number."""
    return Held(Way.FILE, KEY_FILE if number == 1 else f"master-{number}.key")


def target(way: Way, number: int, vault_id: str) -> Held:
    """Where a key of this number goes, one that is held outside vault.db."""
    return file_of(number) if way is Way.FILE else Held(way, f"{vault_id}/{number}")


def _place(number: int) -> str:
    return f"about:passphrase:{number}"
