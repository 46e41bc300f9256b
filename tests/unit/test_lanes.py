"""Which worker runs what, on the real pytest-xdist; and a test that hangs or kills its worker costs no other its result."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.checks import HANGS_S, all_tests
from launcher.places import REPOSITORY

pytestmark = pytest.mark.peers

CONFTEST = "from lanes import pytest_xdist_make_scheduler\nfrom quiet import pytest_runtest_protocol\n"
SETTINGS = """[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["tests"]
addopts = "-ra --strict-markers"
markers = ["quiet"]
"""
TELLS = """import os, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("n", range(4))
def test_it(n):
    log = Path(__file__).with_suffix(f".{n}.log")
    assert not log.exists(), "it was begun again"
    log.write_text(os.environ["PYTEST_XDIST_WORKER"])
"""
SPEAKS = """import os, time
from pathlib import Path
import pytest

LOG = Path(__file__).parents[1] / "log"

def speak(kind):
    with LOG.open("a") as log:
        log.write(f"begin {kind}\\n")
        log.flush()
        time.sleep(0.02)
        log.write(f"end {kind}\\n")

@pytest.mark.parametrize("n", range(60))
def test_loud(n):
    speak("loud")

@pytest.mark.quiet
@pytest.mark.parametrize("n", range(5))
def test_quiet(n):
    speak("quiet")
"""
FALLS = f"""{TELLS}
    if n == 1:
        time.sleep(600)
    if n == 2:
        os._exit(7)
    if n == 3:
        pytest.skip("not here")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    tests = tmp_path / "tests"
    for folder in ("godot/scenes", "peers/obs", "unit", "show"):
        (tests / folder).mkdir(parents=True)
    for name in ("lanes.py", "quiet.py"):
        shutil.copy(REPOSITORY / "tests" / name, tests)
    (tests / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    for name in ("godot/test_a", "godot/scenes/test_b", "unit/test_c", "unit/test_d", "show/test_e"):
        (tests / f"{name}.py").write_text(TELLS)
    return tmp_path


def ask_pytest(suite: Path, *more: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *all_tests(), *more]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=suite, env=alone, capture_output=True, text=True, check=False, timeout=240).stdout


def workers(suite: Path, folder: str) -> set[str]:
    return {log.read_text() for log in (suite / "tests" / folder).rglob("*.log")}


def test_godots_tests_stay_together_and_the_pure_ones_begin_elsewhere(suite: Path) -> None:
    said = ask_pytest(suite, "-n", "2")
    assert re.search(r"^=+ 20 passed in [\d.]+s", said.splitlines()[-1]), said
    assert len(workers(suite, "godot")) == 1
    assert workers(suite, "unit") - workers(suite, "godot")
    for file in ("unit/test_c", "unit/test_d", "show/test_e"):
        assert len({log.read_text() for log in (suite / "tests").glob(f"{file}.*.log")}) == 1, "a file was torn apart"


def test_what_hangs_or_kills_its_worker_has_failed_once_and_all_others_have_their_result(suite: Path) -> None:
    (suite / "tests" / "peers" / "test_falls.py").write_text(FALLS)
    said = ask_pytest(suite, "-n", "2", "-o", "faulthandler_timeout=5")
    assert re.search(r"^=+ 2 failed, 21 passed, 1 skipped in [\d.]+s", said.splitlines()[-1]), said
    for n in (1, 2):
        assert re.search(rf"worker 'gw\d+' crashed while running 'tests/peers/test_falls.py::test_it\[{n}\]'", said)


def test_a_quiet_test_is_alone_and_the_others_go_on_after_it(suite: Path) -> None:
    for name in ("godot/test_f", "unit/test_g"):
        (suite / "tests" / f"{name}.py").write_text(SPEAKS)
    said = ask_pytest(suite, "-n", "2")
    assert re.search(r"^=+ 150 passed in [\d.]+s", said.splitlines()[-1]), said
    inside: list[str] = []
    together = set()
    for what, kind in (line.split() for line in (suite / "tests" / "log").read_text().splitlines()):
        if what == "begin":
            inside.append(kind)
            together.add(tuple(sorted(inside)))
        else:
            inside.remove(kind)
    assert together == {("loud",), ("loud", "loud"), ("quiet",)}


def test_hanging_is_well_above_the_longest_that_a_test_waits() -> None:
    assert f"faulthandler_timeout={HANGS_S}" in all_tests()
    assert "faulthandler_exit_on_timeout=true" in all_tests()
