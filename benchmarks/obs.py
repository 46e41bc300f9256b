"""How soon a real OBS does what a rule says, and how soon it is missed and found again.

    ./sidecast bench obs [--requests 500] [--events 200] [--faults 5] [--json FILE] [--raw FILE]

`request_ms`: one request and its answer, one after another. `event_to_obs_ms`: from a channel event that reaches the rules (100
of them, one of which it sets off) to the moment when a second connection is told that OBS has changed. `noticed_*_s`: from a
frozen or killed OBS, of which nobody asks anything, to the link that knows. `reconnect_s`: from the first answer of an OBS that
was started again to the link that is there; `thawed_s` the same for one that was frozen. `wrong_answers`: of 300 requests at
once. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report import Report, percentile, raw_writer
from fakes.obs_acting import acting_in
from fakes.obs_linked import linked
from fakes.real_obs import FIRST_SCENE, RealObs, missing
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.flow.action import Act, Granted
from sidecast.flow.chat import ChannelEvent, EventKind
from sidecast.flow.obs import Call, ObsEvent
from sidecast.flow.obs_act import ObsAct
from sidecast.obs.acting.acting import ObsActing
from sidecast.obs.link.connection import ObsLink
from sidecast.rules.ports import Acted
from sidecast.rules.rules import Given, Rules

PROMISED = {
    "event_to_obs_ms_p95": 30.0,
    "request_ms_p95": 20.0,
    "noticed_frozen_s_max": 2.0,
    "noticed_killed_s_max": 2.0,
    "thawed_s_max": 2.0,
    "reconnect_s": 2.0,
    "wrong_answers": 0,
}
RULES = 100
AT_ONCE = 300
SHOW = (EventKind.RAID, EventKind.SUB, EventKind.RESUB, EventKind.CHEER)
HIDE = (EventKind.FOLLOW, EventKind.GIFT, EventKind.SHOUT_OUT, EventKind.REDEMPTION)
"""In turns, because a rule runs 60 times a minute at most."""
MOST_EVENTS = 60 * len(SHOW + HIDE)
SETTLE_S = 0.03
"""Between events: they come to an OBS that does nothing else."""
EVERY_RULE = '[[rule]]\nname = "{name}"\nwhen = {{ {when} }}\ncooldown = 0\ndo = [{{ {do} = "Lamp" }}]\n'

Write = Callable[[Mapping[str, Any]], None]


@dataclass
class Samples:
    values: dict[str, list[float]] = field(default_factory=dict)
    write: Write = lambda _: None

    def add(self, key: str, value: float) -> None:
        self.values.setdefault(key, []).append(value)
        self.write({"what": key, "value": round(value, 4)})


async def requests(link: ObsLink, item: int, count: int, samples: Samples) -> None:
    """A request that changes something, and a batch of ten of them."""
    for number in range(count):
        data = {"sceneName": FIRST_SCENE, "sceneItemId": item, "sceneItemEnabled": bool(number % 2)}
        began = time.perf_counter()
        await link.call("SetSceneItemEnabled", data)
        samples.add("request_ms", (time.perf_counter() - began) * 1e3)
    for _ in range(count // 10):
        calls = [Call("GetSceneItemEnabled", {"sceneName": FIRST_SCENE, "sceneItemId": item})] * 10
        began = time.perf_counter()
        await link.batch(calls)
        samples.add("batch_of_10_ms", (time.perf_counter() - began) * 1e3)


async def at_once(obs: RealObs, link: ObsLink, samples: Samples) -> int:
    """Returns how many of many answers were another's."""
    names = [f"Room {number}" for number in range(20)]
    for name in names:
        obs.ask("CreateScene", {"sceneName": name})
        obs.colour(f"Source of {name}", scene=name)
    asked = [names[number % len(names)] for number in range(AT_ONCE)]
    began = time.perf_counter()
    answers = await asyncio.gather(*(link.call("GetSceneItemList", {"sceneName": name}, timeout_s=30.0) for name in asked))
    samples.add("at_once_ms", (time.perf_counter() - began) * 1e3)
    right = [[each["sourceName"] for each in answer["sceneItems"]] for answer in answers]
    return sum(found != [f"Source of {name}"] for name, found in zip(asked, right, strict=True))


class Actor:
    def __init__(self, acting: ObsActing) -> None:
        self._acting = acting

    async def do(self, act: ObsAct | Act, cause: Granted) -> Acted:
        assert isinstance(act, ObsAct)
        done = await self._acting.do(act, cause)
        return Acted(done=done.ok, words=done.words)

    def check(self, act: ObsAct | Act, cause: Granted) -> tuple[str, ...]:
        return ()


@contextlib.asynccontextmanager
async def ruled(acting: ObsActing, folder: Path) -> AsyncIterator[Rules]:
    """The show's rules: some for the events, and others that are looked at and not set off."""
    path = folder / "rules.toml"
    wanted = [(f'event = "{kind.value}"', "show" if kind in SHOW else "hide") for kind in SHOW + HIDE]
    wanted += [(f'command = "!other{number}"', "show") for number in range(RULES - len(wanted))]
    path.write_text("".join(EVERY_RULE.format(name=when.replace('"', ""), when=when, do=do) for when, do in wanted), "utf-8")
    given = Given(
        clock=SystemClock(),
        actor=Actor(acting),
        say=lambda _: None,
        judge=lambda _: "",
        new_id=lambda: uuid.uuid4().hex,
        on_line=lambda _: None,
    )
    rules = Rules(path, given)
    task = asyncio.create_task(rules.run())
    await until(lambda: len(rules.file.book.rules) == RULES or task.done())
    try:
        yield rules
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def events(obs: RealObs, folder: Path, count: int, samples: Samples) -> None:
    told = asyncio.Event()
    at_ns = 0

    def changed(event: ObsEvent) -> None:
        nonlocal at_ns
        if event.name == "SceneItemEnableStateChanged":
            at_ns = event.at_ns
            told.set()

    async with linked(obs) as witness, acting_in(obs, folder) as here, ruled(here.acting, folder) as rules:
        witness.follow(changed)
        await here.acting.look()
        for number in range(count):
            told.clear()
            await asyncio.sleep(SETTLE_S)
            kind = (SHOW if number % 2 else HIDE)[number // 2 % len(SHOW)]
            began_ns = time.monotonic_ns()
            rules.heard(ChannelEvent(id=str(number), kind=kind, arrived_ns=began_ns, author=None, channel="kit", amount=5))
            try:
                async with asyncio.timeout(10):
                    await told.wait()
            except TimeoutError:
                ran = [(line.rule, line.ending, line.told) for line in rules.lines][-2:]
                raise RuntimeError(f"Event {number} ({kind}) changed nothing in OBS; the rules say {ran}.") from None
            samples.add("event_to_obs_ms", (at_ns - began_ns) / 1e6)


async def faults(obs: RealObs, count: int, samples: Samples) -> None:
    changes: list[float] = []
    async with linked(obs) as link:
        link.on_change(lambda: changes.append(time.monotonic()))

        async def measured(key: str, do: Callable[[], object], then: Callable[[], Awaitable[float]] | None = None) -> None:
            """From what is done, or from the moment that `then` returns, to the link's next change."""
            changes.clear()
            began = time.monotonic()
            do()
            if then is not None:
                began = await then()
            await until(lambda: changes)
            samples.add(key, max(0.0, changes[0] - began))

        async def answers() -> float:
            await asyncio.to_thread(obs.wait_ready)
            return time.monotonic()

        for number in range(count):
            await asyncio.sleep(0.1 + 0.37 * number % 0.7)  # anywhere between two signs of life
            await measured("noticed_frozen_s", obs.freeze)
            await asyncio.sleep(2.5 if number % 2 else 0.2)
            await measured("thawed_s", obs.thaw)
            await asyncio.sleep(0.3)
            await measured("noticed_killed_s", obs.kill)
            await asyncio.sleep(1.0)
            await measured("reconnect_s", lambda: obs.start(ready=False), answers)


async def measure(options: argparse.Namespace, write: Write) -> tuple[Samples, int]:
    samples = Samples(write=write)
    with RealObs() as obs, tempfile.TemporaryDirectory(prefix="sidecast-bench-") as folder:
        item = obs.colour("Lamp")
        async with linked(obs) as link:
            await requests(link, item, options.requests, samples)
            wrong = await at_once(obs, link, samples)
        await events(obs, Path(folder), min(options.events, MOST_EVENTS), samples)
        await faults(obs, options.faults, samples)
    return samples, wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench obs", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--faults", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--raw", type=Path)
    options = parser.parse_args(arguments)
    if why := missing():
        print(f"There is no OBS to measure: {why}.", file=sys.stderr)
        return 2
    with raw_writer(options.raw) as write:
        samples, wrong = asyncio.run(measure(options, write))
    report = Report("obs")
    report.n = len(samples.values.get("event_to_obs_ms", ()))
    for key, values in samples.values.items():
        if key.endswith("_ms"):
            for q in (50, 95, 99):
                report.figure(f"{key}_p{q}", round(percentile(values, q), 3))
        elif key == "reconnect_s":
            report.figure(key, round(max(values), 3))
        else:
            report.figure(f"{key}_max", round(max(values), 3))
    report.figure("wrong_answers", wrong)
    report.finish(options.json)
    broken = {key: report.figures[key] for key, most in PROMISED.items() if float(report.figures.get(key, 0)) > most}
    for key, value in broken.items():
        print(f"{key} is {value}; promised: at most {PROMISED[key]:g}.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
