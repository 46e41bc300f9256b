"""Every real line that is at hand, the grammar's own test vectors, and lines that are broken on purpose."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from irctokens.line import tokenise

from benchmarks.irc import EVERY, REMEMBERED, Fuzz
from benchmarks.irc_frames import OWN, SNAPSHOTS, Breaker, numbered, snapshots
from sidecast.chat.irc.items import item_of
from sidecast.chat.irc.lines import LineReader
from sidecast.chat.irc.tally import LeftOut, Tally
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, FragmentKind, Incoming, Removal

pytestmark = pytest.mark.unit

DATA = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[5] / "shared" / "data"))
VECTORS = DATA / "irc-parser-tests" / "tests" / "msg-split.yaml"
JOINS = VECTORS.with_name("msg-join.yaml")
SOURCES = VECTORS.with_name("userhost-split.yaml")
REAL = list(snapshots())

needs_lines = pytest.mark.skipif(not REAL, reason=f"no real lines of Twitch's IRC at hand ({SNAPSHOTS}; SIDECAST_DATA)")
needs_vectors = pytest.mark.skipif(
    not VECTORS.exists(), reason=f"the vectors of IRC's grammar are not at hand ({VECTORS}; SIDECAST_DATA)"
)


def read(line: str) -> Incoming | LeftOut | None:
    (parsed,) = LineReader(Tally()).feed(line.encode() + b"\r\n")
    return item_of(parsed, parsed.params[0].removeprefix("#"), 1, lambda: "unnamed")


@needs_lines
def test_every_real_line_is_understood() -> None:
    kinds: Counter[str] = Counter()
    for name, line in REAL:
        item = read(line)
        assert item is not None, name
        kinds[item.value if isinstance(item, LeftOut) else type(item).__name__] += 1
        if isinstance(item, ChatMessage):
            assert item.author.id, name
            assert item.id, name
            assert not item.fragments or "".join(part.text for part in item.fragments) == item.text, name
    assert kinds["ChatMessage"] >= 30
    assert kinds["ChannelEvent"] >= 10
    assert kinds["Removal"] >= 8
    assert kinds[LeftOut.SHARED_CHAT] == 5


def _one(name: str) -> Incoming | LeftOut | None:
    return read([line for file, line in REAL if file == name][-1])


@needs_lines
@pytest.mark.parametrize(
    ("name", "emotes"),
    [
        ("emotes.json", ["Kappa", "Keepo", "PogChamp"]),
        ("emotes3.json", ["Kappa", "Kappa"]),
        ("ignore-replace.json", ["PogChamp", "Kappa", "Keepo", "Kappa"]),
        ("mod.json", ["Kreygasm", "Kreygasm"]),
        ("action.json", ["Kappa"]),
        ("bad-emotes2.json", []),
        ("bad-emotes4.json", []),
    ],
)
def test_real_emotes_are_found(name: str, emotes: list[str]) -> None:
    item = _one(name)
    assert isinstance(item, ChatMessage)
    assert [part.text for part in item.fragments if part.kind is FragmentKind.EMOTE] == emotes


@needs_lines
@pytest.mark.parametrize(
    ("name", "kind", "amount"),
    [
        ("sub-first-time.json", EventKind.SUB, 0),
        ("sub-message.json", EventKind.RESUB, 6),
        ("sub-multi-month-resub.json", EventKind.RESUB, 9),
        ("sub-gift.json", EventKind.GIFT, 1),
        ("raid.json", EventKind.RAID, 2),
        ("announcement.json", EventKind.ANNOUNCEMENT, 0),
        ("watch-streak-no-msg.json", EventKind.NOTICE, 0),
    ],
)
def test_real_notices_are_events(name: str, kind: EventKind, amount: int) -> None:
    item = _one(name)
    assert isinstance(item, ChannelEvent)
    assert (item.kind, item.amount) == (kind, amount)


@needs_lines
def test_a_real_removal_names_the_message_that_came_before() -> None:
    message, removal = [read(line) for name, line in REAL if name == "clearmsg-truncated.json"]
    assert isinstance(message, ChatMessage)
    assert isinstance(removal, Removal)
    assert removal.hits(message)


@needs_vectors
def test_the_vectors_of_the_grammar() -> None:
    tests: list[dict[str, Any]] = yaml.safe_load(VECTORS.read_text("utf-8"))["tests"]
    assert len(tests) > 30
    for test in tests:
        (line,) = LineReader(Tally()).feed(test["input"].encode() + b"\r\n")
        atoms = test["atoms"]
        found = (line.command.lower(), line.params, line.source, dict(line.tags or {}))
        assert found == (atoms["verb"].lower(), atoms.get("params", []), atoms.get("source"), atoms.get("tags", {})), test[
            "input"
        ]


@needs_vectors
def test_the_lines_that_the_grammar_s_vectors_put_together_come_apart_again() -> None:
    tests: list[dict[str, Any]] = yaml.safe_load(JOINS.read_text("utf-8"))["tests"]
    assert len(tests) > 15
    for test in tests:
        atoms = test["atoms"]
        for match in test["matches"]:
            (line,) = LineReader(Tally()).feed(match.encode() + b"\r\n")
            tags = {key: value or "" for key, value in atoms.get("tags", {}).items()}
            found = (line.command.lower(), line.params, line.source, dict(line.tags or {}))
            assert found == (atoms["verb"].lower(), atoms.get("params", []), atoms.get("source"), tags), match


@needs_vectors
def test_a_source_of_any_shape_gives_its_nick() -> None:
    tests: list[dict[str, Any]] = yaml.safe_load(SOURCES.read_text("utf-8"))["tests"]
    assert len(tests) >= 7
    for test in tests:
        item = read(f":{test['source']} PRIVMSG #kit :hi")
        assert isinstance(item, ChatMessage)
        assert item.author.name == test["atoms"]["nick"], test["source"]


def test_our_own_lines_are_all_of_irc() -> None:
    tally = Tally()
    assert len(LineReader(tally).feed("".join(f"{line}\r\n" for line in OWN).encode())) == len(OWN)
    assert tally.malformed == 0
    assert all(tokenise(line).command for line in OWN)


def test_the_benchmark_s_lines_are_all_different() -> None:
    fuzz = Fuzz()
    for data in numbered(500):
        fuzz.feed(data)
    assert fuzz.tally.malformed == 0
    assert fuzz.tally.left_out[LeftOut.TWICE] == 0
    assert fuzz.items > 400


@pytest.mark.parametrize("seed", range(4))
def test_broken_frames_do_no_harm(seed: int) -> None:
    """5,000 a seed; `./sidecast bench irc` takes a million."""
    fuzz = Fuzz()
    for number, frame in enumerate(Breaker(random.Random(seed)).frames(5 * EVERY), 1):
        fuzz.feed(frame)
        if number % EVERY == 0:
            assert fuzz.still_reads(number)
            assert fuzz.held <= REMEMBERED + 256
    assert fuzz.tally.malformed > 500
    assert fuzz.items > 100
