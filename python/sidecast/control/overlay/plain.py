"""Viewer text and colours made safe to show on a stream: the rules of `scenes/overlay/plain_text.gd` and `palette.gd`."""

from __future__ import annotations

import re

MAX_NAME = 40
MAX_TEXT = 300
MAX_WORD = 80
STACKED_MARKS = 2
ELLIPSIS = "…"
LILAC = "#b9a6ff"
"""The colour of a name whose owner has chosen none."""
NAME_LUMINANCE = 0.23
"""The least linear luminance (0..1) of a name: 4.5:1 in contrast on the dark card."""
_STEPS = 16
_TOWARDS_WHITE = 0.12
_SPACES = frozenset("\t\n\r \u00a0\u2028\u2029\u3000")
_FORBIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2060-\u206f\u061c\u200b\u200e\u200f\ufeff\ufffc\ue000-\uf8ff\ud800-\udfff]"
)
"""Controls, what reorders its surroundings, what is not seen, and what no font has."""
_MARK = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
"""Combining marks that can be piled up; the joiner and the variation selectors of emoji are not among them."""
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


def line(text: str, most: int) -> str:
    """One line of at most `most` characters."""
    clean: list[str] = []
    stacked = length = 0
    for letter in text:
        if _MARK.match(letter):
            stacked += 1
            if stacked > STACKED_MARKS:
                continue
        else:
            stacked = 0
        if length >= most:
            clean.append(ELLIPSIS)
            break
        clean.append(" " if letter in _SPACES else "" if _FORBIDDEN.match(letter) else letter)
        length += 1
    return " ".join(filter(None, "".join(clean).split(" ")))


def readable_on_dark(colour: str) -> str:
    """A viewer's `#rrggbb`, lightened until it can be read on the dark card; lilac for what is no colour."""
    match = _HEX.fullmatch(colour)
    if match is None:
        return LILAC
    parts = [int(part, 16) / 255 for part in match.groups()]
    for _ in range(_STEPS):
        if _luminance(parts) >= NAME_LUMINANCE:
            break
        parts = [part + (1 - part) * _TOWARDS_WHITE for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(parts: list[float]) -> float:
    """Relative luminance, WCAG 2.2."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
