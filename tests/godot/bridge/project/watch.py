"""Waits until something is made in a folder, holding the GIL or not, without a clock (Linux's inotify)."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

IN_CREATE = 0x100
EVENT_BYTES = 4096


class Watch:
    def __init__(self, folder: str) -> None:
        Path(folder).mkdir(parents=True)
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init()
        if libc.inotify_add_watch(self._inotify, os.fsencode(folder), IN_CREATE) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {folder}")

    def wait(self) -> None:
        os.read(self._inotify, EVENT_BYTES)

    def wait_holding_gil(self) -> None:
        # Functions of a PyDLL keep the GIL while they run.
        ctypes.PyDLL(None).read(self._inotify, ctypes.create_string_buffer(EVENT_BYTES), EVENT_BYTES)
