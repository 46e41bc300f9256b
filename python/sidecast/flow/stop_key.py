"""The name of a key with its modifiers, as people write it (`Ctrl+Alt+Space`) → what systems call it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from ..errors import SettingsError

DEFAULT = "Ctrl+Alt+Space"


class Modifier(IntFlag):
    """The bridge's numbers (addons/python_bridge/src/key_grab.h), in the order in which they are written."""

    SHIFT = 1
    CTRL = 2
    ALT = 4
    SUPER = 8


@dataclass(frozen=True, slots=True)
class Key:
    """One key, and what two systems call it."""

    name: str
    keysym: int
    """Of X, without Shift where it has several (keysymdef.h)."""
    virtual: int
    """Of Windows (winuser.h)."""
    alone: bool = False
    """Programs seldom need it, so it may be taken from all of them without any modifier."""


@dataclass(frozen=True, slots=True)
class KeyCombination:
    """A key and the modifiers that are held with it."""

    key: Key
    modifiers: Modifier

    def __str__(self) -> str:
        written = [name for name, modifier in _WRITTEN if modifier & self.modifiers]
        return "+".join([*written, self.key.name])


_WRITTEN = (("Ctrl", Modifier.CTRL), ("Alt", Modifier.ALT), ("Shift", Modifier.SHIFT), ("Super", Modifier.SUPER))
_MODIFIERS = {
    "ctrl": Modifier.CTRL,
    "control": Modifier.CTRL,
    "strg": Modifier.CTRL,
    "alt": Modifier.ALT,
    "option": Modifier.ALT,
    "shift": Modifier.SHIFT,
    "super": Modifier.SUPER,
    "win": Modifier.SUPER,
    "windows": Modifier.SUPER,
    "meta": Modifier.SUPER,
}
_ALSO = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "break": "pause",
}
_KEYS = {
    key.name.casefold(): key
    for key in (
        *(Key(chr(letter), letter + 32, letter) for letter in range(ord("A"), ord("Z") + 1)),
        *(Key(str(digit), 0x30 + digit, 0x30 + digit) for digit in range(10)),
        *(Key(f"F{number}", 0xFFBD + number, 0x6F + number, alone=True) for number in range(1, 25)),
        *(Key(f"Num{digit}", 0xFFB0 + digit, 0x60 + digit, alone=True) for digit in range(10)),
        Key("Space", 0x20, 0x20),
        Key("Escape", 0xFF1B, 0x1B),
        Key("Enter", 0xFF0D, 0x0D),
        Key("Tab", 0xFF09, 0x09),
        Key("Backspace", 0xFF08, 0x08),
        Key("Insert", 0xFF63, 0x2D),
        Key("Delete", 0xFFFF, 0x2E),
        Key("Home", 0xFF50, 0x24),
        Key("End", 0xFF57, 0x23),
        Key("PageUp", 0xFF55, 0x21),
        Key("PageDown", 0xFF56, 0x22),
        Key("Left", 0xFF51, 0x25),
        Key("Up", 0xFF52, 0x26),
        Key("Right", 0xFF53, 0x27),
        Key("Down", 0xFF54, 0x28),
        Key("Pause", 0xFF13, 0x13, alone=True),
        Key("ScrollLock", 0xFF14, 0x91, alone=True),
        Key("Print", 0xFF61, 0x2C, alone=True),
    )
}


def key_combination(text: str) -> KeyCombination:
    """What `text` names; upper or lower case, spaces and the order of the modifiers do not matter.

    Raises:
        SettingsError: there is no such key, or every program would have to do without a key that people type with.
    """
    *before, last = (part.strip().casefold() for part in text.split("+"))
    modifiers = Modifier(0)
    for name in before:
        if name not in _MODIFIERS:
            raise SettingsError(f"“{name[:40]}” in “{text[:60]}” is no modifier.", "There are Ctrl, Alt, Shift and Super.")
        modifiers |= _MODIFIERS[name]
    compact = last.replace(" ", "").replace("_", "")
    key = _KEYS.get(_ALSO.get(compact, compact))
    if key is None:
        raise SettingsError(
            f"“{last[:40]}” in “{text[:60]}” is no key that is known here.",
            "A letter, a digit, F1 to F24, Num0 to Num9, Space, Escape, Pause, Insert and the like, as in Ctrl+Alt+Space.",
        )
    if not key.alone and not modifiers & ~Modifier.SHIFT:
        raise SettingsError(
            f"“{text.strip()[:60]}” would be taken from every program on the desktop.", "Hold Ctrl, Alt or Super with it."
        )
    return KeyCombination(key, modifiers)
