"""Viewers who do not want to be answered, quoted or remembered. Of them a keyed hash is kept, and nothing else."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from pathlib import Path

from ..errors import PolicyError
from .policy_file import write_whole

FILE = "opted-out.json"
MOST = 100_000
LOOKED_UP = 4_096
_BYTES = 16


class OptOuts:
    """Who has opted out. `holds` is quick and touches no disk; `add` and `take_out` block: call them in a thread.

    The hash is BLAKE2b with a key of the vault's: whoever finds the file cannot tell who is in it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """
        Raises:
            PolicyError: the file cannot be read. Without it those in it would be answered again.
        """
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        self._marks = frozenset(_read(path))
        self._known: OrderedDict[str, bool] = OrderedDict()

    def __repr__(self) -> str:
        return f"<OptOuts: {len(self._marks)}>"

    def __len__(self) -> int:
        return len(self._marks)

    def holds(self, viewer_id: str) -> bool:
        """On the show's loop only."""
        if not self._marks or not viewer_id:
            return False
        known = self._known.get(viewer_id)
        if known is None:
            known = self._known[viewer_id] = self._mark(viewer_id) in self._marks
            if len(self._known) > LOOKED_UP:
                self._known.popitem(last=False)
        return known

    def add(self, viewer_id: str) -> bool:
        """False when they had opted out already.

        Raises:
            PolicyError: it cannot be kept.
        """
        with self._lock:
            mark = self._mark(viewer_id)
            if mark in self._marks:
                return False
            if len(self._marks) >= MOST:
                raise PolicyError(f"{MOST:,} viewers have opted out already.", "Take out some first.")
            self._keep(self._marks | {mark})
        return True

    def take_out(self, viewer_id: str) -> bool:
        """False when they had not opted out.

        Raises:
            PolicyError: it cannot be kept.
        """
        with self._lock:
            mark = self._mark(viewer_id)
            if mark not in self._marks:
                return False
            self._keep(self._marks - {mark})
        return True

    def alias(self, viewer_id: str) -> str:
        """What the audit calls a viewer: it tells one from another, and nothing about who they are."""
        return f"viewer {self._mark(viewer_id)[:8]}"

    def _mark(self, viewer_id: str) -> str:
        return hashlib.blake2b(viewer_id.encode("utf-8", "backslashreplace"), key=self._key, digest_size=_BYTES).hexdigest()

    def _keep(self, marks: frozenset[str]) -> None:
        try:
            write_whole(self._path, json.dumps({"format": 1, "marks": sorted(marks)}).encode())
        except OSError as error:
            remedy = "Free some space, or check the rights of that folder."
            raise PolicyError(f"The list of opt-outs cannot be kept: {error.strerror or error}.", remedy) from error
        self._marks, self._known = marks, OrderedDict()


def _read(path: Path) -> list[str]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        marks = values["marks"]
        if values["format"] != 1 or not all(isinstance(mark, str) and len(bytes.fromhex(mark)) == _BYTES for mark in marks):
            raise ValueError("not such a list")  # noqa: TRY301 - it ends as every other fault of the file
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "Restore it from a backup. Without it those who have opted out would be answered again."
        raise PolicyError(f"The list of opt-outs {path} cannot be read: {error}.", remedy) from error
    return list(marks)
