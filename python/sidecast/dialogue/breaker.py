"""Stops asking a brain that failed, and tries it in the background until it is well again."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from ..clock import Clock
from ..errors import BrainError
from ..worker.backoff import Backoff

log = logging.getLogger(__name__)

PROBE_FIRST_S = 0.5
PROBE_MOST_S = 60.0


class Breaker:
    """Closed = ask. One failure opens it; a probe that passes closes it.

    The pauses between probes double for as long as no real turn succeeded: a brain that passes its probes and fails its
    turns is tried less and less.
    """

    def __init__(
        self,
        name: Callable[[], str],
        probe: Callable[[], Awaitable[None]],
        clock: Clock,
        rng: random.Random,
        on_change: Callable[[str], None] = lambda state: None,
    ) -> None:
        """
        Args:
            probe: raises BrainError when a turn would fail now.
            on_change: told what the brain does (`is away`) whenever that changes; empty when it is well.
        """
        self._name = name
        self._probe = probe
        self._clock = clock
        self._backoff = Backoff(rng, first_s=PROBE_FIRST_S, most_s=PROBE_MOST_S)
        self._on_change = on_change
        self._probing: asyncio.Task[None] | None = None
        self._state = ""
        self._shut = False

    @property
    def closed(self) -> bool:
        return not self._state

    def warm_up(self) -> None:
        """It has to pass a probe before its first turn: a model may have to be loaded."""
        self._open("is getting ready", 0.0)

    def failed(self, error: Exception) -> None:
        """A turn failed."""
        self._open(state_of(error), self._delay_s(error))

    def succeeded(self) -> None:
        """A turn succeeded."""
        self._backoff.succeeded()

    async def close(self) -> None:
        """Probe no more."""
        self._shut = True
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait({self._probing})

    def _open(self, state: str, delay_s: float) -> None:
        if self._shut or self._probing is not None:
            return
        self._set(state)
        self._probing = asyncio.create_task(self._probe_until_back(delay_s), name="brain-probe")

    async def _probe_until_back(self, delay_s: float) -> None:
        while True:
            await self._clock.sleep(delay_s)
            try:
                await self._probe()
            except Exception as error:  # noqa: BLE001  a brain may be anybody's code, and is tried for ever
                log.info("the brain “%s” is still away: %s", self._name(), told(error))
                delay_s = self._delay_s(error)
                self._set(state_of(error))
                continue
            log.info("the brain “%s” is there", self._name())
            self._probing = None
            self._set("")
            return

    def _delay_s(self, error: Exception) -> float:
        return max(self._backoff.failed(), float(getattr(error, "after_s", 0.0)))

    def _set(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._on_change(state)


def state_of(error: Exception) -> str:
    """Ends the streamer's sentence “The brain X …”."""
    return str(getattr(error, "state", "is away"))


def told(error: Exception) -> str:
    """For the log: only our own errors are known to hold nothing that a viewer wrote."""
    return str(error) if isinstance(error, BrainError) else type(error).__name__
