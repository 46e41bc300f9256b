"""Where chat comes from, by the options, the settings, or what is typed while the show runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Protocol

from ..chat.demo import Demo
from ..chat.irc.connection import opener
from ..chat.irc.source import TwitchChat
from ..chat.left_out import LeftOut
from ..chat.pair import Hearing, Pair
from ..chat.replay import Replay
from ..cli import Options
from ..clock import Clock
from ..flow.channel import channel_name
from ..flow.ports import ChatSource
from ..settings import Chat
from ..telemetry.metrics import Metrics


class Own(Protocol):
    """The streamer's own channel, of which Twitch tells more."""

    @property
    def login(self) -> str:
        """Its name; empty while nobody is logged in."""
        ...

    def events(self, on_note: Callable[[str], None]) -> Hearing:
        """All that Twitch tells of it, beside its open chat."""
        ...


class Sources:
    """Knows which one is read now."""

    def __init__(
        self,
        settings: Chat,
        clock: Clock,
        chance: random.Random,
        own: Own,
        *,
        on_note: Callable[[str], None],
        on_change: Callable[[str], None],
        on_heard: Callable[[str], None] = lambda over: None,
    ) -> None:
        """
        Args:
            own: read over EventSub and IRC side by side; other channels over IRC alone.
            on_note: told a sentence while the chat is away, then an empty one.
            on_change: told the name of the source that is read from now on.
            on_heard: told over what the own channel is heard ("EventSub and IRC"); empty for nothing, and for other channels.
        """
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._own = own
        self._on_note = on_note
        self._on_change = on_change
        self._on_heard = on_heard
        self._demo_wanted = False
        """Somebody chose it: a log-in is no reason to leave it."""
        self.now: ChatSource = Demo(clock)

    def first(self, options: Options) -> ChatSource:
        """The command line's choice before the settings', then the own channel; the demo where there is none."""
        self._demo_wanted = options.demo or options.sync
        channel = options.channel or self._settings.channel or ("" if self._demo_wanted else self._own.login)
        if options.replay is not None:
            self.now = Replay(options.replay, self._clock, options.speed)
        elif channel and not options.demo:
            self.now = self._channel(channel)
        return self.now

    def change(self, typed: str) -> ChatSource:
        """A channel by what was typed for it; empty is the demo.

        Raises:
            SettingsError: there can be no such channel.
        """
        self._on_heard("")
        self.now = self._channel(channel_name(typed)) if typed else Demo(self._clock)
        self._demo_wanted = not typed
        self._on_note("")
        self._on_change(self.now.name)
        return self.now

    def awaited(self) -> str | None:
        """The own channel's name, when somebody has logged in and it should be read, or read in full, from now on."""
        own = self._own.login
        now = self.now
        if not own or isinstance(now, Replay) or (isinstance(now, Demo) and self._demo_wanted):
            return None
        if isinstance(now, TwitchChat):
            return own if now.channel == own else None
        return own if isinstance(now, Demo) or now.name != _name_of(own) else None

    def count(self, metrics: Metrics) -> None:
        metrics.watch("chat_malformed", "Lines of the chat that could not be understood.", lambda: self.now.malformed)
        for reason in LeftOut:
            metrics.watch(
                f"chat_left_out_{reason}",
                "Lines of the chat that were understood and left out for that reason.",
                partial(self._left_out, reason),
            )

    def _channel(self, name: str) -> ChatSource:
        if name != self._own.login:
            return self._irc(name, self._on_note)
        makers = {"EventSub": self._own.events, "IRC": lambda on_note: self._irc(name, on_note)}
        return Pair(_name_of(name), makers, self._clock, self._on_note, self._on_heard)

    def _irc(self, name: str, on_note: Callable[[str], None]) -> TwitchChat:
        server = opener(self._settings.irc_host, self._settings.irc_port, tls=self._settings.irc_tls)
        return TwitchChat(name, server, self._clock, self._chance, on_note)

    def _left_out(self, reason: LeftOut) -> int:
        return self.now.left_out.get(reason, 0) if isinstance(self.now, TwitchChat | Pair) else 0


def _name_of(channel: str) -> str:
    return f"twitch:{channel}"
