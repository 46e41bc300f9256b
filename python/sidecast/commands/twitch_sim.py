"""`./sidecast twitch-sim`: the simulated Twitch on one port, for rehearsals and for tests of other programs."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from ..errors import SidecastError
from ..twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from ..twitch_sim.scenario.file import Scenario, find, load, shipped
from ..twitch_sim.scenario.play import play
from ..twitch_sim.simulator import Simulator

PORT = 8790
Say = Callable[[str], None]
"""A line to the terminal."""
LOOK_S = 0.2
"""How often it is looked whether somebody listens."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./sidecast twitch-sim",
        description="A Twitch of your own on this machine: no account, no internet, and every fault at your command.",
        epilog="Scenarios that come along: " + ", ".join(shipped()) + ".",
    )
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"listen there ({PORT}); 0 = any that is free")
    parser.add_argument(
        "--scenario", metavar="FILE", help="play it as soon as somebody listens: a file, or a name of those below"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="repeatable ids, tokens and choices")
    parser.add_argument("--soak", type=float, metavar="SECONDS", help="a fault every so many seconds")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what went to which socket and when, as JSON lines")
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="end after that time")
    return parser


def addresses(sim: Simulator) -> str:
    """What a person needs to know."""
    return f"""The simulated Twitch is up.

  EventSub   {sim.eventsub_url}
  Helix      {sim.helix_url}
  Log-in     {sim.id_url}
  IRC        {sim.irc_url}, or plain IRC on 127.0.0.1 port {sim.port}
  Control    {sim.http_url}/sim/state

To point Sidecast at it, put what follows into a settings file of its own, and start the show with a data folder of its own, so
that no rehearsal comes into your ledger: XDG_DATA_HOME=FOLDER ./sidecast run --settings FILE

  [chat]
  channel = "{sim.channel.login}"
  irc_host = "127.0.0.1"
  irc_port = {sim.port}
  irc_tls = false

  [twitch]
  client_id = "{PUBLIC.client_id}"
  api = "{sim.helix_url}"
  id = "{sim.id_url}"
  eventsub = "{sim.eventsub_url}"

Log in as {sim.channel.login} (the streamer) and {sim.bot.login} (the bot); nobody has a password here.
For programs that need an app with a secret: {CONFIDENTIAL.client_id} with {CONFIDENTIAL.secret}.
Ctrl-C ends it.
"""


async def serve(asked: argparse.Namespace, scenario: Scenario | None, say: Say, ended: asyncio.Event) -> None:
    """Until `ended`, or the time is over.

    Raises:
        SidecastError: the port is taken.
    """
    async with Simulator(port=asked.port, seed=asked.seed) as sim:
        sim.world.air.online()
        say(addresses(sim))
        tasks = [asyncio.create_task(_play(sim, scenario, asked.seed, say))] if scenario else []
        if asked.soak:
            sim.soak(every_s=asked.soak, seed=asked.seed)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(asked.seconds):
                    await ended.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if asked.record:
                _write(asked.record, sim)
                say(f"What was written is in {asked.record}.")


async def _play(sim: Simulator, scenario: Scenario, seed: int, say: Say) -> None:
    say(f"“{scenario.title}” begins as soon as somebody listens to the channel.")
    while not _somebody_listens(sim):
        await sim.clock.sleep(LOOK_S)
    say(f"“{scenario.title}” begins.")
    played = await play(scenario, sim.scene, sim.clock, random.Random(seed))  # noqa: S311 - repeatable on purpose
    say(f"“{scenario.title}” is over: {played.done} acts, {played.impossible} of them were impossible.")
    for remark in played.remarks:
        say(f"  {remark}")


def _somebody_listens(sim: Simulator) -> bool:
    subscribed = any(sim.eventsub.subscriptions.of_session(each) for each in sim.eventsub.sessions)
    return subscribed or any(sim.channel.login in session.rooms for session in sim.irc.sessions)


def _write(path: Path, sim: Simulator) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for entry in sim.record:
                file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
    except OSError as error:
        raise SidecastError(f"The record cannot be written to {path}: {error.strerror}.", "Choose another file.") from error


async def _until_stopped(asked: argparse.Namespace, scenario: Scenario | None, say: Say) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await serve(asked, scenario, say, ended)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the answer to a command


def main(arguments: list[str]) -> int:
    """Exit code 0, or 1 with a sentence."""
    asked = parser().parse_args(arguments)
    try:
        scenario = load(find(asked.scenario)) if asked.scenario else None
        asyncio.run(_until_stopped(asked, scenario, _say))
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
