"""The app asks the doctor, which is a program: once at a time, never for ever."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from sidecast.cli import Options
from sidecast.desks.doctor import Doctor
from sidecast.errors import ControlError

pytestmark = pytest.mark.unit


def says(program: str, longest_s: float = 30.0) -> Doctor:
    return Doctor([sys.executable, "-S", "-c", program], longest_s)


async def test_who_asks_at_the_same_time_gets_the_same_answer(tmp_path: Path) -> None:
    count = f"open({str(tmp_path / 'asked')!r}, 'a').write('x')"
    doctor = says(f"{count}; print('{{}}')")
    assert set(await asyncio.gather(doctor(), doctor(), doctor())) == {"{}\n"}
    assert (tmp_path / "asked").read_text() == "x"
    await doctor()
    assert (tmp_path / "asked").read_text() == "xx"


@pytest.mark.parametrize(("program", "longest_s"), [("", 30.0), ("print('no')", 30.0), ("import time; time.sleep(600)", 0.0)])
async def test_a_doctor_that_says_nothing_is_an_error_with_a_remedy(program: str, longest_s: float) -> None:
    with pytest.raises(ControlError) as caught:
        await says(program, longest_s)()
    assert "./sidecast doctor" in caught.value.remedy


async def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ControlError):
        await Doctor(["/no/such/program"])()


def test_it_asks_about_the_show_that_runs(tmp_path: Path) -> None:
    script = tmp_path / "sidecast"
    assert Doctor.of(Options(), sys.executable, script) is None
    script.touch()
    doctor = Doctor.of(Options(settings=tmp_path / "my.toml", brain="ollama", stage="none"), "python", script)
    assert doctor is not None
    wanted = ["--stage", "none", "--settings", str(tmp_path / "my.toml"), "--brain", "ollama"]
    assert list(doctor._command) == ["python", str(script), "doctor", "--json", *wanted]


async def test_the_real_one_answers() -> None:
    doctor = Doctor.of(Options(stage="none"), sys.executable)
    assert doctor is not None
    assert {check["name"] for check in json.loads(await doctor())["checks"]} >= {"python", "brain", "network"}
