"""Where everything lies: the repository, what was made for it, what is shared between checkouts, and the user's data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute folders; none needs to exist yet."""

    repository: Path
    home: Path
    """Made for this checkout: environment, models, stamps, logs of the set-up (`$SIDECAST_HOME`, else `.sidecast/`)."""
    cache: Path
    """Shared by all checkouts of this user: Godot, voices, libpython, Node (`$XDG_CACHE_HOME/sidecast`)."""
    data: Path
    """The user's own: ledger, keys, the lock of the running show. `./sidecast clean` never touches it."""

    @classmethod
    def of_this_user(cls) -> Places:
        home = os.environ.get("SIDECAST_HOME")
        return cls(
            repository=REPOSITORY,
            home=Path(home).absolute() if home else REPOSITORY / ".sidecast",
            cache=_xdg("XDG_CACHE_HOME", ".cache") / "sidecast",
            data=_xdg("XDG_DATA_HOME", ".local/share") / "sidecast",
        )

    @property
    def venv(self) -> Path:
        """A link to the environment in use."""
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def stamps(self) -> Path:
        return self.home / "stamps"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def settings(self) -> Path:
        """The user's settings file, which need not be there."""
        return _xdg("XDG_CONFIG_HOME", ".config") / "sidecast" / "sidecast.toml"

    @property
    def bridge_config(self) -> Path:
        """What Godot reads to start Python; `$SIDECAST_BRIDGE` names it."""
        return self.home / "bridge.json"


def _xdg(variable: str, default: str) -> Path:
    chosen = os.environ.get(variable, "")
    # the XDG base directory specification: a relative path is invalid and ignored
    return Path(chosen) if chosen.startswith("/") else Path.home() / default
