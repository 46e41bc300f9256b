"""The vault and its backups together: how a backup opens, what it holds of the vault, and what a restore makes of it."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .. import __version__
from ..errors import KeepError, VaultError
from ..keep import reading, swapping
from ..keep.container import Header, read_header
from ..keep.estate import RESTORING, VAULT, Estate
from ..keep.writing import Made, write_backup
from ..vault import cipher, keyfile, passphrase, words
from ..vault.changing import Changes
from ..vault.opening import fits, held_now
from ..vault.passphrase import WrongPassphrase
from ..vault.store import KeyStore
from ..vault.vault import Vault
from ..vault.ways import Held, Way, file_of

_PLACE = "backup:key"
_one_at_a_time = threading.Lock()


class NeedsKey(KeepError):
    """Only the words or a passphrase open it here; the remedy says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """What somebody has to open a backup with. Shows itself to nobody."""

    words: str = ""
    passphrase: str = ""
    changes: Changes | None = None
    """The vault of this machine."""

    def __repr__(self) -> str:
        return "<Opens>"


def back_up(
    changes: Changes,
    estate: Estate,
    target: Path,
    now_ms: int,
    *,
    typed: str = "",
    only_here: bool = False,
    replace: bool = False,
    progress: Callable[[float], None] = lambda part: None,
) -> Made:
    """Everything into `target`. It opens with the recovery words, with the vault's passphrase, with `typed`, and by itself on a
    machine that still has the vault's key. For a thread: it reads and writes all that Sidecast has.

    Args:
        only_here: make it even when nothing but this machine's own key would open it.

    Raises:
        KeepError, VaultError: it cannot be made; no half file is left.
    """
    key = secrets.token_bytes(cipher.KEY_BYTES)
    locks = _locks(changes, key, typed)
    if not only_here and not opens_elsewhere(locks):
        remedy = "Make recovery words first (./sidecast vault words), or give this backup a passphrase of its own."
        raise KeepError("Nothing but this machine's own key would open the backup.", remedy)
    with _one_at_a_time:
        master, number = changes.master()
        inside = {"master": master.hex(), "number": number}
        header = Header(now_ms, __version__, tuple(locks))
        return write_backup(estate, target, header, key, inside, replace=replace, progress=progress)


def opens_elsewhere(locks: list[dict[str, Any]]) -> bool:
    """Whether somebody without this machine can open it."""
    return any(lock["kind"] in {"words", "passphrase"} or lock.get("held") for lock in locks)


def prepare(stream: BinaryIO, opens: Opens, estate: Estate) -> swapping.Plan:
    """A restore up to the last step: the backup is opened, checked whole and lies beside what it will replace.

    Raises:
        WrongPassphrase: that, or words that are not its.
        KeepError, VaultError: it does not open, was changed or cut, or does not fit. Nothing was touched.
    """
    header, _ = read_header(stream)
    key = _key(header, opens)
    stream.seek(0)
    with _one_at_a_time:
        if (waiting := swapping.waiting(estate.data)) is not None and not swapping.call_off(estate.data):
            raise KeepError("A restore was begun and is not finished.", f"Start Sidecast once ({len(waiting.put)} files).")
        unpacked = reading.unpack(stream, key, estate)
        try:
            also = _settle_key(unpacked, estate)
            wanted = swapping.plan(unpacked.created_ms, unpacked.files, estate, also)
            swapping.note(wanted, estate)
        except BaseException:
            reading.discard(unpacked.files, estate)
            raise
    return wanted


def forget_erased(vault: Vault, folder: Path) -> int:
    """After a restore: erases again whom the state before it had erased. Returns how many viewers that were."""
    waiting = swapping.erasures(folder)
    if waiting is None:
        return 0
    erased = vault.erased_since(*waiting)
    swapping.erasures_done(folder)
    return erased


def _locks(changes: Changes, key: bytes, typed: str) -> list[dict[str, Any]]:
    master, number = changes.master()
    sealed = cipher.seal(cipher.derive(master, "backup"), key, f"{_PLACE}:{number}")
    locks: list[dict[str, Any]] = [{"kind": "vault", "number": number, "sealed": _text(sealed)}]
    if (record := changes.passphrase_record()) is not None:
        locks[0]["held"] = record
    if (public := changes.public()) is not None:
        locks.append({"kind": "words", "box": _text(cipher.seal_to(public, key, _PLACE))})
    if typed:
        locks.append({"kind": "passphrase", "record": passphrase.wrap(typed, key, _PLACE).to_json()})
    return locks


def _key(header: Header, opens: Opens) -> bytes:
    """The file's key, by whatever of `opens` fits."""
    tried = False
    for lock in header.locks:
        try:
            match lock.get("kind"):
                case "words" if opens.words:
                    tried = True
                    return cipher.unseal_with(words.private_key(opens.words), _bytes(lock, "box"), _PLACE)
                case "passphrase" if opens.passphrase:
                    tried = True
                    return passphrase.unwrap(opens.passphrase, passphrase.Wrapped.from_json(str(lock.get("record"))), _PLACE)
                case "vault":
                    for master, number in _masters(lock, opens):
                        tried = tried or bool(opens.passphrase)
                        return cipher.unseal(cipher.derive(master, "backup"), _bytes(lock, "sealed"), f"{_PLACE}:{number}")
                case _:
                    pass
        except (cipher.DoesNotOpen, WrongPassphrase):
            continue
    if tried:
        remedy = "Try again. Recovery words open what was backed up after they were made; a passphrase, what was made with it."
        raise WrongPassphrase("This does not open the backup.", remedy)
    kinds = {str(lock.get("kind")) for lock in header.locks} | {"held" for lock in header.locks if lock.get("held")}
    ways = " or ".join(words_of for kind, words_of in _WAYS if kind in kinds) or "the key of its own machine"
    raise NeedsKey("This machine's key does not open the backup.", f"It opens with {ways}.")


_WAYS = (("words", "the recovery words"), ("passphrase", "the passphrase of the backup"), ("held", "the vault's passphrase"))


def _masters(lock: Mapping[str, Any], opens: Opens) -> list[tuple[bytes, int]]:
    """Keys of a vault that may be the one the backup was made with."""
    number = lock.get("number")
    if not isinstance(number, int):
        return []
    if opens.changes is not None and not opens.passphrase:
        master, now = opens.changes.master()
        return [(master, number)] if now == number else []
    if opens.passphrase and lock.get("held"):
        held = Held.from_json(str(lock["held"]))
        if held.wrapped is not None:
            return [(passphrase.unwrap(opens.passphrase, held.wrapped, f"about:passphrase:{number}"), number)]
    return []


def _settle_key(unpacked: reading.Unpacked, estate: Estate) -> list[Path]:
    """The restored vault's key: under its passphrase already, or from now on in a key file, from where it can be moved."""
    staged = unpacked.files.get(VAULT)
    if staged is None:
        return []
    try:
        master, number = bytes.fromhex(unpacked.inside["master"]), int(unpacked.inside["number"])
    except (KeyError, ValueError, TypeError):
        raise KeepError("The backup lacks its vault's key.", "Take another one.") from None
    store = KeyStore(staged)
    try:
        if not fits(store, master, number):
            raise KeepError("The vault in this backup does not fit its key.", "Take another one.")
        held, _ = held_now(store)
        if held.way is Way.PASSPHRASE:
            return []
        in_file = file_of(number)
        folder = estate.path_of(VAULT).parent
        beside = folder / f"{in_file.where}{RESTORING}"
        keyfile.destroy(beside)
        keyfile.make(beside, master)
        store.set_about({"held": in_file.to_json().encode(), "leftover": None})
        return [folder / in_file.where]
    finally:
        store.close()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(lock: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(lock.get(name, "")), validate=True)
    except binascii.Error:
        raise VaultError("The backup's header is damaged.", "Take another one.") from None
