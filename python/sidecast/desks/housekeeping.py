"""Settings, secrets, backups and live tests, as a running show has them: wired for `assemble.py`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import APIRouter

from ..cli import Options
from ..clock import Clock
from ..control.access.audit import Audit
from ..control.api.keep import keep_api
from ..control.api.settings import settings_api
from ..control.settings_desk import SettingsDesk
from ..control.settings_form import Value
from ..control.tls import Tls, tls_of
from ..errors import SettingsError
from ..flow.order import Order, SetApproval
from ..flow.ports import Brain, Stage
from ..opened import estate_of
from ..settings import Settings, data_dir, settings_file
from ..telemetry.logs import redactor
from ..vault.changing import Changes
from ..vault.vault import Vault
from .backups import Backups
from .trying import Trials, VaultSecrets

log = logging.getLogger(__name__)

TLS = "tls"


def _read_when_needed(settings: Settings) -> None:
    """Nothing has to be told."""


class Housekeeping:
    """`backups.run` is a task of the show's."""

    def __init__(
        self,
        options: Options,
        settings: Settings,
        opened: tuple[Vault, Changes],
        clock: Clock,
        *,
        on_note: Callable[[str], None],
        live: Mapping[str, Callable[[Settings], None]],
        moderated: Callable[[], Mapping[str, Value]] = dict,
    ) -> None:
        """
        Args:
            live: by a setting's key, what makes a change of it hold at once; called on the show's loop.
            moderated: see `SettingsDesk`.
        """
        self._vault, changes = opened
        self._clock = clock
        loop = asyncio.get_running_loop()

        def on_loop(act: Callable[[Settings], None]) -> Callable[[Settings], None]:
            def soon(wanted: Settings) -> None:
                loop.call_soon_threadsafe(act, wanted)

            return soon

        now = {key: on_loop(act) for key, act in live.items()}
        self.desk = SettingsDesk(
            options.settings or settings_file(),
            settings,
            options=fixed_by(options),
            live={"keep.daily": _read_when_needed, "keep.copies": _read_when_needed, **now},
            moderated=moderated,
        )
        self._following = asyncio.Lock()
        self._followers: set[asyncio.Task[None]] = set()
        estate = estate_of(settings, data_dir(), options.settings)
        self.backups = Backups(changes, estate, lambda: self.desk.running.keep, clock, on_note)

    def follow(self, order: Order, refusal: str = "") -> None:
        """What an order changes for good is written into the settings too: it holds after the next start."""
        if isinstance(order, SetApproval) and not refusal:
            task = asyncio.get_running_loop().create_task(self._keep({"safety.approval": order.mode.value}), name="settings")
            self._followers.add(task)
            task.add_done_callback(self._followers.discard)

    async def close(self) -> None:
        """Waits for what is still being written."""
        await asyncio.gather(*self._followers)

    async def _keep(self, changes: Mapping[str, Value]) -> None:
        async with self._following:
            try:
                await asyncio.to_thread(self.desk.change, changes, holds=True)
            except SettingsError as error:
                log.warning("it holds for this show only: %s", error)

    def routers(
        self, audit: Audit, *, orders: Callable[[Order], str | None], stage: Stage, brain: Brain, has_picture: bool
    ) -> list[APIRouter]:
        trials = Trials(orders, stage, brain, lambda: self.desk.running, self._clock, has_picture=has_picture)
        secrets = VaultSecrets(self._vault, redactor.hide)
        return [keep_api(self.backups, audit, self._clock), settings_api(self.desk, secrets, trials, audit, self._clock)]


def fixed_by(options: Options) -> dict[str, tuple[str, Value]]:
    """By a setting's key: the option of this start that is stronger, and what it says."""
    fixed: dict[str, tuple[str, Value]] = {}
    if options.channel is not None:
        fixed["chat.channel"] = "--channel", options.channel
    elif options.replay is not None:
        fixed["chat.channel"] = "--replay", str(options.replay.name)
    elif options.demo:
        fixed["chat.channel"] = "--demo", ""
    if options.brain is not None:
        fixed["dialogue.brain"] = "--brain", options.brain
    if options.transparent:
        fixed["stage.transparent"] = "--transparent", True
    return fixed


def tls_in(settings: Settings, data: Path) -> Tls | None:
    """The control room's certificate. Raises ControlError: the settings contradict each other."""
    control = settings.control
    return tls_of(
        control.tls.certificate, control.tls.key, data / TLS, own=control.tls.own, host=control.host, names=control.names
    )
