from __future__ import annotations

import asyncio
import random

import pytest

from sidecast.dialogue.brains.trouble import BrainTrouble
from sidecast.dialogue.breaker import PROBE_FIRST_S, PROBE_MOST_S, Breaker
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


class Patient:
    """A brain that passes its probes from a time on."""

    def __init__(self, well_at_s: float, error: Exception | None = None) -> None:
        self.well_at_s = well_at_s
        self.error = error or BrainTrouble("It is away.")
        self.tried_s: list[float] = []
        self.told: list[str] = []
        self.breaker = Breaker(lambda: "patient", self.probe, loop_clock(), random.Random(1), self.told.append)

    async def probe(self) -> None:
        now = asyncio.get_running_loop().time()
        self.tried_s.append(now)
        if now < self.well_at_s:
            raise self.error


def test_it_is_tried_with_growing_pauses_for_ever() -> None:
    async def main() -> None:
        patient = Patient(100_000.0)
        assert patient.breaker.closed
        patient.breaker.failed(BrainTrouble("It is away."))
        assert not patient.breaker.closed
        await asyncio.sleep(110_000)
        pauses = [after - before for before, after in zip(patient.tried_s, patient.tried_s[1:], strict=False)]
        assert patient.tried_s[0] <= 1.5 * PROBE_FIRST_S
        assert PROBE_MOST_S / 2 <= pauses[-1] <= PROBE_MOST_S
        assert len(set(pauses[-20:])) > 5, "without jitter many would try in step"
        assert patient.breaker.closed
        assert patient.told == ["is away", ""]

    run_virtual(main())


def test_it_is_not_tried_before_the_server_allows_it() -> None:
    async def main() -> None:
        patient = Patient(0.0)
        patient.breaker.failed(BrainTrouble("Too many.", state="is busy", after_s=900.0))
        await asyncio.sleep(1000)
        assert patient.tried_s
        assert patient.tried_s[0] >= 900
        assert patient.told == ["is busy", ""]

    run_virtual(main())


def test_the_reason_changes_with_what_the_probes_find() -> None:
    async def main() -> None:
        patient = Patient(20.0, BrainTrouble("401", state="does not accept the key"))
        patient.breaker.failed(BrainTrouble("silent", state="is too slow"))
        patient.breaker.failed(BrainTrouble("again"))
        await asyncio.sleep(60)
        assert patient.told == ["is too slow", "does not accept the key", ""]

    run_virtual(main())


def test_any_error_of_a_probe_keeps_it_away_and_closing_ends_the_probes() -> None:
    async def main() -> None:
        patient = Patient(1e9, ZeroDivisionError("what a viewer wrote"))
        patient.breaker.warm_up()
        await asyncio.sleep(100)
        tried = len(patient.tried_s)
        assert tried > 3
        await patient.breaker.close()
        patient.breaker.failed(BrainTrouble("late"))
        await asyncio.sleep(1000)
        assert len(patient.tried_s) == tried
        assert patient.told == ["is getting ready", "is away"]

    run_virtual(main())
