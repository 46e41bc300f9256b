"""A key per viewer, wrapped by the master key: erasing the viewer's key erases every field that it sealed."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import VaultError
from . import cipher
from .store import KeyStore, RetiredKey

CACHED_KEYS = 512
"""Viewers' keys held in memory; the others are unwrapped again when needed."""
HINTED_FROM = 24
"""Characters that a secret must have for its last two to be shown."""
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
MAX_SECRET = 8192
_VERSION_BYTES = 8


@dataclass(frozen=True, slots=True)
class SecretState:
    """What may be shown of a secret."""

    name: str
    ending: str
    """Its last two characters, of a long one; else empty."""


class Vault:
    """Seals personal fields and keeps secrets. Thread-safe. Made by `opening.open_vault`.

    A sealed field is the key's version (8 random bytes, so that a new key after an erasure is told from the old one)
    + nonce + AES-256-GCM ciphertext, bound to `table:row:column:version`. Viewers' keys and secrets are bound to their place
    and to the number of the master key: one that was sealed with a retired master key is refused.
    """

    def __init__(self, store: KeyStore, master: bytes, number: int = 1, *, wall_ms: Callable[[], int] | None = None) -> None:
        self._store = store
        self._master = master
        self._number = number
        self._wall_ms = wall_ms or (lambda: time.time_ns() // 1_000_000)
        self._keys: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return "<Vault>"

    def seal(self, viewer_id: str, text: str, context: str) -> bytes:
        """See `flow.ports.Sealer`."""
        viewer_id = _storable(viewer_id)
        with self._lock:
            version, key = self._key(viewer_id) or self._new_key(viewer_id)
        return version + cipher.seal(key, text.encode("utf-8", "surrogatepass"), f"{context}:{version.hex()}")

    def open(self, viewer_id: str, sealed: bytes, context: str) -> str | None:
        """See `flow.ports.Sealer`."""
        viewer_id, version = _storable(viewer_id), sealed[:_VERSION_BYTES]
        with self._lock:
            known = self._key(viewer_id)
        if known is None or known[0] != version:
            return None
        try:
            plain = cipher.unseal(known[1], sealed[_VERSION_BYTES:], f"{context}:{version.hex()}")
        except cipher.DoesNotOpen:
            raise VaultError(f"The sealed field {context} was changed or moved.", "Restore the ledger from a backup.") from None
        return plain.decode("utf-8", "surrogatepass")

    def erase(self, viewer_id: str) -> bool:
        """See `flow.ports.Sealer`. Also kept, as a keyed hash, for backups: a restored one does not bring the viewer back."""
        viewer_id = _storable(viewer_id)
        with self._lock:
            self._keys.pop(viewer_id, None)
            return self._store.drop_viewer_key(viewer_id, self._tag(self._erasure_key(), viewer_id), self._wall_ms())

    def get(self, name: str) -> str | None:
        """The secret kept under `name` (`twitch.refresh_token`), or None.

        Raises:
            VaultError: it was changed, or the vault cannot be read.
        """
        with self._lock:
            kept = self._store.secret(name)
            if kept is None:
                return None
            sealed, number = kept
            try:
                self._check_number(number)
                return cipher.unseal(self._master, sealed, secret_place(name, number)).decode("utf-8", "surrogatepass")
            except cipher.DoesNotOpen:
                raise VaultError(f"The secret {name} was changed.", "Set it again.") from None

    def set(self, name: str, value: str | None) -> None:
        """Keep a secret; None takes it away.

        Raises:
            VaultError: the name or the value cannot be, or the vault cannot be written.
        """
        if not NAME.fullmatch(name):
            raise VaultError("A secret's name has small letters, digits, dots, dashes.", "For example: brain.key")
        if value is not None and not 0 < len(value) <= MAX_SECRET:
            raise VaultError(f"A secret has 1 to {MAX_SECRET} characters.", "Copy it again.")
        with self._lock:
            sealed = None
            if value is not None:
                sealed = cipher.seal(self._master, value.encode("utf-8", "surrogatepass"), secret_place(name, self._number))
            try:
                self._store.set_secret(name, sealed, self._number)
            except RetiredKey:
                raise _retired() from None

    def secrets(self) -> list[SecretState]:
        """Their names, and no more than may be shown."""
        with self._lock:
            values = {name: self.get(name) or "" for name in self._store.secret_names()}
        return [SecretState(name, value[-2:] if len(value) >= HINTED_FROM else "") for name, value in values.items()]

    def erased_since(self, created_ms: int, tags: list[tuple[bytes, int]]) -> int:
        """Erase again whoever `tags` say was erased after `created_ms`: how a restored backup forgets whom it must.

        Returns how many viewers that were.
        """
        with self._lock:
            key = self._erasure_key()
            late = {tag: at for tag, at in tags if at >= created_ms}
            hit = [(viewer, late[tag]) for viewer in self._store.viewers() if (tag := self._tag(key, viewer)) in late]
            for viewer, at in hit:
                self._keys.pop(viewer, None)
                self._store.drop_viewer_key(viewer, self._tag(key, viewer), at)
            with self._store.transaction():
                self._store.remember_erased(tags)
        return len(hit)

    def close(self) -> None:
        with self._lock:
            self._keys.clear()
            self._store.close()

    @contextmanager
    def exclusive(self) -> Iterator[tuple[KeyStore, bytes, int]]:
        """The store, the master key and its number, for `changing.py`: nobody else seals or opens meanwhile."""
        with self._lock:
            yield self._store, self._master, self._number

    def changed(self, master: bytes, number: int) -> None:
        """From now on this is the master key. Only inside `exclusive`, once the store agrees."""
        self._master, self._number = master, number

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose that whoever has the master key can make again."""
        with self._lock:
            return cipher.derive(self._master, purpose)

    def _erasure_key(self) -> bytes:
        """Outlives rotations, so that what was erased under an old master key stays erased."""
        sealed = self._store.about("erasure") or b""
        try:
            return cipher.unseal(self._master, sealed, erasure_place(self._number))
        except cipher.DoesNotOpen:
            raise VaultError("The vault's list of erasures was changed.", "Restore vault.db from a backup.") from None

    @staticmethod
    def _tag(key: bytes, viewer_id: str) -> bytes:
        return hmac.digest(key, viewer_id.encode("utf-8"), "sha256")

    def _check_number(self, number: int) -> None:
        """A row of a retired master key was put there by somebody, or another program rotates."""
        if number != self._number:
            if int(self._store.about("master") or b"1") != self._number:
                raise _retired()
            raise cipher.DoesNotOpen

    def _key(self, viewer_id: str) -> tuple[bytes, bytes] | None:
        """The viewer's key and its version, if there is one."""
        if (cached := self._keys.get(viewer_id)) is not None:
            self._keys.move_to_end(viewer_id)
            return cached
        stored = self._store.viewer_key(viewer_id)
        if stored is None:
            return None
        version, wrapped, number = stored
        try:
            self._check_number(number)
            key = cipher.unseal(self._master, wrapped, key_place(viewer_id, version, number))
        except cipher.DoesNotOpen:
            remedy = "Restore vault.db from a backup, or erase this viewer."
            raise VaultError("A viewer's key does not open: vault.db was changed.", remedy) from None
        return self._remember(viewer_id, version, key)

    def _new_key(self, viewer_id: str) -> tuple[bytes, bytes]:
        version, key = secrets.token_bytes(_VERSION_BYTES), secrets.token_bytes(cipher.KEY_BYTES)
        wrapped = cipher.seal(self._master, key, key_place(viewer_id, version, self._number))
        try:
            added = self._store.add_viewer_key(viewer_id, version, wrapped, self._number)
        except RetiredKey:
            raise _retired() from None
        if added:
            return self._remember(viewer_id, version, key)
        other = self._key(viewer_id)
        if other is None:
            raise VaultError("A viewer's key vanished while it was made.", "Check what else writes to vault.db.")
        return other

    def _remember(self, viewer_id: str, version: bytes, key: bytes) -> tuple[bytes, bytes]:
        self._keys[viewer_id] = version, key
        if len(self._keys) > CACHED_KEYS:
            self._keys.popitem(last=False)
        return version, key


def _retired() -> VaultError:
    remedy = "Start Sidecast again; nothing is lost, and this was not kept."
    return VaultError("The vault's master key was changed by another program.", remedy)


def key_place(viewer_id: str, version: bytes, number: int) -> str:
    return f"viewer_keys:{viewer_id}:wrapped:{version.hex()}{_suffix(number)}"


def secret_place(name: str, number: int) -> str:
    return f"secrets:{name}:sealed{_suffix(number)}"


def erasure_place(number: int) -> str:
    return f"about:erasure:{number}"


def _suffix(number: int) -> str:
    """Vaults from before there were several master keys have none."""
    return "" if number == 1 else f":{number}"


def _storable(viewer_id: str) -> str:
    """SQLite takes no lone surrogates; ids of platforms have none, those of broken replays may."""
    return viewer_id.encode("utf-8", "backslashreplace").decode("utf-8")
