"""Behind a reverse proxy that is configured: who asks and HTTPS are believed of it, and of nobody else."""

from __future__ import annotations

import httpx
import pytest

from sidecast.clock import SystemClock
from sidecast.control.feed import Feed
from sidecast.control.guard import HSTS
from sidecast.control.server import ControlServer

pytestmark = pytest.mark.unit

NAME = "room.example.org"
FORWARDED = {"host": NAME, "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"}


async def enter(server: ControlServer) -> httpx.Response:
    key = server.mint_link().partition("key=")[2]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as proxy:
        return await proxy.get("/open", params={"key": key}, headers=FORWARDED)


@pytest.mark.parametrize("proxies", [("127.0.0.1",), ("192.0.2.99",)])
async def test_only_the_configured_one_is_believed(proxies: tuple[str, ...]) -> None:
    clock = SystemClock()
    server = ControlServer(Feed(clock), lambda _: None, clock, lambda: b"", port=0, names=[NAME], proxies=proxies)
    await server.start()
    try:
        answer = await enter(server)
        believed = proxies == ("127.0.0.1",)
        sessions = server._app.state.access._accounts.register.sessions.values()
        if believed:
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-sidecast_")
            assert "secure" in cookie.lower()
            assert answer.headers["strict-transport-security"] == HSTS
            assert [session.address for session in sessions] == ["192.0.2.1"]
        else:
            assert "set-cookie" not in answer.headers or "__Host-" not in answer.headers["set-cookie"]
            assert "strict-transport-security" not in answer.headers
            assert "192.0.2.1" not in [session.address for session in sessions]
    finally:
        await server.close()
