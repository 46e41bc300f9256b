"""A whole show whose policy changes, whose chat storms, and some of whose viewers want to be left alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from fakes.brain import ScriptedBrain
from fakes.inline_runner import InlineRunner
from fakes.source import says, times_out
from fakes.watcher import Recorder
from sidecast.audience.seen import Seen
from sidecast.audience.storm import StormState
from sidecast.clock import Clock, SystemClock
from sidecast.control.feed import Feed
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Author, ChatMessage, Incoming, Removal, RemovalScope, Role
from sidecast.flow.moderation import Care, Storm
from sidecast.flow.policy import Policy, PolicyChange
from sidecast.flow.ports import Watcher
from sidecast.flow.verdict import Category
from sidecast.safety.gate_in import GateIn
from sidecast.safety.gate_out import GateOut
from sidecast.safety.held import HeldLines
from sidecast.safety.last_hour import LastHour
from sidecast.safety.policies import Policies, open_policies
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show


@dataclass
class Moderated:
    """An evening whose moderation can be changed while it is played."""

    evening: Evening
    at: list[tuple[float, Callable[[Moderated], object]]] = field(default_factory=list)

    def play(self) -> Recorder:
        self.evening.meanwhile = self._begin
        self.evening.also = [self._watch]
        self.evening.admits = lambda candidate: self.storm.admits(candidate)  # noqa: PLW0108 - made when the clock is there
        return self.evening.play()

    def _watch(self, clock: Clock) -> Watcher:
        self.seen, self.held, self.last_hour = Seen(clock), HeldLines(clock), LastHour(clock)
        self.feed = Feed(clock)
        self.storm = StormState(clock, self.seen.is_regular)
        return Several(self.seen, self.held, self.last_hour, self.feed)

    def _begin(self, show: Show, clock: Clock) -> None:
        self.show = show
        self.storm.on_change(lambda _: show.recheck())
        for at_s, act in self.at:
            asyncio.get_running_loop().call_later(at_s, act, self)


class Several:
    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def __getattr__(self, name: str) -> Callable[..., None]:
        def tell(*args: object) -> None:
            for watcher in self._watchers:
                getattr(watcher, name)(*args)

        return tell


def fates(seen: Recorder) -> dict[str, Reason]:
    return {item.id: reason for item, reason in seen.fates if not isinstance(item, Removal)}


def with_policy(script: Sequence[tuple[float, Incoming]]) -> tuple[Moderated, Policies]:
    policies = open_policies(Policy(), Midnight(), elsewhere=InlineRunner())
    return Moderated(Evening(script, gates=(GateIn(policies), GateOut(policies)))), policies


class Midnight(SystemClock):
    """Versions are stamped before the show's own clock is there."""

    def wall_ms(self) -> int:
        return 1_795_392_000_000


def change(policies: Policies, change: PolicyChange) -> Callable[[Moderated], object]:
    """As the control room does it."""
    return lambda _: asyncio.get_running_loop().create_task(policies.change(change, "Ada"))


def test_a_change_of_the_policy_acts_on_the_next_message() -> None:
    script = [
        (float(number * 10 + 1), says(f"Kit, number {number}: do you like the lighthouse?", id=f"m{number}"))
        for number in range(4)
    ]
    evening, policies = with_policy(script)
    evening.at = [
        (15.0, change(policies, PolicyChange(block_add=("lighthouse",)))),
        (25.0, change(policies, PolicyChange(block_remove=("lighthouse",)))),
    ]
    seen = evening.play()
    assert fates(seen) == {"m0": Reason.ANSWERED, "m1": Reason.ANSWERED, "m2": Reason.BLOCKED, "m3": Reason.ANSWERED}


def test_a_word_that_is_blocked_while_the_host_speaks_is_not_said_any_more() -> None:
    script = [(1.0, says("Kit, tell me a long story please?", id="m0"))]
    policies = open_policies(Policy(), Midnight(), elsewhere=InlineRunner())
    evening = Moderated(
        Evening(
            script,
            reply=lambda _: "Once there was a house by the sea. It was very old. In it lived a lighthouse keeper. The end.",
            make_brain=lambda clock, reply: ScriptedBrain(clock, reply, word_s=0.2),
            gates=(GateIn(policies), GateOut(policies)),
        )
    )
    evening.at = [(2.5, change(policies, PolicyChange(block_add=("lighthouse",))))]
    seen = evening.play()
    assert "Once there was a house" in seen.lines[0].heard
    assert "lighthouse" not in seen.lines[0].heard


def test_who_waits_is_judged_again() -> None:
    script = [
        (1.0, says("Kit, what is your name?", who="mika", id="m0")),
        (1.2, says("Kit, do you like the lighthouse?", who="bo", id="m1")),
        (1.3, says("Kit, do you like rain?", who="ayla", id="m2")),
    ]
    evening, policies = with_policy(script)
    policies.on_change(lambda: evening.show.recheck())  # noqa: PLW0108 - made when the evening begins
    evening.at = [(1.4, change(policies, PolicyChange(block_add=("lighthouse",))))]
    seen = evening.play()
    assert fates(seen) == {"m0": Reason.ANSWERED, "m1": Reason.BLOCKED, "m2": Reason.ANSWERED}
    assert [screened.verdict.rule for screened in evening.last_hour.refused()] == ["own.block"]


def test_a_held_line_that_is_released_is_answered_and_one_that_is_removed_is_gone() -> None:
    script: list[tuple[float, Incoming]] = [
        (1.0, says("Kit, is example.org any good?", who="mika", id="m0")),
        (2.0, says("Kit, what about example.com then?", who="bo", id="m1")),
        (5.0, times_out("bo")),
    ]
    evening, _ = with_policy(script)
    gate, _ = evening.evening.gates or (None, None)
    assert gate is not None
    lines: list[list[str]] = []

    def release(moderated: Moderated) -> None:
        gate.release("m0")
        moderated.show.release(moderated.held.release("m0"))

    evening.at = [
        (3.0, lambda moderated: lines.append([line.item.id for line in moderated.held.lines()])),
        (4.0, release),
        (6.0, lambda moderated: lines.append([line.item.id for line in moderated.held.lines()])),
    ]
    seen = evening.play()
    assert lines == [["m1", "m0"], []]
    assert [reason for item, reason in seen.fates if not isinstance(item, Removal) and item.id == "m0"] == [
        Reason.HELD,
        Reason.ANSWERED,
    ]
    assert seen.lines[0].text == "Kit, is example.org any good?"


def test_careful_mode_answers_only_who_is_known_and_silence_nobody() -> None:
    subscriber = Author(id="sub", name="sub", roles=frozenset({Role.SUBSCRIBER}))
    script: list[tuple[float, ChatMessage]] = [
        (float(number), says("just chatting here", who="mika", id=f"old{number}")) for number in range(1, 5)
    ]
    script += [
        (700.0, says("Kit, do I count as known?", who="mika", id="known")),
        (710.0, says("Kit, and do I?", who="stranger", id="stranger")),
        (720.0, ChatMessage(id="sub", author=subscriber, text="Kit, what is your name?", arrived_ns=0)),
        (730.0, says("I had soup today and it was lovely", who="mika", id="no-question")),
        (740.0, says("Kit, still there?", who="mika", id="silence")),
        (760.0, says("Kit, are you back?", who="stranger", id="back")),
    ]
    evening = Moderated(Evening(script))
    states: list[Storm] = []
    evening.at = [
        (650.0, lambda moderated: moderated.storm.set(Care.KNOWN, by="Ada")),
        (735.0, lambda moderated: moderated.storm.set(Care.NOBODY, by="Ada")),
        (750.0, lambda moderated: states.append(moderated.storm.undo("Ada"))),
        (751.0, lambda moderated: moderated.storm.set(Care.ALL, by="Ada")),
    ]
    told = fates(evening.play())
    assert told["known"] is told["sub"] is told["back"] is Reason.ANSWERED
    assert told["stranger"] is told["no-question"] is told["silence"] is Reason.CAREFUL
    assert [state.care for state in states] == [Care.KNOWN]


def test_a_storm_sends_those_away_who_wait() -> None:
    script = [
        (1.0, says("Kit, what is your name?", who="mika", id="m0")),
        (1.2, says("Kit, do you like rain?", who="bo", id="m1")),
    ]
    evening = Moderated(Evening(script))
    evening.at = [(1.5, lambda moderated: moderated.storm.set(Care.NOBODY, by="Ada"))]
    assert fates(evening.play()) == {"m0": Reason.ANSWERED, "m1": Reason.CAREFUL}


def test_nothing_of_who_has_opted_out_reaches_anybody() -> None:
    word = "zanzibar"
    script = [
        (1.0, says(f"Kit, is {word} far?", who="quiet_one", id="m0")),
        (2.0, says("Kit, what is your name?", who="mika", id="m1", reply_to="m0")),
        (3.0, says(f"!{word}", who="quiet_one", id="m2")),
    ]
    evening = Moderated(Evening(script, opted_out=lambda viewer_id: viewer_id == script[0][1].author.id))
    seen = evening.play()
    assert [reason for item, reason in seen.fates if isinstance(item, ChatMessage) and not item.id] == [Reason.OPTED_OUT] * 2
    told = repr((seen.received, seen.fates, seen.turns, seen.lines, evening.last_hour.everything(), evening.evening.brain.asked))
    page = json.dumps(evening.feed.cells.since(0))
    for trace in (word, "quiet_one"):
        assert trace not in told
        assert trace not in page
    assert seen.lines[0].text == "Kit, what is your name?"


def test_what_the_host_has_written_itself_is_not_answered_and_commands_nothing() -> None:
    script = [
        (1.0, says("Kit, what is your name?", who="kit_bot", id="m0")),
        (1.5, says("!stop", who="kit_bot", id="m1", roles=frozenset({Role.MODERATOR}))),
        (2.0, says("Kit, what is your name?", who="mika", id="m2")),
    ]
    more = lambda clock: {"own": lambda message: message.author.name == "kit_bot"}  # noqa: E731
    seen = Moderated(Evening(script, more=more)).play()
    assert fates(seen) == {"m0": Reason.OWN, "m1": Reason.OWN, "m2": Reason.ANSWERED}


def test_a_moderator_who_has_opted_out_still_commands() -> None:
    moderator = Author(id="mod", name="mod", roles=frozenset({Role.MODERATOR}))
    script = [
        (1.0, ChatMessage(id="m0", author=moderator, text="!hush", arrived_ns=0)),
        (2.0, says("Kit, what is your name?", id="m1")),
    ]
    seen = Moderated(Evening(script, opted_out=lambda viewer_id: viewer_id == "mod")).play()
    assert fates(seen)["m1"] is Reason.MUTED


def test_removed_words_leave_the_last_hour_and_the_verdict_log() -> None:
    script: list[tuple[float, Incoming]] = [
        (1.0, says("Kit, is example.org any good?", who="mika", id="m0")),
        (2.0, says("Kit, what is your name?", who="bo", id="m1")),
        (20.0, Removal(scope=RemovalScope.MESSAGE, message_id="m1", arrived_ns=0)),
        (21.0, times_out("mika")),
        (30.0, says("Kit, do you like rain?", who="ayla", id="m2")),
    ]
    evening = Moderated(Evening(script))
    before: list[int] = []
    evening.at = [(15.0, lambda moderated: before.append(len([each for each in moderated.last_hour.everything() if each.text])))]
    evening.play()
    everything = evening.last_hour.everything()
    assert before[0] >= 3
    assert {each.item_id for each in everything if each.text} == {"m2"}
    assert all(each.removed for each in everything if each.item_id in {"m0", "m1"})
    (refused,) = evening.last_hour.refused()
    assert (refused.item_id, refused.text, refused.verdict.category) == ("m0", "", Category.LINK)
