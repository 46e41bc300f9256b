"""When the page is built, with which Node, and what is said when it cannot be."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import node, page
from launcher.console import Console
from launcher.places import REPOSITORY, Places

pytestmark = pytest.mark.unit


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A repository with nothing but the page."""
    repository = tmp_path / "repository"
    places = Places(repository=repository, home=tmp_path / "home", cache=tmp_path / "cache", data=tmp_path / "data")
    leave_out = shutil.ignore_patterns("node_modules")
    shutil.copytree(page.source(Places(REPOSITORY, tmp_path, tmp_path, tmp_path)), page.source(places), ignore=leave_out)
    node.wanted(places).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / "requirements" / "node.txt", node.wanted(places))
    return places


def pretend_built(places: Places) -> Path:
    folder = page._folder(places)
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("built")
    return folder


@pytest.mark.parametrize(
    ("version", "does"),
    [
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v100.0.1", True),
        ("v9.11.2", False),
        ("", False),
        ("node", False),
    ],
)
def test_node_is_taken_when_vite_runs_on_it(version: str, does: bool) -> None:
    assert node.fits(version) is does


def test_an_old_node_of_the_system_is_passed_by(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\necho v18.20.4\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert node.find(places) is None


def test_nothing_is_done_for_a_page_that_is_built(places: Places) -> None:
    folder = pretend_built(places)
    said = io.StringIO()
    assert page.Building(places, dev=False).finish(Console(said)) == {page.VARIABLE: str(folder)}
    assert said.getvalue() == ""


def test_another_source_asks_for_another_build_and_packages_do_not(places: Places) -> None:
    folder = pretend_built(places)
    (page.source(places) / "node_modules").mkdir()
    (page.source(places) / "node_modules" / "x.js").write_text("x")
    assert page.built(places) == folder
    (page.source(places) / "src" / "more.ts").write_text("export {};")
    assert page.built(places) is None


def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")


def test_without_node_and_network_the_show_goes_on_and_the_reason_is_handed_on(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_network(monkeypatch)
    said = io.StringIO()
    made = page.Building(places, dev=False).finish(Console(said))
    assert set(made) == {page.WHY_NOT}
    assert made[page.WHY_NOT].startswith("Control page: ")
    assert "The show runs without it." in said.getvalue()
    assert "Node 20.19" in said.getvalue()


def test_an_earlier_page_is_better_than_none(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    old = pretend_built(places)
    (page.source(places) / "src" / "more.ts").write_text("export {};")
    without_network(monkeypatch)
    said = io.StringIO()
    made = page.Building(places, dev=False).finish(Console(said))
    assert made[page.VARIABLE] == str(old)
    assert page.WHY_NOT in made
    assert "that of an earlier version" in said.getvalue()


def test_sources_that_are_gone_are_not_built_and_packages_are_kept(places: Places) -> None:
    shop = page.workshop(places)
    (shop / "src").mkdir(parents=True)
    (shop / "src" / "gone.ts").write_text("")
    (shop / "node_modules").mkdir()
    page._copy_sources(page.source(places), shop)
    assert not (shop / "src" / "gone.ts").exists()
    assert (shop / "src" / "main.ts").exists()
    assert (shop / "node_modules").is_dir()


def test_the_lock_file_names_no_address() -> None:
    lock = (REPOSITORY / "python" / "sidecast" / "control" / "page" / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    assert "://registry" not in lock


def test_programs_that_look_for_npm_find_the_fetched_one(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    echo = Path("/bin/echo")
    monkeypatch.setattr(node, "find", lambda places: node.Node(echo, (echo, Path("np m.js")), "v24.0.0"))
    (folder,) = node.for_path(places, tmp_path / "node")
    done = subprocess.run([folder / "npm", "ci", "two words"], capture_output=True, text=True, check=True)
    assert done.stdout == "np m.js ci two words\n"
    assert (folder / "node").resolve() == echo.resolve()
    monkeypatch.setattr(node, "find", lambda places: node.Node(Path("/bin/node"), (Path("/bin/npm"),), "v24.0.0"))
    assert node.for_path(places, tmp_path / "other") == []
