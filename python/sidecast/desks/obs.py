"""OBS in a running show: the connection with all that hangs on it, made by `open_obs`, begun by `start`, ended by `close`."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from ..clock import Clock
from ..control.access.audit import Audit
from ..control.api.obs import obs_api
from ..control.settings_desk import SettingsDesk
from ..flow.ports import Watcher
from ..flow.rule import RunLine
from ..obs.acting.acting import ObsActing
from ..obs.ducking.ducking import Ducking
from ..obs.link.connection import ObsLink
from ..obs.link.own_config import OwnConfig, read_own
from ..obs.link.place import PASSWORD, Finder
from ..obs.link.troubles import LASTING, Why
from ..obs.room.room import Room
from ..obs.setup import Journal, KeepingUp, Voice, Window
from ..obs.setup.journal import FILE as SET_UP
from ..rules.ports import Judge, Speaks
from ..rules.rules import Given, Rules
from ..rules.trying import Trying
from ..settings import ObsSettings, Settings
from ..telemetry.logs import redactor
from ..telemetry.metrics import Metrics
from .obs_desk import ObsDesk
from .obs_finding import Finding, Secrets
from .obs_rules import RuleDesk
from .obs_setting_up import OverlayLinks, SettingUp
from .rule_actor import AtTwitch, RuleActor

log = logging.getLogger(__name__)

RULES = "rules.toml"
"""Beside the settings file, unless `obs.rules` names another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTheShow:
    """What OBS and its rules are given of the show."""

    twitch: AtTwitch
    say: Speaks
    """The show's `order`."""
    judge: Judge
    new_id: Callable[[], str]
    on_run: Callable[[RunLine], None]
    """The ledger's."""
    last_runs: Callable[[int], Sequence[RunLine]]
    """Of the ledger, the newest first; blocks."""
    on_note: Callable[[str, str], None] = lambda _part, _sentence: None
    """What is wrong with `obs` or `rules`, in a sentence; empty when all is well again."""


class Obs:
    """`link` is the show's `ObsApi`, `rules` and `ducking` are watchers of it, `room` tells how OBS stands."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        clock: Clock,
        rng: random.Random,
        *,
        show: OfTheShow,
        data: Path,
        rules: Path,
        own: Callable[[], OwnConfig | None],
    ) -> None:
        self._settings = settings.obs
        self._clock = clock
        self._show = show
        self._had = False
        """There was a connection in this show."""
        self._failed = ""
        """That a part of ours has, in a sentence."""
        self._tasks: list[asyncio.Task[None]] = []
        self._linking: asyncio.Task[None] | None = None

        def password() -> str | None:
            found = secrets.get(PASSWORD)
            if found:
                redactor.hide(found)
            return found

        def own_config() -> OwnConfig | None:
            found = own()
            if found is not None and found.password:
                redactor.hide(found.password)
            return found

        self.link = ObsLink(Finder(lambda: self._settings, password, own_config), clock, rng)
        self.room = Room(self.link, clock, microphone=self._settings.microphone)
        self.ducking = Ducking(self.link, clock, sources=self._settings.duck, depth_db=self._settings.duck_db)
        self.acting = ObsActing(self.link, clock, folder=data, may_stream=lambda: self._settings.may_stream)
        given = Given(
            clock=clock,
            actor=RuleActor(self.acting, show.twitch),
            say=show.say,
            judge=show.judge,
            new_id=show.new_id,
            on_line=show.on_run,
            on_note=lambda sentence: show.on_note("rules", sentence),
        )
        self.rules = Rules(rules, given)
        self._trying = Trying(self.rules, given)
        self._journal = Journal(data / SET_UP)
        self._keeping_up: KeepingUp | None = None
        self._finding = Finding(
            self.link,
            clock,
            settings=lambda: self._settings,
            secrets=secrets,
            own=own_config,
            on_secret=redactor.hide,
        )
        self.link.follow(self.rules.obs)
        self.room.follow(self.rules.state)
        self.link.on_change(self._changed)

    # as long as a show

    @property
    def watchers(self) -> list[Watcher]:
        return [self.rules, self.ducking]

    @property
    def settings(self) -> ObsSettings:
        """As they are now."""
        return self._settings

    def start(self) -> None:
        """On the show's loop."""
        self._linking = self._task("link", self.link.run())
        for name, work in (
            ("room", self.room.run()),
            ("ducking", self.ducking.run()),
            ("acting", self.acting.run()),
            ("rules", self.rules.run()),
            ("notes", self._note()),
        ):
            self._tasks.append(self._task(name, work))
        if self._keeping_up is not None:
            self._tasks.append(self._task("set-up", self._keeping_up.run()))

    async def close(self) -> None:
        """What is lowered or held for a while is put back first; then the connection ends."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.acting.close()
        if self._linking is not None:
            self._linking.cancel()
            await asyncio.gather(self._linking, return_exceptions=True)

    def _task(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(self._kept(name, work), name=f"obs: {name}")

    async def _kept(self, name: str, work: Awaitable[None]) -> None:
        """A part of ours that fails must not end the show; that it has is said."""
        try:
            await work
        except Exception:
            log.exception("the part %r of OBS failed, and is away until the next start", name)
            self._failed = f"Sidecast's part “{name}” of OBS has failed; the log says why. Start the show again."

    # the control room

    def connect(self, desk: SettingsDesk) -> None:
        """Where the address is kept."""
        self._finding.desk = desk

    def live(self) -> dict[str, Callable[[Settings], None]]:
        """By a setting's key, what makes a change of it hold at once; for the event loop."""
        keys = ("enabled", "host", "port", "microphone", "wait_for_me", "duck", "duck_db", "opens_with_stream", "may_stream")
        return dict.fromkeys((f"obs.{key}" for key in keys), self.adopt)

    def adopt(self, wanted: Settings) -> None:
        """Other settings."""
        before, self._settings = self._settings, wanted.obs.model_copy(update={"rules": self._settings.rules})
        now = self._settings
        if (before.enabled, before.host, before.port) != (now.enabled, now.host, now.port):
            self.link.again()
        if before.microphone != now.microphone:
            self.room.listen_to(now.microphone)
        if (before.duck, before.duck_db) != (now.duck, now.duck_db):
            self.ducking.duck(now.duck, now.duck_db)

    def routers(
        self,
        audit: Audit,
        *,
        links: OverlayLinks,
        address: Callable[[], str],
        window: Callable[[], Window],
        voice: Callable[[], Voice | None],
        new_sink: bool = False,
    ) -> list[APIRouter]:
        """`/api/v1/obs`; before `start`. For the arguments see `SettingUp` and `KeepingUp`."""
        self._keeping_up = KeepingUp(self.link, self._journal, self._clock, window=window, voice=voice, new_sink=new_sink)
        return [obs_api(self.desk(links=links, address=address, window=window, voice=voice), audit)]

    def desk(
        self,
        *,
        links: OverlayLinks,
        address: Callable[[], str],
        window: Callable[[], Window],
        voice: Callable[[], Voice | None],
    ) -> ObsDesk:
        """What is behind the page."""
        setting_up = SettingUp(self.link, self._journal, self._clock, window=window, voice=voice, links=links, address=address)
        rules = RuleDesk(self.rules, self._trying, look=self.acting.look, last_runs=self._show.last_runs)
        return ObsDesk(self.link, self._finding, setting_up, rules, room=self.room, ducking=self.ducking, acting=self.acting)

    def count(self, metrics: Metrics) -> None:
        metrics.watch("obs_connected", "1 while OBS is connected.", lambda: int(self.link.version is not None))
        metrics.watch("obs_left_out", "Requests and events of OBS that were dropped.", self.link.left_out.total)
        metrics.watch("obs_events_ignored", "Events of OBS that changed nothing.", self.room.left_out.total)
        metrics.watch("obs_acts_refused", "Acts in OBS that were not done.", self.acting.turned_away.total)
        metrics.watch("rules_dropped", "Happenings and runs of rules that were dropped because too many waited.", self._dropped)

    def _dropped(self) -> int:
        return self.rules.dropped + self.rules.runs.dropped

    # inside

    def _changed(self) -> None:
        self._had = self._had or self.link.version is not None

    async def _note(self) -> None:
        """That OBS is not running is no trouble; that it was, or is and does not let us in, is."""
        noted = ""
        while True:
            why = self.link.why
            wrong = why in LASTING or (self._had and why is not None) or why is Why.NO_HOST
            sentence = self._failed or (self.link.trouble if wrong else "")
            if sentence != noted:
                noted = sentence
                self._show.on_note("obs", sentence)
            await self._clock.sleep(1.0)


def open_obs(
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    rng: random.Random,
    *,
    show: OfTheShow,
    data: Path,
    config: Path,
    own: Callable[[], OwnConfig | None] = read_own,
) -> Obs:
    """
    Args:
        data: Sidecast's data folder.
        config: where the settings file is.
        own: what OBS on this machine has written down. Blocks.
    """
    return Obs(settings, secrets, clock, rng, show=show, data=data, rules=settings.obs.rules or config / RULES, own=own)
