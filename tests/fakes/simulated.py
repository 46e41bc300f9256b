"""A program that talks to the simulated Twitch as any other would: over its one port, with libraries that are not ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from sidecast.clock import Clock
from sidecast.twitch_sim.oauth.apps import PUBLIC, App
from sidecast.twitch_sim.oauth.grants import Token
from sidecast.twitch_sim.simulator import Simulator
from sidecast.twitch_sim.world.people import User

EVERY_SCOPE = (
    "bits:read",
    "channel:manage:polls",
    "channel:manage:predictions",
    "channel:manage:redemptions",
    "channel:moderate",
    "channel:read:ads",
    "channel:read:hype_train",
    "channel:read:subscriptions",
    "moderator:manage:automod",
    "moderator:manage:banned_users",
    "moderator:manage:chat_messages",
    "moderator:manage:chat_settings",
    "moderator:manage:shield_mode",
    "moderator:manage:shoutouts",
    "moderator:manage:warnings",
    "moderator:read:blocked_terms",
    "moderator:read:followers",
    "moderator:read:moderators",
    "moderator:read:suspicious_users",
    "moderator:read:unban_requests",
    "moderator:read:vips",
    "user:read:chat",
    "user:write:chat",
)


@dataclass(slots=True)
class Listener:
    """One EventSub socket."""

    socket: ClientConnection
    welcome: dict[str, Any] = field(default_factory=dict)

    @property
    def session_id(self) -> str:
        return str(self.welcome["payload"]["session"]["id"])

    async def next(self) -> dict[str, Any]:
        """The next message. Raises websockets' ConnectionClosed when there is none any more."""
        message: dict[str, Any] = json.loads(await self.socket.recv())
        return message

    async def event(self) -> dict[str, Any]:
        """The payload of the next message, which must be a notification."""
        message = await self.next()
        assert message["metadata"]["message_type"] == "notification", message
        event: dict[str, Any] = message["payload"]["event"]
        return event


@dataclass(slots=True)
class Program:
    sim: Simulator
    http: httpx2.AsyncClient
    token: Token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.access}", "Client-Id": self.token.client_id}

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx2.Response:
        return await self.http.request(method, f"{self.sim.helix_url}/{path}", params=query, json=body, headers=self.headers)

    @asynccontextmanager
    async def listening(self, *kinds: str, url: str = "") -> AsyncIterator[Listener]:
        """Welcomed, and subscribed to these types (`name` or `name@version`)."""
        async with connect(url or self.sim.eventsub_url, max_size=None, ping_interval=None) as socket:
            listener = Listener(socket)
            listener.welcome = await listener.next()
            for kind in kinds:
                answer = await self.subscribe(listener.session_id, kind)
                assert answer.status_code == 202, answer.text
            yield listener

    async def subscribe(self, session_id: str, kind: str, **condition: str) -> httpx2.Response:
        name, _, version = kind.partition("@")
        transport = {"method": "websocket", "session_id": session_id}
        body = {"type": name, "version": version or "1", "condition": condition or self._condition(name), "transport": transport}
        return await self.ask("POST", "eventsub/subscriptions", body)

    def _condition(self, kind: str) -> dict[str, str]:
        channel, me = self.sim.channel.id, self.token.user_id
        if kind == "channel.raid":
            return {"to_broadcaster_user_id": channel}
        if kind.startswith(("channel.chat.", "channel.chat_settings.")):
            return {"broadcaster_user_id": channel, "user_id": me}
        moderated = ("channel.follow", "channel.moderate", "automod.", "channel.s", "channel.warning.")
        if kind.startswith(moderated) and not kind.startswith("channel.subscri"):
            return {"broadcaster_user_id": channel, "moderator_user_id": me}
        return {"broadcaster_user_id": channel}


@asynccontextmanager
async def simulated(
    clock: Clock | None = None, *, who: User | str | None = None, scopes: Iterable[str] = EVERY_SCOPE, app: App = PUBLIC
) -> AsyncIterator[Program]:
    """The simulator, and a program in the name of its streamer (or of `who`)."""
    async with Simulator(seed=7, clock=clock) as sim, httpx2.AsyncClient() as http:
        yield Program(sim, http, sim.token(who or sim.channel, scopes, app=app))
