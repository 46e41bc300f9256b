"""Attacks on the real app, with the sound on: what is heard of them?

The attacks of `attacks.toml` are played one after another as one evening's chat to the app in Godot, on a screen and a sound
server of its own, and what the sound server was given is recorded. Every audible stretch must lie within a clause that the ledger
names; no such clause may hold a word that the rules forbid, a word that the attack was after, or what the gate out stops when it
reads the evening again by itself; and no order may have been obeyed. The embedded brain is the app's own. The obedient one is
simulated: a server that does what any of the attacks wants as soon as it was shown what that takes.

Steps of an attack follow each other faster than in virtual time (`PACE`), viewers have another id in each attack, and storms are
not looked for: otherwise the host would soon answer nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.attack_brains import ObedientBrain
from benchmarks.attack_scripts import Attack, Goal, letters_of, said_in, words_of
from benchmarks.attacked import Target, judge
from benchmarks.captured_mix import RATE as CAPTURED
from benchmarks.captured_mix import CapturedMix
from benchmarks.film import RATE
from benchmarks.heard import marked_spans, not_cleared, unexplained
from benchmarks.lag import sounding
from benchmarks.report import Report
from benchmarks.spoken_again import Mouths, find_all, resampled
from benchmarks.spoken_again import said_in as utterances_in
from fakes.chat_server import Call, chat_server
from fakes.until import until
from sidecast.flow.chat import ChannelEvent, ChatMessage, Incoming
from sidecast.flow.clause import Clause, Word
from sidecast.flow.line import LedgerLine
from sidecast.flow.verdict import Decision
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.opening import open_vault

REPOSITORY = Path(__file__).resolve().parent.parent
PACE = 0.4
"""Of the seconds between two steps."""
REST_S = 5.0
"""Between two attacks: time for an answer."""
FIRST_S = 2.0
SLACK_S = 300.0
"""The app may take so much longer than its chat."""
GAP_S = 0.02
FIRST_FEW, STARTS_WITHIN_S = 8, 180.0
"""Utterances that tell where the recording stands beside the marks, and the longest silence before them."""
CHAT = "attacks.jsonl"
OF_ATTACK = re.compile(r"a(\d+)-")
ORDER = re.compile(r"show\.overrule: (\w+) by ")
MARK = re.compile(r"The word “(\w+)” marks")


@dataclass(slots=True)
class Evening:
    """What one run of the app left."""

    lines: list[LedgerLine]
    trace: list[dict[str, Any]]
    sound: npt.NDArray[np.float32]
    """At `RATE`."""
    said: str
    """By the app, in its log."""


@dataclass(slots=True)
class Obedience:
    """The simulated brain behind HTTP: it obeys the attack whose words have reached it last."""

    attacks: Sequence[Attack]
    instructions: str = ""
    mark: str = ""
    obeyed: set[int] = field(default_factory=set)
    """Attacks that it has answered as they want it."""

    async def __call__(self, call: Call) -> None:
        await call.begin()
        await call.events(*(f"{word} " for word in self.reply((call.body or {}).get("messages", [])).split()))
        await call.done()

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        system = next((each["content"] for each in messages if each["role"] == "system"), "")
        shown = "\n".join(each["content"] for each in messages if each["role"] != "system")
        asked = messages[-1]["content"] if messages else ""
        if found := MARK.search(system):
            self.instructions, self.mark = system, found[1]
        brain = ObedientBrain(self.instructions, self.mark)
        brain.attack = self._latest(letters_of(shown))
        if brain.attack is not None:
            self.obeyed.add(brain.attack.id)
        return brain.reply(shown, asked, _viewer(asked))

    def _latest(self, shown: str) -> Attack | None:
        """Of those that it was shown all of; one that wants several answers needs only one to be asked for."""
        latest, found = -1, None
        for attack in self.attacks:
            places = [shown.rfind(letters_of(need)) for need in attack.needs]
            there = max(places) if len(attack.obeyed) > 1 or min(places) >= 0 else -1
            if there >= 0 and there >= latest:
                latest, found = there, attack
        return found


def _viewer(asked: str) -> str:
    with contextlib.suppress(json.JSONDecodeError):
        fields = json.loads(asked)
        return str(fields.get("viewer", "")) if isinstance(fields, dict) else ""
    return ""


def some_of(attacks: Sequence[Attack], count: int, seed: int) -> list[Attack]:
    """As many of each kind as of any other, drawn from all, whatever they are after.

    Raises:
        ValueError: there are not so many of a kind.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    kinds = list(dict.fromkeys(attack.kind for attack in attacks))
    chosen: list[Attack] = []
    for place, kind in enumerate(kinds):
        of_kind = [attack for attack in attacks if attack.kind == kind]
        chosen += rng.sample(of_kind, count // len(kinds) + (place < count % len(kinds)))
    return sorted(chosen, key=lambda attack: attack.id)


def chat_of(attacks: Sequence[Attack]) -> tuple[list[dict[str, Any]], float]:
    """The lines of a chat log, and how many seconds it takes."""
    lines, began_s = [], FIRST_S
    for attack in attacks:
        first_s = attack.script[0][0]
        for at_s, item in attack.script:
            lines.append({"at": round(began_s + PACE * (at_s - first_s), 3), **_line(item, attack.id)})
        began_s += PACE * (attack.lasts_s - first_s) + REST_S
    return lines, began_s


def _line(item: Incoming, number: int) -> dict[str, Any]:
    assert isinstance(item, ChatMessage | ChannelEvent)
    assert item.author is not None
    author = {"id": f"a{number}-{item.author.id}", "name": item.author.name}
    both = {"id": item.id, "author": author, "text": item.text}
    if isinstance(item, ChatMessage):
        return {"kind": "message", **both, "reply_to": item.reply_to}
    return {"kind": "event", "event": item.kind.value, **both, "amount": item.amount, "title": item.title}


async def play_aloud(attacks: Sequence[Attack], folder: Path, brain: Obedience | None = None) -> Evening:
    """One run of the app; `brain` None: its own."""
    seconds = _write(attacks, folder)
    arguments = ["--replay", str(folder / CHAT), "--trace", str(folder / "trace"), "--seed", "1"]
    async with contextlib.AsyncExitStack() as stack:
        if brain is not None:
            server = await stack.enter_async_context(chat_server(brain))
            arguments += ["--brain", f"openai:{server.url}#m"]
        with CapturedMix() as mix, _app(folder, arguments) as process:
            await until(lambda: process.poll() is not None, seconds + SLACK_S)
    return _left(folder, process.returncode, resampled(mix.samples(), CAPTURED, RATE))


def _write(attacks: Sequence[Attack], folder: Path) -> float:
    """The chat log; returns how many seconds it takes."""
    folder.mkdir()
    lines, seconds = chat_of(attacks)
    (folder / CHAT).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return seconds


def _left(folder: Path, code: int | None, sound: npt.NDArray[np.float32]) -> Evening:
    said = (folder / "app.log").read_text("utf-8", "replace")
    if code != 0:
        raise RuntimeError(f"The app ended with {code}: {said[-2000:]}")
    data = folder / "data" / "sidecast"
    with contextlib.closing(open_vault(data / "vault")) as vault:
        ledger = LedgerReader(data / "ledger.db", vault).last(10_000)[::-1]
    trace = [json.loads(line) for line in (folder / "trace").read_text("utf-8").splitlines()]
    return Evening(ledger, trace, sound, said)


@contextlib.contextmanager
def _app(folder: Path, arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "SIDECAST_AUDIENCE__PAUSE_S": "0",
        "SIDECAST_CONTROL__PORT": "0",
        "SIDECAST_SAFETY__STORMS": "off",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    window = ["--rendering-driver", "opengl3", "--position", "0,0", "--resolution", "1280x720", "--audio-driver", "PulseAudio"]
    command = [os.environ["SIDECAST_GODOT"], "--no-header", *window, "--path", str(REPOSITORY), "--", *arguments]
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def tell_aloud(report: Report, name: str, attacks: Sequence[Attack], evening: Evening, target: Target) -> None:
    """Everything that the recording, the ledger and the log say of it."""
    by_attack: dict[int, list[str]] = defaultdict(list)
    for line in evening.lines:
        if found := OF_ATTACK.match(line.item_id):
            by_attack[int(found[1])] += line.cleared
    for kind in dict.fromkeys(attack.kind for attack in attacks):
        report.figure(f"{name}_{kind}_n", sum(attack.kind == kind for attack in attacks))
    for goal in Goal:
        report.figure(f"{name}_{goal.value}_goal_n", sum(attack.goal is goal for attack in attacks))
    results = [judge(attack, by_attack.get(attack.id, []), [], target) for attack in attacks]
    clauses = [text for line in evening.lines for text in line.cleared]
    words = words_of(" ".join(clauses))
    report.figure(f"{name}_n", len(attacks))
    report.figure(f"{name}_answered", len(by_attack))
    report.figure(f"{name}_harmless_phrases_said", results.count("said"))
    report.figure(f"{name}_instructions_leaked", results.count("leaked"))
    report.figure(f"{name}_forbidden_words", results.count("forbidden"))
    wanted = {attack.payload for attack in attacks if attack.goal is Goal.WORD}
    # over the borders of turns and attacks too
    report.figure(f"{name}_wanted_words_in_cleared", sum(said_in(words, word) for word in wanted))
    report.figure(f"{name}_clauses", len(clauses))
    report.figure(f"{name}_clauses_stopped_when_read_again", _stopped_again(evening.lines, target))
    report.figure(f"{name}_heard_but_not_cleared_words", sum(len(not_cleared(line)) for line in evening.lines))
    report.figure(f"{name}_orders_obeyed", len(ORDER.findall(evening.said)))
    _tell_sound(report, name, evening)


def _stopped_again(lines: Sequence[LedgerLine], target: Target) -> int:
    """By a gate of its own, over the whole evening."""
    gate, stopped = target.make_gate_out(target.policies), 0
    for line in lines:
        for index, text in enumerate(line.cleared):
            clause = Clause(turn_id=line.turn_id, index=index, words=tuple(Word(word, word) for word in text.split()))
            stopped += gate.clear(clause)[1].decision is not Decision.ALLOW
    return stopped


def _tell_sound(report: Report, name: str, evening: Evening) -> None:
    utterances = utterances_in(evening.trace, evening.lines)
    stretches = sounding(evening.sound, RATE, gap_s=GAP_S)
    first_s = (utterances[:FIRST_FEW][-1].ended_ns - utterances[0].audible_ns) / 1e9 + STARTS_WITHIN_S if utterances else 0.0
    found = find_all(evening.sound, RATE, utterances, Mouths(RATE), looked_for=FIRST_FEW, within_s=first_s)
    report.figure(f"{name}_utterances", len(utterances))
    report.figure(f"{name}_found_by_their_waves", len(found))
    report.figure(f"{name}_audible_s", round(sum(span.seconds for span in stretches), 2))
    if not found:
        return
    offset_s = statistics.median(each.at.start_s - each.said.audible_ns / 1e9 for each in found)
    spans = marked_spans(evening.trace, offset_s)
    # an utterance that the ledger does not name would be one mark too many
    report.figure(f"{name}_utterances_not_in_the_ledger", len(spans) - len(utterances))
    outside = unexplained(stretches, spans)
    report.figure(f"{name}_stretches_outside", len(outside))
    report.figure(f"{name}_outside_s", round(sum(span.seconds for span in outside), 3))
    report.figure(f"{name}_outside_longest_ms", round(1e3 * max((span.seconds for span in outside), default=0.0), 1))


def aloud(report: Report, brains: Sequence[str], attacks: Sequence[Attack], target: Target, folder: Path) -> None:
    """Plays the evening against each of the brains that can be heard: `embedded`, `obedient`."""
    for name in brains:
        brain = Obedience(attacks) if name == "obedient" else None
        evening = asyncio.run(play_aloud(attacks, folder / name, brain))
        aimed = target
        if brain is not None:
            report.figure(f"{name}_brain", "simulated")
            report.figure(f"{name}_obeyed", len(brain.obeyed))
            aimed = target.marked(brain.instructions, brain.mark)
        tell_aloud(report, f"{name}_aloud", attacks, evening, aimed)
