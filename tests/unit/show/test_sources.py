"""Which chat is read: by option, setting, log-in, or what is typed; and when a log-in changes it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sidecast.chat.demo import Demo
from sidecast.chat.irc.source import TwitchChat
from sidecast.chat.pair import Pair
from sidecast.chat.replay import Replay
from sidecast.cli import Options
from sidecast.clock import SystemClock
from sidecast.flow.chat import Incoming
from sidecast.settings import Chat
from sidecast.show.sources import Sources

pytestmark = pytest.mark.unit


class Events:
    """All that is told of the own channel: nothing."""

    name = "events"
    hears_chat = False
    malformed = 0

    async def incoming(self) -> AsyncIterator[Incoming]:
        return
        yield


@dataclass
class Own:
    login: str = ""

    def events(self, on_note: Callable[[str], None]) -> Events:
        return Events()


@dataclass
class Room:
    """Sources, and what they tell."""

    own: Own = field(default_factory=Own)
    channel: str = ""
    changes: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = Sources(
            Chat(channel=self.channel),
            SystemClock(),
            random.Random(1),
            self.own,
            on_note=lambda sentence: None,
            on_change=self.changes.append,
            on_heard=self.heard.append,
        )


@pytest.mark.parametrize(
    ("options", "channel", "login", "kind", "name"),
    [
        (Options(), "", "", Demo, "demo"),
        (Options(), "", "mira", Pair, "twitch:mira"),
        (Options(), "mira", "mira", Pair, "twitch:mira"),
        (Options(), "another", "mira", TwitchChat, "twitch:another"),
        (Options(channel="third"), "another", "mira", TwitchChat, "twitch:third"),
        (Options(channel="mira"), "another", "mira", Pair, "twitch:mira"),
        (Options(demo=True), "another", "mira", Demo, "demo"),
        (Options(sync=True), "", "mira", Demo, "demo"),
        (Options(sync=True), "another", "mira", TwitchChat, "twitch:another"),
        (Options(replay=Path("log.jsonl")), "another", "mira", Replay, "replay:log.jsonl"),
    ],
)
def test_first_come_options_then_settings_then_the_own_channel(
    options: Options, channel: str, login: str, kind: type, name: str
) -> None:
    room = Room(Own(login), channel)
    source = room.sources.first(options)
    assert isinstance(source, kind)
    assert source.name == room.sources.now.name == name
    assert room.sources.awaited() is None


@pytest.mark.parametrize(
    ("options", "channel", "awaited"),
    [
        (Options(), "", "mira"),
        (Options(channel="mira"), "", "mira"),
        (Options(channel="another"), "", None),
        (Options(), "another", None),
        (Options(demo=True), "", None),
        (Options(replay=Path("log.jsonl")), "", None),
    ],
)
def test_a_log_in_brings_the_own_channel_unless_another_was_chosen(options: Options, channel: str, awaited: str | None) -> None:
    room = Room(channel=channel)
    room.sources.first(options)
    assert room.sources.awaited() is None
    room.own.login = "mira"
    assert room.sources.awaited() == awaited
    if awaited is not None:
        assert isinstance(room.sources.change(awaited), Pair)
        assert room.changes == ["twitch:mira"]
        assert room.sources.awaited() is None


def test_a_log_out_leaves_the_channel_as_it_is_and_another_log_in_does_not() -> None:
    room = Room(Own("mira"))
    room.sources.first(Options())
    room.own.login = ""
    assert room.sources.awaited() is None
    room.own.login = "torben"
    assert room.sources.awaited() == "torben"


def test_who_typed_for_the_demo_keeps_it() -> None:
    room = Room(Own("mira"))
    room.sources.first(Options())
    assert isinstance(room.sources.change(""), Demo)
    assert room.heard == [""]
    assert room.sources.awaited() is None
    assert isinstance(room.sources.change("twitch.tv/Mira"), Pair)
