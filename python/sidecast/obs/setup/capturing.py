"""By which kinds of source the avatar's window can be had, the best first. Nothing is asked of OBS here.

Names of kinds and of their settings are those of OBS's own plugins: linux-capture, linux-pipewire, win-capture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .wanted import Found, Window

TITLE, X_CLASS, WINDOWS_CLASS = "Sidecast", "Sidecast", "Engine"
"""Of a window that Godot makes: its title, `WM_CLASS` on X and the name of its class on Windows."""
DEBUG = f"{TITLE} (DEBUG)"
"""The title where a development version of Godot runs the app."""
KEY = "color_key_filter_v2"
KEY_SETTINGS: Mapping[str, Any] = {
    "key_color_type": "custom",
    "key_color": 0xFF000000,  # ABGR; what a clear window is where nothing can shine through
    "similarity": 8,
    "smoothness": 12,
}
"""In thousandths: the avatar's darkest lines are 0x2A0F2A, and stay."""
_X_BREAK = "\r\n"
"""Between id, title and class of a window (xcomposite)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A kind of input, and how it is set."""

    kind: str
    words: str
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    window_property: str = ""
    """The setting that names the window; OBS lists what it can be."""
    keyed: bool = False
    """What is black is taken out by a colour key."""
    asks: bool = False
    """The desktop asks the streamer which window it is: empty until they have said so."""
    never_run: bool = False
    """Written after OBS's own documents, and not tried on the real thing."""


def ways(found: Found, window: Window) -> tuple[Way, ...]:
    """Those that this OBS has; empty where there is none."""
    if window.own_screen:
        # only a capture of screens can be told of another X server; the window fills that screen
        return _of_kind(found, "xshm_input", lambda kind: _screen(kind, window))
    return (
        *_of_kind(found, "game_capture", _game),
        *_of_kind(found, "window_capture", lambda kind: _windows(kind, window)),
        *_of_kind(found, "xcomposite_input", _composite),
        *_of_kind(found, "pipewire-window-capture-source", _portal),
        *_of_kind(found, "pipewire-screen-capture-source", _portal),
    )


def newest(kinds: frozenset[str], base: str) -> str:
    """The kind of this name with the highest version; empty where there is none."""
    named = re.compile(re.escape(base) + r"(?:_v(\d+))?")
    versions = [(int(match[1] or 1), kind) for kind in kinds if (match := named.fullmatch(kind))]
    return max(versions)[1] if versions else ""


def is_ours(value: str) -> bool:
    """Whether a window in OBS's list is the app's: by its class and title, for other windows may have our name in their title."""
    parts = value.split(_X_BREAK)
    if len(parts) == 3:
        return parts[2] == X_CLASS and parts[1] in (TITLE, DEBUG)
    parts = value.split(":")
    return len(parts) == 3 and parts[1] == WINDOWS_CLASS and parts[0] in (TITLE, DEBUG)


def _of_kind(found: Found, base: str, made: Any) -> tuple[Way, ...]:
    if found.platform == "macos":
        return ()  # its window_capture has our name for another thing
    kind = newest(found.kinds, base)
    return (made(kind),) if kind else ()


def _screen(kind: str, window: Window) -> Way:
    settings = {"advanced": True, "server": window.own_screen, "screen": 0, "show_cursor": False}
    words = f"by a capture of the screen {window.own_screen}, which shows nothing but the avatar"
    return Way(kind=kind, words=words, settings=settings, keyed=window.transparent)


def _composite(kind: str) -> Way:
    # a window must be named from the start: OBS 32 crashes when it is asked to list them while none is
    settings = {"capture_window": _X_BREAK.join(("0", TITLE, X_CLASS)), "show_cursor": False}
    return Way(kind=kind, words="by a capture of its window", settings=settings, window_property="capture_window")


def _portal(kind: str) -> Way:
    words = "by a capture of its window, for which your desktop asks you: choose Sidecast there"
    return Way(kind=kind, words=words, settings={"ShowCursor": False}, asks=True, never_run=True)


def _game(kind: str) -> Way:
    settings = {
        "capture_mode": "window",
        "window": on_windows(),
        "priority": 1,  # by title
        "allow_transparency": True,
        "capture_cursor": False,
    }
    words = "by a game capture of its window, which lets your scene shine through where it is clear"
    return Way(kind=kind, words=words, settings=settings, window_property="window", never_run=True)


def _windows(kind: str, window: Window) -> Way:
    settings = {"window": on_windows(), "priority": 1, "cursor": False}
    words = "by a capture of its window"
    return Way(kind=kind, words=words, settings=settings, window_property="window", keyed=window.transparent, never_run=True)


def on_windows() -> str:
    """The app's window as OBS for Windows names it: title, class, program. Neither has a sign that would have to be escaped."""
    return f"{TITLE}:{WINDOWS_CLASS}:"
