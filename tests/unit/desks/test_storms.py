"""Storms in real chat: none where there was none, and one soon after it was put in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.raiders import PASTA, Script, different_names, patterned_names, same_text
from sidecast.audience.seen import Seen
from sidecast.audience.storm import StormState
from sidecast.chat.log_reader import LogReader
from sidecast.clock import LoopClock
from sidecast.desks.storms import StormDesk
from sidecast.flow.candidate import Candidate, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal
from sidecast.flow.moderation import Storm, StormKind
from sidecast.flow.verdict import Decision, Verdict
from sidecast.safety.reading.folding import fold_word

pytestmark = pytest.mark.unit

FOLDER = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[4] / "shared" / "data")) / "twitch-chat-replays"
LOGS = sorted(FOLDER.glob("*.tsv.gz"))
UNDERSTOOD = Understanding(frozenset(), 0.0, 0.0, "", 0)


def storms_in(script: Script) -> list[tuple[float, Storm]]:
    """What is called, and when, in what the gate lets through."""
    now = [0.0]
    clock = LoopClock(lambda: now[0])
    seen = Seen(clock)
    state = StormState(clock, seen.is_regular)
    desk = StormDesk(state, seen, clock, fold_word, "all")
    told: list[tuple[float, Storm]] = []
    state.on_change(lambda storm: told.append((now[0], storm)) if storm.kind is not StormKind.NONE else None)
    for at_s, item in script:
        assert not isinstance(item, Removal)
        now[0] = at_s
        arrived = replace(item, arrived_ns=clock.now_ns())
        seen.heard(arrived)
        desk.understood(Candidate(arrived, Verdict(Decision.ALLOW, item.text), UNDERSTOOD, clock.now_ns()))
    return told


def read(log: Path, speed: float = 1.0) -> Script:
    return [(timed.at_s / speed, timed.item) for timed in LogReader(log).items()]


@pytest.mark.skipif(not LOGS, reason="the chat replays are not at hand (SIDECAST_DATA)")
@pytest.mark.parametrize("speed", [1, 10])
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name[:2])
def test_real_chat_is_no_storm(log: Path, speed: int) -> None:
    """Among it copypasta of fourteen people; ten times as fast, it is as busy as the largest channels."""
    assert storms_in(read(log, speed)) == []


@pytest.mark.skipif(not LOGS, reason="the chat replays are not at hand (SIDECAST_DATA)")
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name[:2])
@pytest.mark.parametrize("names", [different_names, patterned_names])
def test_a_raid_of_forty_put_into_real_chat_is_found_within_seconds(log: Path, names: Callable[[int], list[str]]) -> None:
    chat = read(log)
    at_s = chat[len(chat) // 2][0] + 0.5
    assert at_s > 600, "the show is to know who is new"
    raid = same_text(at_s, names(40), new=False, every_s=0.5)
    told = storms_in(sorted([*chat, *raid], key=lambda each: each[0]))
    assert {storm.kind for _, storm in told} == {StormKind.HATE}
    assert told[0][0] - at_s < 10


def test_who_has_no_id_is_nobody() -> None:
    """A follow of nobody in particular, and messages without an author's id."""
    nobody = Author(id="", name="")
    texts = [ChatMessage(id=f"m{at}", author=nobody, text=PASTA, arrived_ns=0, first=True) for at in range(30)]
    follows = [ChannelEvent(id=f"f{at}", kind=EventKind.FOLLOW, arrived_ns=0) for at in range(30)]
    script: Script = [(0.0, item) for item in texts]
    script += [(0.0, item) for item in follows]
    assert storms_in(script) == []
