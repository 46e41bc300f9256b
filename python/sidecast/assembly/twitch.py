"""Twitch in a running show: the streamer's accounts, the events of their channel, and what is done there."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AsyncExitStack

from ..chat.eventsub.dropped import Dropped
from ..chat.eventsub.source import EventSubChat
from ..clock import Clock
from ..desks.twitch import TwitchDesk
from ..flow.chat import Gap
from ..flow.twitch import Account
from ..settings import Settings
from ..telemetry.metrics import Metrics
from ..vault.vault import Vault
from .notes import Notes


class OwnChannel:
    """The streamer's own channel, for `show.sources`; whether somebody is logged in may change at any time."""

    def __init__(
        self, desk: TwitchDesk, settings: Settings, clock: Clock, chance: random.Random, on_gap: Callable[[Gap], None]
    ) -> None:
        self._desk = desk
        self._address = settings.twitch.eventsub
        self._clock = clock
        self._chance = chance
        self._on_gap = on_gap
        self._now: EventSubChat | None = None

    @property
    def login(self) -> str:
        """Its name; empty while nobody is logged in."""
        who = self._desk.helix.identity(Account.BROADCASTER)
        return who.login if who is not None else ""

    def events(self, on_note: Callable[[str], None]) -> EventSubChat:
        """All that Twitch tells of it, anew."""
        self._now = EventSubChat(self._address, self._desk.helix, self._clock, self._chance, on_note=on_note, on_gap=self._on_gap)
        return self._now

    def count(self, metrics: Metrics) -> None:
        """Of the source that was made last; zeros before there is one."""
        metrics.watch("eventsub_gaps", "Times in which events may have been missed.", self._of(lambda now: now.gaps))
        metrics.watch("eventsub_ends", "Sockets that ended.", self._of(lambda now: now.ends.total()))
        metrics.watch("eventsub_silences", "Sockets given up because nothing came.", self._of(lambda now: now.silences))
        for reason in Dropped:
            metrics.watch(
                f"eventsub_dropped_{reason}",
                "Messages of EventSub that were understood and not handed on for that reason.",
                self._of(lambda now, reason=reason: now.dropped[reason]),  # type: ignore[misc]
            )

    def _of(self, read: Callable[[EventSubChat], int]) -> Callable[[], int]:
        return lambda: read(self._now) if self._now is not None else 0


async def open_accounts_at_twitch(
    settings: Settings, vault: Vault, clock: Clock, chance: random.Random, *, notes: Notes, closing: AsyncExitStack
) -> TwitchDesk:
    """Who is logged in, as the vault has it; Twitch is not asked yet."""
    desk = TwitchDesk(settings, vault, clock, chance, on_note=lambda sentence: notes.put("twitch", sentence))
    closing.push_async_callback(desk.close)
    await desk.start()
    return desk
