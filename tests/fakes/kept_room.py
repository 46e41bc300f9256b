"""A control room with a real settings file, vault and backups behind its Set-up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from fakes.control_room import ControlRoom
from fakes.ring import FakeRing
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Caller
from sidecast.control.api.keep import keep_api
from sidecast.control.api.settings import settings_api
from sidecast.control.server import ControlServer
from sidecast.control.settings_desk import SettingsDesk
from sidecast.desks.backups import Backups
from sidecast.desks.trying import Trials, VaultSecrets
from sidecast.flow.cue import Cue
from sidecast.flow.prompt import Prompt
from sidecast.keep.estate import Estate
from sidecast.settings import Settings, load_settings
from sidecast.stage.silent import SilentStage
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.ways import Holder

FILE = """# my own settings
[host]
name = "Kit"

[audience]
pause_s = 1.5  # calm
"""


class Polite:
    """A brain that greets back."""

    name = "polite"
    reads_history = False

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        await asyncio.sleep(0)
        yield f"Hello {prompt.name}!"


class Seen(SilentStage):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(SystemClock())
        self.cues: list[Cue] = []

    def send(self, cue: Cue) -> None:
        self.cues.append(cue)


class Notes:
    """An audit that remembers."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []

    def note(self, caller: Caller, action: str, about: str = "", detail: Any = None) -> None:
        self.noted.append((action, about))


class KeptRoom(ControlRoom):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "config" / "sidecast.toml"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(FILE + self.more_settings())
        self.vault = open_vault(folder / "data" / "vault")
        self.stage, self.audit = Seen(), Notes()
        self.paused: list[float] = []
        super().__init__()

    def _server(self, port: int) -> ControlServer:
        estate = Estate(self.file.parent, self.folder / "data", self.folder / "data" / "ledger.db")
        desk = SettingsDesk(
            self.file,
            load_settings(self.file),
            options={"dialogue.brain": ("--brain", "ollama#llama3.2")},
            live={
                "audience.pause_s": lambda wanted: self.paused.append(wanted.audience.pause_s),
                "keep.copies": lambda _: None,
                **self.live(),
            },
        )
        changes = Changes(self.vault, Holder(self.folder / "data" / "vault", FakeRing()))
        backups = Backups(changes, estate, lambda: desk.running.keep, self.clock)
        trials = Trials(self._obey, self.stage, Polite(), lambda: desk.running, self.clock, has_picture=True)
        secrets = VaultSecrets(self.vault, lambda value: None)
        return ControlServer(
            self.feed,
            self._obey,
            self.clock,
            lambda: b"",
            port=port,
            examine=self._examine,
            change_channel=self._read,
            routers=[
                keep_api(backups, self.audit, self.clock),
                settings_api(desk, secrets, trials, self.audit, self.clock),
                *self.further(desk),
            ],
        )

    def more_settings(self) -> str:
        """For the end of the file."""
        return ""

    def live(self) -> dict[str, Callable[[Settings], None]]:
        """Of further parts: see `SettingsDesk`."""
        return {}

    def further(self, desk: SettingsDesk) -> list[APIRouter]:
        """Of further parts."""
        return []
