"""npm's oidc-provider, which knows nothing of us: code flow with PKCE into the served control room, and the device flow."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio

from fakes.accounts import CheapAccounts
from sidecast.clock import SystemClock
from sidecast.control.access.device import Denied, DeviceFlow
from sidecast.control.access.oidc import Oidc
from sidecast.control.access.outside import Outside
from sidecast.control.access.permission import Role
from sidecast.control.api.outside import Outsiders
from sidecast.control.api.outside_flow import RETURN
from sidecast.control.feed import Feed
from sidecast.control.server import ControlServer

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

VERSION = "oidc-provider@9.13.3"
INSTALL_S, LIMIT_S = 120, 30
HERE = Path(__file__).parent
SECRET = "a secret of the room"  # noqa: S105 - of the provider in oidc.mjs
FORM = re.compile(r'<form[^>]*action="([^"]+)"')
INPUT, ATTRIBUTE = re.compile(r"<(?:input|button)([^>]*)>"), re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with oidc-provider; skips where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no npm here: oidc-provider cannot be fetched")
    folder = tmp_path_factory.mktemp("oidc")
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0"]
    command = [npm, "install", *quiet, "--prefix", str(folder), VERSION]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not fetch {VERSION} within {INSTALL_S} s")
    if done.returncode != 0:
        pytest.skip(f"npm cannot fetch {VERSION}: {done.stderr.strip().splitlines()[-1:]}")
    return folder / "node_modules"


class Provider:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.issuer = ""

    async def line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            while (line := await self._process.stdout.readline()) and not line.startswith(b"{"):
                """It also tells there what a real one would have configured."""
        said: dict[str, Any] = json.loads(line)
        return said


@pytest.fixture(scope="module")
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def provider(modules: Path, port: int) -> AsyncIterator[Provider]:
    pipe = asyncio.subprocess.PIPE
    back = f"http://127.0.0.1:{port}{RETURN}"
    environment = {**os.environ, "NODE_PATH": ""}
    command = ["node", str(HERE / "oidc.mjs"), str(modules), back]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        provider = Provider(process)
        provider.issuer = (await provider.line())["issuer"]
        yield provider
    finally:
        process.kill()
        await process.wait()


class Room:
    """A served control room, and the browsers that come to it."""

    def __init__(self, provider: Provider, port: int, client_id: str, secret: str | None) -> None:
        clock = SystemClock()
        self.accounts = CheapAccounts(clock)
        self.oidc = Oidc(provider.issuer, client_id, lambda: secret, clock, name="Elsewhere")
        outsiders = Outsiders(oidc=self.oidc)
        self.server = ControlServer(
            Feed(clock), lambda _: None, clock, lambda: b"", port=port, accounts=self.accounts, outsiders=outsiders
        )

    async def invitation(self) -> str:
        owner, _ = await self.accounts.owner()
        return (await self.accounts.invitations.make(owner, Role.MODERATOR, 1))[0]

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server.address, headers={"origin": self.server.address}, timeout=LIMIT_S)

    async def begin(self, browser: httpx.AsyncClient, invitation: str = "") -> str:
        answer = await browser.post("/api/v1/people/log-in/oidc", json={"invitation": invitation})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])


@pytest_asyncio.fixture(loop_scope="module", params=[("room", SECRET), ("public", None)], ids=["secret", "public"])
async def room(provider: Provider, port: int, request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    room = Room(provider, port, *request.param)
    await room.server.start()
    assert room.server.port == port
    yield room
    await room.server.close()
    await room.oidc.close()
    await room.accounts.close()


async def log_in_there(url: str, stop_at: str, login: str = "mika") -> str:
    """As a person does: fills in what the provider asks, until it sends the browser to `stop_at` (or is content)."""
    async with httpx.AsyncClient(timeout=LIMIT_S) as browser:
        answer = await browser.get(url)
        for _ in range(20):
            if answer.is_redirect:
                url = urljoin(str(answer.url), answer.headers["location"])
                if url.startswith(stop_at):
                    return url
                answer = await browser.get(url)
                continue
            form = FORM.search(answer.text)
            if form is None:
                return answer.text
            inputs = [dict(ATTRIBUTE.findall(each)) for each in INPUT.findall(answer.text)]
            fields = {each["name"]: html.unescape(each.get("value", "")) for each in inputs if "name" in each}
            # the button that gives up
            fields.pop("abort", None)
            fields |= {"login": login, "password": "whatever"} if "login" in fields else {}
            answer = await browser.post(urljoin(str(answer.url), html.unescape(form[1])), data=fields)
    raise AssertionError("the provider never came to an end")


async def test_an_invited_stranger_joins_and_comes_back_without_an_invitation(room: Room, provider: Provider) -> None:
    async with room.browser() as browser:
        back = await log_in_there(await room.begin(browser, await room.invitation()), room.server.address)
        arrived = await browser.get(back)
        assert arrived.status_code == 200, (back, arrived.text)
        cookies = {cookie.split("=")[0]: cookie.lower() for cookie in arrived.headers.get_list("set-cookie")}
        session = cookies[f"sidecast_{room.server.port}"]
        assert "samesite=strict" in session
        assert "httponly" in session
        assert "max-age=0" in cookies[f"sidecast_login_{room.server.port}"]
        me = (await browser.get("/api/v1/people/me")).json()
        assert (me["name"], me["role"], me["oidc"]) == ("mika of elsewhere", "moderator", True)
        # an answer works once
        assert (await browser.get(back)).status_code == 403
    assert "granted" in await provider.line()
    async with room.browser() as again:
        assert (await again.get(await log_in_there(await room.begin(again), room.server.address))).status_code == 200
        assert (await again.get("/api/v1/people/me")).json()["id"] == me["id"]
    assert "granted" in await provider.line()
    async with room.browser() as stranger:
        refused = await stranger.get(await log_in_there(await room.begin(stranger), room.server.address, "mallory"))
        assert refused.status_code == 403
        assert "You are not a member" in refused.text
        assert (await stranger.get("/api/v1/people/me")).status_code == 401
    assert "granted" in await provider.line()


async def test_an_answer_is_only_taken_from_the_browser_that_asked_and_from_that_provider(room: Room, provider: Provider) -> None:
    async with room.browser() as victim, room.browser() as attacker:
        await room.begin(victim, await room.invitation())
        theirs = await log_in_there(await room.begin(attacker, await room.invitation()), room.server.address)
        cookie = httpx.Cookies(victim.cookies)
        for changed in (theirs, with_query(theirs, iss="https://elsewhere.example"), with_query(theirs, state=""), RETURN):
            victim.cookies = httpx.Cookies(cookie)
            answer = await victim.get(changed)
            assert answer.status_code == 403, changed
            assert f"sidecast_{room.server.port}=" not in answer.headers.get("set-cookie", "")
        assert (await victim.get("/api/v1/people/me")).status_code == 401
        async with room.browser() as nobody:
            assert (await nobody.get(theirs)).status_code == 403


async def test_a_code_of_another_try_is_refused_by_its_proof(room: Room, provider: Provider) -> None:
    async with room.browser() as victim, room.browser() as attacker:
        mine = await log_in_there(await room.begin(victim, await room.invitation()), room.server.address)
        theirs = await log_in_there(await room.begin(attacker, await room.invitation()), room.server.address, "mallory")
        injected = with_query(mine, code=parse_qs(urlsplit(theirs).query)["code"][0])
        assert (await victim.get(injected)).status_code == 403
        assert await provider.line() == {"refused": "invalid_grant"}


async def test_who_says_no_there_is_told_so_here(room: Room) -> None:
    async with room.browser() as browser:
        state = parse_qs(urlsplit(await room.begin(browser)).query)["state"][0]
        query = {"state": state, "error": "access_denied", "error_description": "<script>", "iss": room.oidc._issuer}
        answer = await browser.get(RETURN, params=query)
        assert answer.status_code == 403
        assert "The log-in was not finished." in answer.text
        assert "<script>" not in answer.text


async def test_the_device_flow_waits_until_the_code_is_typed(provider: Provider) -> None:
    clock = SystemClock()
    outside = Outside("Elsewhere", [urlsplit(provider.issuer).netloc])
    urls = (f"{provider.issuer}/device/auth", f"{provider.issuer}/token")
    flow = DeviceFlow("device", urls, "openid profile", outside, clock)
    tried = await flow.start()
    assert await flow.ask(tried) is None
    assert await provider.line() == {"refused": "authorization_pending"}
    # not before the interval is over: the provider is not asked again
    assert await flow.ask(tried) is None
    await log_in_there(tried.verification_uri_complete, "nowhere")
    tried.next_ns = 0
    token = await flow.ask(tried)
    assert token is not None
    assert await provider.line() == {"granted": "device"}
    tried.next_ns = 0
    with pytest.raises(Denied):
        await flow.ask(tried)
    await outside.close()


def with_query(url: str, **changed: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return str(httpx.URL(url).copy_with(params=query))
