"""Made-up storms: who comes when, how they are called, what they write. Names come from patterns, texts are harmless."""

from __future__ import annotations

import random

from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming, Role

Script = list[tuple[float, Incoming]]

PASTA = "the lantern keeper forgot to buy oil again today"
WORDS = "amber basil cedar delta ember fable gusto hazel ivory jolly koala lemon mango noble olive piano quilt river sugar tulip"


def writes(
    text: str,
    who: str,
    *,
    id: str = "",  # noqa: A002
    new: bool = False,
    roles: frozenset[Role] = frozenset(),
) -> ChatMessage:
    """`new`: the platform says that it is the author's first message."""
    author = Author(id=f"id-{who}", name=who, roles=roles)
    return ChatMessage(id=id or f"{who}: {text}", author=author, text=text, arrived_ns=0, first=new)


def different_names(count: int) -> list[str]:
    """As people call themselves: no two by one pattern."""
    words = WORDS.split()
    return [f"{words[at % 20]}_{words[(at // 20 + at * 7 + 1) % 20]}{at // 7}" for at in range(count)]


def patterned_names(count: int, word: str = "tulip") -> list[str]:
    return [f"{word}{'_' * (at % 2)}{1000 + 37 * at}" for at in range(count)]


def same_text(at_s: float, names: list[str], *, new: bool, every_s: float = 0.8, text: str = PASTA) -> Script:
    return [(at_s + number * every_s, writes(text, name, new=new)) for number, name in enumerate(names)]


def nearly_same(at_s: float, names: list[str], chance: random.Random, every_s: float = 0.8) -> Script:
    """Each copy with other words before or after it, and other digits."""
    script: Script = []
    for number, name in enumerate(names):
        more = " ".join(chance.sample(WORDS.split(), 2))
        text = f"{more} {PASTA}" if chance.random() < 0.5 else f"{PASTA} {more} {chance.randrange(1000)}"
        script.append((at_s + number * every_s, writes(text, name, new=True)))
    return script


def follows(at_s: float, names: list[str], every_s: float = 0.4) -> Script:
    return [
        (
            at_s + number * every_s,
            ChannelEvent(id=f"f-{name}", kind=EventKind.FOLLOW, author=Author(id=f"id-{name}", name=name), arrived_ns=0),
        )
        for number, name in enumerate(names)
    ]
