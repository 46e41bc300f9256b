"""The whole simulated Twitch in this process, on one port of 127.0.0.1.

    async with Simulator(seed=7) as sim:
        sim.eventsub_url     # ws://127.0.0.1:PORT/ws        (EventSub)
        sim.helix_url        # http://127.0.0.1:PORT/helix
        sim.id_url           # http://127.0.0.1:PORT/oauth2  (device, token, validate, revoke, authorize)
        sim.irc_url          # ws://127.0.0.1:PORT/irc       (also raw IRC over TCP on sim.port)

        token = sim.token(sim.channel, ["user:read:chat"])   # as if its owner had logged in: `.access`, `.refresh`
        sim.say("wren", "hello")                             # EventSub and IRC tell of it; returns the Message with its id
        sim.act("raid", raider="captain_quill", viewers=40)  # any of `acts.ACTS`, by name and with plain arguments
        sim.event("channel.new_thing", {"any": "payload"})   # what EventSub alone tells, whole as it is given
        sim.world.moderation.ban(sim.world.user("wren"))     # or the world's own parts: chat, moderation, support, points, …

        sim.faults.close(4006); sim.faults.silence(30); sim.faults.duplicate(); sim.faults.inject("stale", count=2)
        sim.soak(every_s=30, seed=1)                         # a fault every 30 s, drawn by the seed
        sim.player.start(load(find("raid")))                 # a scenario (`scenario/file.py`), in the background
        sim.record.due()                                     # message id → what a client must have handed on exactly once

People: `sim.channel` (the streamer, larkandpine), `sim.bot` (sidecast_bot, a moderator), and all of `world/cast.py`; a login
that nobody has becomes a new viewer. Apps: `oauth/apps.py` PUBLIC (no secret) and CONFIDENTIAL. `sim.grants` has devices and
tokens, `sim.agree(user_code, user)` is a person typing a device's code. The same is offered as HTTP below `/sim/` (`control.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from ..clock import Clock, SystemClock
from .acts import act
from .app import web
from .eventsub.server import EventSub
from .faults import Faults
from .helix.faults import HelixFaults
from .ids import Ids
from .irc.hall import IrcHall
from .irc.session import Login
from .irc.sockets import IrcOverTcp
from .listening import Listening
from .oauth.apps import CONFIDENTIAL, PUBLIC, App
from .oauth.grants import Grants, Token
from .record import Record
from .scenario.player import Player
from .scenario.scene import Scene
from .schedule import Schedule
from .world.cast import BOT, furnished
from .world.happenings import Message, Occurred
from .world.people import User
from .world.world import World, WorldError


class Simulator:
    """Everything begins anew with each one; `port` 0 = any that is free."""

    def __init__(
        self, *, seed: int = 0, port: int = 0, clock: Clock | None = None, apps: Iterable[App] = (PUBLIC, CONFIDENTIAL)
    ) -> None:
        self.clock = clock or SystemClock()
        self.ids = Ids(seed)
        self.world = furnished(self.clock, self.ids)
        self.record = Record(self.clock)
        self.grants = Grants(self.world, self.ids, apps)
        self.eventsub = EventSub(self.world, self.ids, self.record, self.clock, lambda: self.eventsub_url)
        self.grants.on_gone = lambda user_id, client_id: self._gone(user_id)
        self.helix_faults = HelixFaults(self.clock)
        self.irc = IrcHall(self.world, self._login, lambda: self.clock.now_ns() / 1e9)
        self.app = web(self)
        self.listening = Listening(
            self.app,
            eventsub=self.eventsub.new_socket,
            irc=lambda: IrcOverTcp(self.irc),
            port=port,
            turned_away=self._turned_away,
        )
        self.faults = Faults(
            world=self.world,
            eventsub=self.eventsub,
            grants=self.grants,
            helix=self.helix_faults,
            listening=self.listening,
            record=self.record,
            clock=self.clock,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self.player = Player(lambda: self.scene, self.clock, seed, self._do)

    # addresses

    @property
    def port(self) -> int:
        return self.listening.port

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def eventsub_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def helix_url(self) -> str:
        return f"{self.http_url}/helix"

    @property
    def id_url(self) -> str:
        return f"{self.http_url}/oauth2"

    @property
    def irc_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/irc"

    # people

    @property
    def channel(self) -> User:
        """The streamer."""
        return self.world.channel

    @property
    def bot(self) -> User:
        return self.world.user(BOT)

    def token(self, user: User | str | None, scopes: Iterable[str] = (), *, app: App = PUBLIC) -> Token:
        """As if the user had logged in and agreed; None = the app's own token."""
        return self.grants.issue(app, None if user is None else self.world.user(user), scopes)

    def agree(self, user_code: str, user: User | str) -> None:
        """A person types a device's code and agrees.

        Raises:
            WorldError: no device shows that code.
        """
        device = self.grants.device(user_code)
        if device is None:
            raise WorldError("No device waits with that code.", "Ask /oauth2/device for one.")
        device.user_id = self.world.user(user).id

    # what happens

    def say(self, who: User | str, text: str, **more: Any) -> Message:
        """`more`: as in `world.chat.Chat.say`."""
        return self.world.chat.say(self.world.user(who), text, **more)

    def act(self, name: str, **arguments: Any) -> Any:
        """Raises WorldError for an act that does not exist, or arguments that do not fit it."""
        return act(self.world, name, arguments)

    def event(self, kind: str, event: Mapping[str, Any], *, version: str = "1", channel: User | None = None) -> None:
        """EventSub tells of it to who has subscribed to that type and version; the channel is added where `event` has none."""
        channel = channel or self.channel
        named = {
            "broadcaster_user_id": channel.id,
            "broadcaster_user_login": channel.login,
            "broadcaster_user_name": channel.name,
        }
        self.world.emit(Occurred(channel=channel, type=kind, version=version, event={**named, **event}))

    @property
    def scene(self) -> Scene:
        """Where a scenario is played (`scenario.play`)."""
        return Scene(self.world, self.faults.inject, self.irc)

    def soak(self, *, every_s: float = 30.0, seed: int = 0, names: Iterable[str] = ()) -> Schedule:
        """Faults from now on; `names` = only these of `schedule.KINDS`. Ends with the simulator, or with `.stop()`."""
        schedule = Schedule(self.faults, self.clock, every_s=every_s, seed=seed, names=tuple(names))
        self._do(schedule.run())
        return schedule

    # life

    async def __aenter__(self) -> Simulator:
        await self.listening.open()
        self._do(self._tick())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.listening.shut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.faults.shut()
        self.irc.close()
        await self.eventsub.shut()
        await self.listening.end()

    async def _tick(self) -> None:
        while True:
            await self.clock.sleep(1.0)
            self.world.tick()
            self.irc.tick()

    def _do(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _gone(self, user_id: str) -> None:
        self.eventsub.revoke("authorization_revoked", user_id=user_id)

    def _login(self, access: str) -> Login | None:
        token = self.grants.good(access.removeprefix("oauth:"))
        user = self.world.by_id(token.user_id) if token else None
        return Login(user=user, scopes=frozenset(token.scopes)) if token and user else None

    def _turned_away(self) -> str:
        armed = self.eventsub.armed
        return armed.refuse_how if self.clock.now_ns() < armed.refuse_until_ns else ""


__all__ = ["PUBLIC", "Simulator", "World", "WorldError"]
