"""Which page is served, what may be kept of it, and what is said while there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sidecast.control.assets import BARE, MOST_FILES, VARIABLE, WHY_NOT, find_page, load_assets
from sidecast.errors import ControlError

pytestmark = pytest.mark.unit


def built(folder: Path, at: float = 0) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<title>Sidecast</title>")
    os.utime(folder / "index.html", (at, at))
    return folder


def test_the_page_that_is_named_comes_before_the_one_built_last(tmp_path: Path) -> None:
    built(tmp_path / "old", 1)
    newest = built(tmp_path / "new", 2)
    built(tmp_path / ".making-x", 3)
    assert find_page({}, tmp_path) == newest
    assert find_page({VARIABLE: "/elsewhere"}, tmp_path) == Path("/elsewhere")
    assert find_page({}, tmp_path / "nothing") == BARE


def test_only_hashed_names_are_kept_by_browsers(tmp_path: Path) -> None:
    page = built(tmp_path / "page")
    for name in ("index.42w9fPQM.js", "parts.D9Pri-_E.css", "theme.js", "notes.txt"):
        (page / name).write_text("x")
    caching = {name: asset.caching for name, asset in load_assets(page).items()}
    lasting = {name for name, words in caching.items() if "immutable" in words}
    assert lasting == {"index.42w9fPQM.js", "parts.D9Pri-_E.css"}
    assert caching["index.html"] == caching["theme.js"] == "no-store"
    assert "notes.txt" not in caching


def test_without_a_page_it_says_why_and_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WHY_NOT, "Node <said> no & left.")
    page = load_assets(BARE)["index.html"].content.decode()
    assert "Node &lt;said&gt; no &amp; left." in page
    assert "./sidecast run" in page
    monkeypatch.delenv(WHY_NOT)
    assert "<!-- why" not in load_assets(BARE)["index.html"].content.decode()


def test_a_folder_that_is_no_page_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=VARIABLE):
        load_assets(tmp_path)
    page = built(tmp_path / "page")
    for number in range(MOST_FILES):
        (page / f"{number}.js").write_text("")
    with pytest.raises(ControlError, match="too large"):
        load_assets(page)
