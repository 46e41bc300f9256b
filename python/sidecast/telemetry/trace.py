"""One JSON line a turn and a mark, with every stamp and no viewer text: what benchmarks and bug reports are made of."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from ..flow.candidate import Candidate, Reason
from ..flow.chat import Incoming
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.turn import Turn
from ..flow.verdict import Verdict


class Trace:
    """A `Watcher`. Lines: `{"turn": …}` for an ended turn, `{"mark": topic, …}`, `{"settled": reason, "id": …}`.

    Stamps are nanoseconds of CLOCK_MONOTONIC, so that a program outside can compare them with its own.
    """

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", buffering=1)

    def heard(self, item: Incoming) -> None:
        pass

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._write({"settled": reason.value, "kind": type(item).__name__, "arrived_ns": item.arrived_ns})

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        pass

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        pass

    def ended(self, line: LedgerLine) -> None:
        self._write(
            {
                "turn": line.turn_id,
                "cause": line.cause,
                "outcome": line.outcome.value,
                "reason": line.reason,
                "was_free": line.was_free,
                "waiting": line.waiting,
                "brain": line.brain,
                "voice": line.voice,
                **dataclasses.asdict(line.stages),
            }
        )

    def status(self, status: Status) -> None:
        pass

    def marked(self, mark: Mark) -> None:
        self._write({"mark": mark.topic, **dataclasses.asdict(mark)})

    def close(self) -> None:
        self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
