"""What a hundred rules cost an event: on their way to a decision, and from the show's call to the first act.

    ./sidecast bench rules [--events N] [--json FILE] [--raw FILE]

Two sets of rules: `mixed`, as streamers have them, with triggers of all sorts; and `worst`, in which all hundred wait for the
very same event, with conditions that hold up to the last. `cpu` is processor time of the loop's thread, the rest is of the wall.
Nothing acts in OBS here: what OBS takes is `bench obs`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.report import Report, percentile, raw_writer
from sidecast.clock import SystemClock
from sidecast.flow.action import Act, Granted
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Role
from sidecast.flow.obs import ObsEvent, ObsState
from sidecast.flow.obs_act import ObsAct
from sidecast.rules.engine import Engine
from sidecast.rules.happening import Happening, Situation, Viewer, What
from sidecast.rules.ports import Acted
from sidecast.rules.reading import read_rules
from sidecast.rules.rules import Given, Rules

RULES = 100
ON_AIR = Situation(obs=True, scene="Game", streaming=True, mood="happy")
TRIGGERS = (
    '{ event = "raid", at_least = 5 }',
    '{ event = "cheer", at_least = 100 }',
    '{ event = "reward", reward = "Hydrate" }',
    '{ event = "follow" }',
    '{ command = ["!brb", "!pause"] }',
    '{ command = "!clip", by = "everyone" }',
    '{ obs = "scene", to = "Game" }',
    '{ obs_event = "InputMuteStateChanged", where = { inputName = "Mic" } }',
    '{ mood = "laughing" }',
    '{ speech = "starts" }',
    '{ storm = "begins", kind = "hate" }',
    '{ silence = "2 min" }',
    '{ every = "15 min" }',
    '{ at = "22:30" }',
)
CONDITIONS = (
    'if = { scene = "Game", streaming = true, storm = false, not_mood = "sad", '
    'between = ["00:00", "23:59"], by = ["subscriber", "vip"], chance = 0.5 }\ncooldown = "1 s"\ncooldown_per_viewer = "1 s"'
)


def mixed() -> str:
    return "\n".join(_rule(number, TRIGGERS[number % len(TRIGGERS)]) for number in range(RULES))


def worst() -> str:
    return "\n".join(_rule(number, '{ event = "raid" }') for number in range(RULES))


def _rule(number: int, when: str) -> str:
    return f'[[rule]]\nname = "Rule {number}"\nwhen = {when}\n{CONDITIONS}\ndo = {{ scene = "Scene {number}" }}\n'


def evaluated(text: str, events: int, chance: random.Random, clock: Callable[[], int]) -> list[float]:
    """Milliseconds that each event takes in the engine, by this clock (ns)."""
    engine = Engine(read_rules(text), chance=chance.random, local=_local, now_ns=0)
    viewers = [Viewer(id=str(n), name=f"viewer{n}", roles=frozenset({Role.SUBSCRIBER})) for n in range(1000)]
    names = ((What.EVENT, "raid"), (What.EVENT, "cheer"), (What.COMMAND, "!clip"), (What.OBS, "scene"), (What.MOOD, "laughing"))
    times = []
    for number in range(events):
        what, name = names[number % len(names)] if "cheer" in text else names[0]
        # far enough apart that no cool-down ends the work early
        happening = Happening(
            what=what,
            name=name,
            at_ns=number * 2_000_000_000,
            at_ms=1_767_225_600_000 + number * 2000,
            viewer=viewers[number % 1000],
            amount=150,
            title="Game",
        )
        start = clock()
        engine.tell(happening, ON_AIR)
        times.append((clock() - start) / 1e6)
    return times


def ticked(text: str, ticks: int) -> list[float]:
    """Milliseconds of each look at the clock, once a second."""
    engine = Engine(read_rules(text), chance=lambda: 0.0, local=_local, now_ns=0)
    times = []
    for number in range(ticks):
        start = time.perf_counter_ns()
        engine.tick(number * 1_000_000_000, 1_767_225_600_000 + number * 1000, ON_AIR)
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


class Stamped:
    """An actor that does nothing but note when it was asked first."""

    def __init__(self) -> None:
        self.first_ns = 0
        self.asked = asyncio.Event()

    async def do(self, act: ObsAct | Act, cause: Granted) -> Acted:
        if not self.first_ns:
            self.first_ns = time.perf_counter_ns()
            self.asked.set()
        return Acted(done=True)

    def check(self, act: ObsAct | Act, cause: Granted) -> tuple[str, ...]:
        return ()


async def to_the_first_act(text: str, events: int) -> list[float]:
    """Milliseconds from the show's call to the first act, with all rules and bookkeeping between."""
    actor, numbers = Stamped(), itertools.count()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rules.toml"
        path.write_text(text.replace(CONDITIONS, ""), encoding="utf-8")
        given = Given(
            clock=SystemClock(),
            actor=actor,
            say=lambda _: None,
            judge=lambda _: "",
            new_id=lambda: str(next(numbers)),
            on_line=lambda _: None,
        )
        rules = Rules(path, given)
        task = asyncio.create_task(rules.run())
        await rules.look_at_file()
        # so that it listens
        await asyncio.sleep(0.1)
        rules.state(ObsState(), ObsState(connected=True, scene="Game", streaming=True))
        times = []
        for number in range(events):
            actor.first_ns = 0
            actor.asked.clear()
            start = time.perf_counter_ns()
            _tell(rules, number)
            await actor.asked.wait()
            times.append((actor.first_ns - start) / 1e6)
            await asyncio.sleep(0.005)
            # a rule runs at most so often a minute
            rules.engine = Engine(rules.engine.rules, chance=lambda: 0.0, local=_local, now_ns=0)
        task.cancel()
        await asyncio.wait({task})
    return times


def _tell(rules: Rules, number: int) -> None:
    author = Author(id="1", name="mika", roles=frozenset({Role.MODERATOR}))
    now_ns = time.monotonic_ns()
    match number % 3:
        case 0:
            rules.heard(ChannelEvent(id=f"e{number}", kind=EventKind.RAID, arrived_ns=now_ns, author=author, amount=42))
        case 1:
            rules.heard(ChatMessage(id=f"m{number}", author=author, text="!brb soon", arrived_ns=now_ns))
        case _:
            rules.obs(ObsEvent("CurrentProgramSceneChanged", {"sceneName": "Game"}, now_ns))


def _local(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, UTC)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", type=Path)
    options.add_argument("--raw", type=Path)
    chosen = options.parse_args()
    report = Report("rules")
    chance = random.Random(chosen.seed)  # noqa: S311 - luck
    report.figure("rules", RULES)
    with raw_writer(chosen.raw) as write:
        for name, text in (("mixed", mixed()), ("worst", worst())):
            _told(report, f"{name}_event_cpu_ms", evaluated(text, chosen.events, chance, time.thread_time_ns), write)
            _told(report, f"{name}_event_ms", evaluated(text, chosen.events, chance, time.perf_counter_ns), write)
        _told(report, "tick_ms", ticked(mixed(), chosen.events), write)
        _told(report, "event_to_act_ms", asyncio.run(to_the_first_act(mixed(), max(chosen.events // 5, 1))), write)
    start = time.perf_counter_ns()
    read_rules(mixed())
    report.figure("read_file_ms", (time.perf_counter_ns() - start) / 1e6)
    report.n = chosen.events
    report.finish(chosen.json)
    return 0


def _told(report: Report, key: str, times: Sequence[float], write: Callable[[Mapping[str, Any]], None]) -> None:
    for each in times:
        write({"what": key, "ms": each})
    report.figure(f"{key}_p50", percentile(times, 50))
    report.figure(f"{key}_p95", percentile(times, 95))
    report.figure(f"{key}_p99", percentile(times, 99))
    report.figure(f"{key}_max", max(times))


if __name__ == "__main__":
    sys.exit(main())
