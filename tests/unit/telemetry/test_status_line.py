"""The line in the terminal: what it says, that it fits, that nothing else is lost over it, and that pipes get plain lines."""

from __future__ import annotations

import asyncio
import io
import logging
import threading

import pytest

from fakes.ledger_lines import line
from fakes.source import raid, says
from sidecast.clock import LoopClock
from sidecast.flow.candidate import Reason
from sidecast.flow.cue import HostState, Status
from sidecast.flow.ports import Watcher
from sidecast.telemetry.logs import set_up_logging
from sidecast.telemetry.status_line import StatusLine, chat_name
from sidecast.telemetry.terminal import CLEAR, Terminal

pytestmark = pytest.mark.unit


class Screen(io.StringIO):
    """What a terminal gets, and what would stand on it."""

    def __init__(self, tty: bool = True) -> None:
        super().__init__()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def lines(self) -> list[str]:
        shown = [""]
        for piece in self.getvalue().replace(CLEAR, "\0").splitlines(keepends=True):
            for part in piece.split("\0"):
                at = part.removesuffix("\n").removesuffix("\r")
                shown[-1] = at if part is not piece.split("\0")[0] or not shown[-1] else at + shown[-1][len(at) :]
            if piece.endswith("\n"):
                shown.append("")
        return shown


def terminal(screen: Screen, **environment: str) -> Terminal:
    return Terminal(screen, {"TERM": "xterm", "NO_COLOR": "1"} | environment)


class Now:
    seconds = 100.0
    source = ""
    page = ""


def status_line(screen: Screen, source: str = "demo") -> tuple[StatusLine, Now]:
    now = Now()
    now.source = source
    return StatusLine(terminal(screen), LoopClock(lambda: now.seconds), "Kit", lambda: now.source, lambda: now.page), now


def test_it_says_what_a_newcomer_wants_to_know() -> None:
    shown, now = status_line(Screen())
    told: Watcher = shown
    assert shown.text(120) == "● Kit starting · demo chat · 0 a minute · 0 answered · Ctrl-C ends"
    for number in range(30):
        now.seconds = 100.0 + 3 * number
        told.heard(says(f"hello {number}"))
    told.heard(raid(4))
    told.settled(says("hello"), Reason.ANSWERED, None)
    told.settled(says("hello"), Reason.STALE, None)
    told.ended(line(1))
    told.ended(line(2, was_free=False))
    told.status(Status(state=HostState.SPEAKING))
    now.source, now.page = "twitch:kitsu", "http://127.0.0.1:8787"
    assert shown.text(200) == (
        "● Kit speaking · twitch.tv/kitsu · 20 a minute · 1 answered · 0.11 s to the first word"
        " · control page http://127.0.0.1:8787 · Ctrl-C ends"
    )
    now.seconds += 600
    assert "· 0 a minute ·" in shown.text(200)


@pytest.mark.parametrize("width", [0, 1, 10, 20, 40, 60, 79, 200])
def test_it_never_wraps(width: int) -> None:
    shown, _ = status_line(Screen(), "replay:a_very_long_name_of_a_recorded_chat.jsonl")
    assert len(shown.text(width)) <= width


def test_what_is_said_stands_above_it_and_is_never_lost() -> None:
    screen = Screen()
    shown = terminal(screen)
    shown.write("first\n")
    shown.show("status one")
    shown.write("second\n")
    shown.show("status two, longer")
    shown.write("in ")
    shown.show("status")
    shown.write("pieces\n")
    assert screen.lines() == ["first", "second", "in pieces", "status"]
    shown.show("")
    shown.write("last\n")
    assert screen.lines() == ["first", "second", "in pieces", "last", ""]


def test_a_pipe_gets_plain_lines_and_nothing_else() -> None:
    for screen, environment in ((Screen(tty=False), {}), (Screen(), {"TERM": "dumb"}), (Screen(), {"TERM": ""})):
        shown = Terminal(screen, environment)
        shown.show("status")
        shown.write("a line\n")
        shown.show("")
        assert screen.getvalue() == "a line\n"
        assert shown.paint("red", "x") == "x"


def test_log_lines_of_any_thread_go_above_it() -> None:
    screen = Screen()
    shown = terminal(screen)
    before = logging.getLogger().handlers[:]
    try:
        set_up_logging(stream=shown)
        shown.show("status")
        threads = [threading.Thread(target=logging.getLogger("sidecast.x").info, args=(f"line {n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        logging.getLogger().handlers[:] = before
    *lines, last = screen.lines()
    assert sorted(text.split("x: ")[1] for text in lines) == [f"line {n}" for n in range(8)]
    assert last == "status"


def test_in_the_end_it_goes_and_sums_up() -> None:
    screen = Screen()
    shown, now = status_line(screen)

    async def show() -> None:
        with shown:
            await asyncio.sleep(0)
            assert screen.lines() == ["● Kit starting · demo chat · 0 a minute · 0 answered · Ctrl-C ends"]
            shown.heard(says("hello"))
            shown.settled(says("hello"), Reason.ANSWERED, None)
            now.seconds += 61

    asyncio.run(show())
    assert screen.lines() == ["The show ran for 1 min 01 s: 1 message, 1 answered.", ""]


def test_colours_change_no_word() -> None:
    screen = Screen()
    painted = StatusLine(Terminal(screen, {"TERM": "xterm"}), LoopClock(lambda: 0.0), "Kit", lambda: "demo")
    plain, _ = status_line(Screen())
    text = painted.text(100)
    assert "\033[" in text
    for code in ("\033[2m", "\033[1m", "\033[0m"):
        text = text.replace(code, "")
    assert text == plain.text(100)


def test_sources_have_names_for_people() -> None:
    assert [chat_name(name) for name in ("demo", "twitch:kitsu", "replay:x")] == ["demo chat", "twitch.tv/kitsu", "replay:x"]
