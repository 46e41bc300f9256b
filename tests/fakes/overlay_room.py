"""The overlays behind the real server, with a made-up show that tells them what a show would."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from fakes.accounts import CheapAccounts
from sidecast.clock import SystemClock
from sidecast.control.feed import Feed
from sidecast.control.overlay.overlays import Overlays
from sidecast.control.server import ControlServer
from sidecast.flow.candidate import Candidate, Kind, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope
from sidecast.flow.cue import Caption, HostState, Status, TimedWord
from sidecast.flow.line import LedgerLine
from sidecast.flow.mark import Audible, Cut
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Decision, Verdict
from sidecast.stage.cards import card_for

ALLOW = Verdict(Decision.ALLOW, "")
MS = 1_000_000
MOSSY = Author(id="u1", name="MossyBadger", colour="#7fb069")
NOBODY = Understanding(frozenset(), 0.0, 0.0, "", 0)
QUESTION = replace(NOBODY, kinds=frozenset({Kind.QUESTION}))
WORD_S = 0.35


class OverlayRoom:
    """Made inside the running loop. The link's token opens all overlays."""

    def __init__(self, port: int = 0, accounts: CheapAccounts | None = None, **more: object) -> None:
        self.clock = SystemClock()
        self.accounts = accounts or CheapAccounts(self.clock)
        self.overlays = Overlays(self.clock, **({"card": card_for} | more))  # type: ignore[arg-type]
        self.feed = Feed(self.clock, "Kit", {})
        self.server = ControlServer(
            self.feed, lambda _: None, self.clock, lambda: b"", port=port, accounts=self.accounts, overlays=self.overlays
        )
        self.token = ""
        self._numbers = itertools.count(1)
        self._utterances = itertools.count(1)
        self.overlays.status(Status(state=HostState.LISTENING))

    def address(self, page: str) -> str:
        return f"{self.server.address}/overlay/{page}#token={self.token}"

    async def make_link(self, name: str = "OBS") -> str:
        """Its id."""
        owner, _ = await self.accounts.owner()
        self.token, link = await self.accounts.overlay_links.make(owner, name)
        return link.id

    def message(self, text: str, author: Author = MOSSY) -> ChatMessage:
        return ChatMessage(id=f"m{next(self._numbers)}", author=author, text=text, arrived_ns=self.clock.now_ns())

    def event(self, kind: EventKind, author: Author | None = MOSSY, amount: int = 0, text: str = "") -> ChannelEvent:
        now = self.clock.now_ns()
        return ChannelEvent(id=f"e{next(self._numbers)}", kind=kind, author=author, amount=amount, text=text, arrived_ns=now)

    def candidate(self, item: ChatMessage | ChannelEvent, verdict: Verdict = ALLOW) -> Candidate:
        asks = isinstance(item, ChatMessage) and item.text.endswith("?")
        return Candidate(item, verdict, QUESTION if asks else NOBODY, self.clock.now_ns())

    def answer(self, item: ChatMessage | ChannelEvent) -> Turn:
        """A turn begins."""
        turn = Turn(id=f"t{next(self._numbers)}", cause=self.candidate(item), chosen_ns=self.clock.now_ns())
        self.overlays.chosen(turn, [])
        return turn

    def say(self, turn: Turn, text: str, *, more: bool = False, word_s: float = WORD_S) -> int:
        """An utterance is on its way; its number."""
        number = next(self._utterances)
        words = tuple(TimedWord(word, at * word_s, (at + 1) * word_s) for at, word in enumerate(text.split()))
        self.overlays.caption(Caption(utterance=number, turn_id=turn.id, words=words, more=more))
        return number

    def audible(self, utterance: int, seconds_ago: float = 0.0) -> None:
        self.overlays.marked(Audible(utterance=utterance, at_ns=self.clock.now_ns() - round(seconds_ago * 1e9)))

    def cut(self, utterance: int) -> None:
        self.overlays.marked(Cut(utterance=utterance, at_ns=self.clock.now_ns(), heard_frames=1))

    def end(self, turn: Turn) -> None:
        item = turn.cause.item
        line = LedgerLine(
            turn_id=turn.id, wall_ms=0, author_id="", author_name="", text="", cause="message", score=0, item_id=item.id
        )
        self.overlays.ended(line)

    def happens(self, kind: EventKind, author: Author | None = MOSSY, amount: int = 0, text: str = "") -> ChannelEvent:
        """An event that passed the gate."""
        event = self.event(kind, author, amount, text)
        self.overlays.understood(self.candidate(event))
        return event

    def remove(self, item: ChatMessage | ChannelEvent, *, cut: str = "") -> None:
        taken = frozenset({item.id})
        removal = Removal(scope=RemovalScope.MESSAGE, arrived_ns=0, message_id=item.id, taken=taken, cut=cut)
        self.overlays.heard(removal)


@asynccontextmanager
async def overlay_room(**more: object) -> AsyncIterator[OverlayRoom]:
    """With a link, and alerts that come one after another."""
    room = OverlayRoom(**more)  # type: ignore[arg-type]
    await room.make_link()
    await room.server.start()
    alerts = asyncio.ensure_future(room.overlays.run_alerts())
    try:
        yield room
    finally:
        alerts.cancel()
        await room.server.close()
        await room.accounts.close()
