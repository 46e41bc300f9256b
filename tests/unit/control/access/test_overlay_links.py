"""Overlay links: shown once, kept as a digest, withdrawn at once, put back for a while, and good for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fakes.accounts import CheapAccounts
from fakes.hand_clock import HandClock
from sidecast.control.access.overlay_links import BACK_FOR_MS, MAX_LINKS, START
from sidecast.control.access.permission import Caller, Permission
from sidecast.control.access.sessions import SEEN_EVERY_MS
from sidecast.control.api.problems import Refusal

pytestmark = pytest.mark.unit


class Kept:
    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.path = path
        self.accounts = CheapAccounts(self.clock, path)
        self.links = self.accounts.overlay_links
        self.owner: Caller

    def pass_ms(self, ms: int) -> None:
        self.clock.advance(ms / 1000)


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    kept = Kept(tmp_path / "access.db")
    kept.owner, _ = await kept.accounts.owner()
    yield kept
    await kept.accounts.close()


async def test_a_link_is_found_by_its_token_only_and_is_there_after_a_new_start(kept: Kept) -> None:
    token, link = await kept.links.make(kept.owner, "OBS")
    assert token.startswith(START)
    assert len(token) > len(START) + 30
    found = kept.links.find(token)
    assert found is not None
    assert (found.id, found.name, found.by) == (link.id, "OBS", kept.owner.name)
    for wrong in ("", link.prefix, token[:-1], token + "x", START + "x" * 32, "x" * 5000):
        assert kept.links.find(wrong) is None
    for file in kept.path.parent.iterdir():
        assert token.encode() not in file.read_bytes()
    assert token not in repr(link)
    again = CheapAccounts(kept.clock, kept.path)
    assert again.overlay_links.find(token) is not None
    await again.close()


async def test_who_made_it_may_go_and_the_stream_keeps_its_captions(kept: Kept) -> None:
    token, _ = await kept.links.make(Caller(id="member:gone", name="Gone", permissions=frozenset()), "OBS")
    again = CheapAccounts(kept.clock, kept.path)
    assert again.overlay_links.find(token) is not None
    await again.close()


async def test_a_withdrawn_link_is_out_at_once_and_can_be_put_back_for_a_while(kept: Kept) -> None:
    token, link = await kept.links.make(kept.owner, "OBS")
    gone = asyncio.ensure_future(kept.links.gone(link))
    await asyncio.sleep(0)
    assert not gone.done()
    await kept.links.withdraw(kept.owner, link.id)
    async with asyncio.timeout(5):
        await gone
    assert kept.links.find(token) is None
    assert kept.links.all() == []
    with pytest.raises(Refusal):
        await kept.links.withdraw(kept.owner, link.id)
    kept.pass_ms(BACK_FOR_MS)
    await kept.links.put_back(kept.owner, link.id)
    assert kept.links.find(token) is not None
    with pytest.raises(Refusal):
        await kept.links.put_back(kept.owner, link.id)
    await kept.links.withdraw(kept.owner, link.id)
    kept.pass_ms(BACK_FOR_MS + 1)
    with pytest.raises(Refusal) as refused:
        await kept.links.put_back(kept.owner, link.id)
    assert refused.value.status == 404
    actions = [note.action for note in await kept.accounts.register.notes(2**53, 4)]
    assert actions == [
        "overlays.link_withdrawn",
        "overlays.link_put_back",
        "overlays.link_withdrawn",
        "overlays.link_made",
    ]


async def test_what_nobody_can_put_back_is_forgotten(kept: Kept) -> None:
    _, link = await kept.links.make(kept.owner, "OBS")
    await kept.links.withdraw(kept.owner, link.id)
    kept.pass_ms(BACK_FOR_MS + 1)
    await kept.links.make(kept.owner, "another")
    assert [each.name for each in kept.accounts.register.overlay_links.values()] == ["another"]


async def test_there_are_only_so_many(kept: Kept) -> None:
    made = [(await kept.links.make(kept.owner, f"OBS {number}"))[1] for number in range(MAX_LINKS)]
    with pytest.raises(Refusal) as refused:
        await kept.links.make(kept.owner, "one too many")
    assert refused.value.status == 409
    await kept.links.withdraw(kept.owner, made[0].id)
    await kept.links.make(kept.owner, "in its place")
    with pytest.raises(Refusal) as refused:
        await kept.links.put_back(kept.owner, made[0].id)
    assert refused.value.status == 409


async def test_its_last_use_is_noted_once_a_minute(kept: Kept) -> None:
    token, link = await kept.links.make(kept.owner, "OBS")
    assert link.used_ms == 0
    kept.links.find(token)
    first = kept.links.all()[0].used_ms
    assert first == kept.clock.wall_ms()
    kept.pass_ms(SEEN_EVERY_MS - 1)
    kept.links.find(token)
    assert kept.links.all()[0].used_ms == first
    kept.pass_ms(1)
    kept.links.find(token)
    assert kept.links.all()[0].used_ms == first + SEEN_EVERY_MS


async def test_a_token_is_no_key_and_a_key_is_no_token(kept: Kept) -> None:
    token, _ = await kept.links.make(kept.owner, "OBS")
    assert kept.accounts.keys.find(token) is None
    assert kept.links.find(await kept.accounts.key(*Permission)) is None
