"""The key file: made once with the right rights, and never replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sidecast.errors import VaultError
from sidecast.vault import keyfile

pytestmark = pytest.mark.unit


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"
    key = keyfile.load_or_create(path)
    assert len(key) == keyfile.KEY_BYTES
    assert keyfile.load_or_create(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_many_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(keyfile.load_or_create, [tmp_path / "master.key"] * 64))
    assert len(keys) == 1


@pytest.mark.parametrize("rights", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, rights: int) -> None:
    path = tmp_path / "master.key"
    keyfile.load_or_create(path)
    path.chmod(rights)
    with pytest.raises(VaultError, match=r"can be read by others .*chmod 600"):
        keyfile.load_or_create(path)


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "binary", "huge"])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "master.key"
    keyfile.load_or_create(path)
    whole = path.read_bytes()
    flipped = whole.replace(whole[20:21], b"0" if whole[20:21] != b"0" else b"1", 1)
    content = {"empty": b"", "cut": whole[:40], "flipped": flipped, "binary": b"\xff\x00" * 30, "huge": whole * 100}[damage]
    path.write_bytes(content)
    with pytest.raises(VaultError, match=r"is damaged.*backup"):
        keyfile.load_or_create(path)
    assert path.read_bytes() == content


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    keyfile.load_or_create(tmp_path / "real.key")
    (tmp_path / "master.key").symlink_to(tmp_path / "real.key")
    with pytest.raises(VaultError, match="cannot be read"):
        keyfile.load_or_create(tmp_path / "master.key")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "master.key").mkdir()
    with pytest.raises(VaultError, match="is not a file"):
        keyfile.load_or_create(tmp_path / "master.key")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VaultError, match=r"master\.key cannot be"):
        keyfile.load_or_create(tmp_path / "file" / "master.key")
