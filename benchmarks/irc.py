"""The reader of live chat under a million broken frames: nothing raises out of it, nothing of it grows, good lines are read on.

After every thousand broken frames one good line must come out; what it holds in memory is looked at as often.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from benchmarks.irc_frames import Breaker
from benchmarks.report import Report
from sidecast.chat.irc.lines import MAX_LINE, LineReader
from sidecast.chat.irc.session import Memory, Over, Session
from sidecast.chat.irc.tally import Tally
from sidecast.flow.chat import ChatMessage, Incoming

EVERY = 1000
REMEMBERED = 4
"""Few, so that nearly all that is broken on its way is looked at, not left out as a double."""


class Fuzz:
    """Reads frames as a connection does; a server's refusal begins a new session."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.items = 0
        self.refusals = 0
        self._memory = Memory(REMEMBERED)
        self._begin()

    def _begin(self) -> None:
        self.reader = LineReader(self.tally)
        self.session = Session("kit", "justinfan1", self._memory, self.tally)

    def feed(self, data: bytes) -> list[Incoming]:
        """Raises AssertionError for an item that breaks its type's promises, and whatever the reader raises."""
        found = []
        for line in self.reader.feed(data):
            try:
                item = self.session.receive(line, arrived_ns=1)
            except Over:
                self.refusals += 1
                self.session = Session("kit", "justinfan1", self._memory, self.tally)
                continue
            if item is not None:
                check(item)
                found.append(item)
        answer = self.session.sent()
        assert all(
            part.startswith((b"CAP ", b"PASS ", b"NICK ", b"JOIN #kit", b"PONG")) for part in answer.split(b"\r\n") if part
        )
        self.items += len(found)
        return found

    def still_reads(self, number: int) -> bool:
        """A good line comes out whole, whatever came before it."""
        line = f"@id=good-{number};room-id=1;user-id=9 :bo!bo@bo PRIVMSG #kit :still here"
        items = self.feed(b"\n" + line.encode() + b"\r\n")
        return any(isinstance(item, ChatMessage) and item.id == f"good-{number}" and item.text == "still here" for item in items)

    @property
    def held(self) -> int:
        """Lines and gifts that are remembered."""
        return len(self._memory.lines) + len(self._memory.gifts)


def check(item: Incoming) -> None:
    if isinstance(item, ChatMessage):
        assert not item.fragments or "".join(part.text for part in item.fragments) == item.text
        assert item.author.id
        assert item.author.name
        assert item.bits >= 0
        assert len(item.text) <= MAX_LINE


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench irc", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--frames", type=int, default=1_000_000, help="broken frames (default 1,000,000)")
    parser.add_argument("--seed", type=int, default=1, help="which million")
    options = parser.parse_args()
    fuzz = Fuzz()
    start = time.process_time()
    breaker = Breaker(random.Random(options.seed))  # noqa: S311 - the same frames for the same seed
    for number, frame in enumerate(breaker.frames(options.frames), 1):
        fuzz.feed(frame)
        if number % EVERY == 0:
            assert fuzz.still_reads(number)
            assert fuzz.held <= REMEMBERED + 256
    report = Report("irc")
    report.n = options.frames
    report.figure("items", fuzz.items)
    report.figure("malformed", fuzz.tally.malformed)
    report.figure("left_out", sum(fuzz.tally.left_out.values()))
    report.figure("refusals", fuzz.refusals)
    report.figure("raised", 0)
    report.figure("cpu_s", time.process_time() - start)
    report.finish(options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
