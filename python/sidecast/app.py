"""One run of the app: options → settings → parts → show, and an orderly end whatever happens."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from . import cli
from .assemble import assemble
from .clock import SystemClock
from .errors import SidecastError
from .opened import finish_restore
from .settings import Settings, data_dir, load_settings
from .stage.godot import Bridge
from .telemetry.logs import set_up_logging
from .telemetry.terminal import Terminal

log = logging.getLogger(__name__)


def run(args: list[str], bridge: Bridge | None = None) -> int:
    """Exit code 0 when the show ended as asked, 1 when something of it cannot be, 2 for a wrong option or setting.

    Args:
        bridge: the module `_pybridge` inside Godot; None = no picture and no sound.
    """
    try:
        options = cli.parse(args)
        restored = finish_restore(data_dir())
        settings = load_settings(options.settings)
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201 - there is no log yet
        return 2
    terminal = Terminal(sys.stderr)
    set_up_logging(options.log, stream=terminal)
    if restored:
        log.info("a backup was restored; what it replaced is beside it as *.before-restore")
    try:
        asyncio.run(_show(options, settings, bridge, terminal))
    except (SidecastError, ExceptionGroup) as error:
        _report(error)
        return 1
    return 0


def _report(error: Exception) -> None:
    """A sentence for what is known to go wrong, a trace for what is not."""
    if isinstance(error, ExceptionGroup):
        for each in error.exceptions:
            _report(each)
    elif isinstance(error, SidecastError):
        log.error("%s", error)
    else:
        log.error("the show failed", exc_info=error)


async def _show(options: cli.Options, settings: Settings, bridge: Bridge | None, terminal: Terminal) -> None:
    clock = SystemClock()
    async with assemble(options, settings, bridge, clock, terminal) as show:
        if bridge is None:
            # inside Godot signals are the bridge's: it closes the queue, and the stage's marks end
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, show.end)
        await show.run(options.seconds)
