"""Clients of Twitch that we did not write, at the simulated Twitch, with nothing but their endpoint settings changed.

Each logs in (Twurple by the code flow, the others by the device flow), subscribes to what it knows, tells what it understood,
writes in chat, and lives through a `session_reconnect`, a close with 4006 and a token that is over.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.peer_programs import npm_modules, python_with
from fakes.twitch_peer import LIMIT_S, Peer, started
from fakes.until import until
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.simulator import Simulator
from sidecast.twitch_sim.world.happenings import Message
from sidecast.twitch_sim.world.people import User

pytestmark = pytest.mark.peers

HERE = Path(__file__).parent / "twitch"
TWURPLE = "8.1.4"
SCOPES = [
    "bits:read",
    "channel:moderate",
    "channel:read:ads",
    "channel:read:hype_train",
    "channel:read:polls",
    "channel:read:predictions",
    "channel:read:redemptions",
    "channel:read:subscriptions",
    "chat:edit",
    "chat:read",
    "moderator:manage:automod",
    "moderator:read:automod_settings",
    "moderator:read:banned_users",
    "moderator:read:blocked_terms",
    "moderator:read:chat_messages",
    "moderator:read:chat_settings",
    "moderator:read:followers",
    "moderator:read:moderators",
    "moderator:read:shield_mode",
    "moderator:read:shoutouts",
    "moderator:read:unban_requests",
    "moderator:read:vips",
    "moderator:read:warnings",
    "user:read:chat",
    "user:write:chat",
]


def _twurple() -> tuple[list[str], dict[str, Any]]:
    names = [f"@twurple/{name}@{TWURPLE}" for name in ("auth", "api", "eventsub-ws", "chat")]
    return ["node", str(HERE / "twurple.mjs")], {"modules": str(npm_modules(*names)), "irc": False}


CLIENTS: dict[str, Callable[[], tuple[list[str], dict[str, Any]]]] = {
    "twurple": _twurple,
    "pytwitchapi": lambda: ([str(python_with("twitchAPI==4.5.0")), str(HERE / "pytwitchapi_peer.py")], {}),
    "twitchio": lambda: ([str(python_with("twitchio==3.3.2")), str(HERE / "twitchio_peer.py")], {}),
}


@contextlib.asynccontextmanager
async def logged_in(client: str) -> AsyncIterator[tuple[Simulator, Peer]]:
    command, config = CLIENTS[client]()
    async with Simulator(seed=7) as sim:
        sim.grants.interval_s = 1
        if client == "twurple":
            config |= by_code(sim)
        common = {"port": sim.port, "client_id": PUBLIC.client_id, "client_secret": "", "scopes": SCOPES}
        async with started(command, **common | config) as peer:
            if client != "twurple":
                device = await peer.tells("device")
                sim.agree(device["code"], sim.channel)
            yield sim, peer


def by_code(sim: Simulator) -> dict[str, str]:
    """As if the streamer had agreed on the page of the code flow, and their browser had been sent back with the code."""
    app, redirect = CONFIDENTIAL, "http://localhost:3000"
    code = sim.grants.agree(app, sim.channel, SCOPES, redirect)
    return {"client_id": app.client_id, "client_secret": app.secret, "redirect": redirect, "code": code.code}


def person(user: User) -> dict[str, str]:
    return {"id": user.id, "name": user.name}


def as_told(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": person(message.author),
        "text": message.text,
        "colour": message.author.colour,
        "parts": [[piece.kind, piece.text] for piece in message.pieces],
        "badges": sorted([badge.set_id, badge.id] for badge in message.badges),
        "reply": message.reply_to.id if message.reply_to else "",
        "bits": message.bits,
        "reward": message.reward_id,
    }


LAST = "that is all"
NOT_IN: dict[str, set[str]] = {"pytwitchapi": {"train", "held"}, "twurple": set(), "twitchio": set()}
"""What a client has no events for, or only for versions that Twitch has ended."""
UNREAD = {("pytwitchapi", "resub"): "streak"}
"""What a client leaves out of an event."""


def without(told: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != key}


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_happens_is_understood(client: str) -> None:
    async with logged_in(client) as (sim, peer):
        assert await peer.tells("logged_in") == {"id": sim.channel.id, "login": sim.channel.login, "name": sim.channel.name}
        await peer.tells("ready")
        expected = everything_happens(sim)
        await peer.tells("chat", lambda told: told["text"] == LAST)
        for kind in expected.keys() - NOT_IN[client]:
            await until(lambda kind=kind: len(peer.of(kind)) >= len(expected[kind]), LIMIT_S)  # type: ignore[misc]
            assert peer.of(kind) == [without(told, UNREAD.get((client, kind), "")) for told in expected[kind]], kind
        assert not peer.of("error")
        assert not peer.of("failed")


def everything_happens(sim: Simulator) -> dict[str, list[dict[str, Any]]]:
    """What a client should have understood, by kind and in order."""
    world = sim.world
    wren, ninefold, mod, quill = (world.user(name) for name in ("wren", "ninefold", "marlow_mods", "captain_quill"))
    expected: dict[str, list[dict[str, Any]]] = {}

    def expect(kind: str, **fields: Any) -> None:
        expected.setdefault(kind, []).append(fields)

    world.air.online()
    said = [sim.say(wren, "@tessellate Kappa 😂 hi"), sim.say(world.user("sumi_e"), "こんにちは")]
    said.append(sim.say(mod, "welcome", reply_to=said[0].id))
    said.append(world.chat.cheer(ninefold, "Cheer100 nice"))
    expect("cheer", user=person(ninefold), bits=100, text="Cheer100 nice")
    world.support.follow(quill)
    expect("follow", user=person(quill))
    world.support.subscribe(ninefold)
    expect("sub", user=person(ninefold), tier="1000", gift=False)
    world.support.resubscribe(wren, 15, streak=3, text="still here")
    expect("resub", user=person(wren), months=15, streak=3, text="still here")
    world.support.gift(mod, [world.user("old_harbour")])
    expect("sub", user=person(world.user("old_harbour")), tier="1000", gift=True)
    expect("gift", user=person(mod), amount=1)
    world.support.gift(None, [world.user("pixelmoth")])
    expect("sub", user=person(world.user("pixelmoth")), tier="1000", gift=True)
    expect("gift", user=None, amount=1)
    world.support.raid(quill, 120)
    expect("raid", user=person(quill), viewers=120)
    reward = world.points.add_reward("Say it", 300, asks=True)
    redemption = world.points.redeem(wren, reward["id"], "a joke please")
    assert redemption is not None
    said.append(next(message for message in reversed(world.room().messages.values())))
    expect("redemption", id=redemption["id"], user=person(wren), title="Say it", cost=300, text="a joke please")
    _the_channel(sim, expect)
    said.append(_moderators(sim, expect))
    world.air.offline()
    expect("offline")
    said.append(sim.say(wren, LAST))
    expected["chat"] = [as_told(message) for message in said]
    return expected


def _the_channel(sim: Simulator, expect: Callable[..., None]) -> None:
    world = sim.world
    wren, mod, quill = (world.user(name) for name in ("wren", "marlow_mods", "captain_quill"))
    world.votes.begin_poll("What next?", ["Cooking", "Chatting"])
    expect("poll", title="What next?", choices=["Cooking", "Chatting"])
    world.votes.begin_prediction("Beaten?", ["Yes", "No"])
    expect("prediction", title="Beaten?", outcomes=["Yes", "No"])
    train = dict(world.air.train(wren, 700))
    expect("train", level=1, total=700, goal=train["goal"], top=[person(wren)])
    world.moderation.shield(True, mod)
    expect("shield", moderator=person(mod))
    world.support.shouted_out(quill, 340)
    expect("shout_out", user=person(quill), viewers=340)
    world.air.ads(60)
    expect("ads", seconds=60)


def _moderators(sim: Simulator, expect: Callable[..., None]) -> Message:
    """Returns what was said and taken away."""
    world = sim.world
    ninefold, mod = world.user("ninefold"), world.user("marlow_mods")
    held = world.chat.hold(ninefold, "what the heck")
    expect("held", id=held, text="what the heck")
    gone = sim.say(ninefold, "oops")
    world.chat.delete(gone.id, mod)
    expect("deleted", id=gone.id, author=person(ninefold))
    world.moderation.ban(ninefold, mod, seconds=60, reason="a minute")
    expect("ban", user=person(ninefold), reason="a minute", for_good=False)
    world.chat.clear(mod)
    expect("cleared")
    for action in ("delete", "timeout", "clear"):
        expect("moderated", action=action)
    return gone


@pytest.mark.parametrize("client", CLIENTS)
async def test_it_writes_in_chat_and_hears_itself(client: str) -> None:
    async with logged_in(client) as (sim, peer):
        await peer.tells("ready")
        asked = sim.say("wren", "which game is this?")
        peer.do(do="say", text="a rehearsal", reply=asked.id)
        sent = await peer.tells("sent")
        heard = await peer.tells("chat", lambda told: told["text"] == "a rehearsal")
        assert sent == {"id": heard["id"], "sent": True}
        assert (heard["author"], heard["reply"]) == (person(sim.channel), asked.id)


@pytest.mark.parametrize("client", CLIENTS)
async def test_it_lives_through_a_reconnect_a_close_and_a_token_that_is_over(client: str) -> None:
    async with logged_in(client) as (sim, peer):
        await peer.tells("ready")
        first = sim.say("wren", "before")
        await peer.tells("chat", lambda told: told["text"] == "before")

        [session] = sim.eventsub.sessions
        sim.faults.reconnect()
        await until(lambda: sim.record.of("moved"), LIMIT_S)
        second = sim.say("wren", "after the reconnect")
        await peer.tells("chat", lambda told: told["text"] == "after the reconnect")
        assert list(sim.eventsub.sessions) == [session], "the session goes on, with its subscriptions"

        sim.faults.expire_tokens()
        sim.faults.close(4006)
        await until(lambda: session not in sim.eventsub.sessions and subscribed(sim) == WANTED[client], LIMIT_S)
        third = sim.say("wren", "after the close")
        await peer.tells("chat", lambda told: told["text"] == "after the close")
        assert [told["id"] for told in peer.of("chat")] == [first.id, second.id, third.id]
        assert peer.of("refreshed"), "the token was over, and could be refreshed"


WANTED = {"twurple": 22, "pytwitchapi": 20, "twitchio": 22}


def subscribed(sim: Simulator) -> int:
    return sum(len(sim.eventsub.subscriptions.of_session(session)) for session in sim.eventsub.sessions)
