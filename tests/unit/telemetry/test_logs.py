"""Logs: readable, one line an event, no viewer text, no secrets."""

from __future__ import annotations

import io
import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecast.telemetry import logs
from sidecast.telemetry.logs import set_up_logging
from sidecast.telemetry.redaction import Personal, Redactor

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_line_says_when_how_bad_where_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logging.getLogger("sidecast.ledger.ledger").warning("the disk is %s", "full")
    logging.getLogger("sidecast.show.show").debug("not shown")
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue()[8:] == " warning  ledger.ledger: the disk is full\n"


def test_personal_values_never_reach_a_line() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logging.getLogger("sidecast").info("held %s of %r", Personal("my secret life"), Personal("mika"))
    assert "held [personal, 14 characters] of [personal, 4 characters]" in stream.getvalue()


def test_control_characters_do_not_reach_the_terminal() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logging.getLogger("sidecast").info("odd \x1b[31mred\r\x07 \x9b")
    assert stream.getvalue().endswith("odd \\x1b[31mred\\x0d\\x07 \\x9b\n")


@pytest.mark.parametrize(
    "text",
    [
        "GET /open?key=abcDEF123456 HTTP/1.1",
        "Authorization: Bearer abcDEF123456",
        "PASS oauth:abcDEF123456",
        "cookie sidecast_8787_session=abcDEF123456; Path=/",
        '{"refresh_token": "abcDEF123456"}',
        "password = abcDEF123456",
        "the streamer's abcDEF123456 alone",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    redactor = Redactor()
    redactor.hide("abcDEF123456")
    assert "abcDEF123456" not in redactor.clean(text)
    if "alone" not in text:
        assert "abcDEF123456" not in Redactor().clean(text)
    assert "abcDEF123456" not in repr(redactor)


def test_ordinary_words_are_left_alone() -> None:
    text = "the keyboard is a key part; turn t1 took 123 ms; 4 tokens"
    assert Redactor().clean(text) == text


def test_secrets_are_hidden_in_a_trace_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "redactor", redactor := Redactor())
    redactor.hide("hunter2-hunter2")
    stream = io.StringIO()
    set_up_logging(stream=stream)
    try:
        int("hunter2-hunter2")
    except ValueError:
        logging.getLogger("sidecast").exception("log-in failed")
    assert "Traceback" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_the_json_file_holds_one_object_a_line_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "show.jsonl"
    set_up_logging(path, stream=io.StringIO())
    logging.getLogger("sidecast.obs").warning("away\nfor %d s", 3, extra={"attempt": 2, "host": "token=abcdefgh"})
    entry = json.loads(path.read_text())
    assert (entry["log.level"], entry["log.logger"], entry["message"]) == ("warning", "sidecast.obs", "away\nfor 3 s")
    assert entry["sidecast"] == {"attempt": 2, "host": "token=[hidden]"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_json_file_that_cannot_be_made_costs_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    stream = io.StringIO()
    set_up_logging(tmp_path / "file" / "log.jsonl", stream=stream)
    assert "no log is written to" in stream.getvalue()


def test_a_second_set_up_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    set_up_logging(stream=first)
    set_up_logging(stream=second)
    logging.getLogger("sidecast").info("hello")
    assert first.getvalue() == ""
    assert second.getvalue().count("hello") == 1
