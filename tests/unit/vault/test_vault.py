"""Sealing: bound to viewer and place, erased with the viewer's key, and silent about what it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecast.errors import VaultError
from sidecast.flow.ports import Sealer
from sidecast.vault.opening import open_vault
from sidecast.vault.vault import CACHED_KEYS, Vault

pytestmark = pytest.mark.unit

PLACE = "lines:run-1:text"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path)


def test_it_is_what_the_ledger_asks_for(vault: Vault) -> None:
    sealer: Sealer = vault
    assert sealer.open("anna", sealer.seal("anna", "hello", PLACE), PLACE) == "hello"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(viewer=st.text(st.characters(), max_size=30), text=st.text(st.characters(), max_size=300))
def test_any_text_of_any_viewer_comes_back(vault: Vault, viewer: str, text: str) -> None:
    assert vault.open(viewer, vault.seal(viewer, text, PLACE), PLACE) == text


def test_the_same_text_is_never_sealed_twice_alike(vault: Vault) -> None:
    assert vault.seal("anna", "hello", PLACE) != vault.seal("anna", "hello", PLACE)


def test_a_field_moved_to_another_place_does_not_open(vault: Vault) -> None:
    sealed = vault.seal("anna", "hello", PLACE)
    with pytest.raises(VaultError, match="changed or moved"):
        vault.open("anna", sealed, "lines:run-1:heard")


def test_a_changed_field_does_not_open(vault: Vault) -> None:
    sealed = bytearray(vault.seal("anna", "hello", PLACE))
    sealed[-1] ^= 1
    with pytest.raises(VaultError, match="changed or moved"):
        vault.open("anna", bytes(sealed), PLACE)


def test_another_viewers_key_does_not_open_it(vault: Vault) -> None:
    sealed = vault.seal("anna", "hello", PLACE)
    vault.seal("bert", "hello", PLACE)
    assert vault.open("bert", sealed, PLACE) is None


def test_erasing_a_viewer_erases_every_field_and_no_other_viewers(vault: Vault) -> None:
    annas = [vault.seal("anna", f"hello {n}", f"lines:run-{n}:text") for n in range(3)]
    berts = vault.seal("bert", "hi", PLACE)
    assert vault.erase("anna")
    assert not vault.erase("anna")
    assert [vault.open("anna", sealed, f"lines:run-{n}:text") for n, sealed in enumerate(annas)] == [None] * 3
    assert vault.open("bert", berts, PLACE) == "hi"
    again = vault.seal("anna", "I am back", PLACE)
    assert vault.open("anna", again, PLACE) == "I am back"
    assert vault.open("anna", annas[0], "lines:run-0:text") is None


def test_an_erased_key_is_in_no_file_any_more(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    vault.seal("anna", "hello", PLACE)
    with sqlite3.connect(tmp_path / "vault.db") as db:
        (wrapped,) = db.execute("SELECT wrapped FROM viewer_keys").fetchone()
    db.close()
    vault.erase("anna")
    for file in tmp_path.iterdir():
        assert wrapped not in file.read_bytes(), file.name


def test_keys_outlive_the_process_and_the_cache(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    sealed = [vault.seal(f"viewer-{n}", f"text {n}", PLACE) for n in range(CACHED_KEYS + 20)]
    assert vault.open("viewer-0", sealed[0], PLACE) == "text 0"
    vault.close()
    again = open_vault(tmp_path)
    assert [again.open(f"viewer-{n}", blob, PLACE) for n, blob in enumerate(sealed)] == [f"text {n}" for n in range(len(sealed))]


def test_secrets_are_kept_replaced_and_taken_away(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    assert vault.get("twitch.token") is None
    vault.set("twitch.token", "abc")
    vault.set("twitch.token", "hunter2-token")
    vault.close()
    vault = open_vault(tmp_path)
    assert vault.get("twitch.token") == "hunter2-token"
    assert all(b"hunter2-token" not in file.read_bytes() for file in tmp_path.iterdir())
    vault.set("twitch.token", None)
    assert vault.get("twitch.token") is None


def test_a_secret_under_another_name_does_not_open(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    vault.set("twitch.token", "abc")
    with sqlite3.connect(tmp_path / "vault.db") as db:
        db.execute("UPDATE secrets SET name = 'obs.password'")
    db.close()
    with pytest.raises(VaultError, match=r"obs\.password was changed"):
        vault.get("obs.password")


def test_repr_shows_nothing(vault: Vault) -> None:
    assert repr(vault) == "<Vault>"


def test_every_file_is_for_its_owner_only(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    vault.seal("anna", "hello", PLACE)
    assert {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {
        file.name: 0 for file in tmp_path.iterdir()
    }


def test_a_lost_key_file_is_not_replaced(tmp_path: Path) -> None:
    open_vault(tmp_path).close()
    (tmp_path / "master.key").unlink()
    with pytest.raises(VaultError, match=r"is missing.*Put it back"):
        open_vault(tmp_path)
    assert not (tmp_path / "master.key").exists()


def test_a_foreign_key_file_is_told_from_the_right_one(tmp_path: Path) -> None:
    open_vault(tmp_path).close()
    open_vault(tmp_path / "other").close()
    (tmp_path / "other" / "master.key").replace(tmp_path / "master.key")
    with pytest.raises(VaultError, match="is not the key of"):
        open_vault(tmp_path)


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    open_vault(tmp_path).close()
    (tmp_path / "vault.db").write_bytes(b"not a database, but long enough to look like one" * 50)
    with pytest.raises(VaultError, match=r"vault\.db is damaged"):
        open_vault(tmp_path)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    open_vault(tmp_path).close()
    with sqlite3.connect(tmp_path / "vault.db") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(VaultError, match="newer Sidecast"):
        open_vault(tmp_path)
