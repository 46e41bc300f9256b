"""Twitch's accounts over the simulated Twitch, in memory and in virtual time, with a real vault."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from sidecast.clock import Clock, LoopClock
from sidecast.desks.twitch import TwitchDesk
from sidecast.flow.twitch import Account
from sidecast.settings import Settings, TwitchSettings
from sidecast.twitch.kept import Shelf
from sidecast.twitch.log_in import LogInState, Step
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.simulator import Simulator
from sidecast.vault.opening import open_vault
from sidecast.vault.vault import Vault
from sidecast.virtual_time import loop_clock

Answer = Callable[[httpx2.Request], httpx2.Response | None]


async def inline(work: Callable[..., Any], *arguments: Any) -> Any:
    """In place of a thread, which virtual time does not wait for."""
    return work(*arguments)


class Between(httpx2.AsyncBaseTransport):
    """Between us and the simulator: counts what is asked, and answers in its place where a test wants it."""

    def __init__(self, sim: Simulator, clock: Clock) -> None:
        self._inner = httpx2.ASGITransport(app=sim.app)
        self._clock = clock
        self.asked: Counter[str] = Counter()
        self.at_s: list[tuple[float, str]] = []
        self.requests: list[httpx2.Request] = []
        self.instead: Answer = lambda request: None
        """May raise, as a network does."""
        self.before: Callable[[httpx2.Request], Awaitable[None]] | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        kind = request.content.decode().partition("grant_type=")[2].partition("&")[0].rpartition("%3A")[2]
        name = f"{request.method} {request.url.path}{f' {kind}' if kind else ''}"
        self.asked[name] += 1
        self.at_s.append((self._clock.now_ns() / 1e9, name))
        self.requests.append(request)
        if self.before is not None:
            await self.before(request)
        instead = self.instead(request)
        if instead is None:
            return await self._inner.handle_async_request(request)
        # as it comes from a network: not read yet
        return httpx2.Response(instead.status_code, headers=instead.headers, stream=httpx2.ByteStream(instead.content))


class Bench:
    """One program of ours. Make it inside `run_virtual`."""

    def __init__(self, folder: Path, *, sim: Simulator | None = None, vault: Vault | None = None, **settings: Any) -> None:
        """`settings`: of the section `twitch`; and `channel`."""
        self.clock: LoopClock = loop_clock()
        self.sim = sim or Simulator(seed=3, clock=self.clock)
        self.between = Between(self.sim, self.clock)
        self.vault = vault or open_vault(folder, wall_ms=self.clock.wall_ms)
        self.notes: list[str] = []
        self.settings = settings_of(**settings)
        self.desk = TwitchDesk(
            self.settings,
            self.vault,
            self.clock,
            random.Random(5),
            on_note=self.notes.append,
            transport=self.between,
            shelf=Shelf(self.vault, inline),
        )

    async def log_in(self, account: Account, login: str) -> LogInState:
        """A person types the code as `login`; returns how it ended."""
        await self.desk.begin(account)
        state = self.desk.log_ins.state
        assert state is not None
        assert state.step is Step.WAITING
        self.sim.agree(state.user_code, login)
        return await self.ended()

    async def ended(self) -> LogInState:
        state = await self.desk.log_ins.ended()
        assert state is not None
        return state

    def tokens(self, login: str) -> list[str]:
        """The access tokens that are good for `login` at the simulated Twitch."""
        user, now = self.sim.world.user(login), self.clock.wall_ms()
        return [each.access for each in self.sim.grants._access.values() if each.user_id == user.id and each.expires_ms > now]


def settings_of(*, channel: str = "", **twitch: Any) -> Settings:
    chosen = {"client_id": PUBLIC.client_id, "api": "http://127.0.0.1:9/helix", "id": "http://127.0.0.1:9/oauth2"}
    base = Settings()
    return base.model_copy(
        update={
            "twitch": TwitchSettings(**{**chosen, **twitch}),
            "chat": base.chat.model_copy(update={"channel": channel}),
        }
    )
