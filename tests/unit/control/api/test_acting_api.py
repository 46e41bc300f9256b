"""Acting over HTTP: who may, what a dry run says, what becomes of it, and what audit and ledger know afterwards."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from fakes.moderated import Moderated
from fakes.twitch_api import FakeTwitchApi
from fakes.visitors import HERE, Room, Visitor
from sidecast.control.access.permission import Permission, Role
from sidecast.desks.acting import ActingDesk, WrittenGate, open_acting
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope
from sidecast.flow.clause import Clause
from sidecast.flow.twitch import Answer, Feature

pytestmark = [pytest.mark.unit, pytest.mark.asyncio(loop_scope="module")]


def own_words(turn_id: str, text: str) -> list[Clause]:
    """Judged as it is written alone."""
    return []


class Acted:
    """A control room that acts at a Twitch which says yes to everything, with a real gate, ledger and audit."""

    def __init__(self, folder: Path) -> None:
        self.moderated = Moderated(folder)
        self.api = FakeTwitchApi()
        numbers = itertools.count(1)
        self.desk: ActingDesk = open_acting(
            self.api,
            self.moderated.clock,
            features=lambda: frozenset(Feature),
            gate_out=self.moderated.moderating.gate_out,
            own_words=own_words,
            on_line=self.moderated.ledger.acted,
            ledger=self.moderated.ledger.path,
            sealer=self.moderated.vault,
            alias=self.moderated.moderating.opt_outs.alias,
            name_of=lambda viewer_id: "",
            new_id=lambda: f"a{next(numbers)}",
        )
        routers = [*self.moderated.routers(), *self.desk.routers(self.moderated.audit)]
        self.room = Room(self.moderated.clock, routers=routers)
        author = Author(id="4711", name="mika")
        self.hear(ChatMessage(id="m1", author=author, text="spoilers!", arrived_ns=0))
        self.hear(
            ChannelEvent(
                id="e1", kind=EventKind.REDEMPTION, author=author, title="Hydrate", about="r1", reward_id="w1", arrived_ns=0
            )
        )

    def hear(self, item: ChatMessage | ChannelEvent | Removal) -> None:
        self.desk.watcher.heard(item)

    async def ask(self, who: Visitor, method: str, path: str, json: Any = None) -> httpx2.Response:
        transport = httpx2.ASGITransport(self.room.app, client=("127.0.0.1", 50000))
        async with httpx2.AsyncClient(transport=transport, base_url=HERE, cookies=who.client.cookies) as client:
            return await client.request(method, f"/api/v1/{path}", json=json, headers=who.headers)


@pytest_asyncio.fixture(loop_scope="module")
async def acted(tmp_path: Path) -> AsyncIterator[Acted]:
    acted = Acted(tmp_path)
    acted.moderated.ledger.start()
    yield acted
    await acted.moderated.ledger.close()
    await acted.room.accounts.close()


async def test_a_moderator_times_out_whoever_wrote_a_message_and_takes_it_back(acted: Acted) -> None:
    moderator = await acted.room.member("Torben", Role.MODERATOR)
    body = {"item": "m1", "seconds": 600, "reason": "spoilers"}
    dry = (await acted.ask(moderator, "POST", "acting/time-out?dry=true", body)).json()
    assert dry["ending"] == "possible"
    assert dry["words"].startswith("Times mika out for 10 minutes")
    assert dry["sendings"][0]["body"] == {"data": {"user_id": "4711", "reason": "spoilers", "duration": 600}}
    assert acted.api.asked == []
    done = (await acted.ask(moderator, "POST", "acting/time-out", body)).json()
    assert (done["ending"], done["words"], bool(done["undo"])) == ("done", "mika is timed out for 10 minutes.", True)
    back = await acted.ask(moderator, "POST", f"acting/undo/{done['id']}")
    assert back.json()["words"] == "mika may write again."
    again = await acted.ask(moderator, "POST", f"acting/undo/{done['id']}")
    assert again.status_code == 404
    who, action, about, detail = acted.moderated.audit.notes[0]
    assert (who, action, detail) == ("Torben", "acting.time_out", {"ending": "done"})
    assert about
    assert "4711" not in about
    assert "mika" not in about
    await acted.moderated.ledger.flush()
    lines = (await acted.ask(moderator, "GET", "acting/lines?viewer=4711")).json()
    assert [(line["kind"], line["by"], line["name"], line["detail"]) for line in lines] == [
        ("let_back", "Torben", "mika", ""),
        ("time_out", "Torben", "mika", "10 minutes: spoilers"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "ban", {"viewer": "4711"}),
        ("POST", "write", {"text": "hello"}),
        ("POST", "shout-out", {"viewer": "4711"}),
        ("POST", "poll", {"title": "x", "choices": ["a", "b"]}),
        ("POST", "prediction", {"title": "x", "outcomes": ["a", "b"]}),
        ("POST", "settle", {"item": "e1", "fulfil": True}),
    ],
)
async def test_the_streamers_part_is_the_streamers_also_in_a_dry_run(acted: Acted, method: str, path: str, body: Any) -> None:
    for who in (await acted.room.member("Torben", Role.MODERATOR), await acted.room.member("Ayla", Role.VIEWER)):
        for dry in ("", "?dry=true"):
            assert (await acted.ask(who, method, f"acting/{path}{dry}", body)).status_code == 403
    assert acted.api.asked == []
    key = await acted.room.script(Permission.ACT)
    assert (await acted.ask(key, method, f"acting/{path}", body)).status_code == 200
    assert len(acted.api.changes) == 1


async def test_a_redeemed_reward_is_settled_by_the_event_that_told_of_it(acted: Acted) -> None:
    owner = await acted.room.owner()
    assert (await acted.ask(owner, "POST", "acting/settle", {"item": "e1", "fulfil": False})).status_code == 200
    (asked,) = acted.api.asked
    assert asked.query == {"broadcaster_id": "1000", "id": "r1", "reward_id": "w1"}
    assert asked.body == {"status": "CANCELED"}
    wrong = await acted.ask(owner, "POST", "acting/settle", {"item": "m1", "fulfil": True})
    assert wrong.status_code == 400


async def test_refusals_have_their_status_a_sentence_and_a_remedy(acted: Acted) -> None:
    owner = await acted.room.owner()

    async def refused(path: str, body: Any, method: str = "POST") -> tuple[int, str]:
        answer = await acted.ask(owner, method, f"acting/{path}", body)
        assert set(answer.json()) == {"what", "remedy"}
        return answer.status_code, answer.json()["what"]

    assert (await refused("poll", {"title": "", "choices": ["a", "b"]}))[0] == 400
    assert (await refused("write", {"text": "well damn"})) == (
        400,
        "The gate does not let this be written: swearing (rule swearing.mild).",
    )
    assert (await refused("time-out", {"item": "unknown"}))[0] == 404
    assert (await refused("time-out", {"viewer": "mossy"}))[0] == 400
    assert (await refused("time-out", {}))[0] == 400
    assert (await refused("time-out", {"viewer": "4711", "secs": 5}))[0] == 422
    acted.api.answers = [Answer(status=403, message="no")]
    assert (await refused("warn", {"viewer": "4711", "reason": "spoilers"}))[0] == 409
    acted.api.answers = [Answer(status=0)]
    status, what = await refused("warn", {"viewer": "4711", "reason": "spoilers"})
    assert (status, what) == (504, "Twitch gave no answer: it may have happened, or not.")
    assert (await acted.ask(owner, "POST", "acting/shout-out", {"viewer": "99"})).status_code == 200
    soon = await acted.ask(owner, "POST", "acting/shout-out", {"viewer": "98"})
    assert soon.status_code == 429
    assert 100 < int(soon.headers["retry-after"]) < 130
    acted.api.identities = {}
    assert (await refused("shield", {"on": True}, "PUT"))[0] == 409
    assert [note[3]["ending"] for note in acted.moderated.audit.notes if note[1] == "acting.warn"] == ["refused", "unsure"]


async def test_an_erased_viewer_can_be_named_no_more_and_what_was_done_is_nobodys(acted: Acted) -> None:
    owner = await acted.room.owner()
    await acted.ask(owner, "POST", "acting/warn", {"item": "m1", "reason": "spoilers"})
    await acted.moderated.ledger.flush()
    kept = (await acted.ask(owner, "GET", "viewers/4711")).json()["kept"]
    assert {each["what"]: each["count"] for each in kept if each["what"] == "acts"} == {"acts": 1}
    assert (await acted.ask(owner, "DELETE", "viewers/4711")).status_code == 200
    acted.hear(acted.moderated.removals[-1])
    assert acted.moderated.removals[-1].scope is RemovalScope.USER
    assert acted.desk.seen("m1") is None
    (line,) = (await acted.ask(owner, "GET", "acting/lines")).json()
    assert (line["viewer"], line["name"], line["detail"], line["kind"]) == ("", "", "", "warn")


async def test_how_things_stand_is_for_all_who_may_look(acted: Acted) -> None:
    viewer = await acted.room.member("Ayla", Role.VIEWER)
    now = (await acted.ask(viewer, "GET", "acting")).json()
    assert (now["streamer"], now["writer"], now["poll"]) == ("Mira", "Kit", None)
    assert {each["kind"] for each in now["could"]} >= {"write", "time_out", "shield", "start_poll"}


async def test_a_person_may_post_a_link_a_rule_may_not_and_the_rest_is_judged(acted: Acted) -> None:
    gate = WrittenGate(acted.moderated.moderating.gate_out, own_words)
    text = "the map is at https://example.org/map"
    assert gate(text, links=True) is None
    found = gate(text, links=False)
    assert found is not None
    assert "link" in found.what
    assert gate("well damn https://example.org/map", links=True) is not None
    assert gate("a lovely evening", links=False) is None
