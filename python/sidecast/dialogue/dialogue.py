"""A turn's reply as clauses: prompt → brain → splitter → spoken form. Falls back when a brain fails or is silent."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing

from ..clock import Clock, ms_between
from ..errors import BrainError
from ..flow.chat import ChannelEvent, ChatMessage, EventKind, Removal
from ..flow.clause import Clause, Mood
from ..flow.ports import Brain
from ..flow.prompt import MAX_TEXT, Exchange, Prompt
from ..flow.turn import Turn
from ..settings import Dialogue as DialogueSettings
from .addressing import Address
from .brains.trouble import BrainTrouble
from .breaker import Breaker, told
from .clauses import ClauseSplitter, Piece
from .history import History, Sources
from .persona import Persona
from .probing import PROBE, PROBE_S
from .reply_book import Bag
from .sense import Sense
from .spoken import words_of

log = logging.getLogger(__name__)

MAX_HEARD = 400
"""Characters of a past reply that are kept."""
MAX_TITLE = 60
OWN_WORDS = "the streamer's own words"
"""In place of a brain's name."""
STREAMER = "the streamer"
"""Whom a brain is told that the host spoke for, where nobody had asked anything."""


class Dialogue:
    """One turn at a time. `speakable` says whether a viewer's name may be said (the gate's); by default none is asked.

    When the brain fails, the turn is answered by the first of `fallbacks` that has an answer, and so are the turns after
    it until the brain passes a probe. What was said already stays said: then the turn ends with a closing line instead.
    """

    def __init__(
        self,
        brain: Brain,
        fallbacks: Sequence[Brain],
        persona: Persona,
        settings: DialogueSettings,
        clock: Clock,
        *,
        speakable: Callable[[str], bool] = lambda name: True,
        rng: random.Random | None = None,
        on_change: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`on_change`: told one sentence for the streamer when the brain is away, and an empty one when it is back."""
        self.brain_name = brain.name
        """Which brain the latest turn was answered by."""
        self._brain = brain
        self._fallbacks = list(fallbacks)
        self._persona = persona
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._address = Address(persona.friend, speakable)
        chance = rng or random.Random(0)  # noqa: S311  which line is said is no secret
        self._bag = Bag(chance)
        self._breaker = Breaker(lambda: brain.name, self._probe, clock, chance, self._tell)
        self._history = History(settings.history)
        self._shown_to: tuple[str, Sources] = ("", ())
        """Turn, and what a brain that reads history was shown for it."""

    def adopt(self, settings: DialogueSettings) -> None:
        """How long it waits for a brain and how much it says, from the next turn on."""
        self._settings = settings

    def start(self) -> None:
        """Let the brain get ready; until it is, the fallbacks answer."""
        if self._fallbacks:
            self._breaker.warm_up()

    async def close(self) -> None:
        await self._breaker.close()

    async def reply(self, turn: Turn) -> AsyncIterator[Clause]:
        """Clauses from index 0, each as soon as it is written.

        Raises:
            BrainError: no brain said anything.
        """
        item = turn.cause.item
        if isinstance(item, ChannelEvent) and item.kind is EventKind.SAID:
            self.brain_name = OWN_WORDS
            for clause in self.own_words(turn.id, item.text):
                yield clause
            return
        prompt = self.prompt(turn)
        for brain in self._willing():
            self.brain_name = brain.name
            if getattr(brain, "reads_history", True):
                self._shown_to = (turn.id, self._history.sources)
            index = 0
            try:
                async with aclosing(self._clauses(brain, turn, prompt)) as clauses:
                    async for clause in clauses:
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
            self._failed(
                brain, turn, BrainTrouble(f"The brain “{brain.name}” gave nothing that can be said.", state="says nothing")
            )
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
            history=self._history.exchanges,
        )

    def own_words(self, turn_id: str, text: str) -> list[Clause]:
        """A line of the streamer's own as clauses: no brain is asked. `[mood]` and `(gesture)` work as in a reply."""
        splitter = ClauseSplitter(self._persona.gestures)
        clauses: list[Clause] = []
        for piece in splitter.feed(text) + splitter.close():
            clause = self._said(turn_id, len(clauses), piece, {})
            clauses += [clause] if clause.spoken else []
        return clauses

    @property
    def moods(self) -> tuple[str, ...]:
        """What the avatar can be asked to show."""
        return tuple(dict.fromkeys((Mood.NEUTRAL, *self._persona.moods)))

    def deflection(self, turn: Turn, index: int) -> Clause:
        """Said in place of a reply that the gate stopped before anything of it was heard."""
        return self._line(turn, index, "deflection", self._persona.deflections)

    def closing(self, turn: Turn, index: int) -> Clause:
        """Ends a reply gracefully that cannot go on."""
        return self._line(turn, index, "closing", self._persona.closings)

    def heard(self, turn: Turn, text: str) -> None:
        """What of the turn was really heard; the only thing that history is made of."""
        item, prompt = turn.cause.item, self.prompt(turn)
        said = isinstance(item, ChannelEvent) and item.kind is EventKind.SAID
        asked = (STREAMER, "") if said else (prompt.name, prompt.text)
        self._history.add(Exchange(*asked, text[:MAX_HEARD]), (*self._shown(turn), item))

    def forget(self, removal: Removal) -> None:
        """What was removed from the chat leaves the history too, and so does all that may quote it."""
        self._history.forget(removal)

    def may_quote(self, turn: Turn, removal: Removal) -> bool:
        """True when the brain was shown what was removed, beside the turn's own cause."""
        return any(removal.reaches(item) for item in self._shown(turn))

    def _shown(self, turn: Turn) -> Sources:
        turn_id, sources = self._shown_to
        return sources if turn_id == turn.id else ()

    def _willing(self) -> list[Brain]:
        if self._fallbacks and not self._breaker.closed:
            return self._fallbacks
        return [self._brain, *self._fallbacks]

    def _failed(self, brain: Brain, turn: Turn, error: Exception) -> None:
        log.warning("turn %s: the brain “%s” failed: %s", turn.id, brain.name, told(error))
        if brain is self._brain and self._fallbacks:
            self._breaker.failed(error)

    def _succeeded(self, brain: Brain) -> None:
        if brain is self._brain:
            self._breaker.succeeded()

    def _tell(self, state: str) -> None:
        who = f"The brain {self._brain.name} {state}; {self._persona.name} answers from the built-in replies."
        self._on_change(who if state else "")

    async def _probe(self) -> None:
        """Passes when a turn's first clause would come in time. The first try may take longer: a model may be loading."""
        for patience_s in (PROBE_S, self._settings.first_clause_timeout_s):
            asked_ns = self._clock.now_ns()
            async with aclosing(self._pieces(self._brain, PROBE, patience_s)) as pieces:
                if await anext(pieces, None) is None:
                    raise BrainTrouble(f"The brain “{self._brain.name}” said nothing to a greeting.", state="says nothing")
            if ms_between(asked_ns, self._clock.now_ns()) <= self._settings.first_clause_timeout_s * 1e3:
                return

    async def _clauses(self, brain: Brain, turn: Turn, prompt: Prompt) -> AsyncGenerator[Clause, None]:
        """What can be said of a reply."""
        index = 0
        async with aclosing(self._pieces(brain, prompt, self._settings.first_clause_timeout_s)) as pieces:
            async for piece in pieces:
                clause = self._clause(turn, index, piece)
                if clause.spoken:
                    yield clause
                    index += 1

    async def _pieces(self, brain: Brain, prompt: Prompt, patience_s: float) -> AsyncGenerator[Piece, None]:
        """The reply's pieces that make sense; each may take `patience_s`.

        Raises:
            BrainTrouble: it took longer, or makes no sense. What the brain itself raises passes through.
        """
        splitter, sense = ClauseSplitter(self._persona.gestures), Sense()
        async with aclosing(_closable(brain.stream(prompt))) as stream:
            more = True
            while more:
                try:
                    async with asyncio.timeout(patience_s):
                        pieces, more = await _next(stream, splitter)
                except TimeoutError:
                    raise BrainTrouble(
                        f"The brain “{brain.name}” was silent for {patience_s:g} s.", state="is too slow"
                    ) from None
                for piece in pieces:
                    if trouble := sense.trouble_in(piece.text):
                        raise BrainTrouble(f"The brain “{brain.name}” {trouble}.", state="talks nonsense")
                    yield piece

    def _clause(self, turn: Turn, index: int, piece: Piece) -> Clause:
        return self._said(turn.id, index, piece, self._address.readings(self._address.name_of(turn.cause)))

    def _said(self, turn_id: str, index: int, piece: Piece, readings: Mapping[str, str]) -> Clause:
        return Clause(
            turn_id=turn_id,
            index=index,
            words=words_of(piece.text, readings),
            mood=piece.mood if piece.mood in self._persona.moods else Mood.NEUTRAL,
            gesture=piece.gesture,
        )

    def _line(self, turn: Turn, index: int, kind: str, lines: Sequence[str]) -> Clause:
        splitter = ClauseSplitter(self._persona.gestures)
        pieces = splitter.feed(self._persona.fill(self._bag.draw(kind, lines), {})) + splitter.close()
        return self._clause(turn, index, Piece(" ".join(piece.text for piece in pieces), pieces[0].mood, pieces[0].gesture))


async def _closable(stream: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """A brain's stream, which need not be a generator, as one."""
    try:
        async for text in stream:
            yield text
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


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
