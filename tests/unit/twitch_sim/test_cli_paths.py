"""Programs that know only the addresses of Twitch's own mock server find everything at them."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from sidecast.twitch_sim.cli_paths import CliPaths

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/mock/users", "/helix/users"),
        ("/mock/chat/messages", "/helix/chat/messages"),
        ("/auth/token", "/oauth2/token"),
        ("/eventsub/subscriptions", "/helix/eventsub/subscriptions"),
        ("/helix/users", "/helix/users"),
        ("/oauth2/validate", "/oauth2/validate"),
        ("/authentic", "/authentic"),
        ("/sim/state", "/sim/state"),
    ],
)
def test_paths(asked: str, path: str) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    given = {"type": "http", "path": asked, "raw_path": asked.encode(), "query_string": b"id=1"}
    asyncio.run(CliPaths(app)(dict(given), receive, send))
    assert [(scope["path"], scope["raw_path"], scope["query_string"]) for scope in seen] == [(path, path.encode(), b"id=1")]
    asyncio.run(CliPaths(app)({**given, "type": "websocket"}, receive, send))
    assert seen[1]["path"] == asked
