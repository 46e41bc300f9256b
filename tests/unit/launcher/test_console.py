"""What the launcher says where nobody watches: a pipe, a log."""

from __future__ import annotations

import io
import re

import pytest

from launcher.console import Console

pytestmark = pytest.mark.unit


def said(console_stream: io.StringIO) -> list[str]:
    return [re.sub(r"[\d.]+ s$", "N s", line) for line in console_stream.getvalue().splitlines()]


def test_a_step_is_two_plain_lines() -> None:
    stream = io.StringIO()
    with Console(stream).step("Godot") as step:
        step.progress(0.5, "downloading")
        step.result = "4.6.3"
    assert said(stream) == ["  … Godot", "  ✓ Godot 4.6.3  N s"]


def test_a_failed_step_says_so_and_lets_the_error_through() -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="broken"), Console(stream).step("Bridge"):
        raise ValueError("broken")
    assert said(stream) == ["  … Bridge", "  ✗ Bridge  N s"]


def test_trouble_comes_with_its_remedy() -> None:
    stream = io.StringIO()
    Console(stream).trouble("There is no Godot.", "Install it.")
    assert said(stream) == ["sidecast: There is no Godot.", "  → Install it."]


def test_a_terminal_sees_one_line_a_step() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with Console(stream).step("Godot"):
        pass
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("\033[0m\n")
