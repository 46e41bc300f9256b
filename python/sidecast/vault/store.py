"""`vault.db`: wrapped viewer keys and sealed secrets. Every write is on the disk when the call returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import VaultError

_MIGRATIONS = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE viewer_keys (viewer TEXT PRIMARY KEY, version BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
    """,
    # which master key a row was sealed with, and whom a restored backup must not bring back
    """
    ALTER TABLE viewer_keys ADD COLUMN master INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE secrets ADD COLUMN master INTEGER NOT NULL DEFAULT 1;
    CREATE TABLE erased (tag BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    """,
)
_BUSY_TIMEOUT_S = 1.0
_CURRENT = "SELECT CAST(COALESCE((SELECT value FROM about WHERE name = 'master'), '1') AS INTEGER)"


class RetiredKey(Exception):
    """Another process has rotated the master key: what this one would write could not be opened."""


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
        with self.transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise VaultError(f"{self._path} was written by a newer Sidecast (schema {version}).", "Update Sidecast.")
            for script in _MIGRATIONS[version:]:
                for statement in filter(str.strip, script.split(";")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={len(_MIGRATIONS)}")

    def about(self, name: str) -> bytes | None:
        return self._value("SELECT value FROM about WHERE name = ?", name)

    def set_about(self, values: Mapping[str, bytes | None]) -> None:
        """All or none of them; None takes one away."""
        with self._explained(), self.transaction():
            for name, value in values.items():
                self._db.execute("DELETE FROM about WHERE name = ?", (name,))
                if value is not None:
                    self._db.execute("INSERT INTO about VALUES (?, ?)", (name, value))

    def viewer_key(self, viewer: str) -> tuple[bytes, bytes, int] | None:
        """Version, wrapped key, and the number of the master key that wrapped it."""
        with self._explained():
            sql = "SELECT version, wrapped, master FROM viewer_keys WHERE viewer = ?"
            row = self._db.execute(sql, (viewer,)).fetchone()
        return None if row is None else (bytes(row[0]), bytes(row[1]), int(row[2]))

    def add_viewer_key(self, viewer: str, version: bytes, wrapped: bytes, master: int) -> bool:
        """False when another process has given the viewer a key in the meantime.

        Raises:
            RetiredKey: `master` is not the master key's number any more.
        """
        with self._explained(), self.transaction():
            self._check(master)
            sql = "INSERT INTO viewer_keys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            return self._db.execute(sql, (viewer, version, wrapped, master)).rowcount == 1

    def drop_viewer_key(self, viewer: str, tag: bytes, at_ms: int) -> bool:
        """Also out of the write-ahead log, where it would stay readable for a while. The erasure itself is remembered."""
        with self._explained():
            with self.transaction():
                dropped = self._db.execute("DELETE FROM viewer_keys WHERE viewer = ?", (viewer,)).rowcount == 1
                self.remember_erased([(tag, at_ms)])
            self.empty_journal()
        return dropped

    def remember_erased(self, tags: Iterable[tuple[bytes, int]]) -> None:
        sql = "INSERT INTO erased VALUES (?, ?) ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)"
        self._db.executemany(sql, tags)

    def erased(self) -> list[tuple[bytes, int]]:
        """Keyed hashes of the viewers that were erased, and when (Unix ms)."""
        with self._explained():
            return [(bytes(tag), int(at)) for tag, at in self._db.execute("SELECT tag, at_ms FROM erased")]

    def viewers(self) -> list[str]:
        with self._explained():
            return [viewer for (viewer,) in self._db.execute("SELECT viewer FROM viewer_keys ORDER BY viewer")]

    def secret(self, name: str) -> tuple[bytes, int] | None:
        """Sealed, and the number of the master key that sealed it."""
        with self._explained():
            row = self._db.execute("SELECT sealed, master FROM secrets WHERE name = ?", (name,)).fetchone()
        return None if row is None else (bytes(row[0]), int(row[1]))

    def secret_names(self) -> list[str]:
        with self._explained():
            return [name for (name,) in self._db.execute("SELECT name FROM secrets ORDER BY name")]

    def set_secret(self, name: str, sealed: bytes | None, master: int) -> None:
        """None takes it away.

        Raises:
            RetiredKey: `master` is not the master key's number any more.
        """
        with self._explained():
            with self.transaction():
                self._check(master)
                self._db.execute("DELETE FROM secrets WHERE name = ?", (name,))
                if sealed is not None:
                    self._db.execute("INSERT INTO secrets VALUES (?, ?, ?)", (name, sealed, master))
            self.empty_journal()

    def rewrap(self, table: str, column: str, rows: Iterable[tuple[str, bytes]], master: int) -> None:
        """New ciphertexts for `rows` of `viewer_keys` or `secrets`. Only inside `transaction`."""
        key = {"viewer_keys": "viewer", "secrets": "name"}[table]
        sql = f"UPDATE {table} SET {column} = ?, master = ? WHERE {key} = ?"  # noqa: S608 - names of ours
        self._db.executemany(sql, ((sealed, master, name) for name, sealed in rows))

    def empty_journal(self) -> None:
        """What was deleted or replaced must not stay readable in the write-ahead log."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._db.close()

    def _check(self, master: int) -> None:
        (now,) = self._db.execute(_CURRENT).fetchone()
        if now != master:
            raise RetiredKey

    def _value(self, sql: str, name: str) -> bytes | None:
        with self._explained():
            row = self._db.execute(sql, (name,)).fetchone()
        return None if row is None else bytes(row[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; within another one, a part of that."""
        if self._db.in_transaction:
            yield
            return
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

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
