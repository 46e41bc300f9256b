"""`./sidecast test`: every linter, then every test, on a screen and a sound server of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import node, page, setup, system
from .console import Console
from .places import Places
from .process import Family
from .studio import studio
from .workplace import workplace

PYTHON_PARTS = ("python", "launcher", "benchmarks", "tests", "sidecast")
NEEDS = [system.SCREEN, system.SOUND, system.FFMPEG, system.BROWSER]


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
        command: list[str | Path] = [places.python, "-m", "pytest", *arguments]
        # pytest's own summary is the last that is said
        return family.start(command, env=variables, cwd=places.repository, grace_s=30, stdin=None).wait()


def _linters_pass(places: Places, console: Console) -> bool:
    passed = True
    for title, command in _linters(places):
        with console.step(title) as step:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=places.repository,
                env={**os.environ, "MYPYPATH": "python", "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
            step.failed = done.returncode != 0
        if done.returncode != 0:
            passed = False
            console.line((done.stdout + done.stderr).rstrip())
    return passed


def _linters(places: Places) -> Iterator[tuple[str, list[str | Path]]]:
    programs = places.venv / "bin"
    python: list[str | Path] = [places.python, "-m"]
    yield "ruff check", [*python, "ruff", "check", *PYTHON_PARTS]
    yield "ruff format", [*python, "ruff", "format", "--check", *PYTHON_PARTS]
    yield "mypy", [*python, "mypy", "python", "launcher", "benchmarks", "tests"]
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
