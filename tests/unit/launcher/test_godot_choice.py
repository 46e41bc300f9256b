"""Which Godot is taken, and when an archive is believed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from launcher import godot, godot_archive
from launcher.console import Console
from launcher.places import Places
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit

ARCHIVE = "Godot_v4.6.3-stable_linux.x86_64.zip"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    for name in ("GODOT", "SIDECAST_GODOT_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return Places(tmp_path / "repository", tmp_path / "home", tmp_path / "cache", tmp_path / "data")


def program(path: Path, version: str, code: int = 0) -> Path:
    """Something that answers `--headless --version` as Godot does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho asked >> "$0.log"\necho "{version}"\nexit {code}\n')
    path.chmod(0o755)
    return path


def test_the_named_one_comes_first(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(places.cache / "godot-4.6.3" / "godot", "4.6.3.stable")
    named = program(tmp_path / "my godot", "4.5.1.stable.official.abc")
    monkeypatch.setenv("GODOT", str(named))
    found = godot.prepare(places, Console(io.StringIO()))
    assert (found.program, found.version) == (named, "4.5.1.stable.official.abc")


@pytest.mark.parametrize(("version", "code"), [("4.4.1.stable", 0), ("3.6.stable", 0), ("4.6.3.stable", 134), ("hello", 0)])
def test_a_named_one_that_does_not_fit_is_an_error(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, code: int
) -> None:
    monkeypatch.setenv("GODOT", str(program(tmp_path / "old", version, code)))
    with pytest.raises(Trouble, match="GODOT="):
        godot.prepare(places, Console(io.StringIO()))


def test_one_on_path_that_is_too_old_is_passed_over(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin" / "godot", "3.6.stable")
    newer = program(tmp_path / "bin" / "godot4", "4.5.stable")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert godot.prepare(places, Console(io.StringIO())).program == newer


def test_of_those_fetched_before_the_newest(places: Places) -> None:
    program(places.cache / "godot-4.9" / "godot", "4.9.stable")
    newest = program(places.cache / "godot-4.10.1" / "godot", "4.10.1.stable")
    assert godot.prepare(places, Console(io.StringIO())).program == newest


def test_it_is_asked_for_its_version_once(places: Places) -> None:
    path = program(places.cache / "godot-4.6.3" / "godot", "4.6.3.stable")
    first = godot.prepare(places, Console(io.StringIO()))
    assert godot.prepare(places, Console(io.StringIO())) == first
    assert path.with_name("godot.log").read_text() == "asked\n"
    program(path, "4.6.4.stable")
    assert godot.prepare(places, Console(io.StringIO())).version == "4.6.4.stable"


def archive(folder: Path, *, sums: str | None = None) -> Path:
    folder.mkdir()
    path = folder / ARCHIVE
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("Godot_v4.6.3-stable_linux.x86_64", "#!/bin/sh\necho 4.6.3.stable.official\n")
    digest = hashlib.sha512(path.read_bytes()).hexdigest()
    (folder / "SHA512-SUMS.txt").write_text(f"{'0' * 128}  other.zip\n{sums or digest}  {ARCHIVE}\n")
    return path


def test_an_official_archive_is_checked_and_unpacked(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDECAST_GODOT_ARCHIVE", str(archive(tmp_path / "downloads")))
    found = godot.prepare(places, Console(io.StringIO()))
    assert found.version == "4.6.3.stable.official"
    assert found.program == places.cache / "godot-4.6.3-official" / "godot"
    assert [path.name for path in places.cache.iterdir()] == ["godot-4.6.3-official"]


def test_an_archive_may_be_an_address(places: Places, tmp_path: Path) -> None:
    path = archive(tmp_path / "downloads")
    assert godot_archive.fetch(path.as_uri(), places, Console(io.StringIO())).exists()


def test_another_checksum_is_refused_and_nothing_stays(places: Places, tmp_path: Path) -> None:
    path = archive(tmp_path / "downloads", sums="a" * 128)
    with pytest.raises(Trouble, match="not what was published"):
        godot_archive.fetch(str(path), places, Console(io.StringIO()))
    assert list(places.cache.iterdir()) == []


def test_an_archive_without_a_checksum_is_refused(places: Places, tmp_path: Path) -> None:
    path = archive(tmp_path / "downloads")
    path.with_name("SHA512-SUMS.txt").unlink()
    with pytest.raises(Trouble, match="no published SHA-512"):
        godot_archive.fetch(str(path), places, Console(io.StringIO()))


def test_an_archive_that_is_not_there_is_named(places: Places) -> None:
    with pytest.raises(Trouble, match=r"SIDECAST_GODOT_ARCHIVE=/nowhere\.zip"):
        godot_archive.fetch("/nowhere.zip", places, Console(io.StringIO()))
