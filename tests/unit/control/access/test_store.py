"""`access.db`: what was answered with a yes is in the file, nothing that lets in is, and a damaged one is said to be."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from fakes.accounts import GOOD, CheapAccounts
from sidecast.clock import LoopClock, SystemClock
from sidecast.control.access import register
from sidecast.control.access.accounts import Accounts
from sidecast.control.access.audit import MAX_DETAIL, note_of
from sidecast.control.access.database import MIGRATIONS
from sidecast.control.access.passphrase import Passphrases
from sidecast.control.access.permission import Caller, Permission, Role
from sidecast.control.access.restored import after_restore
from sidecast.control.access.rows import Session
from sidecast.control.access.sessions import Where, find
from sidecast.control.access.store import AUDIT_DAYS, Change, Store
from sidecast.control.api.problems import Refusal
from sidecast.errors import ControlError

pytestmark = pytest.mark.unit

OWNER = Caller(id="member:1", name="Ada", permissions=frozenset(Permission))
SESSION_OF_NOBODY = Session(id="s", digest=b"", member_id="nobody", created_ms=0, seen_ms=0, how="link", browser="", address="")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "access.db"


async def test_everything_is_there_again_after_a_new_start(path: Path) -> None:
    first = CheapAccounts(SystemClock(), path)
    await first.member("Bo", Role.MODERATOR)
    await first.key(Permission.DIRECT, Permission.WATCH)
    owner, token = await first.owner()
    await first.invitations.make(owner, Role.VIEWER, 3)
    kept = (first.register.members, first.register.sessions, first.register.keys, first.register.invitations)
    await first.close()
    again = CheapAccounts(SystemClock(), path)
    assert (again.register.members, again.register.sessions, again.register.keys, again.register.invitations) == kept
    assert find(again.register, token)
    assert (await again.register.notes(2**53, 1))[0].action == "people.invited"
    await again.close()


async def test_after_a_restore_nobody_is_in_by_an_old_session(path: Path) -> None:
    accounts = CheapAccounts(SystemClock(), path)
    owner, token = await accounts.owner()
    key = await accounts.key(Permission.WATCH)
    invitation, _ = await accounts.invitations.make(owner, Role.OWNER, 3)
    await accounts.close()
    assert after_restore(path) == 3
    again = CheapAccounts(SystemClock(), path)
    assert find(again.register, token) is None
    with pytest.raises(Refusal):
        again.invitations.find(invitation)
    assert again.keys.find(key)
    assert (await again.register.notes(2**53, 1))[0].action == "people.restored"
    await again.close()
    assert after_restore(path.with_name("none.db")) == 0


async def test_the_file_is_for_its_owner_only_and_holds_nothing_that_lets_in(path: Path) -> None:
    accounts = CheapAccounts(SystemClock(), path)
    owner, token = await accounts.owner()
    key = await accounts.key(Permission.WATCH)
    invitation, _ = await accounts.invitations.make(owner, Role.VIEWER, 3)
    await accounts.member("Bo", Role.VIEWER)
    files = list(path.parent.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    everything = b"".join(file.read_bytes() for file in files)
    for secret in (token, key, invitation, GOOD):
        assert secret.encode() not in everything
    await accounts.close()


async def test_in_real_threads_and_with_real_hashes(path: Path) -> None:
    accounts = Accounts(path, SystemClock(), passphrases=Passphrases(time_cost=1, memory_kib=64))
    caller = CheapAccounts.caller(accounts, await accounts.log_in.by_link(Where("127.0.0.1")))  # type: ignore[arg-type]
    key, _ = await accounts.invitations.make(caller, Role.OWNER, 1)
    await accounts.log_in.by_invitation(key, "Bo", GOOD, Where("127.0.0.1"))
    assert await accounts.log_in.by_passphrase("bo", GOOD, Where("127.0.0.1"))
    await accounts.close()
    assert [member.name for member in Store(path).everything().members] == ["Owner", "Bo"]


async def test_a_disk_that_hangs_does_not_keep_the_show_from_ending(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CLOSE_WITHIN_S", 0.01)
    accounts = Accounts(path, SystemClock())
    hangs = threading.Event()
    monkeypatch.setattr(accounts.register._store, "apply", lambda change: hangs.wait())
    coming = asyncio.ensure_future(accounts.log_in.by_link(Where("127.0.0.1")))
    await asyncio.sleep(0)
    await accounts.close()
    assert not coming.done()
    hangs.set()
    await coming


async def test_what_could_not_be_written_did_not_happen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = CheapAccounts(SystemClock(), path)
    owner, _ = await accounts.owner()

    def full(change: Change) -> None:
        raise ControlError("The disk is full.", "Make room.")

    monkeypatch.setattr(accounts.register._store, "apply", full)
    with pytest.raises(ControlError, match="disk is full"):
        await accounts.invitations.make(owner, Role.VIEWER, 3)
    assert accounts.invitations.open() == []
    monkeypatch.undo()
    await accounts.invitations.make(owner, Role.VIEWER, 3)
    assert len(accounts.invitations.open()) == 1
    await accounts.close()


def test_a_change_happens_whole_or_not_at_all(path: Path) -> None:
    store = Store(path)
    note = note_of(1, OWNER, "people.test")
    with pytest.raises(ControlError):
        store.apply(Change(put=(SESSION_OF_NOBODY,), note=note))
    assert store.notes(2**53, 9) == []
    store.close()


def test_a_damaged_or_newer_file_is_said_to_be(path: Path, tmp_path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(ControlError, match="newer Sidecast"):
        Store(path)
    path.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(ControlError, match=r"damaged.*backup"):
        Store(path)
    with pytest.raises(ControlError, match="cannot be used"):
        Store(tmp_path / "deep" / "access.db" / "below a file")


def test_the_audit_is_bounded_by_age_and_number(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(path)
    day = 86_400_000
    for at in (0, day, AUDIT_DAYS * day + 1):
        store.apply(Change(note=note_of(at, OWNER, "people.test", str(at))))
    assert [note.at_ms for note in store.notes(2**53, 9)] == [AUDIT_DAYS * day + 1, day]
    monkeypatch.setattr("sidecast.control.access.store.MAX_NOTES", 2)
    monkeypatch.setattr("sidecast.control.access.store.TRIM_EVERY", 1)
    store.apply(Change(note=note_of(AUDIT_DAYS * day + 2, OWNER, "people.test")))
    assert [note.id for note in store.notes(2**53, 9)] == [4, 3]
    store.close()


async def test_the_audit_is_read_in_pages_and_by_kind() -> None:
    accounts = CheapAccounts(LoopClock(lambda: 0.0))
    owner, _ = await accounts.owner()
    for number in range(5):
        accounts.audit.note(owner, "moderation.level", f"swearing {number}", {"from": number, "to": number + 1})
    accounts.audit.note(owner, "moderation_tools.test")
    # in order: what is asked for comes after what was noted
    await accounts.members.rename(owner, "Ada")
    first = await accounts.register.notes(2**53, 3, action="moderation")
    assert [note.about for note in first] == ["swearing 4", "swearing 3", "swearing 2"]
    assert first[0].detail == {"from": 4, "to": 5}
    rest = await accounts.register.notes(first[-1].id, 9, who_id=owner.id, action="moderation")
    assert [note.about for note in rest] == ["swearing 1", "swearing 0"]
    assert await accounts.register.notes(2**53, 9, who_id="member:nobody") == []
    await accounts.close()


def test_a_note_that_is_too_long_is_cut_and_says_so() -> None:
    note = note_of(1, OWNER, "people.test", "x" * 1000, {"long": "x" * MAX_DETAIL})
    assert (len(note.about), note.detail) == (200, {"cut": True, "keys": ["long"]})
    with pytest.raises(ValueError, match="dotted word"):
        note_of(1, OWNER, "Not a word")
