"""A control room with a made-up show behind it, served by the real server: for tests and benches that look at the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fakes.show_feed import ALLOW, CAST, MS, ShowFeed
from sidecast.clock import SystemClock
from sidecast.control.feed import Feed
from sidecast.control.server import ControlServer
from sidecast.errors import ControlError
from sidecast.flow.board import AwaitsApproval, Queued
from sidecast.flow.candidate import Candidate, Understanding
from sidecast.flow.channel import channel_name
from sidecast.flow.chat import ChatMessage
from sidecast.flow.cue import Caption, HostState, Status, TimedWord
from sidecast.flow.mark import Audible
from sidecast.flow.order import Move, Mute, Never, Order, SetApproval, SetMood, Stop
from sidecast.flow.turn import Turn

MOODS = ("neutral", "happy", "laughing", "sad", "angry", "surprised", "thinking", "embarrassed", "sleepy")
WAITING = (
    ("vip", "how did the boss fight end yesterday?", {"question": 1.0, "freshness": 0.42, "vip": 0.3}),
    ("Torben", "Kit, say hi to my sister who watches for the first time", {"mention": 0.8, "greeting": 0.3, "freshness": 0.2}),
    ("ayla", "do you like rain?", {"question": 0.7, "freshness": 0.5, "fairness": -0.35}),
    ("mika", "what is the best snack for a long stream?", {"question": 0.9, "substance": 0.2, "fairness": -0.6}),
    ("loud", "LOUDER PLEASE", {"talk": 0.1, "energy": 0.2}),
)


class ControlRoom:
    """A server with a feed, and orders that change what is shown as the show's would."""

    def __init__(self, port: int = 0) -> None:
        self.findings: list[str | ControlError] = []
        self.clock = SystemClock()
        self.feed = Feed(self.clock, "Kit", {"chat": "demo", "brain": "stand-in", "voice": "flite slt"}, moods=MOODS)
        self.show = ShowFeed(self.feed, wall_ms=self.clock.wall_ms())
        self.orders: list[Order] = []
        self.refuse: Callable[[Order], str | None] = lambda order: None
        """Raises for an order that is not to be obeyed; may return what is to be known of how it is."""
        self.queue: list[Queued] = []
        self.server = self._server(port)

    def again(self) -> ControlServer:
        """The same show behind a new server at the same port, which knows the sessions of the old one."""
        server = self._server(self.server.port)
        server._entrance = self.server._entrance
        server._app = self.server._app
        return server

    def _server(self, port: int) -> ControlServer:
        return ControlServer(
            self.feed, self._obey, self.clock, lambda: b"", port=port, examine=self._examine, change_channel=self._read
        )

    def _examine(self) -> Awaitable[str]:
        async def found() -> str:
            finding = self.findings.pop(0) if self.findings else '{"can_run": true, "checks": []}'
            if isinstance(finding, ControlError):
                raise finding
            return finding

        return found()

    def _read(self, typed: str) -> None:
        self.feed.reads(f"twitch:{channel_name(typed)}" if typed else "demo")

    def _obey(self, order: Order) -> str | None:
        note = self.refuse(order)
        self.orders.append(order)
        board = self.feed.board
        match order:
            case Stop() | Mute():
                state = HostState.STOPPED if isinstance(order, Stop) else HostState.MUTED
                self.feed.status(Status(state=state if order.on else HostState.LISTENING))
            case Move(item_id=item_id, to=to, by=by):
                place = next(at for at, each in enumerate(self.queue) if each.candidate.item.id == item_id)
                self.queue.insert(to, replace(self.queue.pop(place), placed_by=by))
                board.queue(lambda: self.queue)
            case Never(item_id=item_id, on=True):
                self.queue = [each for each in self.queue if each.candidate.item.id != item_id]
                board.queue(lambda: self.queue)
            case SetMood(mood=mood, by=by):
                board.mood(mood or "neutral", by if mood else "")
            case SetApproval(mode=mode):
                board.approval_mode(mode.value)
            case _:
                pass
        return note

    def line_up(self) -> None:
        """Some messages wait."""
        now = self.clock.now_ns()
        for number, (who, text, parts) in enumerate(WAITING, start=len(self.queue)):
            item = ChatMessage(id=f"q{number}", author=CAST[who], text=text, arrived_ns=now - number * 2_000 * MS)
            understanding = Understanding(frozenset(), 0.1, 0.1, text, 5)
            candidate = Candidate(item, ALLOW, understanding, now, sum(parts.values()), parts)
            self.queue.append(Queued(candidate=candidate, deadline_ns=now + 40_000 * MS))
        self.feed.board.queue(lambda: self.queue)

    def evening(self) -> Turn:
        """`ShowFeed.evening`, with a queue, and the clause that sounds word by word."""
        turn = self.show.evening()
        self.caption(turn, 1, "Hello Frida, lovely to have you!")
        self.caption(turn, 2, "This is a game about a very stubborn lighthouse,")
        self.line_up()
        self.feed.board.mood("happy", "")
        return turn

    def caption(self, turn: Turn, utterance: int, text: str, seconds_a_word: float = 0.35) -> None:
        """The words of a clause with their times."""
        words = tuple(TimedWord(word, at * seconds_a_word, (at + 1) * seconds_a_word) for at, word in enumerate(text.split()))
        self.feed.board.caption(Caption(utterance=utterance, turn_id=turn.id, words=words, more=utterance > 1))

    def began(self, utterance: int, seconds_ago: float) -> None:
        """When its first sample was heard."""
        self.feed.marked(Audible(utterance=utterance, at_ns=self.clock.now_ns() - round(seconds_ago * 1e9)))

    def ask(self, turn: Turn, *lines: str, seconds: float = 30, doubts: tuple[str, ...] = ()) -> None:
        """A reply waits for a yes."""
        until = self.clock.wall_ms() + round(seconds * 1000)
        self.feed.board.approval(AwaitsApproval(turn=turn, lines=lines, doubts=doubts, until_ms=until, then_say=False))
