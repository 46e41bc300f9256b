"""`/api/v1/people` as pages and scripts use it."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack

import pytest
from starlette.websockets import WebSocketDisconnect

from fakes.accounts import GOOD
from fakes.visitors import COOKIE, HERE, Room, Visitor
from sidecast.control.access.permission import GRANTS, Permission, Role
from sidecast.control.live_socket import MAX_LOOKING
from sidecast.flow.order import Stop

pytestmark = pytest.mark.unit

JSON = {"content-type": "application/json"}


@pytest.fixture
def room() -> Room:
    return Room()


def cookie_of(answer: object) -> str:
    return str(answer.headers["set-cookie"])  # type: ignore[attr-defined]


async def test_the_first_owner_names_themself_and_sets_a_passphrase(room: Room) -> None:
    stranger = room.stranger()
    assert stranger.people("GET", "log-in").json() == {
        "me": None,
        "empty": True,
        "passphrase": False,
        "oidc": None,
        "twitch": False,
    }
    stranger.client.get("/open", params={"key": room.entrance.mint()})
    owner = Visitor(room, stranger.client.cookies[COOKIE])
    me = owner.people("GET", "me").json()
    assert owner.people("GET", "log-in").json()["me"] == me
    assert (me["name"], me["role"], me["named"], me["passphrase"]) == ("Owner", "owner", False, False)
    assert set(me["permissions"]) == set(Permission)
    assert owner.people("PUT", "me/name", {"name": " Ada  L "}).json()["name"] == "Ada L"
    assert owner.people("PUT", "me/passphrase", {"passphrase": GOOD}).json()["passphrase"]
    other = room.stranger()
    entered = other.people("POST", "log-in/passphrase", {"name": "ada l", "passphrase": GOOD})
    assert entered.status_code == 200
    cookie = {part.strip().lower() for part in cookie_of(entered).split(";")}
    assert {"httponly", "samesite=strict", "path=/"} <= cookie
    # the answer's token for changes is the one of the new session
    assert other.people("PUT", "me/name", {"name": "Ada"}, **{"x-sidecast-csrf": entered.json()["csrf"]}).status_code == 200


async def test_a_log_in_gives_a_token_that_nobody_knew_before(room: Room) -> None:
    await room.member("Bo", Role.VIEWER)
    planted = Visitor(room, "planted-by-an-attacker")
    entered = planted.people("POST", "log-in/passphrase", {"name": "Bo", "passphrase": GOOD})
    assert entered.status_code == 200
    assert "planted" not in cookie_of(entered)
    assert Visitor(room, "planted-by-an-attacker").people("GET", "me").status_code == 401
    first = planted.client.cookies[COOKIE]
    planted.people("POST", "log-in/passphrase", {"name": "Bo", "passphrase": GOOD})
    assert planted.client.cookies[COOKIE] != first
    assert Visitor(room, first).people("GET", "me").status_code == 401, "the session before it is over"


async def test_an_invited_one_looks_joins_and_cannot_do_it_twice(room: Room) -> None:
    owner, guest = await room.owner(), room.stranger()
    made = owner.people("POST", "invitations", {"role": "moderator", "hours": 5})
    assert made.status_code == 201
    key = made.json()["key"]
    assert key not in owner.people("GET", "invitations").text
    assert guest.people("POST", "invitations/look", {"key": key}).json()["role"] == "moderator"
    joined = guest.people("POST", "invitations/accept", {"key": key, "name": "Bo", "passphrase": GOOD})
    assert joined.status_code == 201
    assert guest.people("GET", "me").json()["role"] == "moderator"
    assert guest.people("POST", "invitations/look", {"key": key}).status_code == 404
    lines = owner.people("GET", "audit").json()["lines"]
    assert [line["action"] for line in lines][:3] == ["people.log_in_refused", "people.joined", "people.invited"]
    assert GOOD not in json.dumps(lines)
    assert key not in json.dumps(lines)


async def test_a_change_by_cookie_needs_our_own_page(room: Room) -> None:
    owner = await room.owner()
    other = await room.member("Bo", Role.OWNER)
    for headers in (
        {"x-sidecast-csrf": ""},
        {"x-sidecast-csrf": "guess"},
        {"x-sidecast-csrf": other.headers["x-sidecast-csrf"]},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"} | {"x-sidecast-csrf": "é"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
    ):
        sent = {name.encode(): value.encode() for name, value in (owner.headers | headers).items()}
        answer = owner.client.put("/api/v1/people/me/name", json={"name": "Mallory"}, headers=sent)
        assert answer.status_code == 403, headers
        assert set(answer.json()) == {"what", "remedy"}
    neither = {"x-sidecast-csrf": owner.headers["x-sidecast-csrf"]}
    assert owner.client.put("/api/v1/people/me/name", json={"name": "Mallory"}, headers=neither).status_code == 403
    assert owner.people("GET", "me").json()["name"] == "Owner"
    assert owner.people("PUT", "me/name", {"name": "Ada"}).status_code == 200


async def test_a_key_needs_no_proof_and_is_no_person(room: Room) -> None:
    owner = await room.owner()
    made = owner.people("POST", "keys", {"name": "deck", "permissions": ["watch", "members"], "days": 3})
    script = Visitor(room, key=made.json()["key"])
    me = script.people("GET", "me").json()
    assert (me["id"], me["role"], me["csrf"], me["permissions"]) == (f"key:{made.json()['id']}", None, "", ["members", "watch"])
    assert script.people("PUT", "me/name", {"name": "deck"}).status_code == 403
    assert script.people("POST", "log-out").status_code == 403
    seen = owner.people("GET", "keys").json()
    assert made.json()["key"] not in json.dumps(seen)
    assert seen[0]["used_ms"] > 0
    # a key goes before a cookie: what a browser has cannot lend a script more
    both = await room.owner()
    assert both.ask("GET", "/api/v1/people/me", authorization="Bearer wrong").status_code == 401
    assert both.ask("GET", "/api/v1/people/me", authorization=f"Bearer {made.json()['key']}").json()["role"] is None
    assert owner.people("DELETE", f"keys/{made.json()['id']}").status_code == 204
    assert script.people("GET", "me").status_code == 401


async def test_a_stolen_session_is_out_at_once_also_its_page(room: Room) -> None:
    owner, victim = await room.owner(), await room.member("Bo", Role.MODERATOR)
    with victim.client.websocket_connect("ws://127.0.0.1:8787/ws", headers={"origin": HERE}) as page:
        assert page.receive_json()["full"]
        sessions = {each["member"]: each["id"] for each in owner.people("GET", "sessions").json()}
        ended = await asyncio.to_thread(owner.people, "DELETE", f"sessions/{sessions['Bo']}")
        assert ended.status_code == 204
        with pytest.raises(WebSocketDisconnect) as out:
            while True:
                page.receive_json()
        assert out.value.code == 1008
    assert victim.people("GET", "me").status_code == 401
    with pytest.raises(WebSocketDisconnect), victim.client.websocket_connect("ws://127.0.0.1:8787/ws", headers={"origin": HERE}):
        pass


async def test_a_viewer_watches_and_a_viewers_page_gives_no_orders(room: Room) -> None:
    viewer, moderator = await room.member("Bo", Role.VIEWER), await room.member("Cleo", Role.MODERATOR)
    for visitor, answer in ((viewer, "refused"), (moderator, "done")):
        with visitor.client.websocket_connect("ws://127.0.0.1:8787/ws", headers={"origin": HERE}) as page:
            page.receive_json()
            page.send_json({"order": "stop", "on": True, "id": 1})
            assert answer in page.receive_json()
            page.send_json({"channel": "kitsu", "id": 2})
            answered = page.receive_json()
            while not {"refused", "done"} & answered.keys():
                answered = page.receive_json()
            assert "refused" in answered
    assert [type(order) for order in room.orders] == [Stop]


async def test_who_may_only_look_keeps_nobody_out(room: Room) -> None:
    socket, here = "ws://127.0.0.1:8787/ws", {"origin": HERE}
    viewer, owner = await room.member("Vi", Role.VIEWER), await room.owner()
    with ExitStack() as open_pages:
        for _ in range(MAX_LOOKING):
            open_pages.enter_context(viewer.client.websocket_connect(socket, headers=here)).receive_json()
        beyond = open_pages.enter_context(viewer.client.websocket_connect(socket, headers=here))
        with pytest.raises(WebSocketDisconnect) as ended:
            beyond.receive_json()
        assert ended.value.code == 1013
        open_pages.enter_context(owner.client.websocket_connect(socket, headers=here)).receive_json()


async def test_a_changed_channel_is_in_the_audit() -> None:
    channels: list[str] = []
    room = Room(change_channel=channels.append)
    owner = await room.owner()
    with owner.client.websocket_connect("ws://127.0.0.1:8787/ws", headers={"origin": HERE}) as page:
        page.receive_json()
        page.send_json({"channel": "kitsu", "id": 2})
        assert page.receive_json() == {"done": 2, "channel": "kitsu"}
    assert channels == ["kitsu"]
    assert owner.people("GET", "audit?action=live.channel").json()["lines"][0]["about"] == "kitsu"


async def test_a_person_ends_their_own_sessions_and_nobody_elses(room: Room) -> None:
    owner, bo = await room.owner(), await room.member("Bo", Role.VIEWER)
    other = room.stranger("192.0.2.9")
    other.people("POST", "log-in/passphrase", {"name": "Bo", "passphrase": GOOD}, **{"user-agent": "curl/8.0"})
    sessions = bo.people("GET", "me/sessions").json()
    assert [(each["this"], each["browser"], each["address"]) for each in sessions] == [
        (False, "curl", "192.0.2.9"),
        (True, "", "192.0.2.7"),
    ]
    owners = owner.people("GET", "me/sessions").json()[0]["id"]
    assert bo.people("DELETE", f"me/sessions/{owners}").status_code == 404
    assert bo.people("DELETE", f"me/sessions/{sessions[0]['id']}").status_code == 204
    assert other.people("GET", "me").status_code == 401
    out = bo.people("POST", "log-out")
    assert out.status_code == 204
    assert "max-age=0" in cookie_of(out).lower()
    assert bo.people("GET", "me").status_code == 401


async def test_roles_change_at_once(room: Room) -> None:
    owner, bo = await room.owner(), await room.member("Bo", Role.MODERATOR)
    number = bo.people("GET", "me").json()["id"].removeprefix("member:")
    assert owner.people("PUT", f"members/{number}/role", {"role": "viewer"}).json()["role"] == "viewer"
    assert set(bo.people("GET", "me").json()["permissions"]) == GRANTS[Role.VIEWER]
    assert owner.people("DELETE", f"members/{number}").status_code == 204
    assert bo.people("GET", "me").status_code == 401
    mine = owner.people("GET", "me").json()["id"].removeprefix("member:")
    last = owner.people("DELETE", f"members/{mine}")
    assert (last.status_code, last.json()["what"]) == (409, "Owner is the only owner.")


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "a\nb", "\u202ea", "", " ", "x" * 41, "\ud800", 7, None])
async def test_names_with_line_breaks_and_the_like_are_refused(room: Room, name: object) -> None:
    owner = await room.owner()
    sent = json.dumps({"name": name}).encode()
    answer = owner.client.put(
        "/api/v1/people/me/name", content=sent, headers=owner.headers | {"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert "“name” in the body" in answer.json()["what"]
    assert "set-cookie" not in answer.headers


async def test_what_is_wrong_is_named_and_never_repeated(room: Room) -> None:
    stranger = room.stranger()
    answer = stranger.people("POST", "log-in/passphrase", {"name": "Bo", "passphrase": ["my secret"], "extra": 1})
    assert answer.status_code == 422
    assert "“passphrase” in the body" in answer.json()["what"]
    assert "“extra” is not known here" in answer.json()["what"]
    assert "my secret" not in answer.text
    broken = stranger.client.post("/api/v1/people/log-in/passphrase", content=b"{", headers=stranger.headers | JSON)
    assert broken.json()["what"] == "The body is not JSON."


async def test_too_many_wrong_tries_are_told_how_long_to_wait(room: Room) -> None:
    stranger = room.stranger()
    answers = [stranger.people("POST", "log-in/passphrase", {"name": "Bo", "passphrase": "guess"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json()["what"] == "Too many wrong tries. The next one is possible in 1 second."
