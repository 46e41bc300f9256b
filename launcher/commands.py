"""Commands of the set-up: their words go to a log, their progress to the step's line, their failure into one sentence."""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import causes
from .console import Step
from .process import lines_of
from .trouble import Trouble

LAST_LINES = 8
LONGEST = 200
"""Characters of a line that are quoted."""
APT_STATUS = re.compile(r"^(dlstatus|pmstatus):[^:]*:([\d.]+):(.*)")


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs commands for one step."""

    step: Step
    log: Path

    def run(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        heard: Callable[[str], None] | None = None,
        remedy: str = "",
        pass_fds: tuple[int, ...] = (),
    ) -> str:
        """Returns all output.

        Args:
            env: added to the launcher's own environment.
            heard: is given each line, to report progress from it.

        Raises:
            Trouble: the command is not there or failed; names the log and quotes its last lines.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        said: list[str] = []
        last: deque[str] = deque(maxlen=LAST_LINES)
        name = Path(str(command[0])).name
        try:
            with (
                self.log.open("a", encoding="utf-8") as log,
                lines_of(command, {**os.environ, **(env or {})}, cwd, pass_fds) as (process, output),
            ):
                log.write(f"\n$ {' '.join(map(str, command))}\n")
                for raw in output:
                    line = raw.decode("utf-8", "replace")
                    log.write(line)
                    said.append(line)
                    if line.strip():
                        last.append(line.rstrip())
                    if heard:
                        heard(line)
        except FileNotFoundError:
            raise Trouble(f"{self.step.title}: the program {name} is not there.", remedy) from None
        if process.returncode != 0:
            everything = f"Everything it said is in {self.log}."
            if cause := causes.of_words(last, self.log):
                remedies = (cause.remedy, remedy if cause.network else "", everything)
                raise Trouble(f"{self.step.title}: {cause.what}", " ".join(filter(None, remedies)))
            quoted = "".join(f"\n    {line[:LONGEST]}" for line in last)
            what = f"{self.step.title}: {name} failed (exit code {process.returncode}). Its last words:{quoted}"
            raise Trouble(what, f"{remedy} {everything}".strip())
        return "".join(said)

    def apt(self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, remedy: str = "") -> str:
        """`run` for apt-get, whose progress comes on a descriptor of its own."""
        reading, writing = os.pipe()
        reader = threading.Thread(target=self._follow_apt, args=(reading,), daemon=True)
        reader.start()
        try:
            command = [*command, "-o", f"APT::Status-Fd={writing}"]
            return self.run(command, env=env, remedy=remedy, pass_fds=(writing,))
        finally:
            os.close(writing)
            reader.join(1)

    def _follow_apt(self, descriptor: int) -> None:
        with open(descriptor, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if match := APT_STATUS.match(line):
                    kind, percent, note = match.groups()
                    self.step.progress(float(percent) / 100, "downloading" if kind == "dlstatus" else note.strip())
