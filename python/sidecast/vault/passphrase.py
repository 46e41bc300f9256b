"""A key under a passphrase: argon2id (RFC 9106) makes the key that wraps it."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from ..errors import VaultError
from . import cipher

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 1
MOST_MEMORY_KIB, MOST_PASSES, MOST_LANES = 1024 * 1024, 16, 16
"""A record with larger ones was not made by us: it would only tie up the machine."""
SHORTEST, LONGEST = 10, 1024
"""Characters."""
_SALT_BYTES = 16


class WrongPassphrase(VaultError):
    """Which of the two is wrong, passphrase or record, cannot be told."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key that only the passphrase opens. Holds no secret."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    sealed: bytes

    def to_json(self) -> str:
        record = {"kdf": "argon2id", "salt": _text(self.salt), "memory_kib": self.memory_kib, "passes": self.passes}
        return json.dumps(record | {"lanes": self.lanes, "sealed": _text(self.sealed)})

    @classmethod
    def from_json(cls, record: str | bytes) -> Wrapped:
        """Raises VaultError for a record that is damaged, or asks for more than any of ours."""
        try:
            known = json.loads(record)
            memory, passes, lanes = int(known["memory_kib"]), int(known["passes"]), int(known["lanes"])
            found = cls(_bytes(known["salt"]), memory, passes, lanes, _bytes(known["sealed"]))
            sound = known["kdf"] == "argon2id" and len(found.salt) >= 8
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise VaultError("What a passphrase opens is damaged.", "Restore it from a backup.") from None
        within = 8 * lanes <= memory <= MOST_MEMORY_KIB and 1 <= passes <= MOST_PASSES and 1 <= lanes <= MOST_LANES
        if not sound or not within:
            raise VaultError("What a passphrase opens was not made by Sidecast.", "Restore it from a backup.")
        return found


def wrap(passphrase: str, key: bytes, place: str) -> Wrapped:
    """Takes a quarter of a second and 64 MiB: not for the event loop.

    Raises:
        VaultError: the passphrase is too short or too long.
    """
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise VaultError(f"A passphrase has {SHORTEST} to {LONGEST} characters.", "Four or five unusual words are good.")
    salt = secrets.token_bytes(_SALT_BYTES)
    outer = _stretch(passphrase, salt, MEMORY_KIB, PASSES, LANES)
    return Wrapped(salt, MEMORY_KIB, PASSES, LANES, cipher.seal(outer, key, place))


def unwrap(passphrase: str, wrapped: Wrapped, place: str) -> bytes:
    """The key. As slow as `wrap`.

    Raises:
        WrongPassphrase: it is not the one, or the record was changed.
    """
    wrong = WrongPassphrase("This is not the passphrase.", "Try again; capital letters count.")
    if len(passphrase) > LONGEST:
        raise wrong
    outer = _stretch(passphrase, wrapped.salt, wrapped.memory_kib, wrapped.passes, wrapped.lanes)
    try:
        return cipher.unseal(outer, wrapped.sealed, place)
    except cipher.DoesNotOpen:
        raise wrong from None


def _stretch(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    # composed and decomposed accents look alike and are typed differently on different systems
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return hash_secret_raw(typed, salt, passes, memory_kib, lanes, cipher.KEY_BYTES, Type.ID)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
