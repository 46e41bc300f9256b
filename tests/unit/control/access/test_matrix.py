"""Every route × everybody who may come: whoever lacks what a route declares is kept out, whoever has it is let in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.sse import EventSourceResponse
from starlette.testclient import TestClient, WebSocketDenialResponse

from fakes.every_route import further_routers
from fakes.visitors import HERE, Room, Visitor
from sidecast.control.access.permission import GRANTS, Permission, Role
from sidecast.control.api.declared import DeclaredRoute, declared_routes

pytestmark = [pytest.mark.unit, pytest.mark.asyncio(loop_scope="module")]

PLACE = re.compile(r"\{[^}]*\}")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[Room]:
    room = Room(routers=further_routers())
    yield room
    await room.accounts.close()


def routes(room: Room) -> list[tuple[DeclaredRoute, str]]:
    return [(route, method) for route in declared_routes(room.app) for method in sorted(route.methods)]


def endless(room: Room) -> set[str]:
    """Streams: who is let in there would listen for ever."""
    contexts = iter_route_contexts(room.app.routes)
    return {
        context.path or ""
        for context in contexts
        if isinstance(context.original_route, APIRoute) and context.original_route.response_class is EventSourceResponse
    }


def is_kept_out(visitor: Visitor, route: DeclaredRoute, method: str) -> bool:
    path = PLACE.sub("0", route.path)
    if method == "WEBSOCKET":
        try:
            with visitor.client.websocket_connect(f"ws{HERE[4:]}{path}", headers=visitor.headers):
                return False
        except WebSocketDenialResponse as refused:
            return says_so(refused, route)
    client = TestClient(visitor.client.app, base_url=HERE, raise_server_exceptions=False)
    client.cookies = visitor.client.cookies
    return says_so(client.request(method, path, headers=visitor.headers, json={} if method != "GET" else None), route)


def says_so(answer: Any, route: DeclaredRoute) -> bool:
    if answer.status_code not in (401, 403):
        return False
    what = answer.json()["what"] if answer.headers.get("content-type") == "application/json" else ""
    if answer.status_code == 401:
        return bool(what == "Log in first.")
    return f"“{route.permission}”" in what


async def check(room: Room, visitor: Visitor, has: frozenset[Permission], again: object) -> None:
    streams = endless(room)
    seen = 0
    for route, method in routes(room):
        let_in = route.permission is None or route.permission in has
        if let_in and route.path in streams:
            continue
        assert is_kept_out(visitor, route, method) is not let_in, f"{method} {route.path}"
        seen += 1
        if route.path.endswith("/log-out") and callable(again):
            visitor = await again()
    assert seen > 40


async def test_there_is_a_route_for_every_permission_that_is_used_and_every_domain_is_here(room: Room) -> None:
    paths = {route.path for route, _ in routes(room)}
    assert {path.split("/")[3] for path in paths if path.startswith("/api/v1/")} >= {"analytics", "keep", "live", "people"}
    assert {route.permission for route, _ in routes(room)} >= {None, Permission.WATCH, Permission.MEMBERS}


async def test_only_these_are_open_to_all(room: Room) -> None:
    people = "/api/v1/people"
    assert {route.path for route, _ in routes(room) if route.permission is None} == {
        "/",
        "/open",
        "/session",
        "/page/{name}",
        "/overlay/{page}",
        "/overlay/ws",
        "/metrics",
        "/healthz",
        "/api/v1/qr",
        "/api/v1/twitch/log-in/return",
        f"{people}/log-in",
        f"{people}/log-in/passphrase",
        f"{people}/log-in/oidc",
        f"{people}/log-in/oidc/return",
        f"{people}/log-in/twitch",
        f"{people}/log-in/twitch/state",
        f"{people}/invitations/look",
        f"{people}/invitations/accept",
    }


async def test_a_stranger_gets_in_nowhere(room: Room) -> None:
    await room.owner()
    await check(room, room.stranger(), frozenset(), None)


@pytest.mark.parametrize("role", list(Role))
async def test_a_member_gets_where_the_role_may(room: Room, role: Role) -> None:
    number = 0

    async def anew() -> Visitor:
        nonlocal number
        number += 1
        return await room.member(f"A {role} {number}", role)

    await check(room, await anew(), GRANTS[role], anew)


@pytest.mark.parametrize("permission", list(Permission))
async def test_a_key_gets_where_its_one_permission_may(room: Room, permission: Permission) -> None:
    await check(room, await room.script(permission), frozenset({permission}), None)


async def test_a_wrong_key_gets_in_nowhere(room: Room) -> None:
    await check(room, Visitor(room, key="sidecast_guess"), frozenset(), None)
