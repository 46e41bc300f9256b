"""What is known of a viewer is told with its reason; what is erased is nowhere; who opts out is a keyed hash and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.ledger_lines import WALL_MS, line
from fakes.moderated import Moderated, on_disk
from fakes.visitors import Visitor
from sidecast.control.access.permission import Role
from sidecast.flow.chat import RemovalScope
from sidecast.flow.moderation import Wanted
from sidecast.flow.rule import RunEnding, RunLine
from sidecast.ledger.runs import RunReader

pytestmark = pytest.mark.unit

RUN = RunLine(run_id="r1", at_ms=WALL_MS, rule="Alert", trigger="command !alert", ending=RunEnding.DONE, viewer_id="id-mika")


class Desk:
    """A moderator's."""

    def __init__(self, moderated: Moderated, moderator: Visitor) -> None:
        self.moderated, self.moderator = moderated, moderator

    async def ask(self, method: str, path: str = "", expect: int = 200) -> Any:
        answer = await self.moderated.ask(self.moderator, method, f"viewers{path}")
        assert answer.status_code == expect, answer.text
        return answer.json()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Desk]:
    moderated = Moderated(tmp_path)
    moderated.ledger.start()
    told = replace(line(1, author="id-mika", name="mika", text="words of mika"), item_id="item-of-mika")
    moderated.ledger.ended(told)
    moderated.ledger.ended(line(2, author="id-bo", name="bo"))
    moderated.ledger.ran(RUN)
    await moderated.ledger.flush()
    moderated.tell("hello words of mika")
    moderated.tell("see https://example.org mika says")
    moderated.tell("hi from bo", who="bo")
    await moderated.desk.wrong(moderated.desk.log()[0].number, wanted=Wanted.ALLOW, by="Ada")
    yield Desk(moderated, await moderated.room.member("Ada", Role.MODERATOR))
    await moderated.ledger.close()
    moderated.vault.close()


async def test_viewers_are_found_by_name_and_by_id(room: Desk) -> None:
    (found,) = await room.ask("GET", "?name=%40MIKA")
    assert (found["id"], found["name"], found["messages"], found["answered"]) == ("id-mika", "mika", 2, 1)
    assert (await room.ask("GET", "?name=id-bo"))[0]["name"] == "bo"
    room.moderated.moderating.seen.forget("id-mika")
    assert (await room.ask("GET", "?name=mika"))[0]["id"] == "id-mika"
    assert await room.ask("GET", "?name=mik") == []
    await room.ask("GET", "?name=", expect=422)


async def test_a_dossier_says_what_is_kept_and_why(room: Desk) -> None:
    dossier = await room.ask("GET", "/id-mika")
    kept = {each["what"]: each["count"] for each in dossier["kept"]}
    assert kept == {"ledger": 1, "runs": 1, "seen": 2, "figures": 1, "last_hour": 2, "held": 1, "cases": 1}
    assert all(each["why"] and each["until"] for each in dossier["kept"])
    assert [turn["text"] for turn in dossier["turns"]] == ["words of mika"]
    problem = await room.ask("GET", "/nobody", expect=404)
    assert problem["what"] == "Nothing is known of this viewer."


async def test_an_erased_viewer_is_nowhere(room: Desk, tmp_path: Path) -> None:
    erased = await room.ask("DELETE", "/id-mika")
    assert {each["what"] for each in erased["removed"]} >= {"ledger", "runs", "seen", "last_hour", "held", "cases"}
    assert any("Backups" in sentence for sentence in erased["remains"])
    (removal,) = room.moderated.removals
    assert (removal.scope, removal.author_id) == (RemovalScope.USER, "id-mika")
    assert room.moderated.forgotten_in_rules == ["id-mika"]
    assert [run.viewer_id for run in RunReader(room.moderated.ledger.path).last(5)] == [""]
    await room.ask("GET", "/id-mika", expect=404)
    assert await room.ask("GET", "?name=mika") == []
    assert (await room.ask("GET", "/id-bo"))["viewer"]["answered"] == 1
    assert room.moderated.desk.last_hour()[0].name == "bo"
    assert all(each.author_id != "id-mika" for each in room.moderated.desk.last_hour())
    await room.moderated.ledger.close()
    room.moderated.vault.close()
    content = on_disk(tmp_path)
    for trace in (b"mika", b"example.org"):
        assert trace not in content
    assert b"id-bo" in content


async def test_an_opt_out_is_kept_as_a_hash_and_can_be_taken_back(room: Desk, tmp_path: Path) -> None:
    assert await room.ask("PUT", "/id-mika/opt-out") == {"opted_out": True, "changed": True}
    assert await room.ask("PUT", "/id-mika/opt-out") == {"opted_out": True, "changed": False}
    opt_outs = room.moderated.moderating.opt_outs
    assert opt_outs.holds("id-mika") and not opt_outs.holds("id-bo")
    content = (tmp_path / "data" / "opted-out.json").read_text()
    assert "mika" not in content
    await room.ask("DELETE", "/id-mika")
    assert opt_outs.holds("id-mika")
    assert [each["what"] for each in (await room.ask("GET", "/id-mika"))["kept"]] == ["opt_out"]
    assert (await room.ask("DELETE", "/id-mika/opt-out"))["opted_out"] is False
    assert not opt_outs.holds("id-mika")


async def test_the_audit_tells_who_did_it_and_not_to_whom(room: Desk) -> None:
    await room.ask("GET", "/id-mika")
    await room.ask("PUT", "/id-mika/opt-out")
    await room.ask("DELETE", "/id-mika")
    notes = room.moderated.audit.notes
    assert [action for _, action, _, _ in notes] == ["viewers.looked", "viewers.opted_out", "viewers.erased"]
    assert len({about for _, _, about, _ in notes}) == 1
    assert all(who == "Ada" and about.startswith("viewer ") for who, _, about, _ in notes)
    assert "mika" not in repr(notes)
