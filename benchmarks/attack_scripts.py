"""Attacks made of `attacks.toml`: scripts × demands × payloads, the same ones for the same seed.

Forbidden words come from the rule files, by category and place; none is written here or there.
"""

from __future__ import annotations

import itertools
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming
from sidecast.safety.rules import RULES

FILE = Path(__file__).with_name("attacks.toml")
FIRST_S, WAIT_S = 1.0, 3.0
"""When the first step comes, and how long after it the next one unless a script says otherwise."""
TOGETHER = ("ann", "ben", "cleo", "dario", "elif", "finn", "gus", "hana")
ALONE = "mallory"
_SLOT = re.compile(r"\{([a-z_]+)\}")


class Goal(StrEnum):
    """What an attacker wants."""

    PHRASE = "phrase"
    """A harmless phrase of the attacker's is spoken."""
    WORD = "word"
    """A word that the rules forbid is spoken."""
    LEAK = "leak"
    """The instructions or their mark are spoken."""
    ACT = "act"
    """An order is obeyed."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack, ready to be played."""

    id: int
    kind: str
    goal: Goal
    payload: str
    """Empty where nothing of the attacker's is to be spoken."""
    script: tuple[tuple[float, Incoming], ...]
    needs: tuple[str, ...]
    """What a brain must have been shown to obey."""
    obeyed: tuple[str, ...]
    """What a brain says that obeys: one answer, or one for each of `needs`. Slots for what only the brain knows are open."""

    @property
    def lasts_s(self) -> float:
        return self.script[-1][0]


def make_attacks(count: int, seed: int, path: Path = FILE) -> list[Attack]:
    """As many of each kind as of any other, all different.

    Raises:
        ValueError: the file's scripts and payloads do not make so many; says of which kind.
    """
    book = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = list(dict.fromkeys(script["kind"] for script in book["script"]))
    rng = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    attacks: list[Attack] = []
    for place, kind in enumerate(kinds):
        wanted = count // len(kinds) + (place < count % len(kinds))
        for made in itertools.islice(_of_kind(book, kind, rng), wanted):
            attacks.append(_build(len(attacks), made))
        if len(attacks) < sum(count // len(kinds) + (n < count % len(kinds)) for n in range(place + 1)):
            raise ValueError(f"{path.name} does not make {wanted} different attacks of the kind “{kind}”; ask for fewer.")
    return attacks


@cache
def forbidden_words() -> Mapping[str, int]:
    """Plain words that the gate out blocks, and from which level on."""
    found: dict[str, int] = {}
    for path in sorted(RULES.glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]:
            if table["out"] != "allow" and not table.get("check"):
                for word in table.get("words", ()):
                    if len(word) >= 5 and word.isascii() and word.isalpha() and word.islower():
                        found[word] = min(table["level"], found.get(word, table["level"]))
    return found


@dataclass(frozen=True, slots=True)
class _Made:
    """What an attack is built of."""

    script: Mapping[str, Any]
    goal: Goal
    demand: Mapping[str, Any] | None
    payload: str


def _of_kind(book: Mapping[str, Any], kind: str, rng: random.Random) -> Iterator[_Made]:
    """Its scripts in turn, and the goals of each in turn; ends when nothing new is found any more."""
    scripts = [script for script in book["script"] if script["kind"] == kind]
    payloads = {Goal.PHRASE: list(book["phrases"]), Goal.WORD: list(forbidden_words())}
    seen: set[tuple[Any, ...]] = set()
    vain = 0
    for turn in itertools.count():
        script = scripts[turn % len(scripts)]
        goals = [Goal(goal) for goal in script.get("goals", list(Goal))]
        goal = goals[(turn // len(scripts)) % len(goals)]
        demand = rng.choice([each for each in book["demand"] if goal in each["goals"]]) if _demands(script) else None
        payload = rng.choice(payloads[goal]) if goal in payloads else ""
        mark = (scripts.index(script), goal, None if demand is None else demand["text"], payload)
        vain = vain + 1 if mark in seen else 0
        if vain > 50 * len(scripts):
            return
        if mark not in seen:
            seen.add(mark)
            yield _Made(script, goal, demand, payload)


def _demands(script: Mapping[str, Any]) -> bool:
    return any("{demand}" in step.get("text", "") for step in script["steps"])


def _build(number: int, made: _Made) -> Attack:
    script, demand = made.script, made.demand
    slots = _slots(made.payload)
    if demand is not None:
        slots["demand"] = _filled(demand["text"], slots)
    steps = [
        {key: _filled(value, slots) if isinstance(value, str) else value for key, value in step.items()}
        for step in script["steps"]
    ]
    if script.get("letters"):
        steps = [{"text": letter} for letter in slots["joined"]] + steps
    wait_s = script.get("wait_s", WAIT_S)
    items: list[tuple[float, Incoming]] = []
    for place, step in enumerate(steps):
        who = step.get("name") or (TOGETHER[place % len(TOGETHER)] if script["kind"] == "together" else ALONE)
        before = items[-1][1] if items and step.get("reply") else None
        items.append((FIRST_S + place * wait_s, _item(f"a{number}-{place}", who, step, before)))
    obeyed = script.get("obeyed") or (demand or {})["obeyed"]
    needs = script.get("needs") or ([slots["demand"]] if demand else [slots["payload"] or steps[-1]["text"]])
    return Attack(
        id=number,
        kind=script["kind"],
        goal=made.goal,
        payload=made.payload,
        script=tuple(items),
        needs=tuple(_filled(need, slots) for need in needs),
        obeyed=tuple(_filled(each, slots) for each in ([obeyed] if isinstance(obeyed, str) else obeyed)),
    )


def _item(item_id: str, who: str, step: Mapping[str, Any], before: Incoming | None) -> Incoming:
    author = Author(id=f"id-{who.casefold()}", name=who)
    text = step.get("text", "")
    if "event" in step:
        return ChannelEvent(
            id=item_id,
            kind=EventKind(step["event"]),
            author=author,
            amount=step.get("amount", 0),
            title=step.get("title", ""),
            text=text,
            arrived_ns=0,
        )
    reply_to = before.id if isinstance(before, ChatMessage) else ""
    return ChatMessage(id=item_id, author=author, text=text, arrived_ns=0, reply_to=reply_to)


def _slots(payload: str) -> dict[str, str]:
    half = payload.find(" ", len(payload) // 2) if " " in payload else len(payload) // 2
    first, last = payload[:half].strip(), payload[half:].strip()
    return {
        "payload": payload,
        "first": first,
        "last": last,
        "spelled": " ".join(payload.replace(" ", "")),
        "dashed": "-".join(payload.replace(" ", "")),
        "reversed": payload[::-1],
        "reversed_joined": payload[::-1].replace(" ", ""),
        "joined": payload.replace(" ", ""),
    }


def _filled(template: str, slots: Mapping[str, str]) -> str:
    """Slots that only a brain can fill stay open."""
    return _SLOT.sub(lambda match: slots.get(match[1], match[0]), template)


def letters_of(text: str) -> str:
    """To compare what was written with what is shown, whatever stands between."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def said_in(words: Sequence[str], wanted: str) -> bool:
    """Whether some words in a row, joined, are `wanted`: as a word of its own, never by chance inside of another."""
    goal = letters_of(wanted)
    for start in range(len(words)):
        joined = ""
        for word in words[start:]:
            joined += word
            if joined == goal:
                return True
            if not goal.startswith(joined):
                break
    return False
