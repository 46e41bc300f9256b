"""The chats of Twurple, tmi.js and pyTwitchAPI at the simulated Twitch's IRC; only their endpoint settings are changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.peer_programs import npm_modules, python_with
from fakes.twitch_peer import LIMIT_S, Peer, started
from fakes.until import until
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.simulator import Simulator

pytestmark = pytest.mark.peers

HERE = Path(__file__).parent / "twitch"
TMI, TWURPLE = "1.8.5", "8.1.4"
SCOPES = ["chat:read", "chat:edit", "user:read:chat", "user:write:chat"]
LAST = "that is all"


def tmi(sim: Simulator) -> tuple[list[str], dict[str, Any]]:
    token = sim.token(sim.bot, SCOPES).access
    return tmi_anonymous(sim)[0], tmi_anonymous(sim)[1] | {"login": sim.bot.login, "token": token}


def tmi_anonymous(sim: Simulator) -> tuple[list[str], dict[str, Any]]:
    return ["node", str(HERE / "tmi.cjs")], {"modules": str(npm_modules(f"tmi.js@{TMI}")), "channel": sim.channel.login}


def twurple(sim: Simulator) -> tuple[list[str], dict[str, Any]]:
    names = [f"@twurple/{name}@{TWURPLE}" for name in ("auth", "api", "eventsub-ws", "chat")]
    app, redirect = CONFIDENTIAL, "http://localhost:3000"
    code = sim.grants.agree(app, sim.channel, SCOPES, redirect).code
    config = {"client_id": app.client_id, "client_secret": app.secret, "redirect": redirect, "code": code}
    return ["node", str(HERE / "twurple.mjs")], config | {"modules": str(npm_modules(*names)), "irc": True}


def pytwitchapi(sim: Simulator) -> tuple[list[str], dict[str, Any]]:
    token = sim.token(sim.bot, SCOPES)
    config = {"client_id": PUBLIC.client_id, "token": token.access, "refresh": token.refresh, "scopes": SCOPES}
    return [str(python_with("twitchAPI==4.5.0")), str(HERE / "pytwitchapi_chat.py")], config | {"channel": sim.channel.login}


CLIENTS: dict[str, Callable[[Simulator], tuple[list[str], dict[str, Any]]]] = {
    "tmi.js": tmi,
    "tmi.js, anonymous": tmi_anonymous,
    "twurple": twurple,
    "pytwitchapi": pytwitchapi,
}
NOT_TOLD: dict[str, set[str]] = {"pytwitchapi": {"irc_sub", "irc_resub", "irc_slow"}}
"""What a client tells without saying of whom, or in another way."""


@contextlib.asynccontextmanager
async def joined(client: str) -> AsyncIterator[tuple[Simulator, Peer]]:
    async with Simulator(seed=7) as sim:
        command, config = CLIENTS[client](sim)
        async with started(command, port=sim.port, **config) as peer:
            await peer.tells("irc_joined")
            await until(lambda: sim.channel.login in {room for session in sim.irc.sessions for room in session.rooms}, LIMIT_S)
            yield sim, peer


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_happens_in_chat_is_understood(client: str) -> None:
    async with joined(client) as (sim, peer):
        expected = everything_happens(sim)
        await peer.tells("irc_chat", lambda told: told["text"] == LAST)
        for kind in expected.keys() - NOT_TOLD.get(client, set()):
            fields, told = expected[kind], peer.of(kind)
            seen = [{key: plain(key, each[key]) for key in wanted} for each, wanted in zip(told, fields, strict=False)]
            assert (len(told), seen) == (len(fields), fields), kind
        assert not peer.of("irc_refused")


def plain(key: str, value: Any) -> Any:
    """Where a line has both, tmi.js gives the name as it is displayed for the login."""
    return value.lower() if key == "login" else value


def everything_happens(sim: Simulator) -> dict[str, list[dict[str, Any]]]:
    """What a client should have understood, by kind and in order."""
    world = sim.world
    wren, ninefold, mod, quill = (world.user(name) for name in ("wren", "ninefold", "marlow_mods", "captain_quill"))
    expected: dict[str, list[dict[str, Any]]] = {}

    def expect(kind: str, **fields: Any) -> None:
        expected.setdefault(kind, []).append(fields)

    first = sim.say(wren, "Kappa 😂 Kappa; a:b\\ c")
    expect("irc_chat", id=first.id, login="wren", text="Kappa 😂 Kappa; a:b\\ c", mod=False, bits=0, reply="")
    answer = sim.say(mod, "welcome", reply_to=first.id)
    expect("irc_chat", id=answer.id, login="marlow_mods", text="welcome", mod=True, bits=0, reply=first.id)
    cheered = world.chat.cheer(ninefold, "Cheer100 nice")
    expect("irc_chat", id=cheered.id, login="ninefold", text="Cheer100 nice", bits=100)
    sim.say(wren, "waves", action=True)
    expect("irc_action", login="wren", text="waves")
    world.support.subscribe(ninefold)
    expect("irc_sub", login="ninefold", plan="1000")
    world.support.resubscribe(wren, 15, streak=3, text="still here; always")
    expect("irc_resub", login="wren", months=15, text="still here; always")
    world.support.raid(quill, 120)
    expect("irc_raid", viewers=120)
    gone = sim.say(ninefold, "oops")
    expect("irc_chat", id=gone.id, text="oops")
    world.chat.delete(gone.id, mod)
    expect("irc_deleted", id=gone.id)
    world.moderation.ban(ninefold, mod, seconds=60)
    expect("irc_timeout", login="ninefold", seconds=60)
    world.moderation.ban(world.user("rude_guest"), mod)
    expect("irc_ban", login="rude_guest")
    world.chat.set(slow_seconds=30)
    expect("irc_slow", on=True, seconds=30)
    world.chat.set(slow_seconds=None)
    expect("irc_slow", on=False, seconds=0)
    world.chat.clear(mod)
    expect("irc_cleared")
    last = sim.say(wren, LAST)
    expect("irc_chat", id=last.id, text=LAST)
    return expected


@pytest.mark.parametrize("client", ["tmi.js", "twurple", "pytwitchapi"])
async def test_what_it_writes_is_in_the_channel(client: str) -> None:
    async with joined(client) as (sim, peer):
        peer.do(do="irc_say", text="a rehearsal Kappa")
        await peer.tells("irc_sent")
        await until(lambda: sim.world.room().messages, LIMIT_S)
        [message] = sim.world.room().messages.values()
        writer = sim.channel if client == "twurple" else sim.bot
        assert (message.author, message.text) == (writer, "a rehearsal Kappa")


async def test_an_anonymous_reader_cannot_write() -> None:
    async with joined("tmi.js, anonymous") as (sim, peer):
        peer.do(do="irc_say", text="a rehearsal")
        assert "anonymous" in (await peer.tells("error"))["text"]
        assert not sim.world.room().messages


COME_BACK = [client for client in CLIENTS if client != "pytwitchapi"]
"""pyTwitchAPI's chat ends for good at a closing frame: it waits for one of the kind CLOSED, and what comes is a CLOSE."""


@pytest.mark.parametrize("client", COME_BACK)
async def test_it_comes_back_when_it_is_asked_to_and_when_it_is_hung_up_on(client: str) -> None:
    async with joined(client) as (sim, peer):
        sim.say("wren", "before")
        await peer.tells("irc_chat", lambda told: told["text"] == "before")
        # tmi.js goes at once when it is asked to, Twurple when it is hung up on
        for number, disturb in enumerate((lambda: sim.irc.reconnect(grace_s=1.0), sim.irc.hang_up)):
            old = set(sim.irc.sessions)
            disturb()
            await until(lambda old=old: in_the_room(sim) and not old & set(sim.irc.sessions), LIMIT_S)  # type: ignore[misc]
            sim.say("wren", f"after {number}")
            await peer.tells("irc_chat", lambda told, number=number: told["text"] == f"after {number}")  # type: ignore[misc]
        assert [told["text"] for told in peer.of("irc_chat")] == ["before", "after 0", "after 1"]


def in_the_room(sim: Simulator) -> bool:
    return any(sim.channel.login in session.rooms for session in sim.irc.sessions)


async def test_a_token_that_is_no_good_is_refused() -> None:
    async with Simulator(seed=7) as sim:
        command, config = tmi(sim)
        async with started(command, port=sim.port, **config | {"token": "x" * 30}) as peer:
            assert "Login authentication failed" in (await peer.tells("irc_refused"))["text"]


async def test_raw_irc_and_http_on_the_same_port() -> None:
    async with Simulator(seed=7) as sim:
        reader, writer = await asyncio.open_connection("127.0.0.1", sim.port)
        for piece in (b"CAP REQ :twitch.tv/t", b"ags\r\nNICK justinfan1\r", b"\nJOIN #larkandpine\r\n"):
            writer.write(piece)
            await writer.drain()
        await until(lambda: in_the_room(sim), LIMIT_S)
        sim.say("wren", "über 😂")
        async with asyncio.timeout(LIMIT_S):
            said = await reader.readuntil("über 😂\r\n".encode())
        assert b"PRIVMSG #larkandpine :" in said
        web_reader, web = await asyncio.open_connection("127.0.0.1", sim.port)
        web.write(b"GET /sim/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(LIMIT_S):
            assert (await web_reader.read()).startswith(b"HTTP/1.1 200")
        for each in (writer, web):
            each.close()


async def test_a_scenario_over_http_is_heard_in_chat() -> None:
    raid = "[[step]]\nat = 0\nraid = { from = 'captain_quill', viewers = 120 }\n"
    step = raid + "[[step]]\nat = 0.1\nsay = { from = 'wren', text = 'wow' }"
    async with joined("tmi.js, anonymous") as (sim, peer), httpx2.AsyncClient(base_url=sim.http_url) as web:
        refused = await web.post("/sim/scenario", json={"toml": "[[step]]\nat = 1\nraide = {}"})
        assert (refused.status_code, refused.json()["error"]) == (400, "scenario.toml, line 1 (step 1): there is no “raide”.")
        begun = await web.post("/sim/scenario", json={"toml": step})
        assert (begun.status_code, begun.json()["done"]["steps"]) == (200, 2)
        assert (await peer.tells("irc_raid"))["viewers"] == 120
        await peer.tells("irc_chat", lambda told: told["text"] == "wow")
        await until(lambda: not sim.player.on, LIMIT_S)
        assert (await web.get("/sim/scenario")).json()["done"] == 2
