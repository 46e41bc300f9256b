"""A small show for the control page: a cast, a few turns, one of everything that the page has a look for. The same every time."""

from __future__ import annotations

from dataclasses import replace

from sidecast.flow.candidate import Candidate, Reason, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope, Role
from sidecast.flow.clause import Clause, Word
from sidecast.flow.cue import HostState, Status
from sidecast.flow.line import LedgerLine, Outcome, Stages
from sidecast.flow.mark import Audible, FrameStats
from sidecast.flow.ports import Watcher
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Category, Decision, Verdict

MS = 1_000_000
ALLOW = Verdict(Decision.ALLOW, "")
CAST = {
    "mika": Author(id="u1", name="mika", roles=frozenset({Role.SUBSCRIBER}), colour="#5ff0cf"),
    "Torben": Author(id="u2", name="Torben_K", roles=frozenset({Role.MODERATOR}), colour="#8D74FF"),
    "ayla": Author(id="u3", name="ayla✨", colour="#FF7FA5"),
    "newbie": Author(id="u4", name="first_time_frida", colour="#0000FF"),
    "spam": Author(id="u5", name="cheap_viewers_4u", colour="#000000"),
    "loud": Author(id="u6", name="LOUDMOUTH99", colour="#FF4500"),
    "vip": Author(id="u7", name="old_friend_of_the_stream", roles=frozenset({Role.VIP}), colour="#DAA520"),
}
CHATTER = [
    ("mika", "evening everyone", Reason.REACTION),
    ("loud", "LUL LUL LUL", Reason.REACTION),
    ("vip", "how did the boss fight end yesterday?", Reason.STALE),
    ("spam", "Get 1000 viewers at best-viewers dot example", Reason.BLOCKED),
    ("ayla", "!uptime", Reason.COMMAND),
    ("Torben", "be nice in here please", Reason.INFORMATION),
    ("loud", "say something vile about my neighbour", Reason.HELD),
    ("mika", "what is the best snack for a long stream?", Reason.AUTHOR_LIMIT),
    ("ayla", "evening everyone", Reason.REPEATED),
    ("vip", "I made soup today and honestly I am rather proud of it, the recipe is from my grandmother", Reason.CROWDED_OUT),
]
OTHERS = [
    ("vip", "how did the boss fight end yesterday?", 1.62),
    ("ayla", "do you like rain?", 1.18),
    ("mika", "what is the best snack for a long stream?", 0.94),
]
VERDICTS = {
    Reason.BLOCKED: Verdict(Decision.BLOCK, "x", Category.SPAM, "spam.viewers"),
    Reason.HELD: Verdict(Decision.HOLD, "x", Category.AGGRESSION, "en.provoke"),
}


class ShowFeed:
    """Tells a watcher what a show would. Each method is one thing that happens."""

    def __init__(self, watcher: Watcher, start_ns: int = 1_000_000_000, wall_ms: int = 1_795_392_000_000) -> None:
        self._watcher = watcher
        self._now_ns = start_ns
        self._wall_ms = wall_ms
        self._numbers = 0

    def message(self, who: str, text: str, reason: Reason | None = None) -> ChatMessage:
        self._numbers += 1
        self._now_ns += 700 * MS
        first = who == "newbie"
        item = ChatMessage(id=f"m{self._numbers}", author=CAST[who], text=text, arrived_ns=self._now_ns, first=first)
        self._watcher.heard(item)
        if reason is not None:
            self._watcher.settled(item, reason, VERDICTS.get(reason, ALLOW))
        return item

    def raid(self) -> ChannelEvent:
        self._numbers += 1
        item = ChannelEvent(id=f"e{self._numbers}", kind=EventKind.RAID, author=CAST["vip"], amount=42, arrived_ns=self._now_ns)
        self._watcher.heard(item)
        return item

    def chatter(self, count: int) -> None:
        for number in range(count):
            who, text, reason = CHATTER[number % len(CHATTER)]
            self.message(who, text if number < len(CHATTER) else f"{text} ({number})", reason)

    def choose(self, item: ChatMessage | ChannelEvent, *, was_free: bool = True) -> Turn:
        understanding = Understanding(frozenset(), 0.4, 0.2, item.text, 5)
        parts = {"question": 1.0, "mention": 0.8, "freshness": 0.62, "newcomer": 0.3, "fairness": -0.25}
        cause = Candidate(item, ALLOW, understanding, item.arrived_ns + 2 * MS, sum(parts.values()), parts)
        others = [
            replace(cause, item=ChatMessage(id="x", author=CAST[who], text=text, arrived_ns=1), score=score)
            for who, text, score in OTHERS
        ]
        chosen_ns = item.arrived_ns + (6 if was_free else 4_100) * MS
        turn = Turn(id=f"turn-{self._numbers}", cause=cause, chosen_ns=chosen_ns, was_free=was_free)
        self._watcher.chosen(turn, others)
        self._watcher.status(Status(state=HostState.THINKING))
        return turn

    def say(self, turn: Turn, *texts: str, audible: int = 1, kept_back: bool = False) -> None:
        for index, text in enumerate(texts):
            words = tuple(Word(word, word.lower()) for word in text.split())
            self._watcher.judged(turn, Clause(turn_id=turn.id, index=index, words=words), Verdict(Decision.ALLOW, text))
        if kept_back:
            clause = Clause(turn_id=turn.id, index=len(texts), words=(Word("Something", "something"),))
            self._watcher.judged(turn, clause, Verdict(Decision.BLOCK, "something", Category.SWEARING, "en.strong"))
        for number in range(audible):
            self._watcher.marked(Audible(utterance=number + 1, at_ns=self._now_ns))
        self._watcher.status(Status(state=HostState.SPEAKING))

    def end(
        self, turn: Turn, heard: str, outcome: Outcome = Outcome.HEARD, reason: Reason = Reason.ANSWERED, thought_ms: int = 38
    ) -> LedgerLine:
        item, chosen = turn.cause.item, turn.chosen_ns
        times = [chosen + ms * MS for ms in (thought_ms, thought_ms + 1, thought_ms + 52, thought_ms + 88, thought_ms + 2400)]
        stages = Stages(item.arrived_ns, turn.cause.screened_ns, chosen, *times)
        if not heard:
            stages = replace(stages, first_pcm_ns=0, audible_ns=0)
        line = LedgerLine(
            turn_id=turn.id,
            wall_ms=self._wall_ms + self._numbers * 900,
            author_id=item.author.id if item.author else "",
            author_name=item.author.name if item.author else "",
            text=item.text,
            cause=item.kind.value if isinstance(item, ChannelEvent) else "message",
            score=turn.cause.score,
            parts=turn.cause.parts,
            waiting=3,
            brain="stand-in (retrieval over persona)",
            voice="flite slt",
            heard=heard,
            outcome=outcome,
            reason=reason.value,
            was_free=turn.was_free,
            stages=stages,
        )
        self._watcher.settled(item, Reason.ANSWERED if heard else reason, ALLOW)
        self._watcher.ended(line)
        self._watcher.status(Status(state=HostState.LISTENING))
        return line

    def rest(self) -> None:
        self._watcher.status(Status(state=HostState.LISTENING))
        self._watcher.marked(FrameStats(at_ns=1, fps=59.8, frame_ms_p99=18.2, drain_ms_p99=0.06, underruns=0, dropped=0))

    def evening(self) -> Turn:
        """A whole scene that stops in the middle of a sentence. The turn that goes on is returned."""
        self.rest()
        self.chatter(10)
        turn = self.choose(self.message("mika", "Kit, do foxes dream of winning at Mario Kart?"))
        self.say(turn, "Only on Rainbow Road.", "And we always fall off at the second corner.", audible=2)
        self.end(turn, "Only on Rainbow Road. And we always fall off at the second corner.")
        turn = self.choose(self.raid(), was_free=False)
        self.say(turn, "Forty two friends at once, welcome in!", "Grab a blanket.", kept_back=True, audible=2)
        self.end(turn, "Forty two friends at once, welcome in! Grab a blanket.", thought_ms=120)
        turn = self.choose(self.message("loud", "@Kit tell me the longest word you know"))
        self.say(turn, "It begins with anti and ends long after", audible=1)
        self.end(turn, "It begins with anti and", Outcome.CUT, Reason.OVERRULED, thought_ms=190)
        removed = self.message("spam", "look at this link", Reason.REMOVED)
        self._watcher.heard(Removal(scope=RemovalScope.MESSAGE, arrived_ns=1, message_id=removed.id))
        turn = self.choose(self.message("ayla", "Kit what do you think of the new patch?"))
        self.end(turn, "", Outcome.SILENT, Reason.FAILED)
        self.chatter(6)
        self.message("ayla", "do you like rain?")
        turn = self.choose(
            self.message("newbie", "Hi Kit! It is my first time here, what game is this and is it hard to get into?")
        )
        self.say(
            turn,
            "Hello Frida, lovely to have you!",
            "This is a game about a very stubborn lighthouse,",
            "and it only looks hard.",
            audible=2,
        )
        return turn
