"""Opens the vault: finds the master key where it is held, or makes one."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from ..errors import VaultError
from . import cipher, keyfile, words
from .ring import NoRing, Ring
from .store import KeyStore
from .vault import Vault, erasure_place
from .ways import KEY_FILE, Ask, Held, Holder, Way, file_of, nobody_to_ask, target

log = logging.getLogger(__name__)

DATABASE = "vault.db"
_CHECK = "sidecast vault"


def open_vault(
    folder: Path, *, ring: Ring | None = None, ask: Ask = nobody_to_ask, wall_ms: Callable[[], int] | None = None
) -> Vault:
    """The vault in `folder`, made when there is none: its key goes into a real `ring`, else into a key file.

    May wait for a person who unlocks a keyring or types a passphrase.

    Raises:
        VaultError: the key cannot be had, or the database is damaged, foreign, or has the wrong rights; says what to do.
    """
    holder = Holder(folder, ring or NoRing())
    store = _store(folder)
    try:
        if store.about("check") is None:
            _create(store, holder)
        master, number = _fetch(store, holder, ask)
        _add_erasure(store, master, number)
        tidy(store, holder)
    except BaseException:
        store.close()
        raise
    return Vault(store, master, number, wall_ms=wall_ms)


def _fetch(store: KeyStore, holder: Holder, ask: Ask) -> tuple[bytes, int]:
    held, number = held_now(store)
    where = holder.folder / held.where
    try:
        master = holder.fetch(held, number, ask)
    except FileNotFoundError:
        remedy = f"Put it back, or use your recovery words (./sidecast vault unlock). Without them, move {DATABASE} away to "
        remedy += "start anew: what it sealed then stays unreadable."
        raise VaultError(f"The vault's key file {where} is missing.", remedy) from None
    if not fits(store, master, number):
        what = str(where) if held.way is Way.FILE else f"What the {held.way} has"
        raise VaultError(f"{what} is not the key of {holder.folder / DATABASE}.", "Put back the key that belongs to it.")
    return master, number


def unlock_with_words(folder: Path, typed: str, way: Way, *, ring: Ring | None = None, passphrase: str = "") -> None:
    """Takes the master key out of the recovery words and holds it the `way` that is wanted.

    Raises:
        VaultError: the words are wrong or not of this vault, or the key cannot be held there.
    """
    private = words.private_key(typed)
    if not (folder / DATABASE).exists():
        raise VaultError(f"There is no vault in {folder}.", "Restore a backup: ./sidecast restore FILE")
    holder = Holder(folder, ring or NoRing())
    store = _store(folder)
    try:
        _, number = held_now(store)
        try:
            master = cipher.unseal_with(private, store.about("recovery_box") or b"", box_place(number))
        except cipher.DoesNotOpen:
            raise VaultError("These are not the recovery words of this vault.", "Newer words replace older ones.") from None
        if not fits(store, master, number):
            raise VaultError("These are not the recovery words of this vault.", "Newer words replace older ones.")
        adopt(store, holder, master, way, passphrase)
    finally:
        store.close()


def adopt(store: KeyStore, holder: Holder, master: bytes, way: Way, passphrase: str = "") -> Held:
    """Holds the master key another way. Broken off at any point, the old one or the new one opens."""
    old, number = held_now(store)
    vault_id = (store.about("id") or b"").decode()
    if way is not Way.PASSPHRASE:
        expect_leftover(store, target(way, number, vault_id))
    held = holder.hold(way, master, number, vault_id, passphrase)
    # the record of what was there before goes in with the new one: whoever opens next takes it away if we cannot
    leftover = [each for each in (*leftovers(store), old) if each != held and each.way is not Way.PASSPHRASE]
    store.set_about({"held": held.to_json().encode(), "leftover": _listed(leftover)})
    store.empty_journal()
    tidy(store, holder)
    return held


def held_now(store: KeyStore) -> tuple[Held, int]:
    """Where the master key is held, and its number."""
    record = store.about("held")
    number = int(store.about("master") or b"1")
    return (file_of(number) if record is None else Held.from_json(record)), number


def fits(store: KeyStore, master: bytes, number: int) -> bool:
    """Whether this is the vault's master key."""
    try:
        cipher.unseal(master, store.about("check") or b"", check_place(number))
    except cipher.DoesNotOpen:
        return False
    return True


def tidy(store: KeyStore, holder: Holder) -> None:
    """Takes old keys away from where they are no longer held. What cannot be reached now is tried again at the next start."""
    leftover = leftovers(store)
    if not leftover:
        return
    current, _ = held_now(store)
    kept = []
    for old in leftover:
        try:
            if old != current:
                holder.drop(old)
        except VaultError as error:
            log.warning("an old key of the vault could not be removed yet: %s", error)
            kept.append(old)
    store.set_about({"leftover": _listed(kept)})


def leftovers(store: KeyStore) -> list[Held]:
    return [Held.from_json(record) for record in json.loads(store.about("leftover") or b"[]")]


def expect_leftover(store: KeyStore, held: Held) -> None:
    """Before a key is put somewhere: should we be broken off, the next start knows where to look."""
    store.set_about({"leftover": _listed([*leftovers(store), held])})


def check_place(number: int) -> str:
    return _CHECK if number == 1 else f"{_CHECK}:{number}"


def box_place(number: int) -> str:
    return f"about:recovery_box:{number}"


def public_place(number: int) -> str:
    return f"about:recovery:{number}"


def new_check(master: bytes, number: int) -> bytes:
    return cipher.seal(master, _CHECK.encode(), check_place(number))


def _listed(helds: list[Held]) -> bytes | None:
    return json.dumps([held.to_json() for held in helds]).encode() if helds else None


def _store(folder: Path) -> KeyStore:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise VaultError(f"The vault's folder {folder} cannot be made: {error.strerror}.", "Check its rights.") from error
    return KeyStore(folder / DATABASE)


def _create(store: KeyStore, holder: Holder) -> None:
    """One process makes the key while the others wait for the database."""
    with store.transaction():
        if store.about("check") is not None:
            return
        vault_id = secrets.token_hex(8)
        held, master = file_of(1), b""
        if holder.ring.name and not (holder.folder / KEY_FILE).exists():
            master = secrets.token_bytes(cipher.KEY_BYTES)
            try:
                held = holder.hold(Way.KEYRING, master, 1, vault_id)
            except VaultError as error:
                log.warning("the vault's key goes into a key file: %s", error)
                master = b""
        master = master or keyfile.load_or_create(holder.folder / KEY_FILE)
        about = {"id": vault_id.encode(), "check": new_check(master, 1), "master": b"1", "held": held.to_json().encode()}
        store.set_about({**about, "erasure": _new_erasure(master, 1)})


def _add_erasure(store: KeyStore, master: bytes, number: int) -> None:
    """For a vault from before there was a list of erasures, and before vaults had ids."""
    if store.about("erasure") is not None:
        return
    with store.transaction():
        if store.about("erasure") is None:
            vault_id = store.about("id") or secrets.token_hex(8).encode()
            store.set_about({"erasure": _new_erasure(master, number), "id": vault_id, "master": str(number).encode()})


def _new_erasure(master: bytes, number: int) -> bytes:
    return cipher.seal(master, secrets.token_bytes(cipher.KEY_BYTES), erasure_place(number))
