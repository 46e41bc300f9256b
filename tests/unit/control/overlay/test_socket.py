"""The overlays' socket: let in by a link's token alone, shown its own cells alone, out when the link is withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from fakes.every_route import further_routers
from fakes.overlay_room import OverlayRoom
from fakes.visitors import HERE, Room, Visitor
from sidecast.control.api.declared import declared_routes
from sidecast.control.overlay import socket as overlay_socket
from sidecast.control.overlay.link import PAGES
from sidecast.control.overlay.socket import NOT_LET_IN

pytestmark = [pytest.mark.unit, pytest.mark.asyncio(loop_scope="module")]

SOCKET = "ws://127.0.0.1:8787/overlay/ws"


class Stream(Room):
    def __init__(self) -> None:
        self.told = OverlayRoom()
        super().__init__(overlays=self.told.overlays, routers=further_routers())
        self.client = TestClient(self.app, base_url=HERE)
        """Entered by who uses it: all of its sockets are in one loop."""

    def connect(self) -> WebSocketTestSession:
        return self.client.websocket_connect(SOCKET, headers={"origin": HERE})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[Stream]:
    room = Stream()
    with room.client:
        yield room
    await room.accounts.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def token(room: Stream) -> str:
    owner, _ = await room.accounts.owner()
    return (await room.accounts.overlay_links.make(owner, "OBS"))[0]


def closed(page: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as gone:
        while True:
            page.receive_json()
    return int(gone.value.code)


@pytest.mark.parametrize(("page", "cells"), PAGES.items())
async def test_a_page_sees_its_own_cells_and_no_other(room: Stream, token: str, page: str, cells: tuple[str, ...]) -> None:
    turn = room.told.answer(room.told.message("hello"))
    with room.connect() as overlay:
        overlay.send_json({"token": token, "page": page})
        frame = overlay.receive_json()
        assert frame["full"]
        assert set(frame["cells"]) == set(cells)
        overlay.send_json({"seen": frame["seq"]})
    room.told.end(turn)


@pytest.mark.parametrize(
    "hello",
    [
        {},
        [],
        {"page": "caption"},
        {"token": 5, "page": "caption"},
        {"token": "x", "page": "everything"},
        {"token": "x" * 201, "page": "caption"},
        {"token": "x", "page": "caption", "since": 1},
        {"seen": 1},
    ],
)
async def test_what_is_no_hello_is_not_listened_to(room: Stream, hello: Any) -> None:
    with room.connect() as overlay:
        overlay.send_json(hello)
        assert closed(overlay) == 1003


async def test_who_says_nothing_or_bytes_is_sent_away(room: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.connect() as overlay:
        overlay.send_bytes(b"{}")
        assert closed(overlay) == 1003
    monkeypatch.setattr(overlay_socket, "HELLO_WITHIN_S", 0.0)
    with room.connect() as overlay:
        assert closed(overlay) == 1003


async def test_a_wrong_token_is_told_nothing(room: Stream, token: str) -> None:
    key = await room.accounts.key()
    session = (await room.accounts.owner())[1]
    for wrong in ("x", token[:-1], token + "x", key, session):
        with room.connect() as overlay:
            overlay.send_json({"token": wrong, "page": "caption"})
            assert closed(overlay) == NOT_LET_IN


@pytest.mark.parametrize(
    "message",
    [{"order": "stop", "on": True, "id": 1}, {"channel": "x", "id": 1}, {"seen": "1"}, {"seen": 1, "more": 1}, 5, "x"],
)
async def test_it_takes_no_orders(room: Stream, token: str, message: Any) -> None:
    with room.connect() as overlay:
        overlay.send_json({"token": token, "page": "caption"})
        overlay.receive_json()
        overlay.send_json(message)
        assert closed(overlay) == 1003
    assert room.orders == []


async def test_the_token_reaches_nothing_else(room: Stream, token: str) -> None:
    """As a key, as a cookie and in the address: nowhere in the whole control room."""
    seen = 0
    visitors = [room.stranger(), Visitor(room, key=token), Visitor(room, token=token)]
    for route in declared_routes(room.app):
        if route.permission is None:
            continue
        for method in route.methods:
            path = route.path.replace("{", "").replace("}", "")
            for visitor in visitors:
                if method == "WEBSOCKET":
                    address = f"ws{HERE[4:]}{path}?token={token}"
                    with (
                        pytest.raises(WebSocketDenialResponse),
                        visitor.client.websocket_connect(address, headers=visitor.headers),
                    ):
                        pass
                    continue
                answer = visitor.client.request(method, f"{path}?token={token}", headers=visitor.headers)
                assert answer.status_code == 401, f"{method} {path}"
                seen += 1
    assert seen > 200


async def test_a_withdrawn_link_ends_its_pages_and_works_again_when_it_is_put_back() -> None:
    room = Stream()
    owner, _ = await room.accounts.owner()
    token, link = await room.accounts.overlay_links.make(owner, "OBS")
    visitor = await room.owner()
    with visitor.client as client:
        with client.websocket_connect(SOCKET, headers={"origin": HERE}) as overlay:
            overlay.send_json({"token": token, "page": "mood"})
            assert overlay.receive_json()["cells"]["mood"]["mood"] == "neutral"
            assert visitor.ask("DELETE", f"/api/v1/overlays/links/{link.id}").status_code == 204
            assert closed(overlay) == NOT_LET_IN
        assert visitor.ask("POST", f"/api/v1/overlays/links/{link.id}/put-back").status_code == 204
        with client.websocket_connect(SOCKET, headers={"origin": HERE}) as overlay:
            overlay.send_json({"token": token, "page": "mood"})
            assert overlay.receive_json()["full"]
    await room.accounts.close()


async def test_links_over_the_api(room: Stream) -> None:
    owner = await room.owner()
    made = owner.ask("POST", "/api/v1/overlays/links", {"name": "Second machine"})
    assert made.status_code == 201
    assert made.json()["token"].startswith(made.json()["prefix"])
    listed = owner.ask("GET", "/api/v1/overlays/links").json()
    assert [each["name"] for each in listed][-1] == "Second machine"
    assert made.json()["token"] not in owner.ask("GET", "/api/v1/overlays/links").text
    assert owner.ask("DELETE", "/api/v1/overlays/links/none").status_code == 404
    assert owner.ask("POST", "/api/v1/overlays/links", {"name": " "}).status_code == 422


async def test_pages_and_strangers_are_bounded(room: Stream, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay_socket, "MAX_STRANGERS", 0)
    with room.connect() as overlay:
        assert closed(overlay) == 1013
    monkeypatch.undo()
    monkeypatch.setattr(overlay_socket, "MAX_PAGES", 0)
    with room.connect() as overlay:
        assert closed(overlay) == 1013


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_is_the_same_program(room: Stream, page: str) -> None:
    answer = room.stranger().ask("GET", f"/overlay/{page}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "font-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_there_is_no_other_page(room: Stream) -> None:
    assert room.stranger().ask("GET", "/overlay/everything").status_code == 404
    assert room.stranger().ask("GET", "/page/overlay.html").status_code == 404
