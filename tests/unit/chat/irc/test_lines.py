"""Bytes → lines, however the network cuts them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from irctokens.line import Line, tokenise

from sidecast.chat.irc.lines import MAX_LINE, LineReader
from sidecast.chat.irc.tally import Tally

pytestmark = pytest.mark.unit

LINES = ["PING :tmi.twitch.tv", "@a=1\\s2;b :x!y@z PRIVMSG #kit :Grüße 😂 :) ", ":tmi.twitch.tv 001 me :hi"]
BYTES = "".join(f"{line}\r\n" for line in LINES).encode()


def read(*chunks: bytes) -> tuple[list[Line], int]:
    tally = Tally()
    reader = LineReader(tally)
    return [line for chunk in chunks for line in reader.feed(chunk)], tally.malformed


@given(st.lists(st.integers(0, len(BYTES)), max_size=8))
def test_lines_are_the_same_wherever_they_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(BYTES)]
    chunks = [BYTES[start:end] for start, end in pairwise(edges)]
    assert read(*chunks) == ([tokenise(line) for line in LINES], 0)


def test_a_character_that_is_split_byte_by_byte_comes_whole() -> None:
    (line,), malformed = read(*(bytes([byte]) for byte in "PRIVMSG #kit :é😂\r\n".encode()))
    assert line.params[1] == "é😂"
    assert malformed == 0


@pytest.mark.parametrize(
    "bad",
    [b"@", b" ", b":", b"@a=b", b":only-a-source", b"PRIVMSG #kit :\xff\xfe", b"PRIVMSG #kit :a\0b", b"PRIVMSG #kit :a\rb"],
)
def test_a_bad_line_is_counted_and_the_next_one_is_read(bad: bytes) -> None:
    (line,), malformed = read(bad + b"\r\nPING :x\r\n")
    assert line.command == "PING"
    assert malformed == 1


def test_empty_lines_are_no_lines() -> None:
    assert read(b"\r\n\n\r\nPING :x\n")[1] == 0


@pytest.mark.parametrize("size", [MAX_LINE + 1, 40 * MAX_LINE])
@pytest.mark.parametrize("chunk", [1000, 10**7])
def test_a_line_without_end_is_skipped_and_takes_no_memory(size: int, chunk: int) -> None:
    data = b"PRIVMSG #kit :" + b"x" * size + b"\r\nPING :x\r\n"
    (line,), malformed = read(*(data[start : start + chunk] for start in range(0, len(data), chunk)))
    assert line.command == "PING"
    assert malformed == 1
