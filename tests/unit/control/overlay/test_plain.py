"""Viewer text on a stream: what could reorder, hide or pile up goes, and every name can be read on the dark card."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.control.overlay.plain import LILAC, NAME_LUMINANCE, line, readable_on_dark

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[4]
HERE = ROOT / "python" / "sidecast" / "control" / "page" / "src" / "overlay" / "fonts"
THERE = ROOT / "scenes" / "overlay" / "fonts"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hello there", "hello there"),
        ("  two\n lines\t", "two lines"),
        ("a\u202eb\u200bc\u0000d\ufeff", "abcd"),
        ("e" + "\u0301" * 9, "e\u0301\u0301"),
        ("👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"),
        ("one two " * 9, "one two one tw…"),
        ("x" * 20, "x" * 14 + "…"),
        ("\ud800", ""),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("", ""),
    ],
)
def test_a_line_holds_only_what_can_be_shown(text: str, shown: str) -> None:
    assert line(text, 14) == shown


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", ["#000000", "#0000FF", "#3a1b38", "#FF4500", "#ffffff", "#7fb069"])
def test_every_colour_can_be_read_on_the_card(colour: str) -> None:
    shown = readable_on_dark(colour)
    assert luminance(shown) >= NAME_LUMINANCE - 0.005
    if luminance(colour) >= NAME_LUMINANCE:
        assert shown == colour.lower()


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#12345g", "url(x)", "#123456;x"])
def test_what_is_no_colour_is_lilac(colour: str) -> None:
    assert readable_on_dark(colour) == LILAC


def test_the_fonts_are_those_of_the_app() -> None:
    fonts = sorted(HERE.glob("*.woff2")) + sorted(HERE.glob("OFL-*"))
    assert len(fonts) == 7
    for font in fonts:
        assert font.read_bytes() == (THERE / font.name).read_bytes()
