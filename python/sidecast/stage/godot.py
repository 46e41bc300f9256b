"""The app's picture and mixer, behind the module `_pybridge` that the bridge builds into this process."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator
from typing import Protocol

from ..errors import BadFrame
from ..flow import frame
from ..flow.cue import Cue
from ..flow.mark import Mark
from ..flow.utterance import Utterance
from . import marks
from .mark_queue import MarkQueue

log = logging.getLogger(__name__)

RECEIVE_S = 0.25
"""How long the reading thread waits at most before it looks whether it should end."""
LOGGED_FIRST = 3
"""Of each kind of trouble the first few are logged; all are counted."""


class Bridge(Protocol):
    """The functions of `_pybridge`. None of them waits, except `receive`, which lets other threads run meanwhile."""

    def post(self, topic: str, frame: bytes, /) -> bool:
        """False when the queue to Godot is full."""
        ...

    def receive(self, timeout_s: float, /) -> tuple[str, bytes] | None: ...

    def closed(self) -> bool: ...

    def epoch(self) -> int: ...

    def stop(self) -> int: ...

    def push(self, utterance: int, epoch: int, rate: int, pcm: bytes, last: bool, /) -> int:
        """Frames accepted; -1 when the epoch is over."""
        ...

    def room(self) -> int:
        """Free frames of the ring."""
        ...

    def watch_key(self, key: int, modifiers: int, /) -> None:
        """From now on this key stops the voice whatever has the focus; key 0: none does."""
        ...


class GodotStage:
    """Make it inside the running loop, which then also gets the marks.

    One daemon thread waits for frames from Godot; everything else runs in the loop.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._loop = asyncio.get_running_loop()
        self._marks = MarkQueue()
        self._ending = threading.Event()
        self.troubles: Counter[str] = Counter()
        """What went wrong so far, by kind: `dropped speak`, `ring full`, `unknown topic`, `bad frame`."""
        self._reader = threading.Thread(target=self._read, name="stage-marks", daemon=True)
        self._reader.start()

    def send(self, cue: Cue) -> None:
        """One frame to Godot; what finds the queue full or is too large is dropped and counted."""
        try:
            data = frame.encode_fields(cue)
        except BadFrame as error:
            self._trouble(f"too large {cue.topic}", str(error))
            return
        if not self._bridge.post(cue.topic, data):
            self._trouble(f"dropped {cue.topic}", "the queue to Godot is full")

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        """False when `epoch` is over, or when the ring has no room for the whole utterance (nothing of it is played then)."""
        if self._bridge.room() < utterance.frames:
            self._trouble("ring full", f"utterance {number} of {utterance.frames} frames")
            return False
        return self._push(utterance, number, epoch, utterance.pcm, last=utterance.rest is None)

    def go_on(self, utterance: Utterance, number: int, epoch: int, rest: bytes) -> bool:
        """`play` made sure that there is room."""
        return self._push(utterance, number, epoch, rest, last=True)

    def _push(self, utterance: Utterance, number: int, epoch: int, pcm: bytes, *, last: bool) -> bool:
        frames = len(pcm) // 2
        accepted = self._bridge.push(number, epoch, utterance.rate, pcm, last)
        if 0 <= accepted < frames:
            self._trouble("ring full", f"only {accepted} of {frames} frames of utterance {number} were taken")
        return accepted == frames

    def epoch(self) -> int:
        return self._bridge.epoch()

    def stop(self) -> int:
        return self._bridge.stop()

    def marks(self) -> AsyncIterator[Mark]:
        """Ends when Godot closes the bridge."""
        return self._marks.read()

    def close(self) -> None:
        """Stop reading and end the marks."""
        self._ending.set()
        self._marks.close()

    def _read(self) -> None:
        while not self._ending.is_set():
            received = self._bridge.receive(RECEIVE_S)
            if received is not None:
                self._in_loop(*received)
            elif self._bridge.closed():
                self._in_loop("", b"")
                return

    def _in_loop(self, topic: str, data: bytes) -> None:
        try:
            self._loop.call_soon_threadsafe(self._take, topic, data)
        except RuntimeError:
            # the loop has ended before the bridge; nobody is left to be told
            self._ending.set()

    def _take(self, topic: str, data: bytes) -> None:
        if not topic:
            self._marks.close()
        elif not marks.knows(topic):
            self._trouble("unknown topic", repr(topic[:40]))
        else:
            try:
                self._marks.add(marks.decode(topic, data))
            except BadFrame as error:
                self._trouble("bad frame", str(error))

    def _trouble(self, kind: str, what: str) -> None:
        self.troubles[kind] += 1
        if self.troubles[kind] <= LOGGED_FIRST:
            log.warning("stage: %s: %s", kind, what)
