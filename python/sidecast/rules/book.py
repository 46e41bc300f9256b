"""The rules file on the disk: read again when it has changed; a broken one leaves the last good rules as they were."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ..errors import RulesError
from .model import Rule
from .reading import MOST_BYTES, read_rules
from .table import Problem

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the file says now, as far as it can be used."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the file as it stands is not used; `rules` are then the last good ones."""
    trouble: str = ""
    """The same in one sentence, or why it cannot be read at all."""


class RuleFile:
    """Blocking: call it off the loop. A file that is not there holds no rules."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: Stamp = (-1, -1, -1)
        self.book = Book()

    def look(self) -> bool:
        """True when `book` has changed."""
        before = self.book
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.book = self._read(before.rules)
        return self.book != before

    def revise(self, text: str, revision: str = "") -> None:
        """The whole text anew; `revision`: of the text that was changed, empty: whatever there is.

        Raises:
            RulesError: as `write`, or it was changed meanwhile.
        """
        if revision and revision != self.revision():
            raise RulesError(f"{self.path} was changed meanwhile.", "Load it again, and make your change once more.")
        self.write(text)

    def revision(self) -> str:
        """Of the text as it stands. Raises RulesError as `text`."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:32]

    def enable(self, name: str, on: bool) -> None:
        """Switches one rule on or off in the file, which stays otherwise as it was written.

        Raises:
            RulesError: there is no such rule, or the file cannot be read or written.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
            document = tomlkit.parse(text)
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise RulesError(f"{self.path} cannot be read: {error}.", "Correct the file first.") from error
        listed = document.get("rule", [])
        found = next((each for each in listed if str(each.get("name", "")).strip().casefold() == name.casefold()), None)
        if found is None:
            raise RulesError(f"There is no rule “{name[:60]}” in {self.path}.", "Look at the list of rules again.")
        if on:
            found.pop("enabled", None)
        else:
            found["enabled"] = False
        self.write(tomlkit.dumps(document))

    def write(self, text: str) -> None:
        """The whole file, or nothing of it.

        Raises:
            RulesError: it holds no rules that can be used (`problems` says why), or cannot be written.
        """
        read_rules(text, self.path.name)
        draft = self.path.with_name(f".{self.path.name}.new")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(draft, "wb") as file:  # noqa: PTH123 - it is flushed to the disk
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise RulesError(f"{self.path} cannot be written: {error}.", "Check the folder's rights and the disk.") from error

    def text(self) -> str:
        """As it stands; empty where there is none.

        Raises:
            RulesError: it cannot be read.
        """
        try:
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                # a pipe would be waited for
                raise RulesError(f"{self.path} is no file.", "Put your rules into a file there, or name another in obs.rules.")
            if found.st_size > MOST_BYTES:
                raise RulesError(f"{self.path} is larger than {MOST_BYTES >> 20} MiB.", "Shorten it.")
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise RulesError(f"{self.path} cannot be read: {error}.", "Check its rights and that it is UTF-8 text.") from error

    def _read(self, last: tuple[Rule, ...]) -> Book:
        try:
            return Book(rules=read_rules(self.text(), self.path.name))
        except RulesError as error:
            problems = tuple(each for each in error.problems if isinstance(each, Problem))
            kept = f" The rules that were read before go on ({len(last)})." if last else ""
            return Book(rules=last, problems=problems, trouble=f"{error}{kept}")

    def _stamp_now(self) -> Stamp:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
