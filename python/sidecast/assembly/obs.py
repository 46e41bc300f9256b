"""OBS in a running show: its rules, what is acted on there, and the manners of a host who hears the streamer."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack

from fastapi import APIRouter

from ..clock import Clock
from ..control.access.accounts import Accounts
from ..control.feed import Feed
from ..control.settings_desk import SettingsDesk
from ..desks.acting import ActingDesk, OwnWords, why_not_shown
from ..desks.moderating import Moderating
from ..desks.obs import Obs, OfTheShow, open_obs
from ..flow.obs import ObsState
from ..flow.order import Mute, Order
from ..ledger.ledger import Ledger
from ..ledger.runs import RunReader
from ..obs.room.manners import Manners
from ..obs.setup import Voice, Window
from ..settings import Settings, config_dir, data_dir
from ..show.show import Show
from ..telemetry.metrics import Metrics
from ..vault.vault import Vault

BY = "OBS"
"""Who mutes the host when the stream ends."""
OWN_SCREEN, OWN_SOUND = "SIDECAST_OWN_SCREEN", "SIDECAST_OWN_SOUND"
"""Set by the launcher: the X display that the app has to itself, and that nobody hears its sound server."""
VOICE_SINK = "SIDECAST_VOICE_SINK"
"""Set by the launcher: the sink for OBS is there, `made` at this start or `kept` from one before."""


class ObsInShow:
    """Made before the show is; `connect` once its parts are there."""

    def __init__(self, obs: Obs, settings: Settings, clock: Clock) -> None:
        self.obs = obs
        self.manners = Manners(on=settings.obs.wait_for_me)
        self._transparent = settings.stage.transparent
        self._clock = clock
        self._order: Callable[[Order], object] = lambda _: None
        self._streamer_changed: Callable[[], None] = lambda: None
        obs.room.follow(self._changed)

    def live(self) -> dict[str, Callable[[Settings], None]]:
        """As `Obs.live`."""
        return dict.fromkeys(self.obs.live(), self._adopt)

    def connect(self, show: Show, moderating: Moderating, desk: SettingsDesk) -> None:
        self._order, self._streamer_changed = show.order, show.streamer_changed
        moderating.storm.on_change(self.obs.rules.storm)
        self.obs.connect(desk)
        self.obs.start()

    def routers(self, accounts: Accounts, *, address: Callable[[], str], has_picture: bool) -> list[APIRouter]:
        return self.obs.routers(
            accounts.audit,
            links=accounts.overlay_links,
            address=address,
            window=lambda: _window(has_picture=has_picture, transparent=self._transparent),
            voice=_voice,
            new_sink=os.environ.get(VOICE_SINK) == "made",
        )

    def count(self, metrics: Metrics) -> None:
        """Gauges of OBS and the rules."""
        manners = self.manners
        self.obs.count(metrics)
        metrics.watch("obs_waited", "Turns that waited until the streamer had ended.", lambda: manners.waited)
        metrics.watch("obs_went_on", "Of these, begun all the same because it took too long.", lambda: manners.went_on)

    def _adopt(self, wanted: Settings) -> None:
        self.manners.on = wanted.obs.wait_for_me
        self.obs.adopt(wanted)

    def _changed(self, old: ObsState, new: ObsState) -> None:
        if old.streamer_speaks != new.streamer_speaks:
            self.manners.streamer(new.streamer_speaks, self._clock.now_ns())
            self._streamer_changed()
        if self.obs.settings.opens_with_stream and new.connected and (not old.connected or old.streaming != new.streaming):
            self._order(Mute(by=BY, at_ns=self._clock.now_ns(), on=not new.streaming))


def open_obs_in_show(
    settings: Settings,
    vault: Vault,
    clock: Clock,
    chance: random.Random,
    *,
    acting: ActingDesk,
    moderating: Moderating,
    ledger: Ledger,
    feed: Feed,
    own_words: OwnWords,
    order: Callable[[Order], object],
    new_id: Callable[[], str],
    closing: AsyncExitStack,
) -> ObsInShow:
    """Nothing is connected before `ObsInShow.connect`.

    Args:
        own_words: the dialogue's.
        order: the show's.
    """
    reader = RunReader(ledger.path)
    show = OfTheShow(
        twitch=acting,
        say=order,
        judge=why_not_shown(moderating.gate_in, moderating.gate_out, own_words),
        new_id=new_id,
        on_run=ledger.ran,
        last_runs=reader.last,
        on_note=feed.health,  # what is wrong with OBS is none of the audience's business
    )
    obs = open_obs(settings, vault, clock, chance, show=show, data=data_dir(), config=config_dir())
    closing.push_async_callback(obs.close)
    return ObsInShow(obs, settings, clock)


def _window(*, has_picture: bool, transparent: bool) -> Window:
    return Window(open=has_picture, own_screen=os.environ.get(OWN_SCREEN, ""), transparent=transparent)


def _voice() -> Voice | None:
    """Where there is a sound server, or a system whose OBS hears one program alone."""
    if sys.platform == "win32":
        return Voice()
    if OWN_SOUND in os.environ:
        return Voice(heard=False)
    return Voice(ready=VOICE_SINK in os.environ) if shutil.which("pactl") else None
