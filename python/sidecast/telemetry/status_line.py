"""One calm line for the terminal while the show runs: what the host does, how the chat goes, how fast it answers."""

from __future__ import annotations

import asyncio
import statistics
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType

from ..clock import Clock
from ..flow.budget import audible_ms
from ..flow.candidate import Candidate, Reason
from ..flow.chat import ChatMessage, Incoming
from ..flow.clause import Clause
from ..flow.cue import HostState, Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.turn import Turn
from ..flow.verdict import Verdict
from .terminal import Terminal

EVERY_S = 0.5
RATE_OVER_S = 60
LATEST = 20
"""Answers whose latency counts."""
_COLOURS = {
    HostState.STARTING: "dim",
    HostState.LISTENING: "green",
    HostState.THINKING: "yellow",
    HostState.SPEAKING: "pink",
    HostState.MUTED: "dim",
    HostState.STOPPED: "red",
}
_GAP = " · "


class StatusLine:
    """A `Watcher`, and a context manager that draws it; in the end the line goes, and a sum stands in its place."""

    def __init__(
        self, terminal: Terminal, clock: Clock, host: str, source: Callable[[], str], page: Callable[[], str] = lambda: ""
    ) -> None:
        """
        Args:
            source: name of the chat that is read now.
            page: where the control page is, without a key that lets in; empty while there is none.
        """
        self._terminal = terminal
        self._clock = clock
        self._host = host
        self._source = source
        self._page = page
        self._state = HostState.STARTING
        self._since_ns = clock.now_ns()
        self._seconds: deque[tuple[int, int]] = deque(maxlen=RATE_OVER_S + 1)
        """Second and messages in it."""
        self._messages = 0
        self._answered = 0
        self._latest_ms: deque[float] = deque(maxlen=LATEST)
        self._drawing: asyncio.Task[None] | None = None

    def __enter__(self) -> StatusLine:
        self._drawing = asyncio.create_task(self._draw(), name="status line")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        self._terminal.show("")
        minutes, seconds = divmod((self._clock.now_ns() - self._since_ns) // 1_000_000_000, 60)
        lasted = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
        self._terminal.write(f"The show ran for {lasted}: {_count(self._messages, 'message')}, {self._answered} answered.\n")

    def text(self, width: int) -> str:
        """At most `width` characters: what matters less is left out first."""
        parts = [self._state, chat_name(self._source()), f"{self._rate()} a minute", f"{self._answered} answered"]
        if self._latest_ms:
            parts.append(f"{statistics.median(self._latest_ms) / 1000:.2f} s to the first word")
        if page := self._page():
            parts.append(f"control page {page}")
        parts.append("Ctrl-C ends")
        while len(parts) > 1 and len(f"● {self._host} {_GAP.join(parts)}") > width:
            parts.pop()
        line = f"● {self._host} {_GAP.join(parts)}"
        if len(line) > width:
            return line[:width]
        dot = self._terminal.paint(_COLOURS.get(self._state, "dim"), "●")
        rest = self._terminal.paint("dim", _GAP + _GAP.join(parts[1:])) if len(parts) > 1 else ""
        return f"{dot} {self._terminal.paint('bold', self._host)} {self._state}{rest}"

    async def _draw(self) -> None:
        while True:
            self._terminal.show(self.text(self._terminal.columns() - 1))
            await self._clock.sleep(EVERY_S)

    def _rate(self) -> int:
        """Messages of the last minute; of less, while the show is younger."""
        after = self._clock.now_ns() // 1_000_000_000 - RATE_OVER_S
        return sum(count for second, count in self._seconds if second > after)

    # ---- what happens -------------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        if not isinstance(item, ChatMessage):
            return
        self._messages += 1
        second = self._clock.now_ns() // 1_000_000_000
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + 1)
        else:
            self._seconds.append((second, 1))

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._answered += reason is Reason.ANSWERED

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Not shown."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """Not shown."""

    def ended(self, line: LedgerLine) -> None:
        ms = audible_ms(line.stages)
        if ms is not None and line.was_free:
            self._latest_ms.append(ms)

    def status(self, status: Status) -> None:
        self._state = status.state

    def marked(self, mark: Mark) -> None:
        """Not shown."""


def chat_name(source: str) -> str:
    """A source's name for people."""
    kind, _, name = source.partition(":")
    return f"twitch.tv/{name}" if kind == "twitch" else "demo chat" if source == "demo" else source


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
