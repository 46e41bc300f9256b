"""A key per viewer, wrapped by the master key: erasing the viewer's key erases every field that it sealed."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from pathlib import Path

from ..errors import VaultError
from . import cipher, keyfile
from .store import KeyStore

KEY_FILE = "master.key"
DATABASE = "vault.db"
CACHED_KEYS = 512
"""Viewers' keys held in memory; the others are unwrapped again when needed."""
_VERSION_BYTES = 8
_CHECK = "sidecast vault"


class Vault:
    """Seals personal fields and keeps secrets. Thread-safe. Made by `open_vault`.

    A sealed field is the key's version (8 random bytes, so that a new key after an erasure is told from the old one)
    + nonce + AES-256-GCM ciphertext, bound to `table:row:column:version`.
    """

    def __init__(self, store: KeyStore, master: bytes) -> None:
        self._store = store
        self._master = master
        self._keys: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = threading.Lock()

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
        """See `flow.ports.Sealer`."""
        viewer_id = _storable(viewer_id)
        with self._lock:
            self._keys.pop(viewer_id, None)
            return self._store.drop_viewer_key(viewer_id)

    def get(self, name: str) -> str | None:
        """The secret kept under `name` (`twitch.refresh_token`), or None.

        Raises:
            VaultError: it was changed, or the vault cannot be read.
        """
        with self._lock:
            sealed = self._store.secret(name)
        if sealed is None:
            return None
        try:
            return cipher.unseal(self._master, sealed, f"secrets:{name}:sealed").decode("utf-8", "surrogatepass")
        except cipher.DoesNotOpen:
            raise VaultError(f"The secret {name} was changed.", "Set it again.") from None

    def set(self, name: str, value: str | None) -> None:
        """Keep a secret; None takes it away.

        Raises:
            VaultError: the vault cannot be written.
        """
        sealed = None
        if value is not None:
            sealed = cipher.seal(self._master, value.encode("utf-8", "surrogatepass"), f"secrets:{name}:sealed")
        with self._lock:
            self._store.set_secret(name, sealed)

    def close(self) -> None:
        with self._lock:
            self._keys.clear()
            self._store.close()

    def _key(self, viewer_id: str) -> tuple[bytes, bytes] | None:
        """The viewer's key and its version, if there is one."""
        if (cached := self._keys.get(viewer_id)) is not None:
            self._keys.move_to_end(viewer_id)
            return cached
        stored = self._store.viewer_key(viewer_id)
        if stored is None:
            return None
        version, wrapped = stored
        try:
            key = cipher.unseal(self._master, wrapped, _key_place(viewer_id, version))
        except cipher.DoesNotOpen:
            remedy = "Restore vault.db from a backup, or erase this viewer."
            raise VaultError("A viewer's key does not open: vault.db was changed.", remedy) from None
        return self._remember(viewer_id, version, key)

    def _new_key(self, viewer_id: str) -> tuple[bytes, bytes]:
        version, key = secrets.token_bytes(_VERSION_BYTES), secrets.token_bytes(cipher.KEY_BYTES)
        wrapped = cipher.seal(self._master, key, _key_place(viewer_id, version))
        if self._store.add_viewer_key(viewer_id, version, wrapped):
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


def open_vault(folder: Path) -> Vault:
    """The vault in `folder` (`master.key` and `vault.db`), made when there is none.

    Raises:
        VaultError: the key file or the database is missing beside the other, damaged, foreign, or has the wrong rights.
    """
    key_path, database = folder / KEY_FILE, folder / DATABASE
    if database.exists() and not key_path.exists():
        remedy = f"Put it back. Without it, move {DATABASE} away to start anew: what it sealed then stays unreadable."
        raise VaultError(f"The vault's key file {key_path} is missing.", remedy)
    master = keyfile.load_or_create(key_path)
    store = KeyStore(database)
    try:
        check = store.about("check") or store.set_about("check", cipher.seal(master, _CHECK.encode(), _CHECK))
        cipher.unseal(master, check, _CHECK)
    except cipher.DoesNotOpen:
        store.close()
        raise VaultError(f"{key_path} is not the key of {database}.", "Put back the key file that belongs to it.") from None
    except VaultError:
        store.close()
        raise
    return Vault(store, master)


def _key_place(viewer_id: str, version: bytes) -> str:
    return f"viewer_keys:{viewer_id}:wrapped:{version.hex()}"


def _storable(viewer_id: str) -> str:
    """SQLite takes no lone surrogates; ids of platforms have none, those of broken replays may."""
    return viewer_id.encode("utf-8", "backslashreplace").decode("utf-8")
