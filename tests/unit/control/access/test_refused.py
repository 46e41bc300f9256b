"""Log-ins that are refused, in the audit: who was tried and how often, bounded however many try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.accounts import GOOD
from fakes.visitors import Room
from sidecast.clock import LoopClock
from sidecast.control.access import store
from sidecast.control.access.audit import note_of
from sidecast.control.access.lockout import FREE_TRIES, LONGEST_WAIT_S
from sidecast.control.access.log_in import Identity
from sidecast.control.access.permission import Caller, Role
from sidecast.control.access.refused import UNKNOWN
from sidecast.control.access.rows import REFUSED
from sidecast.control.access.sessions import Where
from sidecast.control.access.store import Change, Store
from sidecast.control.api.problems import Refusal

pytestmark = pytest.mark.unit

HOUR_S = 3600
SECRET = "my passphrase in the wrong field"  # noqa: S105 - made up here


class Times:
    now_s = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def room(times: Times) -> Room:
    return Room(LoopClock(lambda: times.now_s))


async def lines(room: Room, owner: Any = None) -> list[dict[str, Any]]:
    owner = owner or await room.owner()
    found = owner.people("GET", f"audit?action={REFUSED}").json()["lines"]
    return [{"about": each["about"]} | each["detail"] for each in found]


async def test_wrong_tries_are_counted_by_name_and_hour(room: Room, times: Times) -> None:
    await room.member("Mika", Role.MODERATOR)
    stranger = room.stranger("192.0.2.9")
    for name in ("mika", "MIKA", SECRET, "mika"):
        assert stranger.people("POST", "log-in/passphrase", {"name": name, "passphrase": "wrong, very wrong"}).status_code == 401
    mika = {"about": "Mika", "how": "passphrase", "tries": 3, "from": "192.0.2.9"}
    assert await lines(room) == [{"about": UNKNOWN, "how": "passphrase", "tries": 1, "from": "192.0.2.9"}, mika]
    times.now_s += HOUR_S
    assert stranger.people("POST", "log-in/passphrase", {"name": "mika", "passphrase": "wrong, very wrong"}).status_code == 401
    assert (await lines(room))[0] == mika | {"tries": 1}


async def test_what_a_stranger_typed_is_nowhere(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.stranger().people("POST", "log-in/passphrase", {"name": SECRET, "passphrase": SECRET})
    await lines(room)
    assert SECRET not in repr(await room.accounts.register.notes(2**53, 99)) + caplog.text


async def test_tries_that_must_wait_count_too(room: Room) -> None:
    await room.member("Mika", Role.MODERATOR)
    for _ in range(FREE_TRIES + 7):
        room.stranger().people("POST", "log-in/passphrase", {"name": "Mika", "passphrase": "wrong, very wrong"})
    assert [line["tries"] for line in await lines(room)] == [FREE_TRIES + 7]


async def test_links_and_invitations_that_are_none_count(room: Room) -> None:
    stranger = room.stranger("192.0.2.9")
    assert stranger.ask("GET", "/open?key=invented").status_code == 401
    assert stranger.people("POST", "invitations/look", {"key": "x" * 32}).status_code == 404
    join = {"key": "x" * 32, "name": "Eve", "passphrase": GOOD}
    assert stranger.people("POST", "invitations/accept", join).status_code == 404
    assert [(line["how"], line["tries"]) for line in await lines(room)] == [("invitation", 2), ("link", 1)]


async def test_a_link_that_is_followed_again_by_who_is_in_is_no_try(room: Room) -> None:
    owner = await room.owner()
    assert owner.ask("GET", "/open?key=used").status_code == 200
    assert await lines(room) == []


async def test_strangers_that_others_vouch_for_count(room: Room) -> None:
    for invitation in ("", "x" * 32):
        with pytest.raises(Refusal):
            await room.accounts.log_in.by_identity(Identity("twitch", "", "7", SECRET), invitation, Where("192.0.2.9"))
    assert sorted((line["about"], line["how"], line["tries"]) for line in await lines(room)) == [
        ("", "invitation", 1),
        ("", "twitch", 1),
    ]


async def test_who_took_over_a_page_cannot_guess_the_passphrase_there(room: Room, times: Times) -> None:
    mika = await room.member("Mika", Role.MODERATOR)
    body = {"current": "wrong, very wrong", "passphrase": GOOD + " new"}
    answers = [mika.people("PUT", "me/passphrase", body).status_code for _ in range(FREE_TRIES + 1)]
    assert answers == [403] * FREE_TRIES + [429]
    assert mika.people("PUT", "me/passphrase", body | {"current": GOOD}).status_code == 429
    assert (await lines(room))[0] == {"about": "Mika", "how": "new passphrase", "tries": FREE_TRIES, "from": "192.0.2.7"}
    # the member's own log-in is as free as before
    log_in = {"name": "Mika", "passphrase": GOOD}
    assert room.stranger().people("POST", "log-in/passphrase", log_in).status_code == 200
    times.now_s += LONGEST_WAIT_S
    assert mika.people("PUT", "me/passphrase", body | {"current": GOOD}).status_code == 200


async def test_a_flood_costs_few_writes_and_none_is_lost(room: Room, times: Times, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await room.owner()
    written: list[Change] = []
    apply = Store.apply

    def note(self: Store, change: Change) -> None:
        written.append(change)
        apply(self, change)

    monkeypatch.setattr(Store, "apply", note)
    stranger = room.stranger()
    for _ in range(1500):
        room.accounts.log_in.no_link(Where("127.0.0.1"))
    assert stranger.ask("GET", "/open?key=x").status_code == 401
    assert [line["tries"] for line in await lines(room, owner)] == [1501]
    assert len([change for change in written if change.counted]) <= 2


async def test_the_last_ones_are_written_when_the_show_ends(times: Times, tmp_path: Path) -> None:
    room = Room(LoopClock(lambda: times.now_s), path=tmp_path / "access.db")
    for _ in range(3):
        room.accounts.log_in.no_link(Where("127.0.0.1"))
    await room.accounts.close()
    kept = Store(tmp_path / "access.db")
    assert [note.detail["tries"] for note in kept.notes(2**53, 9)] == [3]
    kept.close()


def test_they_push_out_nothing_else_and_are_bounded_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_NOTES", 4)
    monkeypatch.setattr(store, "MAX_REFUSED", 3)
    monkeypatch.setattr(store, "TRIM_EVERY", 1)
    kept = Store(None)
    owner = Caller(id="member:1", name="Ada", permissions=frozenset())
    nobody = Caller(id="", name="a stranger", permissions=frozenset())
    for at in range(6):
        kept.apply(Change(note=note_of(at, owner, "people.test", str(at))))
    for hour in range(20):
        count = note_of(hour * HOUR_S * 1000, nobody, REFUSED, "Mika", {"how": "passphrase", "tries": 1, "from": ""})
        kept.apply(Change(counted=(count, count)))
    for at in range(50):
        kept.apply(Change(note=note_of(at, owner, "live.stop")))
    found = kept.notes(2**53, 99)
    assert [note.detail["tries"] for note in found if note.action == REFUSED] == [2, 2, 2]
    assert [note.about for note in found if note.action == "people.test"] == ["5", "4", "3", "2"]
    assert len([note for note in found if note.action == "live.stop"]) == 4
    kept.close()
