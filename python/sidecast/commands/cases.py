"""`./sidecast cases`: every test case of moderation, judged by the policy in force. Also while a show runs."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import SidecastError
from ..flow.moderation import CaseResult, Wanted
from ..flow.policy import Direction
from ..flow.verdict import Category, Decision, Verdict
from ..opened import open_here
from ..safety.cases import FILE as CASES
from ..safety.cases import Cases
from ..safety.compiled import Compiled
from ..safety.dry_run import checked_cases
from ..safety.policies import FILE as POLICY
from ..safety.policy_check import policy_of
from ..safety.policy_file import read_policy
from ..settings import config_dir, data_dir, load_settings
from ..vault.ring import Ring, SystemRing

NARROWEST = 60
"""Columns of a table that can still be read."""
SHOULD = {Wanted.ALLOW: "pass", Wanted.BLOCK: "stop"}
FROM = {Direction.IN: "chat", Direction.OUT: "co-host"}
FOUND = {Decision.ALLOW: "passes", Decision.SOFTEN: "bleeped", Decision.HOLD: "held", Decision.BLOCK: "blocked"}


def parser() -> argparse.ArgumentParser:
    about = "Judges every test case by the moderation policy in force. Exit code 1 when one is judged wrongly."
    parser = argparse.ArgumentParser(prog="./sidecast cases", description=about)
    parser.add_argument("--settings", type=Path, metavar="FILE", help="your settings file, if it is not the usual one")
    return parser


def check(data: Path, config: Path, settings: Path | None, ring: Ring) -> tuple[list[CaseResult], int]:
    """Those judged, oldest first, and how many have lost their words because their viewer was erased.

    Raises:
        SidecastError: the policy, the cases or the vault cannot be used; says what to do.
    """
    defaults = policy_of(load_settings(settings).safety)
    policy = Compiled(read_policy(config / POLICY, defaults) or defaults)
    if not (data / CASES).exists():
        return [], 0
    vault, _ = open_here(data, ring)
    try:
        cases = Cases(data / CASES, vault).all()
    finally:
        vault.close()
    judged = checked_cases(cases, policy)
    return judged, len(cases) - len(judged)


def table(results: Sequence[CaseResult], width: int) -> list[str]:
    """Those that fail first. What viewers wrote cannot steer the terminal."""
    rows = [("", "from", "should", "does", "text")]
    rows += [
        (
            "ok" if each.passed else "FAIL",
            FROM[each.case.direction],
            SHOULD[each.case.wanted],
            _found(each.verdict),
            _shown(each.case.text),
        )
        for each in sorted(results, key=lambda each: each.passed)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    room = max(width, NARROWEST)
    lines = ("  ".join([*(f"{cell:<{size}}" for cell, size in zip(row, widths, strict=False)), row[4]]) for row in rows)
    return [line if len(line) <= room else f"{line[: room - 1]}…" for line in lines]


def summary(results: Sequence[CaseResult], erased: int) -> str:
    wrong = sum(not each.passed for each in results)
    gone = f" {erased} more lost their words when their viewer was erased." if erased else ""
    if not results:
        return f"There are no test cases yet: call a verdict wrong under Moderation on the control page.{gone}"
    right = f"{len(results) - wrong} of {len(results)} test cases are judged as they should be."
    return f"{right}{gone}" if not wrong else f"{right} {wrong} {'is' if wrong == 1 else 'are'} not.{gone}"


def _found(verdict: Verdict) -> str:
    if verdict.passes and verdict.category is Category.NONE:
        return FOUND[verdict.decision]
    return " ".join(filter(None, [f"{FOUND[verdict.decision]}:", verdict.category.value, verdict.rule]))


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in text)


def main(arguments: list[str], say: Callable[[str], None] = print) -> int:
    """Exit code 0; 1 when a case is judged wrongly, or none can be judged."""
    asked = parser().parse_args(arguments)
    try:
        results, erased = check(data_dir(), config_dir(), asked.settings, SystemRing())
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201 - the answer to a command
        return 1
    for line in table(results, shutil.get_terminal_size().columns) if results else []:
        say(line)
    say(summary(results, erased))
    return 0 if all(each.passed for each in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
