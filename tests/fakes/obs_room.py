"""A control room with all of OBS behind it, as in a show: connection, set-up, sound, rules. Nobody is at Twitch."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter

from fakes.accounts import CheapAccounts
from fakes.kept_room import KeptRoom
from fakes.real_obs import RealObs
from sidecast.clock import SystemClock
from sidecast.control.api.obs import obs_api
from sidecast.control.settings_desk import SettingsDesk
from sidecast.desks.obs import RULES, Obs, OfTheShow, open_obs
from sidecast.flow.action import Act, Cause, Checked, Performed
from sidecast.flow.order import Say
from sidecast.flow.rule import RunLine
from sidecast.obs.link.own_config import OwnConfig, read_own
from sidecast.obs.setup import Window
from sidecast.settings import Settings, load_settings


class NobodyAtTwitch:
    """No rule here acts there."""

    def dry_run(self, act: Act, cause: Cause) -> Checked:
        raise AssertionError(act)

    async def do(self, act: Act, cause: Cause) -> Performed:
        raise AssertionError(act)


class ObsRoom(KeptRoom):
    def __init__(self, folder: Path, *, own: Callable[[], OwnConfig | None], settings: str, rules: str) -> None:
        """`settings`: lines of the section `[obs]`."""
        self._own = own
        self._lines = settings
        self._rules = rules
        self.ran: list[RunLine] = []
        self.said: list[Say] = []
        self.notes: list[tuple[str, str]] = []
        self.obs: Obs
        super().__init__(folder)

    def more_settings(self) -> str:
        return f"\n[obs]\n{self._lines}\n"

    def live(self) -> dict[str, Callable[[Settings], None]]:
        loop = asyncio.get_running_loop()
        clock, numbers = SystemClock(), itertools.count(1)
        if self._rules:
            self.rules_file.write_text(self._rules)
        show = OfTheShow(
            twitch=NobodyAtTwitch(),
            say=self.said.append,
            judge=lambda text: "",
            new_id=lambda: f"run-{next(numbers)}",
            on_run=self.ran.append,
            last_runs=lambda count: self.ran[::-1][:count],
            on_note=lambda part, sentence: self.notes.append((part, sentence)),
        )
        data = self.folder / "data"
        self.obs = open_obs(
            load_settings(self.file),
            self.vault,
            clock,
            random.Random(7),
            show=show,
            data=data,
            config=self.file.parent,
            own=self._own,
        )
        adopt = self.obs.live()
        return {key: lambda wanted, act=act: loop.call_soon_threadsafe(act, wanted) for key, act in adopt.items()}  # type: ignore[misc]

    def further(self, desk: SettingsDesk) -> list[APIRouter]:
        self.obs.connect(desk)
        self.links = CheapAccounts(SystemClock(), None).overlay_links
        self.desk = self.obs.desk(
            links=self.links, address=lambda: self.server.address, window=lambda: Window(open=False), voice=lambda: None
        )
        return [obs_api(self.desk, self.audit)]

    @property
    def rules_file(self) -> Path:
        return self.file.parent / RULES


def own_of(obs: RealObs) -> Callable[[], OwnConfig | None]:
    """What this OBS has written down."""
    return lambda: read_own([obs.config_home / "obs-studio"])


def nothing() -> OwnConfig | None:
    """No OBS has ever been here."""
    return None


@asynccontextmanager
async def obs_room(
    folder: Path, *, own: Callable[[], OwnConfig | None] = nothing, settings: str = "", rules: str = ""
) -> AsyncIterator[ObsRoom]:
    """It runs."""
    room = ObsRoom(folder, own=own, settings=settings, rules=rules)
    await room.server.start()
    room.obs.start()
    try:
        yield room
    finally:
        await room.obs.close()
        await room.server.close()
        room.vault.close()
