"""`./sidecast test`: every linter, then every test, on a screen and a sound server of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from . import node, page, setup, system
from .beside import Beside
from .console import Console, Step
from .places import Places
from .process import Family, lines_of
from .studio import studio
from .workplace import workplace

PYTHON_PARTS = ("python", "launcher", "benchmarks", "tests", "sidecast")
NEEDS = [system.SCREEN, system.SOUND, system.FFMPEG, system.BROWSER, system.OBS]
FEWEST, MOST = 2, 4
"""Workers. Tests that talk to real programs wait a lot, so two are worth it on one core; more of them only disturb each other."""
HANGS_S = 480
"""A test that takes as long waits for what will not come: those that wait for a program give it up before, at 400 s the last."""
SLOWEST = 15


def run(arguments: list[str], places: Places, console: Console) -> int:
    """Returns 0 when all is well. With arguments for pytest the linters are left out.

    Raises:
        Trouble: a step of the set-up failed.
    """
    ready = setup.everything(places, console, NEEDS, dev=True, with_llama=not arguments)
    if not arguments and not _linters_pass(places, console):
        console.trouble("The tests were not started.", "Correct the above, or start them alone:  ./sidecast test tests")
        return 1
    with workplace() as folder, Family() as family:
        variables = studio(ready, family, folder)
        command: list[str | Path] = [places.python, "-m", "pytest", *(arguments or all_tests())]
        # pytest's own summary is the last that is said
        return family.start(command, env=variables, cwd=places.repository, grace_s=30, stdin=None).wait()


def all_tests() -> list[str]:
    """pytest's words for all of them: on several workers (tests/lanes.py says which gets what), of which one whose test hangs is
    ended and replaced: the test has then failed, what hung is told, and the others go on.
    """
    workers = min(max(len(os.sched_getaffinity(0)), FEWEST), MOST)
    hanging = ("-o", f"faulthandler_timeout={HANGS_S}", "-o", "faulthandler_exit_on_timeout=true")
    return ["-n", str(workers), "--dist", "loadfile", *hanging, f"--durations={SLOWEST}"]


def _linters_pass(places: Places, console: Console) -> bool:
    """All are asked, whatever one of them says; mypy, which takes as long as the others together, beside them."""
    (slow, *quick), passed = _linters(places), True
    with Beside(slow[0], _asking(slow[1], places)) as beside:
        for title, command in quick:
            passed &= _passes(partial(_ask, title, command, places, console), console)
        return _passes(partial(beside.finish, console), console) and passed


class _Rejected(Exception):
    """Holds what the linter said."""


def _passes(asked: Callable[[], None], console: Console) -> bool:
    try:
        asked()
    except _Rejected as rejected:
        console.line(str(rejected))
        return False
    return True


def _ask(title: str, command: list[str | Path], places: Places, console: Console) -> None:
    with console.step(title) as step:
        _asking(command, places)(step)


def _asking(command: list[str | Path], places: Places) -> Callable[[Step], None]:
    def ask(step: Step) -> None:
        variables = {**os.environ, "MYPYPATH": "python", "NO_COLOR": "1"}
        with lines_of(command, variables, places.repository) as (process, output):
            said = output.read().decode("utf-8", "replace").rstrip()
        step.failed = process.returncode != 0
        if step.failed:
            raise _Rejected(said)

    return ask


def _linters(places: Places) -> Iterator[tuple[str, list[str | Path]]]:
    """The slowest first."""
    programs = places.venv / "bin"
    python: list[str | Path] = [places.python, "-m"]
    yield "mypy", [*python, "mypy", "python", "launcher", "benchmarks", "tests"]
    yield "ruff check", [*python, "ruff", "check", *PYTHON_PARTS]
    yield "ruff format", [*python, "ruff", "format", "--check", *PYTHON_PARTS]
    scripts = _files(places, ("scenes", "addons", "tests"), ("*.gd",))
    if scripts:
        yield "gdformat", [programs / "gdformat", "--check", *scripts]
        yield "gdlint", [programs / "gdlint", *scripts]
    sources = _files(places, ("addons/python_bridge/src", "tests"), ("*.cpp", "*.h"))
    if sources:
        yield "clang-format", [programs / "clang-format", "--dry-run", "--Werror", *sources]
    shop = page.workshop(places)
    nodejs = node.find(places)
    if nodejs is not None and (shop / "node_modules" / "svelte-check").is_dir():
        packages = shop / "node_modules"
        yield (
            "svelte-check",
            [nodejs.program, packages / "svelte-check/bin/svelte-check", "--workspace", shop, "--fail-on-warnings"],
        )
        yield "vitest", [nodejs.program, packages / "vitest/vitest.mjs", "run", "--root", shop]


def _files(places: Places, folders: tuple[str, ...], patterns: tuple[str, ...]) -> list[Path]:
    return sorted(file for folder in folders for pattern in patterns for file in (places.repository / folder).rglob(pattern))
