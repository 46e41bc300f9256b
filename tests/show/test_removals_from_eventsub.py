"""A removal that EventSub tells of, while its reply is thought, said or waits, cancels it: from Twitch's frame to silence."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from benchmarks.eventsub_frames import CHANNEL, SNAPSHOTS, chat, fragment, notification, snapshots
from fakes.brain import ScriptedBrain
from fakes.eventsub_payloads import EVENTS, moderate
from fakes.source import ScriptedSource
from fakes.watcher import Recorder
from sidecast.chat.eventsub.envelope import Bad, read
from sidecast.chat.eventsub.items import items_of
from sidecast.chat.left_out import LeftOut
from sidecast.chat.pair import Pair
from sidecast.clock import Clock
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import ChatMessage, Incoming, Removal, RemovalScope
from sidecast.flow.line import Outcome
from sidecast.flow.ports import ChatSource

from .evening import Evening

pytestmark = pytest.mark.show

LONG = "This is the first part of a long answer, and here is a second part, and there comes a third one. The end is far away."
MIKA = {"chatter_user_id": "2", "chatter_user_login": "mika", "chatter_user_name": "Mika", "message_id": "m-mika", "badges": []}
BO = {"chatter_user_id": "3", "chatter_user_login": "bo", "chatter_user_name": "Bo", "message_id": "m-bo", "badges": []}
TARGET = {"user_id": "2", "user_login": "mika", "user_name": "Mika"}

Timed = tuple[float, dict[str, Any]]

REMOVALS: dict[str, tuple[str, dict[str, Any]]] = {
    "deleted": ("channel.chat.message_delete", {**EVENTS["channel.chat.message_delete"], "message_id": "m-mika"}),
    "deleted by a moderator": ("channel.moderate", moderate("delete", {**TARGET, "message_id": "m-mika", "message_body": "x"})),
    "timed out": ("channel.chat.clear_user_messages", EVENTS["channel.chat.clear_user_messages"]),
    "timed out by a moderator": ("channel.moderate", moderate("timeout", {**TARGET, "reason": "", "expires_at": None})),
    "banned": ("channel.moderate", moderate("ban", {**TARGET, "reason": "spam"})),
    "cleared": ("channel.chat.clear", EVENTS["channel.chat.clear"]),
    "held": ("automod.message.hold", {**EVENTS["automod.message.hold"], **TARGET, "message_id": "m-mika"}),
    "refused": ("automod.message.update", {**EVENTS["automod.message.update"], **TARGET, "message_id": "m-mika"}),
}


class Frames:
    """Reads frames as the socket brings them, each at its time."""

    name = "frames"
    hears_chat = True

    def __init__(self, clock: Clock, script: Sequence[Timed], late_s: float = 0.0) -> None:
        self._clock = clock
        self._script = [(at_s + late_s, json.dumps(envelope)) for at_s, envelope in script]
        self.malformed = 0

    async def incoming(self) -> AsyncIterator[Incoming]:
        start_ns = self._clock.now_ns()
        for at_s, frame in self._script:
            await self._clock.sleep(max(0.0, at_s - (self._clock.now_ns() - start_ns) / 1e9))
            envelope = read(frame)
            assert not isinstance(envelope, Bad)
            item = items_of(envelope, CHANNEL["broadcaster_user_id"], self._clock.now_ns())
            assert not isinstance(item, Bad | LeftOut | None)
            yield item
        await self._clock.sleep(10.0)


class OverIrc(ScriptedSource):
    """The same chat a little later: with IRC's ids, which are the same."""

    hears_chat = True


def asks(at_s: float, who: dict[str, Any], text: str) -> Timed:
    return at_s, notification("channel.chat.message", chat(fragment("text", text), **who), id_=f"n-{at_s}", sent=_at(at_s))


def _at(at_s: float) -> str:
    return f"2025-11-23T18:00:{at_s:06.3f}Z"


def shown(script: Sequence[Timed], *, alone: bool, first_s: float = 0.01) -> Recorder:
    def source(clock: Clock) -> ChatSource:
        if alone:
            return Frames(clock, script)
        late = [
            (at_s + 0.25, item)
            for at_s, frame in script
            if isinstance(item := items_of(_read(frame), CHANNEL["broadcaster_user_id"], 0), ChatMessage | Removal)
            and not (isinstance(item, Removal) and item.scope is RemovalScope.HELD)  # IRC knows of none
        ]
        return Pair(
            "twitch:kit", {"EventSub": lambda _: Frames(clock, script), "IRC": lambda _: OverIrc(clock, late, 10.0)}, clock
        )

    def brain(clock: Clock, reply: Any) -> ScriptedBrain:
        return ScriptedBrain(clock, reply, first_s=first_s)

    return Evening((), reply=lambda _: LONG, make_source=source, make_brain=brain, seconds=40.0).play()


def _read(envelope: dict[str, Any]) -> Any:
    return read(json.dumps(envelope))


def fate(seen: Recorder, message_id: str) -> Reason:
    (reason,) = (reason for item, reason in seen.fates if isinstance(item, ChatMessage) and item.id == message_id)
    return reason


def expected(removal: str) -> Reason:
    return Reason.HELD if removal == "held" else Reason.REMOVED


both = pytest.mark.parametrize("alone", [True, False], ids=["EventSub alone", "beside IRC"])
each = pytest.mark.parametrize("removal", REMOVALS)


def taken(removal: str, at_s: float) -> Timed:
    subscription, event = REMOVALS[removal]
    return at_s, notification(subscription, event, id_="n-removal", sent=_at(at_s))


@both
@each
def test_while_the_reply_is_thought(removal: str, *, alone: bool) -> None:
    seen = shown([asks(1.0, MIKA, "Kit, what game are we playing?"), taken(removal, 2.0)], alone=alone, first_s=3.0)
    assert fate(seen, "m-mika") is expected(removal)
    assert all(not line.heard and not line.cleared for line in seen.lines)
    assert not seen.verdicts, "nothing was even written"


@both
@each
def test_while_the_reply_is_said(removal: str, *, alone: bool) -> None:
    seen = shown([asks(1.0, MIKA, "Kit, what game are we playing?"), taken(removal, 2.5)], alone=alone)
    assert fate(seen, "m-mika") is expected(removal)
    (line,) = seen.lines
    assert line.outcome is Outcome.CUT
    assert seen.cuts
    assert all(2.5 <= cut.at_ns / 1e9 <= 2.6 for cut in seen.cuts), "silence within 100 ms"


@both
@each
def test_while_it_waits(removal: str, *, alone: bool) -> None:
    script = [
        asks(1.0, BO, "Kit, how was your day today?"),
        asks(2.0, MIKA, "Kit, what game are we playing?"),
        taken(removal, 3.0),
    ]
    seen = shown(script, alone=alone)
    assert fate(seen, "m-mika") is expected(removal)
    (line,) = seen.lines
    assert line.outcome is (Outcome.CUT if removal == "cleared" else Outcome.HEARD)
    assert fate(seen, "m-bo") is (Reason.REMOVED if removal == "cleared" else Reason.ANSWERED)


@both
def test_what_a_moderator_lets_through_is_answered_after_all(*, alone: bool) -> None:
    approved = {**EVENTS["automod.message.update"], **TARGET, "message_id": "m-mika", "status": "approved"}
    script = [
        taken("held", 1.0),
        (4.0, notification("automod.message.update", approved, id_="n-approved", sent=_at(4.0))),
        asks(4.1, MIKA, "Kit, what game are we playing?"),
    ]
    seen = shown(script, alone=alone)
    assert fate(seen, "m-mika") is Reason.ANSWERED
    assert [line.outcome for line in seen.lines] == [Outcome.HEARD]


def _real() -> list[tuple[str, dict[str, Any]]]:
    """Real payloads of what takes something away, in our channel and of our viewer."""
    found = []
    for name, envelope in snapshots():
        event = envelope["payload"].get("event") or {}
        if "channel-moderate" in name or name.startswith(("channel.moderate", "channel.ban", "channel-ban", "automod")):
            ours = copy.deepcopy(envelope)
            ours["payload"]["event"] |= CHANNEL
            about = ours["payload"]["event"].get(event.get("action")) or ours["payload"]["event"]
            about |= {key: value for key, value in {**TARGET, "message_id": "m-mika"}.items() if key in about}
            ours["metadata"]["message_timestamp"] = _at(2.5)
            item = items_of(_read(ours), "1", 0)
            if isinstance(item, Removal):
                found.append((f"{name} {ours['metadata']['message_id']}", ours))
    return found


REAL = _real()


@pytest.mark.skipif(not REAL, reason=f"no real payloads of EventSub at hand ({SNAPSHOTS}; SIDECAST_DATA)")
@both
def test_every_real_removal_cancels(*, alone: bool) -> None:
    assert len(REAL) >= 12
    for name, envelope in REAL:
        seen = shown([asks(1.0, MIKA, "Kit, what game are we playing?"), (2.5, envelope)], alone=alone)
        assert fate(seen, "m-mika") in {Reason.REMOVED, Reason.HELD}, name
        assert seen.lines[0].outcome is Outcome.CUT, name
        assert all(cut.at_ns / 1e9 <= 2.6 for cut in seen.cuts), name
