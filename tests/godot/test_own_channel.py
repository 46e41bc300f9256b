"""The streamer's own channel in the real Godot: from a notification of EventSub's to sound at the mixer, and to silence."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from fakes.until import until
from godot.real_godot import Godot
from godot.test_whole_show import LIMIT_S, app, lines_of, said
from sidecast.clock import SystemClock
from sidecast.desks.twitch import TwitchDesk
from sidecast.flow.twitch import Account
from sidecast.settings import Settings, TwitchSettings
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.simulator import Simulator
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.godot

NOBODY_LISTENS = "9"
"""A port on which there is no chat: what comes, comes over EventSub."""


async def log_in(sim: Simulator, folder: Path) -> None:
    """As the streamer does by a code; the tokens are then in the vault that the app opens."""
    sim.grants.interval_s = 1
    settings = Settings(twitch=TwitchSettings(client_id=PUBLIC.client_id, api=sim.helix_url, id=sim.id_url))
    vault = open_vault(folder / "data" / "sidecast" / "vault")
    desk = TwitchDesk(settings, vault, SystemClock(), random.Random(1))
    await desk.begin(Account.BROADCASTER)
    state = desk.log_ins.state
    assert state is not None
    sim.agree(state.user_code, sim.channel.login)
    await desk.log_ins.ended()
    await desk.close()
    vault.close()


async def test_the_own_channel_is_answered_and_what_eventsub_takes_away_is_silenced(godot: Godot, tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    def count(what: str) -> int:
        return trace.read_text("utf-8").count(what) if trace.exists() else 0

    async with Simulator(seed=5) as sim:
        await log_in(sim, tmp_path)
        variables = {
            "SIDECAST_TWITCH__CLIENT_ID": PUBLIC.client_id,
            "SIDECAST_TWITCH__API": sim.helix_url,
            "SIDECAST_TWITCH__ID": sim.id_url,
            "SIDECAST_TWITCH__EVENTSUB": sim.eventsub_url,
            "SIDECAST_CHAT__IRC_HOST": "127.0.0.1",
            "SIDECAST_CHAT__IRC_PORT": NOBODY_LISTENS,
            "SIDECAST_CHAT__IRC_TLS": "false",
        }
        with app(godot, tmp_path, "--trace", str(trace), "--seed", "1", variables=variables) as process:

            def hears() -> bool:
                types = [each.type for of in sim.eventsub.sessions for each in sim.eventsub.subscriptions.of_session(of)]
                return {"channel.chat.message", "channel.chat.message_delete"} <= set(types)

            await until(lambda: hears() or process.poll() is not None)
            assert process.poll() is None, said(tmp_path)
            sim.say("wren", "hey Kit, how are you feeling tonight?")
            await until(lambda: count('"settled":"answered"') == 1)
            before = count('"mark":"audible"')
            message = sim.say("wren", "Kit, can you tell me about your favourite game?")
            await until(lambda: count('"mark":"audible"') > before)
            sim.world.chat.delete(message.id)
            await until(lambda: count('"settled":"removed"') == 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT_S) == 0, said(tmp_path)
    first, second = [line for line in lines_of(trace) if "outcome" in line]
    assert first["outcome"] == "heard"
    assert (second["outcome"], second["reason"]) == ("cut", "removed")
