"""Backups, the vault's key and recovery words over HTTP, with the real vault and real files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.ring import FakeRing
from fakes.visitors import Room, Visitor
from sidecast.clock import LoopClock, SystemClock
from sidecast.control.access.permission import Caller, Permission
from sidecast.control.api.keep import keep_api
from sidecast.desks.backups import FIRST_AFTER_S, LOOK_EVERY_S, Backups
from sidecast.keep import swapping
from sidecast.keep.estate import Estate
from sidecast.settings import Keep
from sidecast.vault import passphrase
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.ways import Holder
from sidecast.virtual_time import VirtualTimeLoop

pytestmark = pytest.mark.unit

PHRASE = "correct horse battery staple"
CANARY = "canary-secret-0123456789-zebra"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)


class Notes:
    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []

    def note(self, caller: Caller, action: str, about: str = "", detail: Any = None) -> None:
        self.noted.append((action, about))


class Here:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.estate = Estate(root / "config", root / "data", root / "data" / "ledger.db")
        folder = root / "data" / "vault"
        self.vault = open_vault(folder)
        self.vault.set("brain.key", CANARY)
        self.changes = Changes(self.vault, Holder(folder, FakeRing()))
        self.settings = Keep()
        self.backups = Backups(self.changes, self.estate, lambda: self.settings, SystemClock())
        self.audit = Notes()
        self.room = Room(routers=[keep_api(self.backups, self.audit, SystemClock())])

    async def owner(self) -> Owner:
        return Owner(await self.room.owner())


class Owner:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def ask(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.visitor.ask(method, f"/api/v1/keep{path}", body)

    def words(self) -> list[str]:
        made = self.ask("POST", "/words", {}).json()
        answers = [made["words"][number - 1] for number in made["ask"]]
        assert self.ask("POST", "/words/written", {"id": made["id"], "answers": answers}).status_code == 200
        return list(made["words"])


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


async def test_only_an_owner_keeps(here: Here) -> None:
    script = await here.room.script(*(set(Permission) - {Permission.KEEP}))
    for method, path in (("GET", ""), ("POST", "/backups"), ("GET", "/backups/x"), ("POST", "/restore"), ("POST", "/words")):
        assert script.ask(method, f"/api/v1/keep{path}", {}).status_code == 403
        assert here.room.stranger().ask(method, f"/api/v1/keep{path}", {}).status_code in (401, 403)


async def test_a_backup_is_made_listed_downloaded_and_deleted(here: Here) -> None:
    owner = await here.owner()
    made = owner.ask("POST", "/backups", {"passphrase": PHRASE})
    assert made.status_code == 201
    name = made.json()["name"]
    state = owner.ask("GET").json()
    assert [each["name"] for each in state["backups"]] == [name]
    assert (state["key"]["way"], state["opens_elsewhere"], state["making"], state["by_hand"]) == ("file", False, None, 1)
    file = owner.ask("GET", f"/backups/{name}")
    assert file.content.startswith(b"SIDECAST BACKUP 1\n")
    assert CANARY.encode() not in file.content
    assert owner.ask("DELETE", f"/backups/{name}").status_code == 204
    assert owner.ask("GET", f"/backups/{name}").status_code == 409
    assert [action for action, _ in here.audit.noted] == ["keep.backup", "keep.download", "keep.delete"]


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "vault.db", "%2e%2e", "..%2fvault%2fmaster.key"])
async def test_no_other_file_is_given_out(here: Here, name: str) -> None:
    owner = await here.owner()
    for method in ("GET", "DELETE"):
        assert owner.ask(method, f"/backups/{name}").status_code in (404, 409)
    assert (here.root / "data" / "vault" / "master.key").exists()


async def test_one_from_elsewhere_is_restored_at_the_next_start(here: Here, tmp_path: Path) -> None:
    there = Here(tmp_path / "there")
    other = await there.owner()
    words = other.words()
    file = other.ask("GET", f"/backups/{other.ask('POST', '/backups', {}).json()['name']}").content
    owner = await here.owner()
    here.vault.set("brain.key", "another secret, long enough")
    put = owner.visitor.client.put("/api/v1/keep/backups/old.sidecast-backup", content=file, headers=owner.visitor.headers)
    assert put.status_code == 201
    refused = owner.ask("POST", "/restore", {"name": "old.sidecast-backup"})
    assert refused.status_code == 409
    assert "recovery words" in refused.json()["remedy"]
    wrong = owner.ask("POST", "/restore", {"name": "old.sidecast-backup", "passphrase": "not at all"})
    assert wrong.status_code == 409
    done = owner.ask("POST", "/restore", {"name": "old.sidecast-backup", "words": " ".join(words)})
    assert done.status_code == 200
    assert owner.ask("GET").json()["restore_ms"] == done.json()["made_ms"]
    assert here.vault.get("brain.key") == "another secret, long enough"
    here.vault.close()
    swapping.finish(here.estate.data)
    assert open_vault(here.root / "data" / "vault").get("brain.key") == CANARY


async def test_a_restore_can_be_called_off(here: Here) -> None:
    owner = await here.owner()
    name = owner.ask("POST", "/backups", {}).json()["name"]
    assert owner.ask("DELETE", "/restore").status_code == 404
    assert owner.ask("POST", "/restore", {"name": name}).status_code == 200
    assert owner.ask("DELETE", "/restore").status_code == 204
    assert owner.ask("GET").json()["restore_ms"] is None


async def test_what_is_no_backup_is_not_taken_in(here: Here) -> None:
    owner = await here.owner()
    for name in ("x.sidecast-backup", "x.txt"):
        put = owner.visitor.client.put(f"/api/v1/keep/backups/{name}", content=b"rubbish " * 99, headers=owner.visitor.headers)
        assert put.status_code == 409
    assert owner.ask("GET").json()["backups"] == []
    assert not list(here.backups.folder.iterdir())


async def test_the_key_moves_and_turns(here: Here) -> None:
    owner = await here.owner()
    assert owner.ask("POST", "/key/move", {"way": "keyring"}).json()["way"] == "keyring"
    assert owner.ask("POST", "/key/move", {"way": "passphrase", "passphrase": PHRASE}).json()["way"] == "passphrase"
    assert owner.ask("POST", "/key/move", {"way": "file", "current": "wrong"}).status_code == 409
    assert owner.ask("POST", "/key/rotate", {"current": "wrong"}).status_code == 409
    assert owner.ask("POST", "/words", {}).status_code == 409
    turned = owner.ask("POST", "/key/rotate", {"current": PHRASE}).json()
    assert (turned["rows"], turned["key"]["number"]) == (1, 2)
    assert here.vault.get("brain.key") == CANARY


@pytest.mark.parametrize("where", ["/key/rotate", "/words"])
async def test_passphrases_are_not_guessed_here(here: Here, where: str) -> None:
    owner = await here.owner()
    owner.ask("POST", "/key/move", {"way": "passphrase", "passphrase": PHRASE})
    statuses = [owner.ask("POST", where, {"current": f"guess number {n}"}).status_code for n in range(8)]
    assert statuses[:4] == [409] * 4
    assert statuses[-1] == 429
    assert owner.ask("POST", where, {"current": PHRASE}).status_code == 429
    another = await here.room.script(Permission.KEEP)
    assert another.ask("POST", "/api/v1/keep/key/rotate", {"current": PHRASE}).status_code == 429, (
        "a new key buys no more guesses"
    )


async def test_words_count_only_once_they_were_written_down(here: Here) -> None:
    owner = await here.owner()
    made = owner.ask("POST", "/words", {}).json()
    assert len(made["words"]) == 24
    wrong = owner.ask("POST", "/words/written", {"id": made["id"], "answers": ["a", "b", "c"]})
    assert wrong.status_code == 409
    assert owner.ask("GET").json()["key"]["has_words"] is False
    assert owner.ask("POST", "/words/written", {"id": "other", "answers": ["a", "b", "c"]}).status_code == 404
    owner.words()
    assert owner.ask("GET").json()["key"]["has_words"] is True
    script = await here.room.script(Permission.KEEP)
    assert script.ask("POST", "/api/v1/keep/words", {}).status_code == 403


def test_a_backup_is_made_each_day_and_old_ones_go(tmp_path: Path) -> None:
    loop = VirtualTimeLoop()

    async def inline(work: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        return work(*arguments, **more)

    async def days() -> list[str]:
        here = Here(tmp_path)
        here.settings = Keep(copies=3)
        backups = Backups(here.changes, here.estate, lambda: here.settings, LoopClock(loop.time), in_thread=inline)
        running = asyncio.ensure_future(backups.run())
        await asyncio.sleep(FIRST_AFTER_S - 1)
        assert not backups.folder.exists()
        for _ in range(5 * 96):
            await asyncio.sleep(LOOK_EVERY_S)
        gone, by_hand = backups.gone_from_backups()
        assert gone is not None
        assert by_hand == 0
        running.cancel()
        return sorted(path.name for path in backups.folder.iterdir())

    try:
        names = loop.run_until_complete(days())
    finally:
        loop.close()
    assert [name[:14] for name in names] == ["daily-20260103", "daily-20260104", "daily-20260105"]
