"""The soak of EventSub: hours of events and faults against the simulated Twitch, judged by its own record of what it wrote.

    ./sidecast bench twitch [--hours 2 | --seconds N] [--rate 50] [--every 30] [--seed 1] [--json FILE] [--raw FILE]

The client is the show's own source, log-in and Helix, in a process of its own, over real sockets; Twitch's clock is thirteen
minutes ahead of this machine's. Every so often something goes wrong, drawn by the seed (`twitch_sim/schedule.py`). Exit code 1
when an event was lost or doubled, a stale one arrived, or a gap was not told to the second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report import Report, percentile, raw_writer
from benchmarks.twitch_judge import Judgement, Said, judge
from sidecast.chat.eventsub.wanted import WANTED
from sidecast.twitch_sim.simulator import PUBLIC, Simulator

SKEW_MS = 13 * 60_000
VIEWERS = 200
SETTLE_S = 20.0
"""After the last event, for what is still on its way, and for a socket that is just being replaced."""
BEGIN_S = 60.0
"""At most, until the client has subscribed."""
WARM_S = 900.0
"""Growth of memory counts from here (or from half of a shorter run): ids of a quarter of an hour are kept on purpose."""
TOLD_EVERY_S = 60.0


@dataclass(slots=True)
class Heard:
    """What the client's process has told."""

    arrived: list[str] = field(default_factory=list)
    gaps: list[Said] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looks: list[tuple[float, int, int]] = field(default_factory=list)
    """Seconds since the start, bytes of memory, open files."""
    counts: dict[str, Any] = field(default_factory=dict)


async def soak(options: argparse.Namespace, write: Callable[[Mapping[str, Any]], None]) -> tuple[Judgement, Heard, Counter[str]]:
    heard, chat_ids = Heard(), dict[int, str]()
    async with Simulator(seed=options.seed) as sim:
        sim.faults.skew(SKEW_MS)
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.twitch_client", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert client.stdin is not None
        assert client.stdout is not None
        reading = asyncio.create_task(_read(client.stdout, heard, write))
        try:
            client.stdin.write(json.dumps(_config(sim, options.seed)).encode() + b"\n")
            await _subscribed(sim, BEGIN_S)
            schedule = sim.soak(every_s=options.every, seed=options.seed)
            await _talk(sim, options.rate, options.seconds, chat_ids, heard)
            schedule.stop()
            await _subscribed(sim, BEGIN_S)
            await _talk(sim, options.rate, SETTLE_S, chat_ids, heard)
            await asyncio.sleep(SETTLE_S / 2)
        finally:
            # its end ends the client
            client.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(client.wait(), 20)
            if client.returncode is None:
                client.kill()
            await reading
        if sim.record.forgotten:
            raise RuntimeError(f"The record had no room for {sim.record.forgotten} entries; run it for less time.")
        entries = list(sim.record)
        judgement = judge(entries, chat_ids, heard.arrived, heard.gaps, sim.record.doubtful())
    faults = Counter(entry.type for entry in entries if entry.what == "fault" and entry.type != "skew")
    for entry in entries:
        if entry.what not in {"wrote", "missed", "unheard"}:
            write({"at_ms": entry.at_ms, "what": entry.what, "type": entry.type, "note": entry.note, "socket": entry.socket})
    return judgement, heard, faults


def _config(sim: Simulator, seed: int) -> dict[str, Any]:
    scopes = sorted({scope for wanted in WANTED for scope in wanted.scopes})
    token = sim.token(sim.channel, scopes)
    return {
        "eventsub": sim.eventsub_url,
        "helix": sim.helix_url,
        "id": sim.id_url,
        "client_id": PUBLIC.client_id,
        "access": token.access,
        "refresh": token.refresh,
        "scopes": scopes,
        "user_id": sim.channel.id,
        "login": sim.channel.login,
        "name": sim.channel.name,
        "seed": seed,
    }


async def _subscribed(sim: Simulator, at_most_s: float) -> None:
    """Waits until all that is wanted has a subscription.

    Raises:
        RuntimeError: that takes longer than anything here may take.
    """
    until = time.monotonic() + at_most_s
    while not any(len(sim.eventsub.subscriptions.of_session(each)) >= len(WANTED) for each in sim.eventsub.sessions):
        if time.monotonic() > until:
            raise RuntimeError("The client has not subscribed to everything; see what it said above.")
        await asyncio.sleep(0.05)


async def _talk(sim: Simulator, rate: float, seconds: float, chat_ids: dict[int, str], heard: Heard) -> None:
    """`rate` things happen each second, however late this is woken: mostly chat, some follows and redemptions."""
    viewers = [sim.world.user(f"viewer_{number}") for number in range(VIEWERS)]
    rewards = sim.world.room().rewards or {"": sim.world.points.add_reward("Hydrate", 100)}
    reward = str(next(iter(rewards.values()))["id"])
    began = told = time.monotonic()
    done = 0
    while (now := time.monotonic()) - began < seconds:
        due = int((now - began) * rate)
        for number in range(done, due):
            who = viewers[number % VIEWERS]
            if number % 17 == 5:
                sim.world.support.follow(who)
            elif number % 17 == 11:
                sim.world.points.redeem(who, reward)
            else:
                message = sim.say(who, f"line {number}, and some more words for it to be a usual one")
                chat_ids[sim.eventsub.events] = message.id
        done = due
        if now - told >= TOLD_EVERY_S:
            told, arrived, gaps = now, len(heard.arrived), len(heard.gaps)
            rss = heard.looks[-1][1] / 1e6 if heard.looks else 0.0
            print(f"{now - began:6.0f} s  {done} events, {arrived} arrived, {gaps} gaps, {rss:.1f} MB", flush=True)
        await asyncio.sleep(1 / rate / 2)


async def _read(lines: asyncio.StreamReader, heard: Heard, write: Callable[[Mapping[str, Any]], None]) -> None:
    began = time.monotonic()
    while line := await lines.readline():
        said = json.loads(line)
        if "id" in said:
            heard.arrived.append(said["id"])
            continue
        write(said)
        if "from_ms" in said:
            heard.gaps.append(Said(said["from_ms"] - SKEW_MS, said["to_ms"] - SKEW_MS, said["why"]))
        elif "note" in said:
            heard.notes.append(said["note"])
        elif "rss" in said:
            heard.looks.append((time.monotonic() - began, said["rss"], said["fds"]))
        elif "counts" in said:
            heard.counts = said["counts"]


def report(judgement: Judgement, heard: Heard, faults: Counter[str], seconds: float) -> Report:
    made = Report("twitch")
    made.n = judgement.due
    made.figure("hours", round(seconds / 3600, 3))
    made.figure("lost", len(judgement.lost))
    made.figure("doubled", judgement.doubled)
    made.figure("lost_doubtful", judgement.doubtful)
    made.figure("unexpected", judgement.unexpected)
    made.figure("stale_written", judgement.stale_written)
    made.figure("stale_arrived", judgement.stale_arrived)
    made.figure("doubles_dropped", heard.counts.get("dropped", {}).get("twice", 0))
    made.figure("malformed", heard.counts.get("malformed", 0))
    made.figure("faults", faults.total())
    for name, count in sorted(faults.items()):
        made.figure(f"faults_{name}", count)
    made.figure("gaps", judgement.gaps)
    made.figure("gaps_unsaid", judgement.gaps_unsaid)
    made.figure("gaps_invented", judgement.gaps_invented)
    if judgement.gap_errors_s:
        made.figure("gap_error_s_max", max(judgement.gap_errors_s))
    if judgement.back_s:
        made.figure("back_s_p50", percentile(judgement.back_s, 50))
        made.figure("back_s_p95", percentile(judgement.back_s, 95))
        made.figure("back_s_max", max(judgement.back_s))
    if judgement.noticed_s:
        made.figure("silence_noticed_s_max", max(judgement.noticed_s))
    warm_s = min(WARM_S, seconds / 2)
    warm = [look for look in heard.looks if look[0] >= warm_s]
    if len(warm) > 1:
        made.figure("rss_mb", warm[-1][1] / 1e6)
        made.figure("rss_growth_mb", (warm[-1][1] - warm[0][1]) / 1e6)
        made.figure("fd_growth", warm[-1][2] - warm[0][2])
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench twitch", description=(__doc__ or "").splitlines()[0])
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--hours", type=float, help="how long (default 2)")
    length.add_argument("--seconds", type=float, help="how long, in seconds")
    parser.add_argument("--rate", type=float, default=50.0, help="events a second (default 50)")
    parser.add_argument("--every", type=float, default=30.0, help="seconds between two faults (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="which faults (default 1)")
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write faults, sockets, gaps and notes as JSON lines")
    options = parser.parse_args()
    options.seconds = options.seconds if options.seconds is not None else (options.hours or 2.0) * 3600
    if options.rate <= 0 or options.every <= 0 or options.seconds <= 0:
        parser.error("--rate, --every and the time must be more than 0")
    with raw_writer(options.raw) as write:
        judgement, heard, faults = asyncio.run(soak(options, write))
    report(judgement, heard, faults, options.seconds).finish(options.json)
    for number in judgement.lost[:10]:
        print(f"lost: {number}")
    return 0 if judgement.good else 1


if __name__ == "__main__":
    sys.exit(main())
