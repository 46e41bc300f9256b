"""Listens to the sound server's monitor while a show runs: the judge of what was audible, independent of the app.

Each chunk is stamped when it was read, on the clock of the app's own stamps (CLOCK_MONOTONIC). A sample is taken to
have sounded no later than its chunk's end was read, so every latency found here is an upper bound.
"""

from __future__ import annotations

import subprocess
import threading
import time
from bisect import bisect_left
from types import TracebackType

import numpy as np
import numpy.typing as npt

RATE = 48_000
CHUNK = 240
"""Frames a read: 5 ms."""
AUDIBLE = 10 ** (-50 / 20)
"""-50 dBFS, the level from which DESIGN calls a sample audible."""
LONGEST_S = 3600


class CapturedMix:
    """Context manager. `device` is a PulseAudio source such as `sidecast.monitor`; None = the default sink's monitor."""

    def __init__(self, device: str | None = None) -> None:
        self._device = device or "@DEFAULT_MONITOR@"
        self._chunks: list[bytes] = []
        self._read_ns: list[int] = []
        self._reader = threading.Thread(target=self._read, name="captured-mix")

    def __enter__(self) -> CapturedMix:
        self._process = subprocess.Popen(
            [
                "parec",
                f"--device={self._device}",
                "--format=s16le",
                f"--rate={RATE}",
                "--channels=1",
                "--latency-msec=5",
                "--raw",
            ],
            stdout=subprocess.PIPE,
        )
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(5)
        self._reader.join(5)

    def _read(self) -> None:
        assert self._process.stdout is not None
        while len(self._chunks) < LONGEST_S * RATE // CHUNK:
            chunk = self._process.stdout.read(2 * CHUNK)
            if len(chunk) < 2 * CHUNK:
                return
            self._read_ns.append(time.monotonic_ns())
            self._chunks.append(chunk)

    def samples(self) -> npt.NDArray[np.float32]:
        """What was captured so far, -1..1, mono, at `RATE`."""
        pcm = np.frombuffer(b"".join(self._chunks), dtype="<i2")
        samples: npt.NDArray[np.float32] = pcm.astype(np.float32)
        samples /= 32768
        return samples

    def listen(self) -> Listening:
        """A view of what was captured so far."""
        count = len(self._chunks)
        return Listening(self.samples()[: count * CHUNK], self._read_ns[:count])


class Listening:
    """Answers when something was heard or fell silent."""

    def __init__(self, samples: npt.NDArray[np.float32], read_ns: list[int]) -> None:
        self._loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
        self._read_ns = read_ns

    def sample_at(self, at_ns: int) -> int:
        """Index of the first sample whose chunk was read at or after `at_ns`."""
        return bisect_left(self._read_ns, at_ns) * CHUNK

    def time_of(self, sample: int) -> int:
        """Nanoseconds at which `sample` had been heard at the latest."""
        chunk = sample // CHUNK
        return self._read_ns[chunk] - (CHUNK - 1 - sample % CHUNK) * 1_000_000_000 // RATE

    def onset_after(self, at_ns: int, within_s: float) -> int | None:
        """When sound began after `at_ns`; None when nothing was heard, or when it was sounding already."""
        start = self.sample_at(at_ns)
        found = int(np.searchsorted(self._loud, start))
        if found >= len(self._loud) or self._loud[found] > start + within_s * RATE:
            return None
        return self.time_of(int(self._loud[found]))

    def silent_from(self, at_ns: int, within_s: float) -> int | None:
        """When the last audible sample of the `within_s` after `at_ns` was heard; None when none was."""
        start = self.sample_at(at_ns)
        first, last = np.searchsorted(self._loud, [start, start + within_s * RATE])
        return self.time_of(int(self._loud[last - 1])) if last > first else None
