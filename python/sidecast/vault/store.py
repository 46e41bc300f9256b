"""`vault.db`: wrapped viewer keys and sealed secrets. Every write is on the disk when the call returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import VaultError

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE viewer_keys (viewer TEXT PRIMARY KEY, version BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""
_BUSY_TIMEOUT_S = 1.0


class KeyStore:
    """Rows only: knows nothing of keys or ciphers. Not thread-safe; the vault locks around it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explained():
            self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
            path.chmod(0o600)
            # FULL: a viewer's key must outlive a power cut as surely as the ledger lines that it seals
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "journal_size_limit=1048576"):
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._migrate()

    def _migrate(self) -> None:
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > _SCHEMA_VERSION:
                raise VaultError(f"{self._path} was written by a newer Sidecast (schema {version}).", "Update Sidecast.")
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")

    def about(self, name: str) -> bytes | None:
        return self._value("SELECT value FROM about WHERE name = ?", name)

    def set_about(self, name: str, value: bytes) -> bytes:
        """What is kept under `name` from now on: `value`, or what another process had put there before."""
        with self._explained():
            self._db.execute("INSERT INTO about VALUES (?, ?) ON CONFLICT DO NOTHING", (name, value))
        kept = self.about(name)
        return value if kept is None else kept

    def viewer_key(self, viewer: str) -> tuple[bytes, bytes] | None:
        """Version and wrapped key."""
        with self._explained():
            row = self._db.execute("SELECT version, wrapped FROM viewer_keys WHERE viewer = ?", (viewer,)).fetchone()
        return None if row is None else (bytes(row[0]), bytes(row[1]))

    def add_viewer_key(self, viewer: str, version: bytes, wrapped: bytes) -> bool:
        """False when another process has given the viewer a key in the meantime."""
        with self._explained():
            sql = "INSERT INTO viewer_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            return self._db.execute(sql, (viewer, version, wrapped)).rowcount == 1

    def drop_viewer_key(self, viewer: str) -> bool:
        """Also out of the write-ahead log, where it would stay readable for a while."""
        with self._explained():
            dropped = self._db.execute("DELETE FROM viewer_keys WHERE viewer = ?", (viewer,)).rowcount == 1
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return dropped

    def secret(self, name: str) -> bytes | None:
        return self._value("SELECT sealed FROM secrets WHERE name = ?", name)

    def set_secret(self, name: str, sealed: bytes | None) -> None:
        """None takes it away."""
        with self._explained():
            if sealed is None:
                self._db.execute("DELETE FROM secrets WHERE name = ?", (name,))
            else:
                self._db.execute(
                    "INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed", (name, sealed)
                )
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._db.close()

    def _value(self, sql: str, name: str) -> bytes | None:
        with self._explained():
            row = self._db.execute(sql, (name,)).fetchone()
        return None if row is None else bytes(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                remedy = "Restore it from a backup, or move it away: what it sealed then stays unreadable."
                raise VaultError(f"The vault {self._path} is damaged.", remedy) from error
            remedy = "Check the free space and the rights of that folder."
            raise VaultError(f"The vault {self._path} cannot be used: {error}.", remedy) from error
        except OSError as error:
            raise VaultError(f"The vault {self._path} cannot be used: {error.strerror}.", "Check its rights.") from error
