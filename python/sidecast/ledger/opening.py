"""Settings → the ledger, with what counts the figures of streams."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from ..clock import Clock
from ..flow.ports import Sealer
from ..settings import LedgerSettings
from .database import Keep
from .ledger import Ledger
from .streams.counter import Counter
from .streams.store import Streams


def open_ledger(
    path: Path,
    settings: LedgerSettings,
    sealer: Sealer,
    mark: Callable[[str], bytes],
    *,
    clock: Clock,
    source: str,
    on_note: Callable[[str], None],
    chance: random.Random,
    run: str,
) -> tuple[Ledger, Counter]:
    """Not started yet. The counter is a watcher beside the ledger and is told of what was understood.

    Args:
        mark: what stands for a viewer in the figures.
        source: name of what is read at first; `Ledger.reads` tells of another.
    """
    counter = Counter(clock, source)
    ledger = Ledger(
        path,
        sealer,
        clock,
        keep=Keep(settings.keep_days, settings.keep_minutes_days, settings.keep_figures_days),
        on_note=on_note,
        chance=chance,
        run=run,
        counter=counter,
        streams=Streams(mark),
    )
    return ledger, counter
