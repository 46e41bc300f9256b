"""Steps are done once, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.stamps import Stamp, key_of, only_one, whole_folder, write_whole

pytestmark = pytest.mark.unit


class Stopped(Exception):
    pass


def test_a_key_follows_contents_and_names(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (source / "a.cpp").write_text("one")
    before = key_of(source, "4.6")
    assert before == key_of(source, "4.6")
    assert before != key_of(source, "4.7")
    (source / "a.cpp").write_text("two")
    changed = key_of(source, "4.6")
    assert changed != before
    (source / "a.cpp").rename(source / "b.cpp")
    assert key_of(source, "4.6") != changed


def test_a_key_keeps_its_parts_apart() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")


def test_a_stamp_holds_for_its_key_alone(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamps" / "bridge")
    assert not stamp.holds("k1")
    stamp.set("k1")
    assert stamp.holds("k1")
    assert not stamp.holds("k2")
    stamp.clear()
    assert not stamp.holds("k1")


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    destination = tmp_path / "cache" / "godot"
    with whole_folder(destination) as making:
        (making / "program").write_text("x")
        assert not destination.exists()
    assert (destination / "program").read_text() == "x"
    assert [path.name for path in destination.parent.iterdir()] == ["godot"]


def test_an_interruption_leaves_the_old_folder_and_no_mess(tmp_path: Path) -> None:
    destination = tmp_path / "voices"
    destination.mkdir()
    (destination / "old").touch()
    with pytest.raises(Stopped), whole_folder(destination) as making:
        (making / "new").touch()
        raise Stopped
    assert [path.name for path in destination.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["voices"]


def test_what_a_killed_attempt_left_is_swept_up(tmp_path: Path) -> None:
    (tmp_path / ".making-voices-abc").mkdir()
    (tmp_path / ".making-godot-abc").mkdir()
    with whole_folder(tmp_path / "voices"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".making-godot-abc", "voices"]


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bridge.json"
    write_whole(path, "1")
    write_whole(path, "2")
    assert path.read_text() == "2"
    assert [each.name for each in path.parent.iterdir()] == ["bridge.json"]


def test_the_second_one_is_told_that_it_waits(tmp_path: Path) -> None:
    def waiting() -> None:
        raise Stopped

    with only_one(tmp_path / "lock", waiting), pytest.raises(Stopped), only_one(tmp_path / "lock", waiting):
        pass
    with only_one(tmp_path / "lock", waiting):
        pass
