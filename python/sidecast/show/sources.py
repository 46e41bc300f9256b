"""Where chat comes from, by the options, the settings, or what is typed while the show runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from ..chat.demo import Demo
from ..chat.irc.connection import opener
from ..chat.irc.source import TwitchChat
from ..chat.irc.tally import LeftOut
from ..chat.replay import Replay
from ..cli import Options
from ..clock import Clock
from ..flow.channel import channel_name
from ..flow.ports import ChatSource
from ..settings import Chat
from ..telemetry.metrics import Metrics


class Sources:
    """Knows which one is read now."""

    def __init__(
        self,
        settings: Chat,
        clock: Clock,
        chance: random.Random,
        on_note: Callable[[str], None],
        on_change: Callable[[str], None],
    ) -> None:
        """
        Args:
            on_note: told a sentence while the chat is away, then an empty one.
            on_change: told the name of the source that is read from now on.
        """
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._on_note = on_note
        self._on_change = on_change
        self.now: ChatSource = Demo(clock)

    def first(self, options: Options) -> ChatSource:
        """The command line's choice before the settings', and the demo where neither names any."""
        if options.replay is not None:
            self.now = Replay(options.replay, self._clock, options.speed)
        elif not options.demo and (channel := options.channel or self._settings.channel):
            self.now = self._channel(channel)
        return self.now

    def change(self, typed: str) -> ChatSource:
        """A channel by what was typed for it; empty is the demo.

        Raises:
            SettingsError: there can be no such channel.
        """
        self.now = self._channel(channel_name(typed)) if typed else Demo(self._clock)
        self._on_note("")
        self._on_change(self.now.name)
        return self.now

    def count(self, metrics: Metrics) -> None:
        metrics.watch("chat_malformed", "Lines of the chat that could not be understood.", lambda: self.now.malformed)
        for reason in LeftOut:
            metrics.watch(
                f"chat_left_out_{reason}",
                "Lines of the chat that were understood and left out for that reason.",
                partial(self._left_out, reason),
            )

    def _channel(self, name: str) -> TwitchChat:
        server = opener(self._settings.irc_host, self._settings.irc_port, tls=self._settings.irc_tls)
        return TwitchChat(name, server, self._clock, self._chance, self._on_note)

    def _left_out(self, reason: LeftOut) -> int:
        return self.now.left_out.get(reason, 0) if isinstance(self.now, TwitchChat) else 0
