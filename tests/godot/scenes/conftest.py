"""A screen of our own, and Godot with the project imported."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from godot.real_godot import REPOSITORY, Godot
from godot.scenes.theatre import Theatre


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Name of an X display: a fresh Xvfb, or `$DISPLAY` where there is no Xvfb."""
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        named = os.environ.get("DISPLAY")
        if not named:
            pytest.skip("there is neither Xvfb nor a display")
        yield named
        return
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1920x1280x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start."
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def imported(godot: Godot) -> Godot:
    """The project's resources are imported (its `class_name`s need that too)."""
    listed = REPOSITORY / ".godot" / "extension_list.cfg"
    listed.parent.mkdir(exist_ok=True)
    # Without this line Godot crashes at the end of a project's first import (godotengine/godot#123511).
    listed.write_text("res://addons/python_bridge/python_bridge.gdextension\n", "utf-8")
    command = [str(godot.program), "--headless", "--path", str(REPOSITORY), "--import"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return godot


@pytest.fixture(scope="session")
def theatre(imported: Godot, display: str, tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    folder: Path = tmp_path_factory.mktemp("theatre")
    return Theatre(imported.program, display, folder)
