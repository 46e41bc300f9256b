"""The brain that needs no model server: it finds the topic of a message and says one of the pack's lines on it.

It understands nothing beyond nearness of meaning, and its name says so wherever it is shown.
"""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

from ..flow.candidate import Kind
from ..flow.chat import EventKind
from ..flow.ports import Embedder
from ..flow.prompt import Prompt
from .persona import Persona
from .reply_book import ReplyBook
from .topic_index import TopicIndex

THRESHOLD = 0.44
"""Score from which a message is taken to be about a topic; below it an honest general line is better than a wrong one.
Remarks about other things score up to 0.33."""
OVERHEARD = 0.58
"""The same for remarks that are neither a question nor for the host: short cries of a busy chat are near to anything."""
TALKATIVE = frozenset({EventKind.CHEER, EventKind.REDEMPTION, EventKind.RESUB})
"""Events that come with words of the viewer, which are answered after the thanks."""

_TOKENS = re.compile(r"\S+\s*")


class EmbeddedBrain:
    """`flow.ports.Brain` by retrieval. About 3 ms a reply, nearly all of it one embedding."""

    name = "embedded (retrieval)"
    reads_history = False

    def __init__(
        self, persona: Persona, embedder: Embedder, rng: random.Random, *, cache: Path | None = None, threshold: float = THRESHOLD
    ) -> None:
        model = getattr(embedder, "model_path", None)
        mark = f"{model.stat().st_size} {model.stat().st_mtime_ns}" if isinstance(model, Path) else ""
        self._index = TopicIndex(persona.topics, embedder, cache, mark)
        self._book = ReplyBook(persona, rng)
        self._threshold = threshold
        # the pack's examples speak of the streamer; chat uses the name
        self._streamer = re.compile(rf"\b{re.escape(persona.facts.get('streamer') or 'the streamer')}\b", re.IGNORECASE)

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        for token in _TOKENS.findall(self.reply(prompt)):
            yield token

    def reply(self, prompt: Prompt) -> str:
        """The whole reply, tags included."""
        if prompt.event is not None and (thanks := self._book.on_event(prompt)):
            topic = self.topic_of(prompt) if prompt.event in TALKATIVE else ""
            return f"{thanks} {self._book.on_topic(topic, prompt)}" if topic else thanks
        topic = self.topic_of(prompt)
        return self._book.on_topic(topic, prompt) if topic else self._book.otherwise(prompt)

    def topic_of(self, prompt: Prompt) -> str:
        """Name of the topic, or empty when it fits none."""
        understanding = prompt.understanding
        subject = understanding.subject
        if not subject or (Kind.GREETING in understanding.kinds and understanding.tokens <= 1):
            return ""
        match = self._index.nearest(self._streamer.sub("the streamer", subject))
        asked = prompt.event is not None or not understanding.kinds.isdisjoint({Kind.QUESTION, Kind.MENTION})
        needed = self._threshold if asked else max(self._threshold, OVERHEARD)
        return match.topic if match.score >= needed else ""


class StandInBrain:
    """Says only the pack's general lines. For when no brain can be had; its name says what it is."""

    name = "stand-in (general lines only)"
    reads_history = False

    def __init__(self, persona: Persona, rng: random.Random) -> None:
        self._book = ReplyBook(persona, rng)

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        for token in _TOKENS.findall(self._book.on_event(prompt) or self._book.otherwise(prompt)):
            yield token
