"""Asks the voice how it will say the words of a clause, before the clause is judged; and once for every forbidden word.

What is judged is judged from what is known here by then: a clause whose words the voice has not told in time is left to the
reading of its letters.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from ...clock import Clock
from ...errors import VoiceError
from ...flow.ports import Pronouncer
from ..holder import PolicyHolder
from ..reading.folding import spellings
from ..reading.known import usual
from ..rules import Rule
from .heard import MOST_JOINED, HeardBy, Reading, is_strange, tokens_of
from .lexicon import MOST_WORDS, Lexicon
from .sounds import sounds_of

log = logging.getLogger(__name__)

PATIENCE_S = 0.02
"""How long a turn's first clause waits for the voice's answer: what is asked is answered in a millisecond or two."""
PATIENCE_LATER_S = 0.15
"""The same for a later one, which waits for the clause before it to sound anyway; the voice may be at work on that one."""
MOST_ASKED = 32
"""Words of one clause that the voice is asked for."""
MOST_UNDER_WAY = 8
"""Questions that the voice may owe an answer to."""
AT_ONCE = 8
"""Words of one question in the background: some milliseconds, for which a clause may have to wait."""
BREATH_S = 0.005
"""Between two of these."""
LOOK_S = 0.5
AGAIN_AFTER_S = 2.0
"""When the voice did not answer."""
USUAL = 4_000
"""Words that people write most, which are asked for in advance: two of them may sound like one that is forbidden."""
WANTED = 512
"""Ordinary words of clauses that wait to be asked for: nobody waits for them."""
VOICES = 4


class Ear:
    """All on one event loop. `run` prepares each voice that comes to speak, and what a new policy forbids in addition."""

    def __init__(self, voice: Callable[[], Pronouncer], holder: PolicyHolder, clock: Clock) -> None:
        """`voice`: the one that speaks the next clause."""
        self._voice = voice
        self._holder = holder
        self._clock = clock
        self._heard: OrderedDict[str, HeardBy] = OrderedDict()
        """By the voice's name; the one that was needed last is last."""
        self._latest = ""
        self._forbidden: tuple[object, tuple[str, ...]] = (None, ())
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._asking: set[asyncio.Task[None]] = set()
        self._work = asyncio.Event()
        self._prepared = asyncio.Event()
        self.asked = 0
        """Clauses for which the voice was asked."""
        self.unanswered = 0
        """Of those, which were judged by their letters alone for some of their words."""

    async def prepared(self) -> None:
        """Returns once every forbidden word is known in the voice that speaks. `run` must run."""
        await self._prepared.wait()

    def meant(self, before: str, text: str, spares: Callable[[str], bool]) -> Iterator[Reading]:
        """As `HeardBy.meant`, in the voice that speaks. Asks nobody."""
        return self._now(self._voice()).meant(before, text, spares)

    async def listen(self, before: str, text: str, *, first: bool) -> None:
        """Returns when the voice has told what it was not asked before, or when that took too long. Nothing is synthesised.

        Args:
            before: what was said right before `text`.
            first: nothing of the turn was cleared yet.
        """
        voice = self._voice()
        heard = self._now(voice)
        tokens, _ = tokens_of(before, text)
        missing, usual = _missing(tokens, heard)
        self._want(usual)
        if not missing:
            return
        self.asked += 1
        late = len(missing) > MOST_ASKED or len(self._asking) >= MOST_UNDER_WAY
        if len(self._asking) < MOST_UNDER_WAY:
            task = asyncio.create_task(self._ask(voice, heard, missing[:MOST_ASKED]), name="ear")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
            # the answer is of use for the next clause when it comes too late for this one
            await asyncio.wait({task}, timeout=PATIENCE_S if first else PATIENCE_LATER_S)
            late = late or not task.done() or any(token not in heard for token in missing)
        if late:
            self.unanswered += 1
            log.info("the voice %s did not say in time how it reads %d words; their letters decide", voice.name, len(missing))

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._work.clear()
                voice = self._voice()
                heard = self._now(voice)
                batch = self._next_batch(heard)
                if batch:
                    answered = await self._prepare(voice, heard, batch)
                    await self._clock.sleep(BREATH_S if answered else AGAIN_AFTER_S)
                else:
                    await self._something_new()
        finally:
            for task in self._asking:
                task.cancel()

    async def _something_new(self) -> None:
        """Another voice may have begun to speak, of which nobody tells."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._work.wait()

    def _now(self, voice: Pronouncer) -> HeardBy:
        heard = self._heard.get(voice.name)
        if heard is None:
            heard = self._heard[voice.name] = HeardBy()
            if len(self._heard) > VOICES:
                self._heard.popitem(last=False)
        self._heard.move_to_end(voice.name)
        if self._latest != voice.name or self._forbidden[0] is not self._holder.now:
            self._latest = voice.name
            self._prepared.clear()
            self._work.set()
        return heard

    def _next_batch(self, heard: HeardBy) -> list[str]:
        """The forbidden words first, then those of clauses, then the usual ones."""
        batch = list(islice((word for word in self._forbidden_words() if word not in heard.lexicon), AT_ONCE))
        if batch:
            return batch
        self._prepared.set()
        while len(batch) < AT_ONCE and (heard.usual_asked < USUAL or self._wanted):
            if self._wanted:
                token = self._wanted.popitem(last=False)[0]
            else:
                token = usual(USUAL)[heard.usual_asked]
                heard.usual_asked += 1
            if token not in heard:
                batch.append(token)
        return batch

    def _forbidden_words(self) -> Sequence[str]:
        policy = self._holder.now
        if self._forbidden[0] is not policy:
            self._forbidden = policy, tuple(islice(forbidden_words(policy.rules, policy.policy.block), MOST_WORDS))
        return self._forbidden[1]

    async def _prepare(self, voice: Pronouncer, heard: HeardBy, batch: Sequence[str]) -> bool:
        try:
            await self._learn(voice, heard, batch)
        except VoiceError as error:
            log.info("the voice %s does not say how it reads words: %s", voice.name, error)
            return False
        for word in self._forbidden_words() if batch[0] not in heard.lexicon else ():
            if word in batch:
                heard.lexicon.add(word, heard.sounds(word))
        if len(heard.lexicon) >= MOST_WORDS:
            # full of words of earlier policies
            heard.lexicon = Lexicon()
        return True

    async def _ask(self, voice: Pronouncer, heard: HeardBy, tokens: Sequence[str]) -> None:
        try:
            await self._learn(voice, heard, tokens)
        except VoiceError as error:
            log.info("the voice %s does not say how it reads words: %s", voice.name, error)

    async def _learn(self, voice: Pronouncer, heard: HeardBy, tokens: Sequence[str]) -> None:
        for token, phonemes in zip(tokens, await voice.pronounce(tokens), strict=True):
            heard.learn(token, sounds_of(phonemes, voice.alphabet))

    def _want(self, tokens: Iterable[str]) -> None:
        for token in tokens:
            self._wanted[token] = None
        while len(self._wanted) > WANTED:
            self._wanted.popitem(last=False)
        if self._wanted:
            self._work.set()


def forbidden_words(rules: Iterable[Rule], block: Iterable[str] = ()) -> Iterator[str]:
    """What rules look for, the gravest first, and the streamer's own words: single ones, and those that alone suffice also as
    several."""
    ordered = sorted(rules, key=lambda rule: rule.level)
    words = [word for rule in ordered for word in (*rule.listed, *rule.written)]
    alone = {word for rule in ordered for word in rule.listed}
    own = [word for entry in block for word in spellings(entry)[:1]]
    for word in dict.fromkeys((*words, *own)):
        if word.isascii() and word.isalpha():
            yield word
            if word in alone and not word.endswith("s"):
                yield word + "s"


def _missing(tokens: Sequence[str], heard: HeardBy) -> tuple[list[str], list[str]]:
    """Of those that the voice was not asked for yet: strange words and those beside them; and all others."""
    near: set[str] = set()
    for at, token in enumerate(tokens):
        if token and is_strange(token):
            near.update(tokens[max(0, at - MOST_JOINED + 1) : at + MOST_JOINED])
    new = [token for token in dict.fromkeys(tokens) if token and token not in heard]
    return [token for token in new if token in near], [token for token in new if token not in near]
