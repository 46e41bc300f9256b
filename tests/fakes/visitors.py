"""The control room's app as it is, over accounts in memory, and people of every kind who come to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.testclient import TestClient

from fakes.accounts import CheapAccounts
from sidecast.clock import Clock, SystemClock
from sidecast.control.access.permission import Permission, Role
from sidecast.control.access.tokens import csrf_of
from sidecast.control.app import build_app
from sidecast.control.entrance import Entrance
from sidecast.control.feed import Feed
from sidecast.flow.order import Order

HERE = "http://127.0.0.1:8787"
COOKIE = "sidecast_8787"


class Visitor:
    """A browser (with a session or without) or a script (with a key)."""

    def __init__(self, room: Room, token: str = "", key: str = "", address: str = "127.0.0.1") -> None:
        self.client = TestClient(room.app, base_url=HERE, client=(address, 50000))
        self.token = token
        if token:
            self.client.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")
        self.headers = {"authorization": f"Bearer {key}"} if key else {"origin": HERE, "sec-fetch-site": "same-origin"}
        if token:
            self.headers["x-sidecast-csrf"] = csrf_of(token)

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        return self.client.request(method, path, json=json, headers=self.headers | headers)

    def people(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        return self.ask(method, f"/api/v1/people/{path}", json, **headers)


class Room:
    def __init__(
        self,
        clock: Clock | None = None,
        *,
        path: Path | None = None,
        routers: Sequence[APIRouter] = (),
        names: Sequence[str] = (),
        **more: Any,
    ) -> None:
        self.clock = clock or SystemClock()
        self.accounts = CheapAccounts(self.clock, path)
        self.feed = Feed(self.clock, run="run")
        self.orders: list[Order] = []
        self.note: str | None = None
        """What is told of the orders that are given."""
        self.entrance = Entrance(self.clock)
        self.app = build_app(
            self.feed,
            self._obey,
            self.clock,
            lambda: b"sidecast_waiting 3.0\n",
            self.entrance,
            accounts=self.accounts,
            routers=routers,
            names=names,
            **more,
        )

    def _obey(self, order: Order) -> str | None:
        self.orders.append(order)
        return self.note

    def stranger(self, address: str = "127.0.0.1") -> Visitor:
        return Visitor(self, address=address)

    async def owner(self) -> Visitor:
        return Visitor(self, (await self.accounts.owner())[1])

    async def member(self, name: str, role: Role) -> Visitor:
        return Visitor(self, (await self.accounts.member(name, role))[1])

    async def script(self, *permissions: Permission) -> Visitor:
        return Visitor(self, key=await self.accounts.key(*permissions))
