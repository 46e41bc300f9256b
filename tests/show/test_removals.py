"""A thousand random evenings: once a removal is known, nobody hears, reads, is shown or is asked what was removed."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes.brain import ScriptedBrain
from fakes.source import ScriptedSource, says, times_out
from fakes.voice import FakeVoice, PiecemealVoice
from fakes.watcher import Recorder
from sidecast.clock import Clock
from sidecast.control.feed import Feed
from sidecast.flow.chat import ChatMessage, Incoming, Removal, RemovalScope
from sidecast.flow.cue import Caption, Card, Cue
from sidecast.flow.line import LedgerLine
from sidecast.flow.mark import Cut, Finished, Mark
from sidecast.flow.order import Mute, Order, Skip, Stop
from sidecast.flow.prompt import Prompt
from sidecast.flow.utterance import Utterance
from sidecast.settings import Settings
from sidecast.show.show import Show
from sidecast.stage.silent import SilentStage

from .evening import Evening

pytestmark = pytest.mark.show

EVENINGS = 1000
CHUNK = 50
SHOW_S = 30.0
WITHIN_NS = 100_000_000
VIEWERS = ("mika", "bo", "ayla", "rowan")
SYLLABLES = [consonant + vowel for consonant in "bdfglmnprtvz" for vowel in "aiou"]


@dataclass
class Log:
    """What was done, in the order in which it was done, and by whom."""

    entries: list[tuple[str, object, str]] = field(default_factory=list)
    """Kind, the thing itself, and all viewer text in it."""

    def add(self, kind: str, what: object, words: str = "") -> None:
        self.entries.append((kind, what, words))


class LoggedSource(ScriptedSource):
    def __init__(self, clock: Clock, script: Sequence[tuple[float, Incoming]], log: Log) -> None:
        super().__init__(clock, script, linger_s=SHOW_S)
        self._log = log

    async def incoming(self) -> AsyncIterator[Incoming]:
        async for item in super().incoming():
            self._log.add("came", item)
            yield item


class QuotingBrain(ScriptedBrain):
    """Repeats everything that it is shown, in any order, as slowly as it likes."""

    def __init__(self, clock: Clock, chance: random.Random, log: Log) -> None:
        super().__init__(clock, self._quote)
        self._chance = chance
        self._log = log

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        shown = [prompt.text, *(text for past in prompt.history for text in (past.text, past.heard))]
        self._log.add("asked", prompt, " ".join(shown))
        self.first_s = self._chance.choice((0.0, 0.01, 0.3, 1.5))
        self._word_s = self._chance.choice((0.0, 0.001, 0.05, 0.3))
        async for word in super().stream(prompt):
            yield word

    def _quote(self, prompt: Prompt) -> str:
        quotes = [prompt.text, *(past.text for past in prompt.history), *(past.heard for past in prompt.history)]
        self._chance.shuffle(quotes)
        return " ".join(f"I heard {' '.join(quote.split()[:12])}." for quote in quotes[:5])


class LoggedStage(SilentStage):
    """Silent at once, but it may be slow to say so."""

    def __init__(self, clock: Clock, chance: random.Random, log: Log) -> None:
        super().__init__(clock)
        self._sleep = clock.sleep
        self._now = clock.now_ns
        self._chance = chance
        self._log = log

    async def marks(self) -> AsyncIterator[Mark]:
        async for mark in super().marks():
            if isinstance(mark, Cut):
                await self._sleep(self._chance.choice((0.0, 0.02, 0.4)))
            yield mark

    def send(self, cue: Cue) -> None:
        super().send(cue)
        if isinstance(cue, Card):
            self._log.add("card", self._now(), f"{cue.name} {cue.text}" if cue.turn_id else "")
        elif isinstance(cue, Caption):
            self._log.add("caption", self._now(), " ".join(word.text for word in cue.words))

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        played = super().play(utterance, number, epoch)
        if played:
            self._log.add("play", number, utterance.cleared.clause.text)
        return played


class LoggedRecorder(Recorder):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def ended(self, line: LedgerLine) -> None:
        super().ended(line)
        self._log.add("line", line, " ".join((line.text, *line.cleared, line.heard)))


class LookedAtFeed(Feed):
    """Notes what a page would show soon after each removal."""

    def __init__(self, clock: Clock, evening: RandomEvening) -> None:
        super().__init__(clock)
        self._evening = evening
        self._came: list[ChatMessage] = []
        self._gone: set[str] = set()

    def heard(self, item: Incoming) -> None:
        super().heard(item)
        if isinstance(item, ChatMessage):
            self._came.append(item)
            self._gone.discard(self._evening.words[item.id])
        elif isinstance(item, Removal):
            self._gone |= {self._evening.words[message.id] for message in self._came if item.hits(message)}
            self._evening.looked |= bool(self._gone)
            asyncio.get_running_loop().call_later(WITHIN_NS / 1e9, self._look)

    def _look(self) -> None:
        cells = self.cells.since(0)
        own = [cell for key, cell in cells.items() if key[0] == "m" or key in {"next", "turn", "queue", "approval"}]
        causes = [cell["cause"] for key, cell in cells.items() if key[0] == "l" and key[1:].isdigit() and isinstance(cell, dict)]
        self._evening.looks += [(word, json.dumps([own, causes])) for word in self._gone]


class RandomEvening:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.log = Log()
        self.words: dict[str, str] = {}
        """Message id → the word that tells it from all others."""
        self.looks: list[tuple[str, str]] = []
        """Word of a removed message, and what the control page showed of messages a tenth of a second later."""
        self.looked = False
        """There was something to look for."""

    def play(self) -> Recorder:
        chance, log = self.chance, self.log
        self.script = sorted(self._script(), key=lambda timed: timed[0])
        voice = chance.choice((FakeVoice, PiecemealVoice))
        evening = Evening(
            self.script,
            settings=Settings.model_validate({"audience": {"pause_s": chance.choice((0.0, 1.2))}, "dialogue": {"history": 6}}),
            make_brain=lambda clock, _: QuotingBrain(clock, chance, log),
            make_source=lambda clock: LoggedSource(clock, self.script, log),
            make_voice=voice,
            make_stage=self._stage,
            meanwhile=self._overrule,
            seconds=SHOW_S,
            watched=LoggedRecorder(log),
            also=[self._page],
            more=self._parts,
        )
        return evening.play()

    def _stage(self, clock: Clock) -> LoggedStage:
        return LoggedStage(clock, self.chance, self.log)

    def _parts(self, clock: Clock) -> dict[str, Any]:
        return {"board": self.feed.board}

    def _script(self) -> Iterator[tuple[float, Incoming]]:
        chance = self.chance
        earlier: ChatMessage | None = None
        times_s = sorted(chance.uniform(0.5, SHOW_S * 0.7) for _ in range(chance.randint(5, 12)))
        for number, at_s in enumerate(times_s):
            word, who = "".join(chance.sample(SYLLABLES, 4)), chance.choice(VIEWERS)
            message = says(f"Kit, what do you think about {word} these days?", who=who, id=f"m{number}")
            if earlier is not None and chance.random() < 0.3:
                text = f"Kit, is {self.words[earlier.id]} really a thing, or rather {word}?"
                message = says(text, who=who, id=f"m{number}", reply_to=earlier.id)
            self.words[message.id] = word
            yield at_s, message
            # most removals come while it waits, is thought about or is said; some before it and some long after
            late_s = chance.choice((-0.2, 0.0, 0.005, 0.05, 0.5, 1.0, 2.0, 4.0, 12.0)) * chance.uniform(0.9, 1.1)
            if chance.random() < 0.6:
                removal = self._removal(message)
                yield max(0.1, at_s + late_s), removal
                if removal.scope is RemovalScope.HELD and chance.random() < 0.5:
                    yield at_s + late_s + 3.0, message
            earlier = message

    def _removal(self, message: ChatMessage) -> Removal:
        scope = self.chance.choice((RemovalScope.MESSAGE, RemovalScope.MESSAGE, RemovalScope.HELD, *RemovalScope))
        if scope is RemovalScope.USER:
            return times_out(message.author.name)
        return Removal(scope=scope, message_id=message.id if scope is not RemovalScope.CHAT else "", arrived_ns=0)

    def _overrule(self, show: Show, clock: Clock) -> None:
        loop = asyncio.get_running_loop()

        def order(make: Order) -> None:
            show.order(make)

        for _ in range(self.chance.randint(0, 5)):
            at_s, kind = self.chance.uniform(0.5, SHOW_S * 0.8), self.chance.choice(["skip", "mute", "stop"])
            if kind == "skip":
                loop.call_later(at_s, order, Skip(by="page", at_ns=0))
                continue
            make = Mute if kind == "mute" else Stop
            loop.call_later(at_s, order, make(by="page", at_ns=0, on=True))
            loop.call_later(at_s + 1.0, order, make(by="page", at_ns=0, on=False))

    def _page(self, clock: Clock) -> Feed:
        self.feed = LookedAtFeed(clock, self)
        return self.feed

    # ---- what must hold -----------------------------------------------------------------------------------------

    def check(self, seen: Recorder) -> int:
        """How many words were being thought about, shown or said when they were removed."""
        ends = {mark.utterance: mark.at_ns for mark in seen.marks if isinstance(mark, Cut | Finished)}
        entries, mattered = self.log.entries, 0
        fates = Counter(id(item) for item, _ in seen.fates)
        assert fates == Counter(id(item) for item in seen.received), f"evening {self.seed}: not every item has one reason"
        for index, (kind, removal, _) in enumerate(entries):
            if kind != "came" or not isinstance(removal, Removal):
                continue
            for word, until in self._words_gone(index, removal):
                self._never_again(word, entries[index + 1 : until])
                mattered += self._gone_from_stage(word, index, removal.arrived_ns) | self._silent(word, index, removal, ends)
        assert bool(self.looks) == self.looked, "the page was not looked at"
        for word, page in self.looks:
            # other viewers' replies that quote it are theirs, and stay
            assert f"about {word}" not in page and f"rather {word}" not in page, f"evening {self.seed}: the page shows {word}"
        return mattered

    def _words_gone(self, index: int, removal: Removal) -> Iterator[tuple[str, int]]:
        """What the removal at `index` takes, and until which entry it has to be gone: what was held may come again."""
        came = [(n, item) for n, (_, item, _) in enumerate(self.log.entries) if isinstance(item, ChatMessage)]
        for n, message in came:
            if removal.hits(message) and (n < index or removal.scope is RemovalScope.MESSAGE):
                allowed = removal.scope is not RemovalScope.MESSAGE
                again = (later for later, item in came if allowed and later > index and item.id == message.id)
                yield self.words[message.id], next(again, len(self.log.entries))

    def _never_again(self, word: str, after: Sequence[tuple[str, object, str]]) -> None:
        for kind, _, words in after:
            assert word not in words, f"evening {self.seed}: {kind} “{words}” after the removal of {word}"

    def _gone_from_stage(self, word: str, index: int, known_ns: int) -> bool:
        entries, mattered = self.log.entries, False
        for cue in ("card", "caption"):
            last = next((words for kind, _, words in reversed(entries[:index]) if kind == cue), "")
            if word in last:
                mattered = True
                at_ns = next(at for kind, at, _ in entries[index:] if kind == cue)
                assert isinstance(at_ns, int)
                assert at_ns - known_ns <= WITHIN_NS, f"evening {self.seed}: the {cue} stays"
        return mattered

    def _silent(self, word: str, index: int, removal: Removal, ends: dict[int, int]) -> bool:
        mattered = False
        for kind, number, words in self.log.entries[:index]:
            if kind == "play" and word in words and isinstance(number, int) and ends[number] > removal.arrived_ns:
                mattered = True
                assert ends[number] - removal.arrived_ns <= WITHIN_NS, f"evening {self.seed}: {word} sounds on"
        return mattered


@pytest.mark.parametrize("first", range(0, EVENINGS, CHUNK))
def test_nothing_that_was_removed_is_ever_quoted(first: int) -> None:
    for seed in range(first, first + CHUNK):
        evening = RandomEvening(seed)
        evening.check(evening.play())
