"""A stage without picture and sound that keeps the time of both: for `--stage none`, servers and tests in virtual time."""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from ..clock import Clock
from ..flow.cue import Cue
from ..flow.mark import Audible, Cut, Finished, Mark, Ready
from ..flow.utterance import Utterance
from .mark_queue import MarkQueue

AUDIBLE = round(10 ** (-50 / 20) * 32768)
"""Magnitude of an s16 sample at -50 dBFS."""
RING_S = 60.0
"""Seconds of sound that may wait, about what the real ring holds."""


@dataclass(slots=True)
class _Playing:
    """An utterance with its place in time."""

    number: int
    rate: int
    frames: int
    start_ns: int
    audible_ns: int | None
    """When its first audible sample is due; None once told, or when it has none."""

    @property
    def end_ns(self) -> int:
        return self.start_ns + self.frames * 1_000_000_000 // self.rate

    def heard_frames(self, now_ns: int) -> int:
        return min(self.frames, max(0, (now_ns - self.start_ns) * self.rate // 1_000_000_000))


class SilentStage:
    """Behaves as the app does, by the clock: utterances follow each other without a gap, a stop cuts them at once.

    Marks carry the exact time at which they are due, not when the loop came round to them. Make it inside the running loop.
    """

    def __init__(self, clock: Clock, audible_after_s: float = 0.012) -> None:
        self._clock = clock
        self._delay_ns = round(audible_after_s * 1e9)
        self._epoch = 1
        self._ring: deque[_Playing] = deque()
        self._marks = MarkQueue()
        self._player: asyncio.Task[None] | None = None
        self.sent: Counter[str] = Counter()
        """Cues by topic."""
        self._marks.add(Ready(at_ns=clock.now_ns()))

    def send(self, cue: Cue) -> None:
        """There is nothing to see: only counted."""
        self.sent[cue.topic] += 1

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        """False when `epoch` is over or a minute of sound waits already."""
        now_ns = self._clock.now_ns()
        self._settle(now_ns)
        end_ns = self._ring[-1].end_ns if self._ring else 0
        if epoch != self._epoch or end_ns - now_ns > (RING_S - utterance.seconds) * 1e9:
            return False
        start_ns = end_ns if self._ring else now_ns + self._delay_ns
        first = _first_audible(utterance.pcm)
        audible_ns = None if first is None else start_ns + first * 1_000_000_000 // utterance.rate
        self._ring.append(_Playing(number, utterance.rate, utterance.frames, start_ns, audible_ns))
        if self._player is None or self._player.done():
            self._player = asyncio.create_task(self._keep_time(), name="silent-stage")
        return True

    def go_on(self, utterance: Utterance, number: int, epoch: int, rest: bytes) -> bool:
        """An utterance without its rest ends where its sound does."""
        for playing in self._ring:
            if playing.number == number:
                playing.frames = min(utterance.frames, (len(utterance.pcm) + len(rest)) // 2)
        return epoch == self._epoch

    def epoch(self) -> int:
        return self._epoch

    def stop(self) -> int:
        """Everything that waits is cut, in its order, with the frames of it that were heard."""
        now_ns = self._clock.now_ns()
        self._settle(now_ns)
        for playing in self._ring:
            heard = playing.heard_frames(now_ns)
            self._marks.add(Cut(utterance=playing.number, at_ns=now_ns, heard_frames=heard, asked_ns=now_ns))
        self._forget()
        self._epoch += 1
        return self._epoch

    def marks(self) -> AsyncIterator[Mark]:
        return self._marks.read()

    def close(self) -> None:
        """End the marks; what still waits to be heard is forgotten."""
        self._forget()
        self._marks.close()

    def _forget(self) -> None:
        self._ring.clear()
        if self._player is not None:
            self._player.cancel()
            self._player = None

    async def _keep_time(self) -> None:
        while self._ring:
            await self._clock.sleep(max(0, self._next_due_ns() - self._clock.now_ns()) / 1e9)
            self._settle(self._clock.now_ns())

    def _next_due_ns(self) -> int:
        playing = self._ring[0]
        return playing.end_ns if playing.audible_ns is None else playing.audible_ns

    def _settle(self, now_ns: int) -> None:
        """Tell all that is due by now."""
        while self._ring and self._next_due_ns() <= now_ns:
            playing = self._ring[0]
            if playing.audible_ns is not None:
                self._marks.add(Audible(utterance=playing.number, at_ns=playing.audible_ns))
                playing.audible_ns = None
            else:
                self._marks.add(Finished(utterance=playing.number, at_ns=playing.end_ns))
                self._ring.popleft()


def _first_audible(pcm: bytes) -> int | None:
    """Index of the first sample over -50 dBFS."""
    samples = array("h", pcm)
    return next((index for index, value in enumerate(samples) if abs(value) > AUDIBLE), None)
