"""Programs that are not ours, fetched once into the repository's `.sidecast/peers/`; without them a test is skipped."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / ".sidecast" / "peers"
INSTALL_S = 240


def npm_modules(*packages: str) -> Path:
    """The `node_modules` with these packages, each with its version."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(f"no npm here: {packages[0]} cannot be fetched")
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0"]
    install = lambda folder: [[npm, "install", *quiet, "--prefix", str(folder), *packages]]  # noqa: E731 - one line
    return _kept(packages, install) / "node_modules"


def python_with(*packages: str) -> Path:
    """The interpreter of an environment with these packages alone, each with its version."""

    def install(folder: Path) -> list[list[str]]:
        python = str(folder / "bin" / "python")
        return [[sys.executable, "-m", "venv", str(folder)], [python, "-m", "pip", "install", "-q", "--no-compile", *packages]]

    return _kept(packages, install) / "bin" / "python"


def _kept(packages: Sequence[str], install: Callable[[Path], list[list[str]]]) -> Path:
    """A folder that is there whole, or not at all. An environment knows its own place, so it is made where it stays."""
    kind = hashlib.sha256(" ".join([sys.version, *packages]).encode()).hexdigest()[:12]
    folder = FOLDER / f"{packages[0].strip('@').replace('/', '-').replace('=', '')}-{kind}"
    whole = folder / ".whole"
    if whole.exists():
        return folder
    if folder.exists():  # somebody was interrupted
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for command in install(folder):
        with tempfile.TemporaryFile("w+") as said:
            try:
                done = subprocess.run(command, stdout=said, stderr=said, timeout=INSTALL_S, check=False, cwd=folder)
            except subprocess.TimeoutExpired:
                pytest.skip(f"{' '.join(packages)} could not be fetched within {INSTALL_S} s")
            if done.returncode != 0:
                said.seek(0)
                pytest.skip(f"{' '.join(packages)} cannot be fetched: {said.read().strip().splitlines()[-1:]}")
    whole.touch()
    return folder
