"""Another channel's chat in the middle of the show: what is answered then, and what the app's field is told."""

from __future__ import annotations

import asyncio

import pytest

from fakes.source import ScriptedSource, says
from sidecast.clock import Clock
from sidecast.errors import SettingsError
from sidecast.flow.candidate import Reason
from sidecast.flow.channel import channel_name
from sidecast.flow.cue import ChannelField, Cue, FieldState
from sidecast.flow.line import Outcome
from sidecast.flow.mark import ChannelAsked
from sidecast.flow.ports import ChatSource
from sidecast.show.show import Show
from sidecast.stage.silent import SilentStage
from sidecast.virtual_time import loop_clock

from .evening import Evening

pytestmark = pytest.mark.show

OLD = [
    (1.0, says("Kit, what game are we playing?")),
    (1.5, says("Kit, how long is this stream?", who="bo")),
    (9.0, says("Kit, are you still there?", who="cy")),
]
NEW = [(1.0, says("Kit, hello from the other channel!", who="ayla"))]
LONG = "This is the first part of a long answer, and here is a second part, and there comes a third one. The end is far away."


class FieldStage(SilentStage):
    """With a field, and somebody who types."""

    def __init__(self, clock: Clock, told: list[ChannelField]) -> None:
        super().__init__(clock)
        self._now = clock.now_ns
        self._told = told

    def send(self, cue: Cue) -> None:
        super().send(cue)
        if isinstance(cue, ChannelField):
            self._told.append(cue)

    def type(self, name: str) -> None:
        self._marks.add(ChannelAsked(name=name, at_ns=self._now()))


class Switching:
    """An evening on whose third second somebody types `typed`."""

    def __init__(self, typed: str, *, seconds: float = 15, notes: tuple[tuple[float, str], ...] = ()) -> None:
        self.told: list[ChannelField] = []
        self.opened: list[str] = []
        self.notes = notes
        self.evening = Evening(
            OLD,
            reply=lambda prompt: LONG if prompt.name == "mika" else f"Welcome, {prompt.name}!",
            open_channel=self.open,
            offer_channel=True,
            make_stage=lambda clock: FieldStage(clock, self.told),
            meanwhile=lambda show, clock: self.plan(show, typed),
            seconds=seconds,
        )

    def open(self, typed: str) -> ChatSource:
        self.opened.append(channel_name(typed) if typed else "")
        return ScriptedSource(loop_clock(), NEW, linger_s=60)

    def plan(self, show: Show, typed: str) -> None:
        stage, loop = self.evening.stage, asyncio.get_running_loop()
        assert isinstance(stage, FieldStage)
        loop.call_later(3.0, stage.type, typed)
        for at_s, sentence in self.notes:
            loop.call_later(at_s, show.note, "chat", sentence)


def test_the_new_channel_is_answered_and_nothing_of_the_old_one() -> None:
    show = Switching("https://twitch.tv/Some_Channel")
    seen = show.evening.play()
    assert show.opened == ["some_channel"]
    first, second = seen.lines
    assert (first.outcome, first.reason) == (Outcome.CUT, "channel_left")
    assert (second.author_name, second.heard) == ("ayla", "Welcome, ayla!")
    assert seen.reasons == {Reason.ANSWERED: 2, Reason.CHANNEL_LEFT: 1}
    assert len(seen.received) == 3, "the old chat is read on"
    assert show.evening.brain.asked[-1].history == ()


def test_the_field_is_told_how_it_goes() -> None:
    show = Switching(
        "kitsu", notes=((4.0, "Twitch says nothing about “kitsu”; trying again in 30 s."), (5.0, ""), (6.0, "Away."))
    )
    seen = show.evening.play()
    assert [(cue.state, cue.name, bool(cue.problem)) for cue in show.told] == [
        (FieldState.OPEN, "", False),
        (FieldState.LOOKING, "kitsu", False),
        (FieldState.OPEN, "kitsu", True),
        (FieldState.READING, "kitsu", False),
    ]
    assert show.told[2].problem == "Twitch says nothing about “kitsu”."
    assert seen.notes[-1] == "Away.", "later troubles are the pill's"
    assert "Twitch says" not in " ".join(seen.notes)


@pytest.mark.parametrize("typed", ["", "  ", "not a channel", "https://example.org/x", "ü" * 30])
def test_a_name_that_cannot_be_is_answered_with_a_sentence_and_changes_nothing(typed: str) -> None:
    show = Switching(typed, seconds=20)
    seen = show.evening.play()
    assert show.opened == []
    assert [line.author_name for line in seen.lines] == ["mika", "bo", "cy"]
    opened, refused = show.told
    assert opened == ChannelField(state=FieldState.OPEN)
    assert refused.state == FieldState.OPEN
    assert refused.problem.endswith((".", "!"))


def test_a_second_channel_while_the_first_is_still_sought() -> None:
    def twice(show: Show, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(2.0, show.change_channel, "one")
        loop.call_later(2.0, show.change_channel, "two")
        loop.call_later(2.5, show.change_channel, "")

    opened: list[str] = []

    def open_channel(typed: str) -> ChatSource:
        opened.append(typed)
        return ScriptedSource(loop_clock(), NEW, linger_s=60)

    seen = Evening(OLD, open_channel=open_channel, meanwhile=twice, seconds=15).play()
    assert opened == ["one", "two", ""]
    assert sum(line.author_name == "ayla" for line in seen.lines) == 1


def test_a_show_without_other_channels_says_so() -> None:
    told: list[str] = []

    def ask(show: Show, clock: Clock) -> None:
        def change() -> None:
            try:
                show.change_channel("kitsu")
            except SettingsError as error:
                told.append(str(error))

        asyncio.get_running_loop().call_later(2.0, change)

    seen = Evening(OLD, meanwhile=ask).play()
    assert len(seen.lines) == 3
    assert told == ["This show cannot change its channel. Start it with `./sidecast run --channel NAME`."]
