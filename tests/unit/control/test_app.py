"""The page's HTTP side: no page without a session, foreign hosts and origins turned away, strict headers on every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from fakes.show_feed import ShowFeed
from sidecast.clock import SystemClock
from sidecast.control import live_socket
from sidecast.control.app import MAX_PAGES, build_app
from sidecast.control.entrance import Entrance
from sidecast.control.feed import Feed
from sidecast.control.guard import HEADERS
from sidecast.errors import ControlError
from sidecast.flow.order import Order, Stop

pytestmark = pytest.mark.unit

HERE = "http://127.0.0.1:8787"
SOCKET = "ws://127.0.0.1:8787/ws"


class Room:
    def __init__(self) -> None:
        clock = SystemClock()
        self.feed = Feed(clock, run="run")
        self.orders: list[Order] = []
        self.entrance = Entrance(clock)
        app = build_app(self.feed, self.orders.append, clock, lambda: b"sidecast_waiting 3.0\n", self.entrance)
        self.client = TestClient(app, base_url=HERE)

    def enter(self) -> None:
        assert self.client.get("/open", params={"key": self.entrance.mint()}).status_code == 200


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    with room.client:
        yield room


def test_a_stranger_gets_the_program_and_nothing_of_the_show(room: Room) -> None:
    answer = room.client.get("/")
    assert answer.status_code == 200
    assert "<title>Sidecast" in answer.text
    assert room.client.get("/session").status_code == 401


def test_a_link_opens_the_page_once(room: Room) -> None:
    key = room.entrance.mint()
    answer = room.client.get("/open", params={"key": key})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sidecast_8787=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert key not in answer.text
    assert room.client.get("/session").status_code == 204
    room.client.cookies.clear()
    again = room.client.get("/open", params={"key": key})
    assert again.status_code == 401
    assert "set-cookie" not in again.headers


def test_a_cookie_of_another_port_does_not_let_in(room: Room) -> None:
    room.enter()
    token = room.client.cookies["sidecast_8787"]
    room.client.cookies.clear()
    room.client.cookies.set("sidecast_8788", token)
    assert room.client.get("/session").status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8787", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8787.evil.example", ""]
)
@pytest.mark.parametrize("path", ["/", "/open?key=x", "/metrics", "/healthz", "/session", "/page/base.css"])
def test_another_host_is_turned_away(room: Room, host: str, path: str) -> None:
    room.enter()
    answer = room.client.get(path, headers={"host": host})
    assert answer.status_code == 421
    assert "sidecast" not in answer.text.lower()


@pytest.mark.parametrize("host", ["127.0.0.1:8787", "localhost:8787", "LOCALHOST:8787", "[::1]:8787"])
def test_this_machines_own_names_are_served(room: Room, host: str) -> None:
    assert room.client.get("/healthz", headers={"host": host}).json() == {"status": "ok", "state": "starting"}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8787"])
def test_another_origin_is_turned_away(room: Room, origin: str) -> None:
    room.enter()
    assert room.client.get("/", headers={"origin": origin}).status_code == 403
    with pytest.raises(WebSocketDisconnect), room.client.websocket_connect(SOCKET, headers={"origin": origin}):
        pass


def test_a_websocket_needs_origin_and_session(room: Room) -> None:
    with pytest.raises(WebSocketDisconnect), room.client.websocket_connect(SOCKET, headers={"origin": HERE}):
        pass
    room.enter()
    with pytest.raises(WebSocketDisconnect), room.client.websocket_connect(SOCKET):
        pass
    with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page:
        assert page.receive_json()["full"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/metrics", "/page/main.js", "/page/none.js", "/open?key=wrong"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_every_answer_has_the_strict_headers(room: Room, path: str, method: str) -> None:
    answer = room.client.request(method, path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_the_policy_allows_only_what_is_our_own() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy["script-src"], policy["style-src"], policy["connect-src"]} == {"'self'"}
    assert policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "index.html", "locked.html", "none", ""])
def test_only_the_pages_own_files_are_served(room: Room, name: str) -> None:
    answer = room.client.get(f"/page/{name}")
    assert answer.status_code == 404
    assert "build_app" not in answer.text


def test_metrics_need_no_session(room: Room) -> None:
    answer = room.client.get("/metrics")
    assert answer.content == b"sidecast_waiting 3.0\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


def test_nothing_describes_the_api_to_strangers(room: Room) -> None:
    assert {room.client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def test_a_page_follows_the_show_and_gives_orders(room: Room) -> None:
    room.enter()
    with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page:
        page.receive_json()
        page.send_json({"order": "stop", "on": True, "id": 1})
        assert page.receive_json() == {"done": 1, "order": "stop", "on": True}
    assert isinstance(room.orders[0], Stop)


def test_a_message_that_is_none_ends_the_connection_and_not_the_show(room: Room) -> None:
    room.enter()
    with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page:
        page.receive_json()
        page.send_text("what?")
        with pytest.raises(WebSocketDisconnect) as ended:
            while True:
                page.receive_json()
    assert ended.value.code == 1003
    ShowFeed(room.feed).message("mika", "still there?")
    assert room.client.get("/healthz").status_code == 200


def test_a_binary_message_ends_the_connection_too(room: Room) -> None:
    room.enter()
    with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page:
        page.receive_json()
        page.send_bytes(b"\xff")
        with pytest.raises(WebSocketDisconnect) as ended:
            while True:
                page.receive_json()
    assert ended.value.code == 1003


def test_a_flood_of_messages_ends_the_connection_and_not_the_show(monkeypatch: pytest.MonkeyPatch) -> None:
    # few enough that the slowest machine takes more than these a second
    monkeypatch.setattr(live_socket, "MESSAGES_A_SECOND", 10)
    room = Room()
    with room.client:
        room.enter()
        with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page:
            page.receive_json()
            for _ in range(1000):
                page.send_text('{"seen": 1}')
            with pytest.raises(WebSocketDisconnect) as ended:
                while True:
                    page.receive_json()
        assert ended.value.code == 1003
        assert room.client.get("/healthz").status_code == 200


def test_so_many_pages_and_no_more(room: Room) -> None:
    room.enter()
    pages = [room.client.websocket_connect(SOCKET, headers={"origin": HERE}) for _ in range(MAX_PAGES)]
    for page in pages:
        page.__enter__()
        page.receive_json()
    with room.client.websocket_connect(SOCKET, headers={"origin": HERE}) as page, pytest.raises(WebSocketDisconnect) as ended:
        page.receive_json()
    assert ended.value.code == 1013
    for page in pages:
        page.__exit__(None, None, None)


def test_the_doctor_is_only_for_who_is_let_in(room: Room) -> None:
    assert room.client.get("/doctor").status_code == 401
    room.enter()
    assert room.client.get("/doctor").status_code == 404


def test_the_doctors_answer_and_its_failure_reach_the_page() -> None:
    clock, answers = SystemClock(), ["{}"]

    async def examine() -> str:
        if not answers:
            raise ControlError("The doctor took too long.", "Try again.")
        return answers.pop()

    entrance = Entrance(clock)
    client = TestClient(build_app(Feed(clock), lambda order: None, clock, lambda: b"", entrance, examine=examine), base_url=HERE)
    client.get("/open", params={"key": entrance.mint()})
    assert client.get("/doctor").json() == {}
    failed = client.get("/doctor")
    assert (failed.status_code, failed.text) == (503, "The doctor took too long. Try again.")
    assert failed.headers["content-security-policy"] == HEADERS["content-security-policy"]
