"""A turn's reply as clauses: prompt → brain → splitter → spoken form. Falls back when a brain fails or is silent."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from ..clock import Clock
from ..errors import BrainError
from ..flow.chat import ChannelEvent, ChatMessage, EventKind, Removal
from ..flow.clause import Clause, Mood
from ..flow.ports import Brain
from ..flow.prompt import MAX_TEXT, Exchange, Prompt
from ..flow.turn import Turn
from ..settings import Dialogue as DialogueSettings
from .addressing import Address
from .breaker import Breaker
from .clauses import ClauseSplitter, Piece
from .persona import Persona
from .reply_book import Bag
from .spoken import words_of

log = logging.getLogger(__name__)

MAX_HEARD = 400
"""Characters of a past reply that are kept."""
MAX_TITLE = 60


class Dialogue:
    """One turn at a time. `speakable` says whether a viewer's name may be said (the gate's); by default none is asked."""

    def __init__(
        self,
        brain: Brain,
        fallback: Brain | None,
        persona: Persona,
        settings: DialogueSettings,
        clock: Clock,
        *,
        speakable: Callable[[str], bool] = lambda name: True,
        rng: random.Random | None = None,
    ) -> None:
        self.brain_name = brain.name
        """Which brain the latest turn was answered by."""
        self._brains = [brain] if fallback is None else [brain, fallback]
        self._breaker = Breaker()
        self._persona = persona
        self._settings = settings
        self._clock = clock
        self._address = Address(persona.friend, speakable)
        self._bag = Bag(rng or random.Random(0))  # noqa: S311  which line is said is no secret
        self._history: deque[tuple[ChatMessage | ChannelEvent, Exchange]] = deque(maxlen=settings.history)

    async def reply(self, turn: Turn) -> AsyncIterator[Clause]:
        """Clauses from index 0, each as soon as it is written.

        Raises:
            BrainError: no brain said anything.
        """
        prompt = self.prompt(turn)
        for brain in self._willing():
            self.brain_name = brain.name
            index = 0
            try:
                async for piece in self._pieces(brain, prompt):
                    clause = self._clause(turn, index, piece)
                    if clause.spoken:
                        yield clause
                        index += 1
                    if index == self._settings.max_clauses:
                        break
            except Exception as error:  # noqa: BLE001  a brain may be anybody's code, and the show goes on
                self._failed(brain, turn, error)
                if index:
                    yield self.closing(turn, index)
                    return
                continue
            if index:
                self._succeeded(brain)
                return
            self._failed(brain, turn, BrainError(f"The brain “{brain.name}” gave nothing that can be said."))
        raise BrainError(f"No brain had an answer for turn {turn.id}.", "See the lines above for each one's reason.")

    def prompt(self, turn: Turn) -> Prompt:
        """What a brain is asked: viewer data in slots of its own, capped."""
        candidate, item = turn.cause, turn.cause.item
        text = candidate.verdict.replacement or item.text
        event, amount, title = _event_of(item)
        return Prompt(
            turn_id=turn.id,
            name=self._address.name_of(candidate),
            text=text[:MAX_TEXT],
            understanding=candidate.understanding,
            event=event,
            amount=amount,
            title=_without_tags(title)[:MAX_TITLE],
            newcomer=isinstance(item, ChatMessage) and item.first,
            history=tuple(exchange for _, exchange in self._history),
        )

    def deflection(self, turn: Turn, index: int) -> Clause:
        """Said in place of a reply that the gate stopped before anything of it was heard."""
        return self._line(turn, index, "deflection", self._persona.deflections)

    def closing(self, turn: Turn, index: int) -> Clause:
        """Ends a reply gracefully that cannot go on."""
        return self._line(turn, index, "closing", self._persona.closings)

    def heard(self, turn: Turn, text: str) -> None:
        """What of the turn was really heard; the only thing that history is made of."""
        prompt = self.prompt(turn)
        self._history.append((turn.cause.item, Exchange(prompt.name, prompt.text, text[:MAX_HEARD])))

    def forget(self, removal: Removal) -> None:
        """What was removed from the chat leaves the history too."""
        kept = [each for each in self._history if not removal.hits(each[0])]
        self._history.clear()
        self._history.extend(kept)

    def _willing(self) -> list[Brain]:
        if len(self._brains) > 1 and not self._breaker.closed(self._clock.now_ns()):
            return self._brains[1:]
        return self._brains

    def _failed(self, brain: Brain, turn: Turn, error: Exception) -> None:
        what: object = type(error).__name__  # its text may hold what a viewer wrote
        if isinstance(error, BrainError):
            what = error
        elif isinstance(error, TimeoutError):
            what = f"silent for {self._settings.first_clause_timeout_s} s"
        log.warning("turn %s: the brain “%s” failed: %s", turn.id, brain.name, what)
        if brain is self._brains[0]:
            self._breaker.failed(self._clock.now_ns())

    def _succeeded(self, brain: Brain) -> None:
        if brain is self._brains[0]:
            self._breaker.succeeded()

    async def _pieces(self, brain: Brain, prompt: Prompt) -> AsyncIterator[Piece]:
        """The reply's pieces; each may take as long as a first clause may."""
        splitter = ClauseSplitter(self._persona.gestures)
        stream = brain.stream(prompt)
        try:
            while True:
                async with asyncio.timeout(self._settings.first_clause_timeout_s):
                    pieces, more = await _next(stream, splitter)
                for piece in pieces:
                    yield piece
                if not more:
                    return
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    def _clause(self, turn: Turn, index: int, piece: Piece) -> Clause:
        name = self._address.name_of(turn.cause)
        return Clause(
            turn_id=turn.id,
            index=index,
            words=words_of(piece.text, self._address.readings(name)),
            mood=piece.mood if piece.mood in self._persona.moods else Mood.NEUTRAL,
            gesture=piece.gesture,
        )

    def _line(self, turn: Turn, index: int, kind: str, lines: Sequence[str]) -> Clause:
        splitter = ClauseSplitter(self._persona.gestures)
        pieces = splitter.feed(self._persona.fill(self._bag.draw(kind, lines), {})) + splitter.close()
        return self._clause(turn, index, Piece(" ".join(piece.text for piece in pieces), pieces[0].mood, pieces[0].gesture))


async def _next(stream: AsyncIterator[str], splitter: ClauseSplitter) -> tuple[list[Piece], bool]:
    """The next clauses, and whether more may come."""
    async for text in stream:
        pieces = splitter.feed(text)
        if pieces:
            return pieces, True
    return splitter.close(), False


def _event_of(item: ChatMessage | ChannelEvent) -> tuple[EventKind | None, int, str]:
    """Bits and rewards that come inside a message are thanked for like their events."""
    if isinstance(item, ChannelEvent):
        return item.kind, item.amount, item.title
    if item.bits > 0:
        return EventKind.CHEER, item.bits, ""
    return (EventKind.REDEMPTION, 0, item.reward) if item.reward else (None, 0, "")


def _without_tags(text: str) -> str:
    return " ".join(text.translate({ord(sign): " " for sign in "[](){}"}).split())
