"""Step: the Python environment, with exactly the packages that requirements/*.txt lock."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import debian
from .commands import Runner
from .console import Console
from .places import Places
from .stamps import Stamp, key_of
from .trouble import Trouble

PINNED = re.compile(r"^[\w.-]+==", re.MULTILINE)
VERSION = ".".join(map(str, sys.version_info[:3]))
VENV_PACKAGE = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def site_packages(places: Places) -> Path:
    return places.venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def prepare(places: Places, console: Console, *, dev: bool) -> None:
    """Makes the environment, or brings it up to date.

    Each set of locked requirements has a folder of its own, and `venv` is a link to the one in use: an interruption
    leaves the old one in place. A `venv` that is a real folder was made by hand; it is kept and brought up to date.

    Raises:
        Trouble: no venv module, or pip failed.
    """
    make(places, console)
    key, folder = _key(places), _folder(places)
    stamp = Stamp(folder / "sidecast-base")
    if not stamp.holds(key):
        _install(folder, "base", console, "Python packages", places)
        stamp.set(key)
    if not _in_use(places, folder):
        _switch(places, folder)
    if dev:
        _prepare_dev(places, folder, console)


def make(places: Places, console: Console) -> None:
    """The first part of `prepare`: an environment with nothing in it but pip, where there is none yet.

    It may have to install a package of the system's; what else installs some must wait for it.

    Raises:
        Trouble: no venv module, and it cannot be installed.
    """
    folder = _folder(places)
    if not _usable(folder) or (folder != places.venv and _begun(folder, "base").exists()):
        with console.step("Python environment") as step:
            _create(folder, Runner(step, places.logs / "environment.log"))
            step.result = f"(Python {VERSION})"


def ready(places: Places) -> bool:
    """Whether `prepare` would have nothing to do, tests left aside."""
    folder = _folder(places)
    return _usable(folder) and Stamp(folder / "sidecast-base").holds(_key(places)) and _in_use(places, folder)


def base_of(places: Places) -> Path:
    """The locked packages of the show."""
    return places.repository / "requirements" / "base.txt"


def can_be_made() -> bool:
    """Whether this Python has what makes environments; Debian splits it off."""
    probe = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    return probe.returncode == 0


def _key(places: Places) -> str:
    return key_of(base_of(places), VERSION, sys.base_prefix)


def _folder(places: Places) -> Path:
    by_hand = places.venv.is_dir() and not places.venv.is_symlink()
    return places.venv if by_hand else places.home / "venvs" / _key(places)[:12]


def _in_use(places: Places, folder: Path) -> bool:
    return places.venv == folder or (places.venv.is_symlink() and places.venv.readlink() == folder)


def _prepare_dev(places: Places, folder: Path, console: Console) -> None:
    wanted = places.repository / "requirements" / "dev.txt"
    key = key_of(wanted)
    stamp = Stamp(folder / "sidecast-dev")
    if not stamp.holds(key):
        _install(folder, "dev", console, "Packages for tests", places)
        stamp.set(key)


def _usable(folder: Path) -> bool:
    """Python and pip are there; pip is the last that an interrupted start would have lacked."""
    return (folder / "bin" / "python").exists() and any(folder.glob("bin/pip3*"))


def _create(folder: Path, runner: Runner) -> None:
    if not can_be_made():
        debian.install([VENV_PACKAGE], runner)
    shutil.rmtree(folder, ignore_errors=True)
    runner.run([sys.executable, "-m", "venv", folder])


def _begun(folder: Path, name: str) -> Path:
    """Is there while an installation runs, and after one that was interrupted: pip takes half a package for a whole one."""
    return folder / f"sidecast-{name}-begun"


def _install(folder: Path, name: str, console: Console, title: str, places: Places) -> None:
    requirements = places.repository / "requirements" / f"{name}.txt"
    total = len(PINNED.findall(requirements.read_text("utf-8")))
    with console.step(title) as step:
        seen = 0

        def heard(line: str) -> None:
            nonlocal seen
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                package = re.split(r"[=<>! ]", line.removeprefix("Collecting ").strip())[0]
                step.progress(0.8 * seen / total, package if line.startswith("Collecting") else "")
            elif line.startswith("Installing collected"):
                step.progress(0.85, "installing")

        # everything that is needed is in the file, so pip need not look for more (and must not: see pyproject.toml, tool.uv)
        pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--require-hashes", "--no-deps"]
        begun = _begun(folder, name)
        if begun.exists():
            pip.append("--ignore-installed")
        begun.touch()
        runner = Runner(step, places.logs / "environment.log")
        environment = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
        remedy = "pip uses your own settings for mirrors and proxies: pip config list."
        with _scratch(places) as scratch:
            environment["TMPDIR"] = str(scratch)
            runner.run([*pip, "-r", requirements], env=environment, heard=heard, remedy=remedy)
        begun.unlink()
        step.result = f"({seen})" if seen else ""


@contextmanager
def _scratch(places: Places) -> Iterator[Path]:
    """For what pip unpacks, which it leaves lying about when it is told to end, and which a small /tmp does not hold."""
    folder = places.home / "unpacking"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _switch(places: Places, folder: Path) -> None:
    link = places.home / ".venv-new"
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    link.replace(places.venv)
    for old in (places.home / "venvs").iterdir():
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def program(places: Places, name: str) -> Path:
    """A program of the environment, e.g. `cmake`.

    Raises:
        Trouble: it is not there.
    """
    path = places.venv / "bin" / name
    if not path.exists():
        raise Trouble(f"{name} is missing from the environment {places.venv}.", "Run  ./sidecast clean  and start again.")
    return path
