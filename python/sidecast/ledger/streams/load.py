"""How busy the show and its machine are, sampled every few seconds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...clock import Clock

EVERY_S = 5.0
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One sample."""

    cpu_percent: float
    """Of one processor core, by this process (in the app: picture, show and all), since the sample before."""
    machine_percent: float
    """Of all cores, by everything that runs on the machine: load average of the last minute."""
    memory_mb: float
    """Resident memory of this process."""
    lag_ms: float
    """How much later than asked the show's loop woke up."""
    intake: int
    """Messages that wait to be read."""
    backlog: int
    """Ledger lines that are not written yet."""


class Sampler:
    """Runs in the show's loop until it is cancelled."""

    def __init__(
        self, clock: Clock, told: Callable[[Load], None], intake: Callable[[], int] = int, backlog: Callable[[], int] = int
    ) -> None:
        self._clock = clock
        self._told = told
        self._intake = intake
        self._backlog = backlog

    async def run(self) -> None:
        asked_ns, cpu_ns = self._clock.now_ns(), time.process_time_ns()
        while True:
            await self._clock.sleep(EVERY_S)
            now_ns, cpu_now_ns = self._clock.now_ns(), time.process_time_ns()
            self._told(
                Load(
                    cpu_percent=100 * (cpu_now_ns - cpu_ns) / max(1, now_ns - asked_ns),
                    machine_percent=machine_percent(),
                    memory_mb=memory_mb(),
                    lag_ms=max(0.0, (now_ns - asked_ns) / 1e6 - EVERY_S * 1000),
                    intake=self._intake(),
                    backlog=self._backlog(),
                )
            )
            asked_ns, cpu_ns = now_ns, cpu_now_ns


def machine_percent() -> float:
    """The load average of the last minute, in percent of all cores."""
    return 100 * os.getloadavg()[0] / (os.cpu_count() or 1)


def memory_mb() -> float:
    """Resident memory of this process in MB; on Linux now, elsewhere the most so far."""
    if sys.platform == "linux":
        pages = int(_STATM.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
