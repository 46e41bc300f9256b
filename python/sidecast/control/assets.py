"""The page's files, read once: a request can only name one of them, so no path can lead outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import ControlError

FOLDER = Path(__file__).with_name("old_page")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str


def load_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """By file name.

    Raises:
        ControlError: the folder or its `index.html` is missing.
    """
    assets = {
        path.name: Asset(path.read_bytes(), _TYPES[path.suffix]) for path in sorted(folder.glob("*")) if path.suffix in _TYPES
    }
    if "index.html" not in assets or "locked.html" not in assets:
        raise ControlError(f"The control page's files are missing from {folder}.", "Install Sidecast again.")
    return assets
