"""Finds an engine's C libraries: in the folder that the launcher names, or where the system keeps them."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from ..errors import VoiceError


def load(name: str, *, versions: tuple[str, ...], folder_variable: str, remedy: str) -> ctypes.CDLL:
    """Load `lib<name>.so.<version>`, its symbols visible to the libraries that are loaded after it.

    Args:
        versions: tried in this order.
        folder_variable: environment variable that may name the folder.

    Raises:
        VoiceError: it is nowhere, or does not load.
    """
    folder = os.environ.get(folder_variable, "")
    problems = []
    for version in versions:
        file = f"lib{name}.so.{version}"
        try:
            return ctypes.CDLL(str(Path(folder) / file) if folder else file, mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            problems.append(str(error))
    where = f"in {folder} (${folder_variable})" if folder else "in the system's library folders"
    raise VoiceError(f"The library {name} cannot be loaded {where}: {'; '.join(problems)}.", remedy)
