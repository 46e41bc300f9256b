"""Where the picture goes: the display that is there, or an Xvfb of our own."""

from __future__ import annotations

import os
import secrets
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from .process import Family, wait_for
from .trouble import Trouble

SIZE = "1280x720"
OWN = "SIDECAST_OWN_SCREEN"
"""Tells the app that the display of this name shows nothing but its window."""
START_S = 15
FAMILY_WILD = 0xFFFF
"""Xauth.h: an entry for every address."""
COOKIE = b"MIT-MAGIC-COOKIE-1"


@dataclass(frozen=True, slots=True)
class Screen:
    """A virtual display and how to reach it."""

    display: str
    authority: Path

    def variables(self) -> dict[str, str]:
        # a Wayland session must not draw the toolkits' attention away from this display
        return {"DISPLAY": self.display, "XAUTHORITY": str(self.authority), "WAYLAND_DISPLAY": ""}


def usable() -> bool:
    """Whether a display can be reached from here."""
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and _connects(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / wayland)):
        return True
    host, colon, rest = os.environ.get("DISPLAY", "").rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        return _connects(path) or _connects(f"\0{path}")
    try:
        socket.create_connection((host, 6000 + int(number)), timeout=1).close()
    except OSError:
        return False
    return True


def only_wayland() -> bool:
    """Godot draws on X unless it is told otherwise."""
    return bool(os.environ.get("WAYLAND_DISPLAY")) and not os.environ.get("DISPLAY")


def _connects(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def start(family: Family, folder: Path) -> Screen:
    """An Xvfb on a free display, open only to who has the cookie in `folder`.

    Raises:
        Trouble: it did not start.
    """
    authority = folder / "Xauthority"
    cookie = secrets.token_bytes(16)
    entry = struct.pack(">H", FAMILY_WILD) + b"".join(struct.pack(">H", len(part)) + part for part in (b"", b"", COOKIE, cookie))
    authority.touch(0o600)
    authority.write_bytes(entry)
    log = folder / "Xvfb.log"
    reading, writing = os.pipe()
    arguments: list[str | Path] = [
        "-screen",
        "0",
        f"{SIZE}x24",
        "-nolisten",
        "tcp",
        "-auth",
        authority,
        "-noreset",
        "-displayfd",
        str(writing),
    ]
    with log.open("wb") as output:
        process = family.start(["Xvfb", *arguments], stdout=output, stderr=output, pass_fds=(writing,))
    os.close(writing)
    os.set_blocking(reading, False)
    number = b""

    def told() -> bool:
        nonlocal number
        try:
            number += os.read(reading, 16)
        except BlockingIOError:
            return False
        return number.endswith(b"\n")

    started = wait_for(process, START_S, told)
    os.close(reading)
    if not started:
        said = log.read_text("utf-8", "replace").strip()[-400:]
        raise Trouble(f"The virtual screen Xvfb did not start: {said or 'it said nothing'}.", "Start Sidecast where a screen is.")
    return Screen(f":{int(number)}", authority)
