"""The master key: 32 random bytes in a file that only its owner may read. Created once, never overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

from ..errors import VaultError

KEY_BYTES = 32
_HEADER = "sidecast-key-1"
_MAX_FILE = 512
"""Bytes: a key file has 94."""


def load_or_create(path: Path) -> bytes:
    """The key in `path`, which is made with a new key when there is none.

    Two processes that start at once get the same key: the file appears complete or not at all.

    Raises:
        VaultError: the file is damaged, readable by others, not ours, or cannot be read or made.
    """
    try:
        return load(path)
    except FileNotFoundError:
        _create(path, secrets.token_bytes(KEY_BYTES))
    try:
        return load(path)
    except FileNotFoundError:
        raise VaultError(f"The key file {path} vanished while it was made.", "Check what else writes to that folder.") from None


def make(path: Path, key: bytes) -> None:
    """`key` in a new file `path`, complete or not at all. One with the same key may be there already.

    Raises:
        VaultError: another key is there, or it cannot be made.
    """
    _create(path, key)
    try:
        if secrets.compare_digest(load(path), key):
            return
    except FileNotFoundError:
        raise VaultError(f"The key file {path} vanished while it was made.", "Check what else writes to that folder.") from None
    raise VaultError(f"There is another key in {path}.", "Move it away; if it belongs to no vault, delete it.")


def destroy(path: Path) -> None:
    """Overwrites and removes the file. On a disk that writes elsewhere (SSD, snapshots) the old bytes may still be somewhere.

    Raises:
        VaultError: it cannot be removed.
    """
    try:
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(path.stat().st_size))
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise VaultError(f"The key file {path} cannot be removed: {error.strerror}.", "Check its rights.") from error


def load(path: Path) -> bytes:
    """The key in `path`.

    Raises:
        FileNotFoundError: there is no such file.
        VaultError: it is damaged, readable by others, not ours, or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise VaultError(f"The key file {path} cannot be read: {error.strerror}.", "Check its rights.") from error
    try:
        _check_rights(path, os.fstat(descriptor))
        return _parse(path, os.read(descriptor, _MAX_FILE + 1))
    finally:
        os.close(descriptor)


def _check_rights(path: Path, info: os.stat_result) -> None:
    if not stat.S_ISREG(info.st_mode):
        raise VaultError(f"The key file {path} is not a file.", "Move it away, or point the data folder elsewhere.")
    if os.name != "posix":
        return
    if info.st_uid != os.geteuid():
        raise VaultError(f"The key file {path} belongs to another user.", "Run Sidecast as the user who made it.")
    if info.st_mode & 0o077:
        rights = stat.S_IMODE(info.st_mode)
        raise VaultError(
            f"The key file {path} can be read by others (rights {rights:o}).",
            f"Run `chmod 600 '{path}'`, and treat what it protected as seen by them.",
        )


def _parse(path: Path, content: bytes) -> bytes:
    remedy = "Restore it from a backup (it is never replaced: what it sealed would be lost), or move it and vault.db away."
    damaged = VaultError(f"The key file {path} is damaged.", remedy)
    try:
        header, key_hex, checksum = content.decode("ascii").split()
        key = bytes.fromhex(key_hex)
    except ValueError:
        raise damaged from None
    if header != _HEADER or len(key) != KEY_BYTES or not secrets.compare_digest(checksum, _checksum(key)):
        raise damaged
    return key


def _checksum(key: bytes) -> str:
    """Of the key, one way: tells a damaged file from a whole one."""
    return hashlib.sha256(b"sidecast key file" + key).hexdigest()[:16]


def _create(path: Path, key: bytes) -> None:
    """A complete file appears under `path` at once; one that came first in the meantime stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(f"{_HEADER} {key.hex()} {_checksum(key)}\n".encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            # a link, unlike a rename, never replaces a key that another process has just made
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        remedy = "Check the free space and the rights of that folder."
        raise VaultError(f"The key file {path} cannot be made: {error.strerror}.", remedy) from error


def _sync_folder(folder: Path) -> None:
    """A new name, and a name gone, are on the disk only with their folder."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
