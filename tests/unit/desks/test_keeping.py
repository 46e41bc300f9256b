"""Backup and restore of everything, with the real vault and real databases, here and on another machine."""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.ring import FakeRing
from sidecast.desks.keeping import Opens, back_up, forget_erased, prepare
from sidecast.errors import KeepError, SidecastError
from sidecast.keep import container, swapping
from sidecast.keep.estate import BEFORE, Estate
from sidecast.vault import passphrase, words
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.passphrase import WrongPassphrase
from sidecast.vault.ring import NoRing, Ring
from sidecast.vault.vault import Vault
from sidecast.vault.ways import Holder, Way

pytestmark = pytest.mark.unit

CANARY = "canary-secret-0123456789-zebra"
SAID = "canary words of a viewer, purple"
PHRASE = "correct horse battery staple"
NOW = 1_795_392_000_000
WORDS = words.new()
OWN = "a phrase of its own"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)


class Machine:
    """One user's folders."""

    def __init__(self, root: Path, ring: Ring | None = None) -> None:
        self.root = root
        self.ring = ring or NoRing()
        self.estate = Estate(root / "config", root / "data", root / "data" / "ledger.db")
        self.now = NOW
        self.vault: Vault | None = None

    def open(self, typed: str | None = None) -> Vault:
        self.vault = open_vault(
            self.estate.data / "vault", ring=self.ring, ask=lambda wrong: None if wrong else typed, wall_ms=lambda: self.now
        )
        return self.vault

    @property
    def changes(self) -> Changes:
        assert self.vault is not None
        return Changes(self.vault, Holder(self.estate.data / "vault", self.ring))

    def fill(self) -> bytes:
        """Settings, a policy, a ledger with a sealed line, a secret. Returns the sealed field."""
        self.estate.config.mkdir(parents=True)
        (self.estate.config / "sidecast.toml").write_text("[host]\nname = 'Kit'  # my own\n")
        (self.estate.config / "personas" / "mine").mkdir(parents=True)
        (self.estate.config / "personas" / "mine" / "persona.toml").write_text("x = 1\n")
        vault = self.open()
        (self.estate.data / "policy.json").write_text('{"level": 3}')
        (self.estate.data / "show.lock").write_text("1")
        vault.set("brain.key", CANARY)
        sealed = vault.seal("anna", SAID, "lines:1:text")
        with closing(sqlite3.connect(self.estate.ledger)) as db, db:
            db.execute("PRAGMA journal_mode=WAL").fetchall()
            db.execute("CREATE TABLE lines (key TEXT, text BLOB)")
            db.execute("INSERT INTO lines VALUES ('1', ?)", (sealed,))
        return sealed

    def close(self) -> None:
        if self.vault is not None:
            self.vault.close()
            self.vault = None

    def restore(self, file: Path, opens: Opens) -> None:
        with file.open("rb") as stream:
            prepare(stream, opens, self.estate)
        self.close()
        swapping.finish(self.estate.data)

    def lines(self) -> list[Any]:
        with closing(sqlite3.connect(self.estate.ledger)) as db:
            return list(db.execute("SELECT * FROM lines"))

    def state(self) -> dict[str, bytes]:
        """Every file but databases' journals."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm", BEFORE))
        }


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "here")
    yield machine
    machine.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "there")
    yield machine
    machine.close()


def backed_up(here: Machine, target: Path, **more: Any) -> Path:
    here.changes.keep_words(WORDS)
    return back_up(here.changes, here.estate, target, NOW, **more).path


def test_another_machine_gets_everything_back_by_the_words(here: Machine, there: Machine, tmp_path: Path) -> None:
    sealed = here.fill()
    file = backed_up(here, tmp_path / "all.sidecast-backup")
    there.restore(file, Opens(words=" ".join(WORDS)))
    vault = there.open()
    assert vault.get("brain.key") == CANARY
    assert there.lines() == [("1", sealed)]
    assert vault.open("anna", sealed, "lines:1:text") == SAID
    assert (there.estate.config / "sidecast.toml").read_text() == "[host]\nname = 'Kit'  # my own\n"
    assert (there.estate.config / "personas/mine/persona.toml").exists()
    assert (there.estate.data / "policy.json").read_text() == '{"level": 3}'
    assert not (there.estate.data / "show.lock").exists()
    assert {path.stat().st_mode & 0o077 for path in there.root.rglob("*") if path.is_file()} == {0}


def test_nothing_of_it_can_be_read_in_the_file(here: Machine, tmp_path: Path) -> None:
    here.fill()
    file = backed_up(here, tmp_path / "all.sidecast-backup")
    content = file.read_bytes()
    master, _ = here.changes.master()
    assert file.stat().st_mode & 0o077 == 0
    assert [
        name for name in ("policy", "sidecast.toml", "vault.db", "Kit", CANARY, SAID, WORDS[0] + " ") if name.encode() in content
    ] == []
    assert master not in content
    assert master.hex().encode() not in content


def test_a_passphrase_of_its_own_and_that_of_the_vault_open_it_too(here: Machine, there: Machine, tmp_path: Path) -> None:
    here.fill()
    own = back_up(here.changes, here.estate, tmp_path / "own", NOW, typed=OWN).path
    here.changes.move(Way.PASSPHRASE, PHRASE)
    vaults = back_up(here.changes, here.estate, tmp_path / "vaults", NOW).path
    with pytest.raises(WrongPassphrase, match="does not open the backup"):
        there.restore(own, Opens(passphrase=PHRASE))
    there.restore(own, Opens(passphrase=OWN))
    assert there.open().get("brain.key") == CANARY
    there.restore(vaults, Opens(passphrase=PHRASE))
    with pytest.raises(SidecastError, match="needs its passphrase"):
        there.open()
    assert there.open(PHRASE).get("brain.key") == CANARY


def test_the_same_machine_needs_nothing_and_a_rotated_one_says_what(here: Machine, tmp_path: Path) -> None:
    here.fill()
    file = backed_up(here, tmp_path / "all")
    here.open().set("brain.key", "changed since then, and long")
    here.restore(file, Opens(changes=here.changes))
    assert here.open().get("brain.key") == CANARY
    here.changes.rotate()
    with pytest.raises(KeepError, match=r"key does not open the backup.*recovery words"):
        here.restore(file, Opens(changes=here.changes))
    here.restore(file, Opens(changes=here.changes, words=" ".join(WORDS)))
    assert here.open().get("brain.key") == CANARY


def test_a_key_in_a_keyring_does_not_need_that_keyring_elsewhere(there: Machine, tmp_path: Path) -> None:
    here = Machine(tmp_path / "desktop", FakeRing())
    here.fill()
    file = backed_up(here, tmp_path / "all")
    here.close()
    there.restore(file, Opens(words=" ".join(WORDS)))
    assert there.open().get("brain.key") == CANARY
    assert there.changes.state().way is Way.FILE


def test_what_would_open_here_only_is_refused_unless_wanted(here: Machine, there: Machine, tmp_path: Path) -> None:
    here.fill()
    with pytest.raises(KeepError, match="recovery words first"):
        back_up(here.changes, here.estate, tmp_path / "all", NOW)
    assert not (tmp_path / "all").exists()
    file = back_up(here.changes, here.estate, tmp_path / "all", NOW, only_here=True).path
    there.open()
    with pytest.raises(KeepError, match="of its own machine"):
        there.restore(file, Opens(changes=there.changes))


def test_no_file_is_overwritten_and_no_half_one_is_left(here: Machine, tmp_path: Path) -> None:
    here.fill()
    file = backed_up(here, tmp_path / "all")
    before = file.read_bytes()
    with pytest.raises(KeepError, match="already"):
        backed_up(here, file)
    assert file.read_bytes() == before
    (here.estate.data / "broken.db").write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1000)
    with pytest.raises(KeepError, match="cannot be copied"):
        backed_up(here, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["all"]
    assert not [path for path in here.estate.data.iterdir() if path.name.startswith(".backup-")]


def test_a_ledger_that_is_written_meanwhile_is_whole_in_the_copy(here: Machine, there: Machine, tmp_path: Path) -> None:
    here.fill()
    stop = threading.Event()
    acknowledged = 0

    def write() -> None:
        nonlocal acknowledged
        with closing(sqlite3.connect(here.estate.ledger, isolation_level=None)) as db:
            while not stop.is_set():
                db.execute("BEGIN")
                db.executemany("INSERT INTO lines VALUES (?, x'00')", [(f"{acknowledged}-{n}",) for n in range(10)])
                db.execute("COMMIT")
                acknowledged += 1

    writer = threading.Thread(target=write)
    writer.start()
    while acknowledged < 5:
        pass
    at_least = acknowledged
    file = backed_up(here, tmp_path / "all")
    stop.set()
    writer.join()
    there.restore(file, Opens(words=" ".join(WORDS)))
    rows = len(there.lines()) - 1
    assert rows % 10 == 0, "half a transaction"
    assert rows >= at_least * 10


@pytest.mark.parametrize("damage", ["cut", "flipped", "other"])
def test_a_damaged_backup_touches_nothing(here: Machine, tmp_path: Path, damage: str) -> None:
    here.fill()
    file = backed_up(here, tmp_path / "all")
    content = file.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) * 3 // 4] ^= 1
    file.write_bytes({"cut": content[:-30], "flipped": bytes(flipped), "other": b"not a backup at all"}[damage])
    before = here.state()
    with pytest.raises(KeepError), file.open("rb") as stream:
        prepare(stream, Opens(words=" ".join(WORDS)), here.estate)
    assert here.state() == before


@pytest.mark.parametrize(
    "name",
    [
        "data/../../evil",
        "/etc/evil",
        "data//x",
        "other/x",
        "data/vault/master.key",
        "data/./x",
        "data/backups/x",
        "data/",
        "config/a\\b",
    ],
)
def test_a_backup_that_names_files_elsewhere_is_refused(here: Machine, tmp_path: Path, name: str) -> None:
    here.fill()
    with pytest.raises(KeepError, match="where none of Sidecast's belongs"):
        here.estate.path_of(name)


def test_an_archive_with_a_link_in_it_is_refused(here: Machine) -> None:
    import json
    import tarfile

    from sidecast.keep.reading import unpack

    here.fill()
    out, key = io.BytesIO(), bytes(32)
    writer = container.Writer(out, container.Header(NOW, "x", ()).to_bytes(), key)
    manifest = json.dumps({"created_ms": NOW, "files": {"data/x": {"size": 0, "sha256": ""}}, "inside": {}}).encode()
    with tarfile.open(fileobj=writer, mode="w|") as tar:
        about = tarfile.TarInfo("manifest.json")
        about.size = len(manifest)
        tar.addfile(about, io.BytesIO(manifest))
        link = tarfile.TarInfo("data/x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    writer.finish()
    out.seek(0)
    before = here.state()
    with pytest.raises(KeepError, match="changed or cut"):
        unpack(out, key, here.estate)
    assert here.state() == before


@pytest.mark.parametrize("point", range(14))
def test_a_restore_broken_off_at_any_point_is_carried_through_at_the_next_start(
    here: Machine, tmp_path: Path, point: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    sealed = here.fill()
    file = backed_up(here, tmp_path / "all")
    here.open().set("brain.key", "changed since then, and long")
    (here.estate.data / "added-later.json").write_text("{}")
    with file.open("rb") as stream:
        prepare(stream, Opens(changes=here.changes), here.estate)
    here.close()
    left, real = point, os.replace

    def failing(*args: Any) -> None:
        nonlocal left
        if left <= 0:
            raise KeyboardInterrupt
        left -= 1
        real(*args)

    monkeypatch.setattr(os, "replace", failing)
    try:
        swapping.finish(here.estate.data)
    except KeyboardInterrupt:
        monkeypatch.setattr(os, "replace", real)
        swapping.finish(here.estate.data)
    monkeypatch.setattr(os, "replace", real)
    vault = here.open()
    assert vault.get("brain.key") == CANARY
    assert vault.open("anna", sealed, "lines:1:text") == SAID
    assert not (here.estate.data / "added-later.json").exists()
    assert (here.estate.data / ("added-later.json" + BEFORE)).exists()
    assert not list(here.root.rglob("*.restoring"))
    assert swapping.finish(here.estate.data) is None


def test_who_was_erased_after_the_backup_does_not_come_back(here: Machine, tmp_path: Path) -> None:
    sealed = here.fill()
    assert here.vault is not None
    bert = here.vault.seal("bert", "hi", "lines:2:text")
    file = backed_up(here, tmp_path / "all")
    here.now = NOW + 5000
    assert here.vault.erase("anna")
    here.restore(file, Opens(words=" ".join(WORDS)))
    vault = here.open()
    assert forget_erased(vault, here.estate.data / "vault") == 1
    assert forget_erased(vault, here.estate.data / "vault") == 0
    assert vault.open("anna", sealed, "lines:1:text") is None
    assert vault.open("bert", bert, "lines:2:text") == "hi"
    # and the memory of it is in the next backup
    later = back_up(here.changes, here.estate, tmp_path / "later", NOW + 9000).path
    here.restore(later, Opens(words=" ".join(WORDS)))
    assert here.open().open("anna", sealed, "lines:1:text") is None


def test_one_that_waits_can_be_called_off(here: Machine, tmp_path: Path) -> None:
    here.fill()
    file = backed_up(here, tmp_path / "all")
    before = here.state()
    with file.open("rb") as stream:
        prepare(stream, Opens(changes=here.changes), here.estate)
    assert swapping.waiting(here.estate.data) is not None
    assert swapping.call_off(here.estate.data)
    assert here.state() == before
    assert swapping.finish(here.estate.data) is None
    assert not swapping.call_off(here.estate.data)


def test_what_somebody_types_is_in_no_repr() -> None:
    assert PHRASE not in repr(Opens(words=PHRASE, passphrase=PHRASE))
