"""`./sidecast score safety`: verdict and score of every text of a file, as the gates would judge them.

In: JSON lines with `id` and `text`. Out: JSON lines with `id`, `verdict` (allow, soften, hold, block), `category`, `rule`,
`score` (0 to 1, higher is worse; allowed texts have one too) and `us` (microseconds that judging took). A line that is none is
answered by one with `line` (its number) and `error`. Reads and writes line by line, whatever the file's length.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from ..dialogue.spoken import words_of
from ..flow.policy import MAX_LEVEL, Direction, Policy
from ..safety.classify.scorer import LazyScorer
from ..safety.gate_out import MAX_CLAUSE
from ..safety.scored import Scorer

MAX_LINE = 1 << 20
"""Bytes; a longer line is answered with an error."""
TOLD_EVERY = 5_000
"""Lines between two signs of life."""
BAD_LINES = 3
"""Exit code when a line could not be judged; the others were."""


class _BadLine(ValueError):
    """Says what is wrong with it."""


@dataclass(slots=True)
class Tally:
    judged: int = 0
    bad: int = 0


def parser() -> argparse.ArgumentParser:
    about = "Verdict and score of every text of a file, by the policy that Sidecast comes with."
    parser = argparse.ArgumentParser(prog="./sidecast score", description=about)
    parser.add_argument("what", choices=["safety"])
    parser.add_argument("--in", dest="texts", required=True, metavar="FILE", help="JSON lines with id and text; -: from here")
    parser.add_argument("--out", dest="verdicts", required=True, metavar="FILE", help="where verdicts go; -: to here")
    parser.add_argument("--gate", choices=["in", "out"], default="in", help="chat (in, the default) or the co-host (out)")
    parser.add_argument("--level", type=int, choices=range(MAX_LEVEL + 1), help="another strictness than the usual one")
    return parser


def main(arguments: list[str]) -> int:
    """Exit code 0; 1 when a file cannot be used, 3 when a line could not be judged."""
    asked = parser().parse_args(arguments)
    policy = Policy()
    if asked.level is not None:
        policy = replace(policy, level_in=asked.level, level_out=asked.level)
    classifiers = LazyScorer()
    classifiers.wait()
    for problem in classifiers.problems:
        print(f"sidecast: {problem}", file=sys.stderr)  # noqa: T201 - what somebody waits for
    scorer = Scorer(policy, Direction(asked.gate), classifiers)
    try:
        with ExitStack() as files:
            lines = _opened(asked.texts, "rb", files, sys.stdin.buffer)
            out = _opened(asked.verdicts, "wb", files, sys.stdout.buffer)
            tally = score(lines, lambda answer: _write(out, answer), scorer, outward=asked.gate == "out", tell=_progress)
            out.flush()
    except OSError as error:
        print(f"sidecast: {error.filename or 'the file'}: {error.strerror or error}.", file=sys.stderr)  # noqa: T201
        return 1
    bad = f", {tally.bad} bad lines" if tally.bad else ""
    print(f"{tally.judged:,} texts judged{bad}.", file=sys.stderr)  # noqa: T201 - what somebody waits for
    return BAD_LINES if tally.bad else 0


def score(
    lines: IO[bytes],
    write: Callable[[dict[str, Any]], None],
    scorer: Scorer,
    *,
    outward: bool,
    tell: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Every line of `lines` judged and written, in order."""
    tally = Tally()
    for number, line in _lines(lines):
        try:
            write(_judged(line, scorer, outward=outward))
            tally.judged += 1
        except _BadLine as error:
            write({"line": number, "error": str(error)})
            tally.bad += 1
        if number % TOLD_EVERY == 0:
            tell(number)
    return tally


def _judged(line: bytes | None, scorer: Scorer, *, outward: bool) -> dict[str, Any]:
    known, text = _parsed(line)
    started = time.perf_counter_ns()
    # what the co-host says is judged as it will sound; what is too long for one clause as it stands
    spoken = words_of(text) if outward and 0 < len(text) <= MAX_CLAUSE else ()
    scored = scorer.scored(text, spoken)
    us = (time.perf_counter_ns() - started) / 1e3
    verdict = scored.verdict
    return {
        "id": known,
        "verdict": verdict.decision.name.lower(),
        "category": verdict.category.value,
        "rule": verdict.rule,
        "score": scored.score,
        "us": round(us, 1),
    }


def _parsed(line: bytes | None) -> tuple[str | int, str]:
    if line is None:
        raise _BadLine(f"longer than {MAX_LINE >> 20} MiB")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _BadLine("not JSON in UTF-8") from error
    if not isinstance(values, dict):
        raise _BadLine("not an object with id and text")
    known, text = values.get("id"), values.get("text")
    if isinstance(known, bool) or not isinstance(known, str | int):
        raise _BadLine("no id that is a text or a whole number")
    if not isinstance(text, str):
        raise _BadLine("no text")
    return known, text


def _lines(lines: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Number, from 1, and content of each line that is not blank; None for one that is too long, of which no more is kept."""
    number = 0
    while line := lines.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (more := lines.readline(MAX_LINE)) and not more.endswith(b"\n"):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _opened(name: str, mode: str, files: ExitStack, standard: IO[bytes]) -> IO[bytes]:
    return standard if name == "-" else files.enter_context(Path(name).open(mode))


def _write(out: IO[bytes], answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer).encode() + b"\n")


def _progress(number: int) -> None:
    print(f"{number:,} lines …", file=sys.stderr)  # noqa: T201 - what somebody waits for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
