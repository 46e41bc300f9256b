"""A control room whose Twitch is the simulated one, over real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter

from fakes.kept_room import KeptRoom
from sidecast.clock import SystemClock
from sidecast.control.settings_desk import SettingsDesk
from sidecast.desks.twitch import TwitchDesk
from sidecast.settings import Settings, load_settings
from sidecast.twitch_sim.oauth.apps import PUBLIC, App
from sidecast.twitch_sim.simulator import Simulator


class TwitchRoom(KeptRoom):
    def __init__(
        self, folder: Path, sim: Simulator, app: App | None = PUBLIC, features: tuple[str, ...] = ("chat", "thanks")
    ) -> None:
        """`app`: whose client id the settings name; None = none yet."""
        self.sim = sim
        self._lines = [
            "",
            "[twitch]",
            f'client_id = "{app.client_id if app else ""}"',
            f"features = {list(features)!r}",
            f'api = "{sim.helix_url}"',
            f'id = "{sim.id_url}"',
            f'eventsub = "{sim.eventsub_url}"',
        ]
        self.twitch: TwitchDesk
        super().__init__(folder)

    def more_settings(self) -> str:
        return "\n".join(self._lines) + "\n"

    def live(self) -> dict[str, Callable[[Settings], None]]:
        loop = asyncio.get_running_loop()
        # its vault is opened before
        self.twitch = TwitchDesk(load_settings(self.file), self.vault, SystemClock(), random.Random(4))
        adopt = self.twitch.live()
        return {key: lambda wanted, act=act: loop.call_soon_threadsafe(act, wanted) for key, act in adopt.items()}  # type: ignore[misc]

    def further(self, desk: SettingsDesk) -> list[APIRouter]:
        self.twitch.connect(desk)
        return self.twitch.routers(self.audit)


@asynccontextmanager
async def twitch_room(
    folder: Path, *, app: App | None = PUBLIC, features: tuple[str, ...] = ("chat", "thanks")
) -> AsyncIterator[TwitchRoom]:
    """It runs, and asks the simulated Twitch by the second rather than every five."""
    async with Simulator(seed=11) as sim:
        sim.grants.interval_s = 1
        room = TwitchRoom(folder, sim, app, features)
        await room.server.start()
        await room.twitch.start()
        running = asyncio.get_running_loop().create_task(room.twitch.run())
        try:
            yield room
        finally:
            running.cancel()
            await room.twitch.close()
            await room.server.close()
            room.vault.close()
