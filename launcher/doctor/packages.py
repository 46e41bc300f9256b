"""Run by the environment's own Python: which of the locked packages are not there in their locked version."""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from pathlib import Path

from pip._vendor.packaging.markers import Marker

LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+))?", re.MULTILINE)


def main(requirements: Path) -> None:
    """Prints how many packages this machine needs, and the names of those that are not right."""
    needed = [match for match in LOCKED.finditer(requirements.read_text("utf-8")) if _meant_for_us(match["marker"])]
    print(json.dumps([len(needed), [match["name"] for match in needed if _version(match["name"]) != match["version"]]]))


def _meant_for_us(marker: str | None) -> bool:
    return marker is None or Marker(marker.strip()).evaluate()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
