"""The master key held another way, rotated, written down as words; and what an interruption leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fakes.ring import FakeRing
from sidecast.errors import VaultError
from sidecast.vault import passphrase, words
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault, unlock_with_words
from sidecast.vault.passphrase import WrongPassphrase
from sidecast.vault.vault import Vault
from sidecast.vault.ways import Ask, Holder, Way, nobody_to_ask

pytestmark = pytest.mark.unit

PHRASE = "correct horse battery staple"
CANARY = "canary-secret-0123456789-zebra"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)


class Home:
    """A data folder that is opened again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ring = FakeRing()
        self.typed: list[str] = []

    def open(self, *, ring: bool = False, ask: Ask | None = None) -> Vault:
        return open_vault(self.folder, ring=self.ring if ring else None, ask=ask or self.answer)

    def answer(self, wrong: int) -> str | None:
        return self.typed[wrong] if wrong < len(self.typed) else None

    def changes(self, vault: Vault) -> Changes:
        return Changes(vault, Holder(self.folder, self.ring))

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def execute(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / "vault.db")) as db, db:
            db.execute(sql, values)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "vault.db")) as db:
            return list(db.execute(sql))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "vault")


@pytest.fixture
def filled(home: Home) -> Iterator[tuple[Home, bytes]]:
    """With a secret and a sealed field, its key in a file."""
    vault = home.open()
    vault.set("brain.key", CANARY)
    sealed = vault.seal("anna", "hello", "lines:1:text")
    vault.close()
    yield home, sealed


def reads(home: Home, sealed: bytes, *, ring: bool = True) -> tuple[str | None, str | None]:
    vault = home.open(ring=ring)
    try:
        return vault.get("brain.key"), vault.open("anna", sealed, "lines:1:text")
    finally:
        vault.close()


def test_a_new_vault_puts_its_key_into_a_real_keyring_and_no_file(home: Home) -> None:
    vault = home.open(ring=True)
    vault.set("brain.key", CANARY)
    vault.close()
    assert len(home.ring.entries) == 1
    assert not list(home.folder.glob("*.key"))
    assert reads(home, b"")[0] == CANARY


def test_a_keyring_that_is_locked_at_first_leaves_a_key_file(home: Home) -> None:
    home.ring.broken_after = 0
    home.open(ring=True).close()
    assert (home.folder / "master.key").exists()


@pytest.mark.parametrize("first", list(Way))
@pytest.mark.parametrize("then", list(Way))
def test_from_any_way_to_any_other_without_losing_anything(filled: tuple[Home, bytes], first: Way, then: Way) -> None:
    home, sealed = filled
    home.typed = [PHRASE]
    for way in (first, then):
        vault = home.open(ring=True)
        home.changes(vault).move(way, PHRASE)
        assert home.changes(vault).state().way is way
        vault.close()
        assert bool(list(home.folder.glob("*.key"))) == (way is Way.FILE)
        assert bool(home.ring.entries) == (way is Way.KEYRING)
        assert reads(home, sealed) == (CANARY, "hello")


@pytest.mark.parametrize("to", [Way.KEYRING, Way.PASSPHRASE, Way.FILE])
@pytest.mark.parametrize("point", range(6))
def test_a_move_broken_off_at_any_point_leaves_a_way_that_opens(
    filled: tuple[Home, bytes], to: Way, point: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, sealed = filled
    home.typed = [PHRASE]
    vault = home.open(ring=True)
    if to is Way.FILE:
        home.changes(vault).move(Way.KEYRING)
    broken = Broken(monkeypatch, point)
    with broken:
        home.changes(vault).move(to, PHRASE)
    vault.close()
    assert reads(home, sealed) == (CANARY, "hello")
    if broken.happened is False:
        vault = home.open(ring=True)
        assert home.changes(vault).state().way is to
        vault.close()
    held = len(home.ring.entries) + len(list(home.folder.glob("*.key")))
    assert held <= 1, "an old key was left somewhere"


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("point", range(8))
def test_a_rotation_broken_off_at_any_point_leaves_one_key_that_opens(
    filled: tuple[Home, bytes], way: Way, point: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, sealed = filled
    home.typed = [PHRASE]
    vault = home.open(ring=True)
    home.changes(vault).move(way, PHRASE)
    with Broken(monkeypatch, point):
        home.changes(vault).rotate(PHRASE)
    vault.close()
    assert reads(home, sealed) == (CANARY, "hello")
    assert len(home.ring.entries) + len(list(home.folder.glob("*.key"))) == (way is not Way.PASSPHRASE)
    vault = home.open(ring=True)
    home.changes(vault).rotate(PHRASE)
    vault.close()
    assert reads(home, sealed) == (CANARY, "hello")


class Broken:
    """From the nth change of the store or of a holder on, everything fails as if the power were gone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, point: int) -> None:
        self._patch = monkeypatch
        self._left = point
        self.happened = False

    def __enter__(self) -> None:
        from sidecast.vault.store import KeyStore
        from sidecast.vault.ways import Holder

        for owner, names in ((KeyStore, ("set_about", "rewrap", "empty_journal")), (Holder, ("hold", "drop"))):
            for name in names:
                self._patch.setattr(owner, name, self._failing(getattr(owner, name)))

    def _failing(self, real: object) -> object:
        def call(*args: object, **more: object) -> object:
            if self._left <= 0:
                self.happened = True
                raise KeyboardInterrupt
            self._left -= 1
            return real(*args, **more)  # type: ignore[operator]

        return call

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        self._patch.undo()
        passphrase_quick(self._patch)
        return kind is KeyboardInterrupt


def passphrase_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)


def test_rotated_rows_open_and_those_of_the_old_key_are_refused(filled: tuple[Home, bytes]) -> None:
    home, sealed = filled
    old_secret = home.rows("SELECT sealed, master FROM secrets")[0]
    old_key = home.rows("SELECT wrapped, master FROM viewer_keys")[0]
    old_file = (home.folder / "master.key").read_bytes()
    vault = home.open()
    told: list[tuple[int, int]] = []
    assert home.changes(vault).rotate(progress=lambda done, of: told.append((done, of))) == 2
    assert told[-1] == (2, 2)
    assert home.changes(vault).state().number == 2
    assert vault.get("brain.key") == CANARY
    assert vault.open("anna", sealed, "lines:1:text") == "hello"
    vault.set("obs.password", "hunter2hunter2")
    vault.close()
    assert old_file.split()[1] not in home.bytes()
    for number in (old_secret[1], 2):  # as it was, and passed off as a new one
        home.execute("UPDATE secrets SET sealed = ?, master = ? WHERE name = 'brain.key'", old_secret[0], number)
        home.execute("UPDATE viewer_keys SET wrapped = ?, master = ?", old_key[0], number)
        vault = home.open()
        with pytest.raises(VaultError, match=r"brain\.key was changed"):
            vault.get("brain.key")
        with pytest.raises(VaultError, match="viewer's key does not open"):
            vault.open("anna", sealed, "lines:1:text")
        with pytest.raises(VaultError, match="does not open"):
            home.changes(vault).rotate()
        assert vault.get("obs.password") == "hunter2hunter2"
        vault.close()


def test_the_old_key_file_put_back_opens_nothing(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    old = (home.folder / "master.key").read_bytes()
    vault = home.open()
    home.changes(vault).rotate()
    vault.close()
    (home.folder / "master-2.key").write_bytes(old)
    with pytest.raises(VaultError, match="is not the key of"):
        home.open()


def test_another_process_that_still_has_the_old_key_writes_nothing(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    other, vault = home.open(), home.open()
    home.changes(vault).rotate()
    with pytest.raises(VaultError, match="changed by another program"):
        other.seal("bert", "hi", "lines:2:text")
    with pytest.raises(VaultError, match="changed by another program"):
        other.set("brain.key", "x" * 20)
    with pytest.raises(VaultError, match="changed by another program"):
        other.get("brain.key")
    with pytest.raises(VaultError, match="changed by another program"):
        home.changes(other).rotate()
    other.close()
    assert vault.get("brain.key") == CANARY


def test_a_wrong_passphrase_opens_nothing_and_is_limited_by_who_asks(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    vault = home.open()
    home.changes(vault).move(Way.PASSPHRASE, PHRASE)
    with pytest.raises(WrongPassphrase):
        home.changes(vault).rotate("not the passphrase")
    with pytest.raises(WrongPassphrase):
        home.changes(vault).check(PHRASE.upper())
    vault.close()
    with pytest.raises(VaultError, match=r"needs its passphrase.*SIDECAST_PASSPHRASE_FILE"):
        home.open(ask=nobody_to_ask)
    home.typed = ["wrong", "worse", "worst"]
    with pytest.raises(VaultError, match="wrong each time"):
        home.open()
    home.typed = ["wrong", PHRASE]
    home.open().close()
    assert PHRASE.encode() not in home.bytes()


def test_a_short_passphrase_is_refused_and_changes_nothing(filled: tuple[Home, bytes]) -> None:
    home, sealed = filled
    vault = home.open()
    with pytest.raises(VaultError, match="10 to 1024"):
        home.changes(vault).move(Way.PASSPHRASE, "short")
    vault.close()
    assert reads(home, sealed) == (CANARY, "hello")


def test_words_open_what_nothing_else_does(filled: tuple[Home, bytes]) -> None:
    home, sealed = filled
    vault = home.open()
    chosen = words.new()
    home.changes(vault).keep_words(chosen)
    home.changes(vault).rotate()
    assert home.changes(vault).state().has_words
    vault.close()
    assert not any(word.encode() in home.bytes() for word in (" ".join(chosen), " ".join(chosen[:3])))
    (home.folder / "master-2.key").unlink()
    with pytest.raises(VaultError, match="recovery words"):
        home.open()
    with pytest.raises(VaultError, match="not the recovery words of this vault"):
        unlock_with_words(home.folder, " ".join(words.new()), Way.FILE)
    unlock_with_words(home.folder, " ".join(chosen), Way.PASSPHRASE, passphrase=PHRASE)
    home.typed = [PHRASE]
    assert reads(home, sealed) == (CANARY, "hello")


def test_new_words_replace_the_old_ones(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    vault = home.open()
    first, second = words.new(), words.new()
    home.changes(vault).keep_words(first)
    home.changes(vault).keep_words(second)
    vault.close()
    with pytest.raises(VaultError, match="not the recovery words"):
        unlock_with_words(home.folder, " ".join(first), Way.FILE)
    unlock_with_words(home.folder, " ".join(second), Way.FILE)


def test_a_foreign_public_key_in_the_database_gets_no_backups(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    vault = home.open()
    home.changes(vault).keep_words(words.new())
    home.execute("UPDATE about SET value = zeroblob(60) WHERE name = 'recovery'")
    with pytest.raises(VaultError, match="was changed"):
        home.changes(vault).public()


def test_an_erased_viewer_stays_erased_in_an_older_copy(filled: tuple[Home, bytes], tmp_path: Path) -> None:
    home, sealed = filled
    vault = home.open()
    vault.seal("bert", "hi", "lines:2:text")
    older = tmp_path / "older"
    older.mkdir()
    for name in ("master.key",):
        (older / name).write_bytes((home.folder / name).read_bytes())
        (older / name).chmod(0o600)
    with closing(sqlite3.connect(home.folder / "vault.db")) as db, closing(sqlite3.connect(older / "vault.db")) as copy:
        db.backup(copy)
    assert vault.erase("anna")
    home.changes(vault).rotate()
    with vault.exclusive() as (store, _, _number):
        tags = store.erased()
    assert b"anna" not in b"".join(tag for tag, _ in tags)
    restored = open_vault(older)
    assert restored.open("anna", sealed, "lines:1:text") == "hello"
    assert restored.erased_since(0, tags) == 1
    assert restored.open("anna", sealed, "lines:1:text") is None
    # who came back after the erasure is not erased by a backup made later still
    again = restored.seal("anna", "again", "lines:9:text")
    assert restored.erased_since(tags[0][1] + 1, tags) == 0
    assert restored.open("anna", again, "lines:9:text") == "again"


def test_secrets_are_listed_by_name_and_ending_only(filled: tuple[Home, bytes]) -> None:
    home, _ = filled
    vault = home.open()
    vault.set("obs.password", "short")
    assert [(each.name, each.ending) for each in vault.secrets()] == [("brain.key", CANARY[-2:]), ("obs.password", "")]
    for name in ("", "Brain", "a b", "x" * 65, "../a"):
        with pytest.raises(VaultError, match="secret's name"):
            vault.set(name, "value")


@pytest.mark.parametrize("cut", [0, 5, 12, 27])
def test_a_truncated_ciphertext_is_refused(filled: tuple[Home, bytes], cut: int) -> None:
    home, sealed = filled
    vault = home.open()
    with pytest.raises(VaultError, match="changed or moved"):
        vault.open("anna", sealed[: 8 + cut], "lines:1:text")


def test_a_vault_of_the_first_release_is_opened_and_kept(tmp_path: Path) -> None:
    """Made as schema 1 wrote it: no numbers, no list of erasures."""
    from sidecast.vault import cipher, keyfile

    folder = tmp_path / "vault"
    master = keyfile.load_or_create(folder / "master.key")
    with closing(sqlite3.connect(folder / "vault.db")) as db, db:
        db.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        sql = "CREATE TABLE viewer_keys (viewer TEXT PRIMARY KEY, version BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID"
        db.execute(sql)
        db.execute("CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID")
        db.execute("PRAGMA user_version=1")
        db.execute("INSERT INTO about VALUES ('check', ?)", (cipher.seal(master, b"sidecast vault", "sidecast vault"),))
        sealed = cipher.seal(master, CANARY.encode(), "secrets:brain.key:sealed")
        db.execute("INSERT INTO secrets VALUES ('brain.key', ?)", (sealed,))
    vault = open_vault(folder)
    assert vault.get("brain.key") == CANARY
    changes = Changes(vault, Holder(folder, FakeRing()))
    changes.rotate()
    assert vault.get("brain.key") == CANARY
    assert vault.erase("nobody") is False
