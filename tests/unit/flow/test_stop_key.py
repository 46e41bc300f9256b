"""How people write keys, and what two systems call them."""

from __future__ import annotations

import pytest

from sidecast.errors import SettingsError
from sidecast.flow.stop_key import DEFAULT, Modifier, key_combination
from sidecast.settings import StageSettings

pytestmark = pytest.mark.unit

CTRL_ALT = Modifier.CTRL | Modifier.ALT


@pytest.mark.parametrize(
    ("written", "shown", "modifiers", "keysym", "virtual"),
    [
        (DEFAULT, "Ctrl+Alt+Space", CTRL_ALT, 0x20, 0x20),
        (" alt + CONTROL+space ", "Ctrl+Alt+Space", CTRL_ALT, 0x20, 0x20),
        ("super+shift+k", "Shift+Super+K", Modifier.SUPER | Modifier.SHIFT, 0x6B, 0x4B),
        ("Ctrl+Esc", "Ctrl+Escape", Modifier.CTRL, 0xFF1B, 0x1B),
        ("win+page_up", "Super+PageUp", Modifier.SUPER, 0xFF55, 0x21),
        ("ctrl+7", "Ctrl+7", Modifier.CTRL, 0x37, 0x37),
        ("f1", "F1", Modifier(0), 0xFFBE, 0x70),
        ("shift+F24", "Shift+F24", Modifier.SHIFT, 0xFFD5, 0x87),
        ("Num0", "Num0", Modifier(0), 0xFFB0, 0x60),
        ("Scroll Lock", "ScrollLock", Modifier(0), 0xFF14, 0x91),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, shown: str, modifiers: Modifier, keysym: int, virtual: int) -> None:
    read = key_combination(written)
    assert (str(read), read.modifiers, read.key.keysym, read.key.virtual) == (shown, modifiers, keysym, virtual)
    assert key_combination(str(read)) == read


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Hyper+K", "“hyper”"),
        ("Ctrl+Banana", "“banana”"),
        ("Ctrl+", "“” in “Ctrl+”"),
        ("Ctrl", "“ctrl”"),
        ("", "no key"),
        ("Space", "every program"),
        ("escape", "every program"),
        ("Shift+A", "every program"),
        ("F25", "“f25”"),
        ("Ctrl+Ü", "“ü”"),
    ],
)
def test_what_is_no_key_or_would_rob_every_program_is_refused(written: str, named: str) -> None:
    with pytest.raises(SettingsError, match=r"\.$") as refused:
        key_combination(written)
    assert named in refused.value.what
    assert refused.value.remedy


def test_the_setting_may_be_empty_and_is_kept_in_one_spelling() -> None:
    assert StageSettings(stop_key="").stop_key == ""
    assert StageSettings(stop_key="  ").stop_key == ""
    assert StageSettings(stop_key="alt+ctrl+f9").stop_key == "Ctrl+Alt+F9"
    assert str(key_combination(StageSettings().stop_key)) == DEFAULT
    with pytest.raises(ValueError, match="no modifier"):
        StageSettings(stop_key="Hyper+K")
