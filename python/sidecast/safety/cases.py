"""`verdict-cases.jsonl`: texts whose verdict somebody called wrong. Sealed with the key of whoever wrote them.

A case outlives the removal of its message from the chat: a message that should have been blocked is mostly removed. It does
not outlive the erasure of its viewer: the key goes, and so does its line.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import PolicyError, VaultError
from ..flow.moderation import VerdictCase, Wanted
from ..flow.policy import Direction
from ..flow.ports import Sealer
from .policy_file import write_whole

FILE = "verdict-cases.jsonl"
MOST = 2_000
MAX_TEXT = 600


class Cases:
    """Blocking: call it in a thread. Every method raises PolicyError when the file cannot be read or written."""

    def __init__(self, path: Path, sealer: Sealer, new_id: Callable[[], str] = lambda: secrets.token_hex(6)) -> None:
        self._path = path
        self._sealer = sealer
        self._new_id = new_id
        self._lock = threading.Lock()

    def all(self) -> list[VerdictCase]:
        """Oldest first. Where the viewer's key was erased the text is empty."""
        with self._lock:
            return [self._opened(values) for values in self._read()]

    def add(self, case: VerdictCase) -> VerdictCase:
        """With an id of its own. The same text called wrong again takes the place of the case before."""
        case = replace(case, id=self._new_id(), text=case.text[:MAX_TEXT])
        with self._lock:
            lines = [
                values
                for values in self._read()
                if (old := self._opened(values)).text != case.text or old.direction is not case.direction
            ]
            if len(lines) >= MOST:
                raise PolicyError(f"There are {MOST:,} test cases already.", "Take out some that you do not need any more.")
            self._write([*lines, self._sealed(case)])
        return case

    def drop(self, case_id: str) -> None:
        with self._lock:
            lines = self._read()
            kept = [values for values in lines if values["id"] != case_id]
            if len(kept) == len(lines):
                raise PolicyError("There is no such test case.", "It may be gone already: look again.")
            self._write(kept)

    def forget(self, viewer_id: str) -> int:
        """Takes out every case of a viewer. How many that were."""
        with self._lock:
            lines = self._read()
            kept = [values for values in lines if values["viewer"] != viewer_id]
            if len(kept) < len(lines):
                self._write(kept)
        return len(lines) - len(kept)

    def count(self, viewer_id: str) -> int:
        with self._lock:
            return sum(values["viewer"] == viewer_id for values in self._read())

    def _read(self) -> list[Mapping[str, Any]]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"The test cases {self._path} cannot be read: {error}.", "Check the file's rights.") from error
        found = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
                VerdictCase(**_typed(values), text="")
                base64.b64decode(values["sealed"], validate=True)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                what = f"The test cases {self._path} are damaged in line {number}."
                raise PolicyError(what, "Take out that line, or restore the file from a backup.") from error
            found.append(values)
        return found

    def _write(self, lines: list[Mapping[str, Any]]) -> None:
        content = "".join(json.dumps(values, ensure_ascii=True) + "\n" for values in lines)
        try:
            write_whole(self._path, content.encode())
        except OSError as error:
            remedy = "Free some space, or check the rights of that folder."
            raise PolicyError(f"The test cases cannot be kept: {error.strerror or error}.", remedy) from error

    def _sealed(self, case: VerdictCase) -> dict[str, Any]:
        sealed = self._sealer.seal(case.viewer_id, case.text, f"cases:{case.id}:text")
        return {
            "id": case.id,
            "at_ms": case.at_ms,
            "direction": case.direction.value,
            "wanted": case.wanted.value,
            "viewer": case.viewer_id,
            "rule": case.rule,
            "by": case.by,
            "sealed": base64.b64encode(sealed).decode(),
        }

    def _opened(self, values: Mapping[str, Any]) -> VerdictCase:
        try:
            text = self._sealer.open(values["viewer"], base64.b64decode(values["sealed"]), f"cases:{values['id']}:text")
        except VaultError as error:
            raise PolicyError(f"Test case {values['id']} in {self._path} does not open.", error.remedy) from error
        return VerdictCase(**_typed(values), text=text or "")


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(values["id"]),
        "at_ms": int(values["at_ms"]),
        "direction": Direction(values["direction"]),
        "wanted": Wanted(values["wanted"]),
        "viewer_id": str(values["viewer"]),
        "rule": str(values["rule"]),
        "by": str(values["by"]),
    }
