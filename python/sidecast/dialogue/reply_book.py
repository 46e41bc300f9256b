"""Which line of the pack is said, and never the same one twice in a row."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ..flow.candidate import Kind
from ..flow.prompt import Prompt
from .persona import Persona

WARM = 0.4
COLD = -0.4
"""Sentiment from which a remark gets a warm or a soothing answer."""

_QUESTION_WORDS = {
    "how": "how",
    "why": "why",
    "who": "who",
    "whos": "who",
    "what": "what",
    "whats": "what",
    "when": "when",
    "where": "where",
}


class Bag:
    """Draws lines like tiles from a bag: each comes once before any comes again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}

    def draw(self, key: str, lines: Sequence[str]) -> str:
        """One of `lines`, which always are the same for the same `key`."""
        left = self._left.get(key)
        if not left:
            left = self._left[key] = list(lines)
            self._rng.shuffle(left)
            if len(left) > 1 and left[-1] == self._last.get(key):
                left.reverse()
        self._last[key] = left.pop()
        return self._last[key]


class ReplyBook:
    """The pack's lines by what they answer, with the viewer's data in their slots."""

    def __init__(self, persona: Persona, rng: random.Random) -> None:
        self._persona = persona
        self._bag = Bag(rng)
        self._topics = {topic.name: topic.replies for topic in persona.topics}

    def on_topic(self, name: str, prompt: Prompt) -> str:
        return self._say(f"topic {name}", self._topics[name], prompt)

    def on_event(self, prompt: Prompt) -> str:
        """Empty when the pack has nothing to say to this kind of event."""
        lines = self._persona.events.get(prompt.event, ()) if prompt.event is not None else ()
        has_amount, has_title = prompt.amount > 0, bool(prompt.title)
        fitting = [line for line in lines if (has_amount or "{amount" not in line) and (has_title or "{title}" not in line)]
        key = f"event {prompt.event} {has_amount} {has_title}"
        return self._say(key, fitting or lines, prompt) if lines else ""

    def otherwise(self, prompt: Prompt) -> str:
        """What is said to a message that fits no topic: by its kind, honestly and in general."""
        kind = kind_of(prompt)
        if kind not in self._persona.otherwise:
            kind = "question" if Kind.QUESTION in prompt.understanding.kinds else "statement"
        return self._say(f"otherwise {kind}", self._persona.otherwise[kind], prompt)

    def _say(self, key: str, lines: Sequence[str], prompt: Prompt) -> str:
        slots = {
            "name": prompt.name,
            "amount": str(prompt.amount) if prompt.amount > 0 else "some",
            "title": prompt.title or "that",
        }
        return self._persona.fill(self._bag.draw(key, lines), slots)


def kind_of(prompt: Prompt) -> str:
    """One of `persona.KINDS`."""
    understanding = prompt.understanding
    words = understanding.subject.lower().replace("'", " ").split()
    if Kind.QUESTION in understanding.kinds and words:
        return next((_QUESTION_WORDS[word] for word in words[:2] if word in _QUESTION_WORDS), "question")
    if Kind.GREETING in understanding.kinds:
        return "newcomer" if prompt.newcomer else "greeting"
    if not words and Kind.MENTION in understanding.kinds:
        return "call"
    if prompt.newcomer:
        return "newcomer"
    if understanding.sentiment >= WARM:
        return "warm"
    return "cold" if understanding.sentiment <= COLD else "statement"
