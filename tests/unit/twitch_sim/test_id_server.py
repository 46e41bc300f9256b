"""The id server as a program and a person meet it: device, code, validate, refresh, revoke, and the pages to agree on."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from fakes.hand_clock import HandClock
from fakes.simulated import Program, simulated
from sidecast.twitch_sim.oauth.answers import DEVICE_GRANT
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.world.cast import BOT

BACK = "http://localhost:8787/back"


async def post(program: Program, path: str, **form: str) -> httpx2.Response:
    return await program.http.post(f"{program.sim.http_url}{path}", data=form)


async def ask_for_token(program: Program, device_code: str) -> httpx2.Response:
    return await post(
        program,
        "/oauth2/token",
        client_id=PUBLIC.client_id,
        scopes="user:read:chat",
        device_code=device_code,
        grant_type=DEVICE_GRANT,
    )


async def validated(program: Program, access: str, kind: str = "OAuth") -> httpx2.Response:
    return await program.http.get(f"{program.sim.id_url}/validate", headers={"Authorization": f"{kind} {access}"})


async def test_the_device_flow_with_a_person_at_the_page() -> None:
    async with simulated() as program:
        begun = (await post(program, "/oauth2/device", client_id=PUBLIC.client_id, scopes="user:read:chat bits:read")).json()
        assert (begun["expires_in"], begun["interval"]) == (1800, 5)
        assert begun["user_code"] in begun["verification_uri"]
        pending = await ask_for_token(program, begun["device_code"])
        assert (pending.status_code, pending.json()["message"]) == (400, "authorization_pending")
        page = (await program.http.get(begun["verification_uri"])).text
        assert all(word in page for word in (begun["user_code"], "bits:read", PUBLIC.name))
        form = {"user_code": begun["user_code"], "login": BOT, "answer": "authorize"}
        assert "logged in as Sidecast_Bot" in (await post(program, "/activate", **form)).text
        granted = (await ask_for_token(program, begun["device_code"])).json()
        assert (granted["scope"], granted["token_type"]) == (["user:read:chat", "bits:read"], "bearer")
        known = (await validated(program, granted["access_token"])).json()
        assert (known["login"], known["client_id"], known["scopes"]) == (BOT, PUBLIC.client_id, granted["scope"])
        assert 14_390 <= known["expires_in"] <= 14_400
        again = await ask_for_token(program, begun["device_code"])
        assert (again.status_code, again.json()["message"]) == (400, "invalid device code")


async def test_a_person_who_says_no_or_types_nonsense() -> None:
    async with simulated() as program:
        begun = (await post(program, "/oauth2/device", client_id=PUBLIC.client_id)).json()
        assert "unknown or has expired" in (await post(program, "/activate", user_code="NONSENSE", login=BOT)).text
        nobody = await post(program, "/activate", user_code=begun["user_code"], login="nobody_at_all", answer="authorize")
        assert "no such account" in nobody.text
        assert "said no" in (await post(program, "/activate", user_code=begun["user_code"], login=BOT, answer="cancel")).text
        assert (await ask_for_token(program, begun["device_code"])).json()["message"] == "invalid device code"


async def test_what_was_typed_comes_back_harmless() -> None:
    async with simulated() as program:
        page = await post(program, "/activate", user_code="<script>alert(1)</script>", login="x")
        assert "<script>" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_code_flow_with_a_person_at_the_page() -> None:
    async with simulated() as program:
        query = {
            "client_id": CONFIDENTIAL.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "channel:read:polls",
            "state": "a&b",
        }
        page = (await program.http.get(f"{program.sim.id_url}/authorize", params=query)).text
        hidden = {
            name: value.replace("&amp;", "&") for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        }
        assert hidden == query
        back = await post(program, "/oauth2/authorize", **hidden, login="larkandpine", answer="authorize")
        assert back.status_code == 302
        given = {key: value[0] for key, value in parse_qs(urlsplit(back.headers["location"]).query).items()}
        assert given["state"] == "a&b"
        form = {
            "client_id": CONFIDENTIAL.client_id,
            "code": given["code"],
            "redirect_uri": BACK,
            "grant_type": "authorization_code",
        }
        assert (await post(program, "/oauth2/token", **form)).json()["message"] == "missing client secret"
        granted = (await post(program, "/oauth2/token", **form, client_secret=CONFIDENTIAL.secret)).json()
        assert granted["scope"] == ["channel:read:polls"]
        refused = await post(program, "/oauth2/authorize", **hidden, answer="cancel")
        assert "error=access_denied" in refused.headers["location"]
        assert "state=a%26b" in refused.headers["location"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "nobody"}, "invalid client"),
        ({"redirect_uri": "https://elsewhere.example/back"}, "does not match registered URI"),
        ({"response_type": "everything"}, "invalid response type"),
    ],
)
async def test_nobody_is_sent_where_they_should_not_be(changed: dict[str, str], words: str) -> None:
    async with simulated() as program:
        query = {"client_id": CONFIDENTIAL.client_id, "redirect_uri": BACK, "response_type": "code", "scope": "", **changed}
        answer = await program.http.get(f"{program.sim.id_url}/authorize", params=query)
        assert answer.status_code == 400
        assert words in answer.json()["message"]


async def test_refreshing_rotates_and_the_old_one_is_dead() -> None:
    async with simulated() as program:
        form = {"client_id": PUBLIC.client_id, "grant_type": "refresh_token"}
        first = await post(program, "/oauth2/token", **form, refresh_token=program.token.refresh)
        assert first.json()["refresh_token"] != program.token.refresh
        again = await post(program, "/oauth2/token", **form, refresh_token=program.token.refresh)
        assert (again.status_code, again.json()) == (400, {"status": 400, "message": "Invalid refresh token"})


async def test_revoking_and_validating() -> None:
    async with simulated() as program:
        access = program.token.access
        assert (await validated(program, access, "Bearer")).status_code == 200
        assert (await post(program, "/oauth2/revoke", client_id="nobody", token=access)).status_code == 404
        assert (await post(program, "/oauth2/revoke", client_id=PUBLIC.client_id, token=access)).status_code == 200
        dead = await validated(program, access)
        assert (dead.status_code, dead.json()) == (401, {"status": 401, "message": "invalid access token"})
        none = await program.http.get(f"{program.sim.id_url}/validate")
        assert none.json()["message"] == "missing authorization token"


async def test_an_app_gets_a_token_of_its_own_with_its_secret() -> None:
    async with simulated() as program:
        form = {"client_id": CONFIDENTIAL.client_id, "grant_type": "client_credentials"}
        assert (await post(program, "/oauth2/token", **form, client_secret="wrong")).status_code == 403  # noqa: S106
        granted = (await post(program, "/oauth2/token", **form, client_secret=CONFIDENTIAL.secret)).json()
        assert "refresh_token" not in granted
        assert "user_id" not in (await validated(program, granted["access_token"])).json()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "missing grant type"),
        ({"grant_type": "password"}, "invalid grant type"),
        ({"grant_type": DEVICE_GRANT}, "missing client id"),
        ({"grant_type": DEVICE_GRANT, "client_id": PUBLIC.client_id}, "invalid device code"),
        ({"grant_type": "refresh_token", "client_id": PUBLIC.client_id}, "missing refresh token"),
    ],
)
async def test_what_is_wrong_is_said(form: dict[str, str], words: str) -> None:
    async with simulated() as program:
        answer = await post(program, "/oauth2/token", **form)
        assert (answer.status_code, answer.json()["message"]) == (400, words)
        assert (await post(program, "/oauth2/token", padding="x" * 20_000)).status_code == 413


async def test_a_token_ends_with_its_time() -> None:
    clock = HandClock()
    async with simulated(clock) as program:
        clock.advance(14_400)
        assert (await validated(program, program.token.access)).status_code == 401
