"""The page's files, read once: a request can only name one of them, so no path can lead outside."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ControlError

VARIABLE = "SIDECAST_PAGE"
"""Names the folder with the built page; the launcher sets it."""
WHY_NOT = "SIDECAST_PAGE_TROUBLE"
"""Why there is none, in a sentence of the launcher's."""
BUILT = Path(__file__).parents[3] / ".sidecast" / "page"
"""Where the launcher builds pages, one folder for each state of their sources."""
BARE = Path(__file__).with_name("bare")
"""What is served instead while none is built."""
MOST_FILES, MOST_BYTES = 200, 8_000_000
HASHED = re.compile(r"\.[\w-]{8}\.(?:js|css|svg|png|woff2)$")
"""How Vite names what never changes under the same name (page/vite.config.ts)."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str
    lasts: bool
    """Its name changes with its content, so a browser may keep it for good."""

    @property
    def caching(self) -> str:
        """For the header `Cache-Control`."""
        return "public, max-age=31536000, immutable" if self.lasts else "no-store"


def find_page(environment: Mapping[str, str] = os.environ, built: Path = BUILT) -> Path:
    """The folder to serve: the one that is named, else the one built last, else the sentence that none is built."""
    if named := environment.get(VARIABLE):
        return Path(named)
    pages = [index for index in built.glob("*/index.html") if not index.parent.name.startswith(".")]
    return max(pages, key=lambda index: index.stat().st_mtime).parent if pages else BARE


def load_assets(folder: Path | None = None) -> dict[str, Asset]:
    """By file name.

    Args:
        folder: None: where `find_page` says.

    Raises:
        ControlError: the folder or its `index.html` is missing, or is no page of ours.
    """
    folder = folder or find_page()
    files = [path for path in sorted(folder.glob("*")) if path.suffix in _TYPES and path.is_file()]
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files) > MOST_BYTES:
        raise ControlError(f"{folder} is no built control page: it is far too large.", f"Correct {VARIABLE}, or unset it.")
    assets = {path.name: Asset(path.read_bytes(), _TYPES[path.suffix], bool(HASHED.search(path.name))) for path in files}
    if "index.html" not in assets:
        raise ControlError(f"The control page's files are missing from {folder}.", f"Correct {VARIABLE}, or unset it.")
    if folder == BARE:
        assets["index.html"] = _explained(assets["index.html"], os.environ.get(WHY_NOT, ""))
    return assets


def _explained(page: Asset, why: str) -> Asset:
    sentence = f'<p class="why">{html.escape(why[:2000])}</p>' if why else ""
    return replace(page, content=page.content.replace(b"<!-- why -->", sentence.encode()))
