"""Planted tokens are looked for everywhere: logs, files, exceptions, `repr`, addresses, what the page is told."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback
from pathlib import Path

import httpx2
import pytest

from fakes.twitch_desk import Bench
from sidecast.errors import SidecastError
from sidecast.flow.twitch import Account
from sidecast.telemetry.redaction import HIDDEN
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

BROADCASTER, BOT = Account.BROADCASTER, Account.BOT
STREAMER, BOT_LOGIN = "larkandpine", "sidecast_bot"
RETURN = "http://localhost:8787/api/v1/twitch/log-in/return"


class Planted:
    """Every token, code and secret that was given out so far."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.known = {CONFIDENTIAL.secret}

    def all(self) -> set[str]:
        grants = self.bench.sim.grants
        for token in [*grants._access.values(), *grants._refresh.values()]:
            self.known |= {token.access, token.refresh}
        self.known |= {device.code for device in grants._devices.values()} | {code.code for code in grants._codes.values()}
        return self.known - {""}

    def found_in(self, text: str) -> list[str]:
        return [secret[:4] + "…" for secret in self.all() if secret in text]


async def evening(planted: Planted, bench: Bench) -> list[str]:
    """Everything that can happen to tokens, well or badly; what is raised is kept as a log would have it."""
    said: list[str] = []

    async def whatever(work: object) -> None:
        try:
            said.append(repr(await work))  # type: ignore[misc]
        except SidecastError as error:
            said.append("".join(traceback.format_exception(error)))
        planted.all()

    async def users() -> object:
        return await bench.desk.helix.call("GET", "users", account=BROADCASTER)

    await whatever(bench.log_in(BROADCASTER, STREAMER))
    await whatever(bench.log_in(BOT, BOT_LOGIN))
    await whatever(bench.log_in(BROADCASTER, "wren"))
    await whatever(bench.desk.confirm())
    await whatever(bench.desk.begin(BROADCASTER))
    await whatever(bench.desk.cancel())
    bench.sim.grants.expire()
    await whatever(users())
    for fault in (_echo, _late, _garbage, _unreachable, _redirect, _broken):
        bench.between.instead = fault
        await whatever(users())
        bench.sim.grants.expire()
        await whatever(users())
        await whatever(bench.desk.check())
        await whatever(bench.desk.begin(BOT))
        await whatever(bench.desk.cancel())
        bench.between.instead = lambda request: None
        await bench.clock.sleep(400)
        await whatever(bench.desk.check())
    await whatever(bench.desk.begin_in_browser(BROADCASTER, RETURN))
    await whatever(bench.desk.come_back("wrong", "a-code", ""))
    bench.sim.grants.disconnect(bench.sim.world.user("wren"))
    await whatever(bench.desk.check())
    await whatever(bench.desk.log_out(BOT))
    said.append((await bench.desk.shown()).model_dump_json())
    return said


def test_no_token_is_anywhere_but_in_the_vault_and_on_its_way(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        bench = Bench(tmp_path / "vault", channel=STREAMER)
        planted = Planted(bench)
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        said = await evening(planted, bench)
        running.cancel()
        assert len(planted.all()) > 12, "there was something to find"
        assert sum(len(secret) for secret in planted.all()) > 300

        assert planted.found_in(caplog.text) == [], "a log line"
        assert planted.found_in("\n".join(said)) == [], "an exception, an answer, or what the page is told"
        assert planted.found_in("\n".join(bench.notes)) == [], "what the show's health says"
        for request in bench.between.requests:
            assert planted.found_in(str(request.url)) == [], "an address"
        assert len(files(tmp_path)) >= 2
        for name, content in files(tmp_path).items():
            assert planted.found_in(content) == [], f"the file {name}"
        ours = [each for each in gc.get_objects() if str(type(each).__module__).startswith("sidecast.twitch.")]
        assert len(ours) > 10
        assert planted.found_in("\n".join(map(repr, ours))) == [], "a repr"

    with caplog.at_level(logging.DEBUG):
        run_virtual(main())
    assert "sidecast" in caplog.text


def test_the_redactor_knows_every_token_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that even somebody else's log line, or a traceback with a body in it, does not show one."""
    from sidecast.telemetry.logs import redactor

    async def main() -> None:
        bench = Bench(tmp_path)
        planted = Planted(bench)
        seen: list[str] = []

        async def before(request: httpx2.Request) -> None:
            header = request.headers.get("authorization", "").rpartition(" ")[2]
            seen.extend(secret for secret in planted.all() if secret in (header, request.content.decode()))
            assert not header or redactor.clean(f"x{header}y") == f"x{HIDDEN}y"

        bench.between.before = before
        await bench.log_in(BROADCASTER, STREAMER)
        bench.sim.grants.expire()
        assert (await bench.desk.helix.call("GET", "users", account=BROADCASTER)).ok
        assert len(seen) >= 3

    run_virtual(main())


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()}


def _echo(request: httpx2.Request) -> httpx2.Response | None:
    """A server, or a proxy, that sends back what it was sent."""
    sent = request.content.decode() + str(dict(request.headers))
    return httpx2.Response(400, json={"status": 400, "message": sent[-290:]})


def _late(request: httpx2.Request) -> httpx2.Response | None:
    raise httpx2.ReadTimeout(f"no answer to {request.content!r} {request.headers!r}")


def _garbage(request: httpx2.Request) -> httpx2.Response | None:
    return httpx2.Response(200, content=b"\xff" + request.content)


def _unreachable(request: httpx2.Request) -> httpx2.Response | None:
    raise httpx2.ConnectError(f"cannot connect for {dict(request.headers)}")


def _redirect(request: httpx2.Request) -> httpx2.Response | None:
    return httpx2.Response(302, headers={"location": "http://elsewhere.example/"})


def _broken(request: httpx2.Request) -> httpx2.Response | None:
    raise httpx2.RemoteProtocolError(f"strange bytes after {request.content!r}")
