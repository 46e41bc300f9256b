"""What belongs to a user of Sidecast, and where each of it lies: what a backup holds and a restore replaces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import KeepError

MAX_FILES = 5000
LEDGER = "ledger/ledger.db"
VAULT = "data/vault/vault.db"
KEY_FILE = "data/vault/master.key"
SETTINGS = "config/sidecast.toml"
RESTORING, BEFORE = ".restoring", ".before-restore"
_LEFT_OUT_FOLDERS = frozenset({"backups", "cache", "logs"})
_LEFT_OUT = ("-wal", "-shm", "-journal", ".lock", ".part", RESTORING, BEFORE)
_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Estate:
    """Three places. Names in a backup are `config/…`, `data/…` and `ledger/ledger.db`."""

    config: Path
    data: Path
    ledger: Path
    settings: Path | None = None
    """The settings file in use, where it is another than the one in `config`."""

    def files(self) -> list[tuple[str, Path]]:
        """Names and paths of all that is there now; databases that others refer to come last.

        Raises:
            KeepError: there is far too much.
        """
        found = {name: path for name, path in self._walk() if path != self.ledger}
        if self.ledger.is_file():
            found[LEDGER] = self.ledger
        if self.settings is not None and self.settings.is_file():
            found[SETTINGS] = self.settings
        if len(found) > MAX_FILES:
            remedy = f"Move away what is not Sidecast's from {self.config} and {self.data}."
            raise KeepError(f"There are more than {MAX_FILES} files to back up.", remedy)
        # a line is in the ledger after its viewer's key is in the vault: copied in this order, no line lacks its key
        return sorted(found.items(), key=lambda pair: (pair[0] == VAULT, pair[0] == LEDGER, pair[0]))

    def path_of(self, name: str) -> Path:
        """Where the file with this name in a backup belongs.

        Raises:
            KeepError: the name leads elsewhere.
        """
        if name == LEDGER:
            return self.ledger
        if name == SETTINGS and self.settings is not None:
            return self.settings
        place, _, rest = name.partition("/")
        root = {"config": self.config, "data": self.data}.get(place)
        inner = PurePosixPath(rest)
        plain = rest == str(inner) and not inner.is_absolute() and ".." not in inner.parts and "\0" not in name
        if root is None or not rest or not plain or "\\" in name or len(name) > 500 or _left_out(inner):
            raise KeepError("This backup names a file where none of Sidecast's belongs.", "Take another one.")
        return root / inner

    def _walk(self) -> Iterator[tuple[str, Path]]:
        for place, root in (("config", self.config), ("data", self.data)):
            for folder, folders, names in os.walk(root):
                inner = Path(folder).relative_to(root)
                folders[:] = sorted(name for name in folders if not _hidden(inner / name))
                for name in sorted(names):
                    path = Path(folder) / name
                    if path.is_file() and not path.is_symlink() and not _left_out(PurePosixPath(inner / name)):
                        yield f"{place}/{(inner / name).as_posix()}", path


def is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _hidden(inner: Path) -> bool:
    return inner.name.startswith(".") or str(inner) in _LEFT_OUT_FOLDERS


def _left_out(inner: PurePosixPath) -> bool:
    """Also every key of the vault: it is inside the backup in a form of its own."""
    is_key = inner.parts[:1] == ("vault",) and inner.suffix == ".key"
    hidden = any(part.startswith(".") for part in inner.parts)
    return hidden or is_key or inner.parts[0] in _LEFT_OUT_FOLDERS or ".damaged-" in inner.name or inner.name.endswith(_LEFT_OUT)
