"""The journal of the set-up, on a disk that may be full and after a hand that may have edited it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.errors import ObsError
from sidecast.obs.setup.journal import FILE, Entry, Journal
from sidecast.obs.setup.wanted import Part

pytestmark = pytest.mark.unit

SCENE = Entry(part=Part.SCENE, mark="a", name="Sidecast", collection="Mine")
SHOWN = Entry(part=Part.SHOWN_IN, mark="b", name="Sidecast", collection="Mine", scene="Game")


def test_what_is_written_is_read_by_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "data" / FILE
    journal = Journal(path)
    assert journal.entries() == ()
    journal.add(SCENE)
    journal.add(SHOWN)
    journal.placed("b", 7)
    first, second = Journal(path).entries()
    assert first == SCENE
    assert (second.scene, second.item) == ("Game", 7)
    journal.remove(["a", "never there"])
    assert [entry.mark for entry in Journal(path).entries()] == ["b"]


def test_without_entries_there_is_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / FILE)
    journal.add(SCENE)
    journal.remove(["a"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "made": []}',
        '{"version": 1, "made": [{"part": "moon", "mark": "a", "name": "x", "collection": "c", "scene": "", "item": 0}]}',
        '{"version": 1, "made": [{"part": "scene", "mark": 1, "name": "x", "collection": "c", "scene": "", "item": 0}]}',
        '{"version": 1, "made": [{"part": "scene"}]}',
        '{"version": 1, "made": [' + ",".join(["{}"] * 501) + "]}",
        "\udcff",
    ],
)
def test_what_is_no_journal_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE
    path.write_bytes(before := text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ObsError, match=FILE):
        Journal(path).entries()
    with pytest.raises(ObsError):
        Journal(path).add(SCENE)
    assert path.read_bytes() == before


def test_a_folder_that_takes_nothing_is_told_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(ObsError, match="cannot be"):
        Journal(tmp_path / "data" / FILE).add(SCENE)
