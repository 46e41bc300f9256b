"""The lock files hold what pyproject.toml asks for, hashed, from nowhere in particular, and without torch."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
BASE, DEV = ((REPOSITORY / "requirements" / name).read_text("utf-8") for name in ("base.txt", "dev.txt"))


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE):
        found.setdefault(name_of(name), set()).add(version)
    return found


def test_everything_asked_for_is_locked() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    base = {name_of(each) for each in [*PROJECT["project"]["dependencies"], *extras["setup"]]}
    assert base <= pins(BASE).keys()
    assert base | {name_of(each) for each in extras["dev"]} <= pins(DEV).keys()


def test_tests_run_with_the_versions_that_streamers_get() -> None:
    dev = pins(DEV)
    assert {name: versions for name, versions in pins(BASE).items() if dev[name] != versions} == {}


@pytest.mark.parametrize("lock", [BASE, DEV], ids=["base", "dev"])
def test_each_line_is_hashed_and_names_no_address(lock: str) -> None:
    assert "://" not in lock
    for requirement in re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


@pytest.mark.parametrize("lock", [BASE, DEV], ids=["base", "dev"])
def test_torch_stays_out(lock: str) -> None:
    assert not pins(lock).keys() & {"torch", "transformers", "sentence-transformers"}
