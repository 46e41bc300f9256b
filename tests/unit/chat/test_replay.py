"""`--replay`: times, speed, roles, and every way in which a file can be broken."""

from __future__ import annotations

import gzip
import itertools
import logging
import os
from pathlib import Path

import pytest

from sidecast.chat.log_reader import MAX_LINE
from sidecast.chat.log_writer import LogWriter
from sidecast.chat.replay import Replay
from sidecast.errors import SourceError
from sidecast.flow.chat import ChatMessage, Incoming, Removal, Role
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

LOGS = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[3].parent / "shared" / "data")) / "twitch-chat-replays"


def played(path: Path, speed: float = 1.0) -> tuple[list[Incoming], Replay]:
    async def show() -> tuple[list[Incoming], Replay]:
        source = Replay(path, loop_clock(), speed)
        return [item async for item in source.incoming()], source

    return run_virtual(show())


def seconds(items: list[Incoming]) -> list[float]:
    return [round(item.arrived_ns / 1e9, 3) for item in items]


def test_messages_of_one_second_are_spread_evenly_inside_it(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    path.write_text("3\t@\tann\thi\n3\t%\tbob\tyo\tyo\n3\t+\tcem\tx\n3\t$\tdee\t\n10\t\tann\tbye\n")
    items, source = played(path)
    assert seconds(items) == [3.0, 3.25, 3.5, 3.75, 10.0]
    messages = [item for item in items if isinstance(item, ChatMessage)]
    assert [m.author.roles for m in messages[:3]] == [{Role.MODERATOR}, {Role.SUBSCRIBER}, frozenset()]
    assert messages[1].text == "yo\tyo"
    assert len({m.id for m in messages}) == 5
    assert source.malformed == 0


def test_speed_divides_every_time(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    path.write_text("0\t\ta\tx\n100\t\ta\ty\n")
    assert seconds(played(path, speed=50)[0]) == [0.0, 2.0]


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense_is_refused(tmp_path: Path, speed: float) -> None:
    async def show() -> None:
        Replay(tmp_path / "log.tsv", loop_clock(), speed)

    with pytest.raises(SourceError, match="--speed"):
        run_virtual(show())


def test_a_written_log_plays_again(tmp_path: Path) -> None:
    source = tmp_path / "a.tsv"
    source.write_text("3\t@\tann\thi\n4\t%\tbob\tyo\n")
    items, _ = played(source)
    copy = tmp_path / "b.jsonl"
    with LogWriter(copy) as log:
        for item in items:
            log.add(item)
    again, reader = played(copy)
    assert seconds(again) == [0.0, 1.0]
    assert [item.text for item in again if isinstance(item, ChatMessage)] == ["hi", "yo"]
    assert reader.malformed == 0
    with pytest.raises(SourceError, match="never overwritten"):
        LogWriter(copy)


def test_broken_lines_are_counted_and_named_once_without_their_content(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    good = b'{"kind": "message", "at": 1, "author": "a", "text": "fine"}\n'
    lines = [
        good,
        b'{"kind": "message", "at": 2, "author": "a", "text": "secret-\xff\xfe"}\n',
        b'{"kind": "message", "at": 2, "author": "a", "text": "secret"\n',
        b'{"kind": "dance", "at": 2, "author": "a", "text": "secret"}\n',
        b'{"kind": "message", "at": 2, "author": "a", "text": "' + b"secret" * 200_000 + b'"}\n',
        b"\n",
        good,
        b'{"kind": "removal", "at": 9, "scope": "chat"}',
    ]
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines))
    with caplog.at_level(logging.WARNING):
        items, source = played(path)
    assert [type(item) for item in items] == [ChatMessage, ChatMessage, Removal]
    assert source.malformed == 4
    assert len(caplog.records) == 1
    assert "2, 3, 4, 5" in caplog.text
    assert "secret" not in caplog.text


def test_a_line_of_just_the_limit_and_a_file_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    start = b"1\t\ta\t"
    path.write_bytes(start + b"x" * (MAX_LINE - len(start) - 1) + b"\n" + start + b"y" * MAX_LINE)
    items, source = played(path)
    assert len(items) == 1
    assert source.malformed == 1


@pytest.mark.parametrize(
    "line", ["x\t\ta\tb", "1\tmoderator\ta\tb", "1\t\ta", "-1\t\ta\tb", "1\t\t\tb", "99999999999\t\ta\tb", "²\t\ta\tb"]
)
def test_a_bad_tsv_line_is_counted(tmp_path: Path, line: str) -> None:
    path = tmp_path / "log.tsv"
    path.write_text(f"{line}\n5\t\ta\tgood\n", encoding="utf-8")
    items, source = played(path)
    assert (len(items), source.malformed) == (1, 1)


def test_a_gzipped_log_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    path.write_bytes(gzip.compress(b"1\t\ta\thi\n"))
    assert len(played(path)[0]) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.tsv", None, "no chat log"),
        ("picture.png", b"x", "by its name"),
        ("cut.tsv.gz", gzip.compress(b"1\t\ta\thi\n" * 1000, mtime=0)[:-12], "damaged"),
        ("bent.tsv.gz", b"\x1f\x8b" + b"rubbish" * 10, "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=says) as caught:
        played(path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.jsonl", b"", "it is empty"),
        ("noise.tsv", b"no\nlog\n", "not one line"),
        ("noise.jsonl", bytes(range(256)), "not one line"),
    ],
)
def test_a_log_with_nothing_to_play_is_an_error(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=says):
        played(path)


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "dir.tsv").mkdir()
    with pytest.raises(SourceError, match="cannot be read"):
        played(tmp_path / "dir.tsv")


def test_a_late_player_catches_up_in_order_and_lets_others_run(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    path.write_text("".join(f"{second}\t\ta\t{second}\n" for second in range(100)))

    async def show() -> tuple[list[float], list[str]]:
        clock = loop_clock()
        source = Replay(path, clock)
        at: list[float] = []
        texts: list[str] = []
        async for item in source.incoming():
            assert isinstance(item, ChatMessage)
            if not texts:
                await clock.sleep(50)
            at.append(clock.now_ns() / 1e9)
            texts.append(item.text)
        return at, texts

    at, texts = run_virtual(show())
    assert texts == [str(second) for second in range(100)]
    assert at[:51] == [50.0] * 51
    assert at[-1] == 99.0


@pytest.mark.skipif(not LOGS.is_dir(), reason="the chat replays are not at hand (SIDECAST_DATA)")
def test_every_public_log_is_read_whole() -> None:
    index = [line.split("\t") for line in (LOGS / "INDEX.tsv").read_text().splitlines()[1:]]
    assert index
    for name, messages, *_ in index:
        items, source = played(LOGS / name, speed=1000)
        assert (len(items), source.malformed) == (int(messages), 0), name
        assert all(a.arrived_ns <= b.arrived_ns for a, b in itertools.pairwise(items))
