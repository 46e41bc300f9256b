"""`./sidecast run` as a streamer starts it, on a machine without a screen: it ends cleanly however it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from godot.real_godot import REPOSITORY

pytestmark = pytest.mark.godot

LIMIT_S = 180
"""Far over what it takes: a launcher that hangs must not hang the tests."""
SHOW_RUNS = "Control page"
"""What the app says once its show is assembled."""
OF_THIS_SESSION = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "PULSE_SERVER", "PULSE_SINK", "PULSE_SOURCE", "XDG_RUNTIME_DIR")


@contextmanager
def launched(godot_program: Path, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`./sidecast run` in a session without screen and sound, with data of its own; killed in the end if it still runs."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_THIS_SESSION} | {
        "GODOT": str(godot_program),
        "SIDECAST_CONTROL__PORT": "0",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [sys.executable, str(REPOSITORY / "sidecast"), "run", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def family_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Everything that the launcher started, once the show runs."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if SHOW_RUNS in line:
            break
    else:
        pytest.fail("the show did not start:\n" + "".join(said)[-4000:])
    family: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    return family


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_the_show_and_everything_that_was_started(
    godot_program: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with launched(godot_program, tmp_path) as process:
        family = family_of(process)
        assert {"Xvfb", "godot"} <= {each.name() for each in family}
        process.send_signal(number)
        said = process.communicate(timeout=LIMIT_S)[0]
        # 0 is the app's own code: it ended by itself, within the launcher's patience
        assert process.returncode == 0, said
        assert psutil.wait_procs(family, timeout=10)[1] == []


def test_nothing_stays_when_the_launcher_is_killed(godot_program: Path, tmp_path: Path) -> None:
    with launched(godot_program, tmp_path) as process:
        family = family_of(process)
        process.kill()
        process.wait(LIMIT_S)
        assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_second_show_is_told_which_one_runs(godot_program: Path, tmp_path: Path) -> None:
    with launched(godot_program, tmp_path) as first:
        family_of(first)
        with launched(godot_program, tmp_path) as second:
            said = second.communicate(timeout=LIMIT_S)[0]
            assert second.returncode == 3
            assert f"process {first.pid}" in said
            assert len(said.splitlines()) == 2
        assert first.poll() is None


def test_a_broken_settings_file_is_one_clear_line(godot_program: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[speech\n")
    with launched(godot_program, tmp_path, "--settings", str(broken)) as process:
        said = process.communicate(timeout=LIMIT_S)[0]
    assert process.returncode == 2, said
    assert "broken.toml is not valid TOML" in said
    assert "Traceback" not in said


@pytest.mark.quiet
def test_a_film_is_made_and_aligned(godot_program: Path, tmp_path: Path) -> None:
    film = tmp_path / "my film.mp4"
    with launched(godot_program, tmp_path, "--for", "8", "--record", str(film)) as process:
        said = process.communicate(timeout=LIMIT_S)[0]
    assert process.returncode == 0, said
    assert "sound moved by" in said
    shows = ["-show_entries", "stream=codec_name,pix_fmt,width,height:format=duration", "-of", "flat"]
    found = subprocess.run(["ffprobe", "-v", "error", *shows, str(film)], capture_output=True, text=True, check=True).stdout
    for words in ('codec_name="h264"', 'codec_name="aac"', 'pix_fmt="yuv420p"', "width=1280", "height=720"):
        assert words in found
    assert list(tmp_path.glob(".*")) == []
