"""Sidecast's own folder of pictures: their names are of our making, and there are never too many."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path

from ...flow.obs_act import ObsHindrance, ObsObstacle

MOST = 200
"""The oldest go first."""
MOST_BYTES = 64 * 1024 * 1024
PREFIX = "obs-"
SUFFIX = ".png"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Pictures:
    """Blocking: for a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, image: str, wall_ms: int) -> Path | ObsHindrance:
        """Writes a picture and deletes the oldest.

        Args:
            image: `data:image/png;base64,…`, as OBS gives it.
            wall_ms: of which its name is made.
        """
        try:
            data = base64.b64decode(image.partition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not data.startswith(SIGNATURE) or len(data) > MOST_BYTES:
            return ObsHindrance(obstacle=ObsObstacle.REFUSED, what="OBS gave no picture that can be read.")
        stamp = datetime.fromtimestamp(wall_ms / 1000, UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self._free(f"{PREFIX}{stamp}")
            path.write_bytes(data)
            for old in sorted(self.folder.glob(f"{PREFIX}*{SUFFIX}"))[:-MOST]:
                old.unlink(missing_ok=True)
        except OSError as error:
            return ObsHindrance(
                obstacle=ObsObstacle.FILE,
                what=f"The picture could not be written to {self.folder}: {error.strerror or error}.",
                remedy="Make room there, or let Sidecast write there.",
            )
        return path

    def _free(self, stem: str) -> Path:
        path, number = self.folder / f"{stem}{SUFFIX}", 1
        while path.exists():
            path = self.folder / f"{stem}-{number}{SUFFIX}"
            number += 1
        return path
