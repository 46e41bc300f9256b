"""Changes of the master key: held another way, rotated, written down as words. Broken off at any point, one way opens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import VaultError
from . import cipher, words
from .opening import (
    adopt,
    box_place,
    expect_leftover,
    fits,
    held_now,
    leftovers,
    new_check,
    public_place,
    tidy,
)
from .store import KeyStore
from .vault import Vault, erasure_place, key_place, secret_place
from .ways import Holder, Way, target

BATCH = 500
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What may be shown of the master key."""

    way: Way
    number: int
    """How many master keys there have been, with this one."""
    has_words: bool
    keyring: str
    """The name of the keyring that could hold it; empty when there is none."""


class Changes:
    """Every method may take a second, or wait for a person at a keyring: not for the event loop."""

    def __init__(self, vault: Vault, holder: Holder) -> None:
        self._vault = vault
        self._holder = holder

    def state(self) -> KeyState:
        with self._vault.exclusive() as (store, _, number):
            held, _ = held_now(store)
            return KeyState(held.way, number, store.about("recovery") is not None, self._holder.ring.name)

    def check(self, passphrase: str) -> None:
        """Raises WrongPassphrase when the master key is under another one. Any will do where it is under none."""
        with self._vault.exclusive() as (store, _, number):
            held, _ = held_now(store)
        if held.way is Way.PASSPHRASE:
            self._holder.fetch(held, number, lambda wrong: None if wrong else passphrase)

    def move(self, way: Way, passphrase: str = "") -> None:
        """Holds the master key that way from now on; takes it away from where it was.

        Raises:
            VaultError: it cannot be held that way; everything stays as it was.
        """
        with self._vault.exclusive() as (store, master, _):
            adopt(store, self._holder, master, way, passphrase)

    def rotate(self, passphrase: str = "", progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """A new master key; viewers' keys and secrets are wrapped anew in one transaction, and the old key opens nothing more.

        Args:
            passphrase: where the master key is under one.
            progress: is told how many rows are done, and of how many.

        Returns how many rows that were.

        Raises:
            WrongPassphrase: it is not the one.
            VaultError: a row does not open, or the new key cannot be held; everything stays as it was.
        """
        self.check(passphrase)
        with self._vault.exclusive() as (store, old, number):
            held, now = held_now(store)
            if now != number or not fits(store, old, number):
                raise VaultError("The vault's master key was changed by another program.", "Start Sidecast again.")
            master, fresh = secrets.token_bytes(cipher.KEY_BYTES), number + 1
            vault_id = (store.about("id") or b"").decode()
            if held.way is not Way.PASSPHRASE:
                staged = target(held.way, fresh, vault_id)
                expect_leftover(store, staged)
                self._holder.drop(staged)  # of an earlier rotation that was broken off
            new = self._holder.hold(held.way, master, fresh, vault_id, passphrase)
            # one transaction: whoever is killed in it has the old key and the old rows
            with store.transaction():
                rows = _Rewrap(store, old, number, master, fresh).all(progress)
                dropped = [each for each in leftovers(store) if each != new]
                if held.way is not Way.PASSPHRASE:
                    dropped.append(held)
                store.set_about({"master": str(fresh).encode(), "held": new.to_json().encode(), "leftover": None})
                for each in dropped:
                    expect_leftover(store, each)
            self._vault.changed(master, fresh)
            store.empty_journal()
            tidy(store, self._holder)
        return rows

    def keep_words(self, chosen: tuple[str, ...]) -> None:
        """From now on these recovery words open the vault and its backups, and no earlier ones do. They are not kept."""
        public = cipher.public_of(words.private_key(" ".join(chosen)))
        with self._vault.exclusive() as (store, master, number):
            store.set_about(_recovery(public, master, number))
            store.empty_journal()

    def public(self) -> bytes | None:
        """What backups are sealed to, so that the recovery words open them; None without words."""
        with self._vault.exclusive() as (store, master, number):
            return _public(store, master, number)

    def passphrase_record(self) -> str | None:
        """What the vault's passphrase opens: for backups. Holds no secret."""
        with self._vault.exclusive() as (store, _, _number):
            held, _ = held_now(store)
            return held.to_json() if held.way is Way.PASSPHRASE else None

    def master(self) -> tuple[bytes, int]:
        """For the inside of an encrypted backup, and for nothing else."""
        with self._vault.exclusive() as (_, master, number):
            return master, number


class _Rewrap:
    def __init__(self, store: KeyStore, old: bytes, number: int, new: bytes, fresh: int) -> None:
        self._store, self._old, self._number, self._new, self._fresh = store, old, number, new, fresh

    def all(self, progress: Callable[[int, int], None]) -> int:
        viewers, names = self._store.viewers(), self._store.secret_names()
        total = len(viewers) + len(names)
        for start in range(0, len(viewers), BATCH):
            self._store.rewrap("viewer_keys", "wrapped", self._keys(viewers[start : start + BATCH]), self._fresh)
            progress(min(start + BATCH, len(viewers)), total)
        self._store.rewrap("secrets", "sealed", self._secrets(names), self._fresh)
        about: dict[str, bytes | None] = {"check": new_check(self._new, self._fresh)}
        place = erasure_place(self._fresh)
        about["erasure"] = cipher.seal(self._new, self._open(self._store.about("erasure"), erasure_place(self._number)), place)
        public = _public(self._store, self._old, self._number)
        if public is not None:
            about |= _recovery(public, self._new, self._fresh)
        self._store.set_about(about)
        progress(total, total)
        return total

    def _keys(self, viewers: list[str]) -> Iterator[tuple[str, bytes]]:
        for viewer in viewers:
            stored = self._store.viewer_key(viewer)
            assert stored is not None
            version, wrapped, number = stored
            key = self._open(wrapped if number == self._number else None, key_place(viewer, version, number))
            yield viewer, cipher.seal(self._new, key, key_place(viewer, version, self._fresh))

    def _secrets(self, names: list[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            stored = self._store.secret(name)
            assert stored is not None
            sealed, number = stored
            plain = self._open(sealed if number == self._number else None, secret_place(name, number))
            yield name, cipher.seal(self._new, plain, secret_place(name, self._fresh))

    def _open(self, sealed: bytes | None, place: str) -> bytes:
        try:
            return cipher.unseal(self._old, sealed or b"", place)
        except cipher.DoesNotOpen:
            remedy = "Restore vault.db from a backup; the key was not rotated."
            raise VaultError("Something in vault.db was changed and does not open.", remedy) from None


def _recovery(public: bytes, master: bytes, number: int) -> dict[str, bytes | None]:
    # the public key is sealed too: whoever could put in another one would read all later backups
    box = cipher.seal_to(public, master, box_place(number))
    return {"recovery": cipher.seal(master, public, public_place(number)), "recovery_box": box}


def _public(store: KeyStore, master: bytes, number: int) -> bytes | None:
    sealed = store.about("recovery")
    if sealed is None:
        return None
    try:
        return cipher.unseal(master, sealed, public_place(number))
    except cipher.DoesNotOpen:
        raise VaultError("The record of the recovery words was changed.", "Make new words: ./sidecast vault words") from None
