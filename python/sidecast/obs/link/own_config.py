"""What OBS has written down about its WebSocket server: whether it is on, its port, its password.

OBS up to 29 (obs-websocket 5.0 to 5.1) keeps it in `global.ini`, section `OBSWebSocket`; later ones in
`plugin_config/obs-websocket/config.json`, and take over what they find in the section.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST = 1_000_000
"""Bytes of a file that is read; OBS's have a few thousand."""
_SECTION = "OBSWebSocket"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnConfig:
    """As one OBS of this machine would start with."""

    path: Path
    """The file that says it."""
    enabled: bool
    port: int
    password: str = field(default="", repr=False)
    """Empty: it asks for none."""


def folders(environment: Mapping[str, str] = os.environ, system: str = sys.platform, home: Path | None = None) -> list[Path]:
    """Where an OBS of this user may keep its configuration, by system and by how OBS was installed."""
    home = home or Path.home()
    if system == "win32":
        roaming = environment.get("APPDATA", "")
        return [(Path(roaming) if roaming else home / "AppData" / "Roaming") / "obs-studio"]
    if system == "darwin":
        return [home / "Library" / "Application Support" / "obs-studio"]
    given = environment.get("XDG_CONFIG_HOME", "")
    return [
        (Path(given) if Path(given).is_absolute() else home / ".config") / "obs-studio",
        home / ".var" / "app" / "com.obsproject.Studio" / "config" / "obs-studio",
        home / "snap" / "obs-studio" / "current" / ".config" / "obs-studio",
    ]


def read_own(places: Iterable[Path] | None = None) -> OwnConfig | None:
    """Of the OBS that was set up last, where there are several; None where there is none, or none that can be read."""
    found: list[tuple[float, OwnConfig]] = []
    for folder in folders() if places is None else places:
        for path, read in (
            (folder / "plugin_config" / "obs-websocket" / "config.json", _of_json),
            (folder / "global.ini", _of_ini),
        ):
            try:
                text = _text(path)
                own = read(path, text)
                changed = path.stat().st_mtime
            except (OSError, ValueError):
                continue
            if own is not None:
                found.append((changed, own))
                break
    return max(found, key=lambda each: each[0])[1] if found else None


def _text(path: Path) -> str:
    """Raises OSError, or ValueError for what is no text."""
    with path.open("rb") as file:
        return file.read(LARGEST).decode("utf-8-sig")


def _of_json(path: Path, text: str) -> OwnConfig | None:
    said = json.loads(text)
    if not isinstance(said, dict):
        return None
    return _checked(
        path, said.get("server_enabled"), said.get("server_port"), said.get("auth_required"), said.get("server_password")
    )


def _of_ini(path: Path, text: str) -> OwnConfig | None:
    """The format of libobs' `config-file.c`: `key=value`, with `\\\\`, `\\n` and `\\r` escaped."""
    values: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1]
        elif section == _SECTION and "=" in stripped:
            key, _, value = stripped.partition("=")
            values[key.strip()] = _plain(value.strip())
    if "ServerEnabled" not in values:
        return None
    enabled, wanted = values["ServerEnabled"].lower() == "true", values.get("AuthRequired", "true").lower() == "true"
    port = values.get("ServerPort", "")
    return _checked(path, enabled, int(port) if port.isascii() and port.isdigit() else None, wanted, values.get("ServerPassword"))


def _plain(value: str) -> str:
    parts = (part.replace("\\n", "\n").replace("\\r", "\r") for part in value.split("\\\\"))
    return "\\".join(parts)


def _checked(path: Path, enabled: Any, port: Any, wanted: Any, password: Any) -> OwnConfig:
    good_port = isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536
    return OwnConfig(
        path=path,
        enabled=enabled is True,
        port=port if good_port else 4455,
        password=password if wanted is not False and isinstance(password, str) else "",
    )
