"""The key that stops the host whatever program has the focus: what the bridge is asked to watch, and how that went in words."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from ..flow.mark import StopKeyStands
from ..flow.stop_key import key_combination

log = logging.getLogger(__name__)

SETTING = "stage.stop_key"
ELSEWHERE = "A moderator's `!stop`, the control page, and Escape in the app's own window stop it all the same."


class Keys(Protocol):
    """The part of the bridge that watches a key."""

    def watch_key(self, key: int, modifiers: int, /) -> None:
        """In place of the one before; key 0: none."""
        ...


class StopKey:
    """On the show's loop. The bridge stops the voice by itself; the show hears of it as of any other hotkey."""

    def __init__(
        self,
        keys: Keys | None,
        on_note: Callable[[str], None],
        *,
        system: str = sys.platform,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """
        Args:
            keys: None where there is no app, and so no key.
            on_note: told in a sentence why the key cannot be had; an empty one when it can.
        """
        self._keys = keys
        self._on_note = on_note
        self._windows = system == "win32"
        self._environment = environment
        self._combination = ""

    def adopt(self, combination: str) -> None:
        """Watch this one from now on; empty: none. It must be one that the settings let pass."""
        if self._keys is None or combination == self._combination:
            return
        self._combination = combination
        if not combination:
            self._keys.watch_key(0, 0)
            self._on_note("")
            return
        wanted = key_combination(combination)
        self._keys.watch_key(wanted.key.virtual if self._windows else wanted.key.keysym, int(wanted.modifiers))

    def stands(self, mark: StopKeyStands) -> None:
        """Tells how it went."""
        if not self._combination:
            return  # said of the key before
        what = why_not(mark.state, self._combination)
        if not what:
            log.info("%s stops the host whatever program has the focus%s", self._combination, self._but())
        elif mark.state == "no_display" and not self._environment.get("WAYLAND_DISPLAY"):
            # without a picture there is nobody to press it
            log.info("%s", what)
            what = ""
        else:
            log.warning("%s", what)
        self._on_note(what)

    def _but(self) -> str:
        return ", as long as that program draws by X, not by Wayland" if self._environment.get("WAYLAND_DISPLAY") else ""


def why_not(state: str, combination: str) -> str:
    """In words; empty when the key is watched."""
    match state:
        case "watching":
            return ""
        case "taken":
            what = f"Another program holds the stop key {combination}; it is asked for again every 5 s."
        case "no_such_key":
            what = f"This keyboard has no key for {combination}."
        case "no_display":
            what = f"The stop key {combination} needs an X display, and there is none."
        case "no_library":
            what = f"The stop key {combination} needs the library libxcb."
        case "lost":
            what = f"The stop key {combination} was lost with the display."
        case _:
            what = f"This system has no stop key for the whole desktop ({state[:40]})."
    remedy = f" Choose another one ({SETTING})." if state in {"taken", "no_such_key"} else ""
    return f"{what}{remedy} {ELSEWHERE}"
