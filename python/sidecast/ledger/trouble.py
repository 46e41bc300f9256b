"""What is wrong with the database, in one sentence that says what to do."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum
from pathlib import Path

from ..errors import SidecastError


class Trouble(StrEnum):
    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    DAMAGED = "damaged"
    VAULT = "vault"
    OTHER = "other"


_BY_CODE = {
    sqlite3.SQLITE_FULL: Trouble.DISK_FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
}
_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RIGHTS_ERRNOS = (errno.EACCES, errno.EPERM, errno.EROFS)


def trouble_of(error: Exception) -> Trouble:
    if isinstance(error, sqlite3.Error):
        return _BY_CODE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, Trouble.OTHER)
    if isinstance(error, SidecastError):
        return Trouble.VAULT if error.code == "vault" else Trouble.OTHER
    if isinstance(error, OSError):
        if error.errno in _FULL_ERRNOS:
            return Trouble.DISK_FULL
        if error.errno in _RIGHTS_ERRNOS:
            return Trouble.READ_ONLY
    return Trouble.OTHER


def explain(error: Exception, path: Path) -> str:
    """For the log and the control page: no viewer text, no row content."""
    match trouble_of(error):
        case Trouble.DISK_FULL:
            return f"The ledger cannot be written: the disk under {path} is full. Free some space; it goes on by itself."
        case Trouble.READ_ONLY:
            return f"The ledger {path} cannot be written: no right to. Check the rights of the file and its folder."
        case Trouble.LOCKED:
            return f"The ledger {path} is locked by another program. Close it; the ledger goes on by itself."
        case Trouble.DAMAGED:
            return f"The ledger {path} is damaged. It is set aside and a new one is begun."
        case Trouble.VAULT:
            return f"The ledger waits for the vault. {error}"
        case _:
            return f"The ledger {path} cannot be written: {error}."
