"""What was found, as a calm list for people or as JSON for programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import get_terminal_size

from ..console import BOLD, DIM, GREEN, RED, YELLOW, Console
from ..places import Places
from ..trouble import Trouble
from . import examine, troubles
from .case import Case
from .finding import Finding, State

VERSION = 1
"""Of the JSON's shape: keys are only ever added to it."""
NICENESS = 10
"""A show that runs must not stutter because somebody asks how it is."""
NAME_CELLS, WIDEST = 10, 110
WRONG = 2


def run(arguments: list[str], places: Places) -> int:
    """Returns 0 when a show can run, set-up included, and 1 when it cannot.

    Raises:
        Trouble: there is no such option.
    """
    asked = _read(arguments)
    os.nice(NICENESS)
    case = Case(places, asked.settings, asked.brain, picture=asked.stage != "none")
    seen = []
    console = Console(sys.stdout)
    for name, finding in examine(case):
        seen.append((name, finding))
        if not asked.json:
            tell(name, finding, console)
    console.line(json.dumps(as_json(seen), ensure_ascii=False) if asked.json else f"\n{_sum_up(seen)}")
    return 0 if can_run(seen) else 1


def parser() -> argparse.ArgumentParser:
    """The options of `./sidecast doctor`; all but one are those of `run` that decide what is needed."""
    reading = argparse.ArgumentParser(prog="./sidecast doctor", exit_on_error=False, allow_abbrev=False)
    reading.description = "Looks for what a show needs and says what is missing. It changes nothing."
    reading.add_argument("--json", action="store_true", help="for programs; exit code 0 when a show can run, 1 when not")
    reading.add_argument("--settings", type=Path, metavar="FILE", help="as if the show were run with this settings file")
    reading.add_argument("--brain", default="", metavar="NAME", help="as if it were run with this brain")
    reading.add_argument("--stage", choices=("godot", "none"), default="godot", help="none: as if without picture and sound")
    return reading


def _read(arguments: list[str]) -> argparse.Namespace:
    remedy = "See  ./sidecast doctor --help."
    try:
        values, unknown = parser().parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise Trouble(f"{str(error).removeprefix('argument ')}.", remedy, code=WRONG) from error
    if unknown:
        raise Trouble(f"Unknown option “{unknown[0]}”.", remedy, code=WRONG)
    return values


def can_run(findings: Iterable[tuple[str, Finding]]) -> bool:
    return not any(finding.stops for _, finding in findings)


def as_json(findings: list[tuple[str, Finding]]) -> dict[str, object]:
    return {
        "version": VERSION,
        "can_run": can_run(findings),
        "checks": [finding.as_json(name) for name, finding in findings],
    }


def tell(name: str, finding: Finding, console: Console) -> None:
    width = min(get_terminal_size().columns, WIDEST)
    indent = " " * (NAME_CELLS + 4)
    wrap = textwrap.TextWrapper(width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    lines = wrap.wrap(f"  . {name.title():<{NAME_CELLS}}{finding.what}")
    console.line("\n".join([lines[0].replace(".", _sign(finding, console), 1), *lines[1:]]))
    if finding.remedy:
        wrap.initial_indent, wrap.subsequent_indent = indent, f"{indent}  "
        console.line("\n".join(wrap.wrap(f"→ {finding.remedy}")).replace("→", console.paint(BOLD, "→"), 1))


def explain(case: Case, trouble: Trouble | None, console: Console) -> None:
    """After something went wrong: only what the doctor finds wrong, and not what was said already."""
    said = {trouble.remedy, trouble.what} if trouble else set()
    wrong = [(name, finding) for name, finding in troubles(case) if finding.remedy not in said and finding.what not in said]
    if wrong:
        console.line("The doctor found:")
        for name, finding in wrong:
            tell(name, finding, console)


def _sign(finding: Finding, console: Console) -> str:
    match finding.state:
        case State.FOUND:
            return console.paint(GREEN, "✓")
        case State.COMES:
            return console.paint(DIM, "○")
        case _:
            return console.paint(RED, "✗") if finding.needed else console.paint(YELLOW, "!")


def _sum_up(findings: list[tuple[str, Finding]]) -> str:
    return " ".join(_sentences([finding for _, finding in findings]))


def _sentences(findings: list[Finding]) -> Iterator[str]:
    if any(finding.stops for finding in findings):
        yield "A show cannot run before what is marked ✗ is put right."
        return
    if any(finding.state is State.COMES for finding in findings):
        yield "A show can run:  ./sidecast run  sets up what is marked ○ first."
    else:
        yield "A show can run:  ./sidecast run"
    if any(finding.state is State.MISSING for finding in findings):
        yield "What is marked ! makes it poorer, and does not stop it."
