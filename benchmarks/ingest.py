"""Messages a second through screening and understanding on one core, one by one and in batches, on the real chat logs.

Each figure is the median of several passes over the same messages, in messages per second of this process's processor time:
that is what one core can do, whatever else the machine is busy with. The passes before it warm the rule automata and the
tokenizer's vocabulary, as the first minutes of a stream do; the first pass is reported beside them as `cold_single_per_s`.

Processor time is not the same on a busy machine either: cores share caches and execution units. So the best pass is told
beside the median (`batch_best_per_s`), what a clock on the wall says (`batch_wall_per_s`), and how long this interpreter
takes for a loop that is always the same (`loop_ms`): 100 ms is a Python built for speed on a quiet core of 2023.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.eventsub_frames import CHANNEL
from benchmarks.eventsub_frames import numbered as chat_frames
from benchmarks.irc_frames import numbered
from benchmarks.report import Report, percentile, raw_writer
from sidecast.audience.understanding import SpacyUnderstander
from sidecast.chat.eventsub.envelope import Bad
from sidecast.chat.eventsub.envelope import read as read_envelope
from sidecast.chat.eventsub.items import items_of
from sidecast.chat.irc.lines import LineReader
from sidecast.chat.irc.session import Memory, Session
from sidecast.chat.irc.tally import Tally
from sidecast.chat.log_reader import LogReader
from sidecast.flow.chat import ChatMessage
from sidecast.safety.gate_in import GateIn
from sidecast.settings import Safety

REPOSITORY = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("SIDECAST_DATA", REPOSITORY.parent / "shared" / "data")) / "twitch-chat-replays"
BATCH = 64
"""Messages of a batch; at 10,000 a second it fills in 6.4 ms."""
PASSES = 5
LOOP = 2_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench ingest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a pass")
    parser.add_argument("--messages", type=int, default=20_000, help="messages of each pass (default 20,000)")
    options = parser.parse_args()
    messages = read(options.messages)
    if not messages:
        sys.stderr.write(f"There are no chat logs in {LOGS}. Set SIDECAST_DATA to the folder that holds twitch-chat-replays.\n")
        return 1
    gate = GateIn(Safety())
    understander = SpacyUnderstander(["Kit"])

    def singly() -> Iterator[int]:
        for message in messages:
            gate.screen(message)
            understander.understand((message,))
            yield 1

    def in_batches() -> Iterator[int]:
        for batch in batches(messages):
            gate.screen_many(batch)
            understander.understand(batch)
            yield len(batch)

    def screening() -> Iterator[int]:
        for message in messages:
            gate.screen(message)
            yield 1

    report = Report("ingest")
    report.n = len(messages)
    with raw_writer(options.raw) as write:

        def measured(name: str, work: Callable[[], Iterator[int]]) -> list[Rate]:
            rates = []
            for number in range(PASSES + 1):
                rates.append(rate(work))
                write({"figure": f"{name}_per_s", "pass": number, "warm": number > 0, **asdict(rates[-1])})
            warm = rates[1:]
            report.figure(f"{name}_per_s", statistics.median(each.per_s for each in warm))
            report.figure(f"{name}_best_per_s", max(each.per_s for each in warm))
            report.figure(f"{name}_wall_per_s", statistics.median(each.wall_per_s for each in warm))
            return rates

        report.figure("cold_single_per_s", measured("single", singly)[0].per_s)
        measured("batch", in_batches)
        measured("screen", screening)
        irc = numbered(options.messages)
        measured("irc", lambda: off_the_wire(irc))
        frames = chat_frames(options.messages)
        measured("eventsub", lambda: out_of_frames(frames))
    times = one_by_one(messages, lambda message: (gate.screen(message), understander.understand((message,))))
    report.figure("single_ms_p99", percentile(times, 99))
    report.figure("loop_ms", statistics.median(loop_ms() for _ in range(PASSES)))
    report.figure("not_let_in_pct", 100 * sum(not gate.screen(message).passes for message in messages) / len(messages))
    report.finish(options.json)
    return 0


def read(limit: int) -> list[ChatMessage]:
    """The first messages of each log in turn, so that every channel counts alike."""
    logs = [LogReader(path).items() for path in sorted(LOGS.glob("*.tsv.gz"))]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*logs))
    messages = (timed.item for timed in turns if timed is not None and isinstance(timed.item, ChatMessage))
    return list(itertools.islice(messages, limit))


def off_the_wire(lines: Sequence[bytes]) -> Iterator[int]:
    """As a live channel's connection brings them: bytes → line → item."""
    tally = Tally()
    reader, session = LineReader(tally), Session("kit", "justinfan1", Memory(), tally)
    for start in range(0, len(lines), BATCH):
        data = b"".join(lines[start : start + BATCH])
        yield sum(session.receive(line, 1) is not None for line in reader.feed(data))
    # shared chat and the parts of big gifts are left out, and cost as much
    yield sum(tally.left_out.values())


def out_of_frames(frames: Sequence[bytes]) -> Iterator[int]:
    """As EventSub's socket brings them: frame → envelope → `ChatMessage`."""
    for frame in frames:
        envelope = read_envelope(frame)
        yield not isinstance(envelope, Bad) and isinstance(items_of(envelope, CHANNEL["broadcaster_user_id"], 1), ChatMessage)


def batches(messages: Sequence[ChatMessage]) -> Iterator[tuple[ChatMessage, ...]]:
    for start in range(0, len(messages), BATCH):
        yield tuple(messages[start : start + BATCH])


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages per second of processor time, and of time."""

    per_s: float
    wall_per_s: float


def rate(work: Callable[[], Iterator[int]]) -> Rate:
    wall, processor = time.perf_counter(), time.process_time()
    done = sum(work())
    return Rate(done / (time.process_time() - processor), done / (time.perf_counter() - wall))


def loop_ms() -> float:
    """Processor time of two million additions: how fast interpreter and core are today."""
    start, total = time.process_time(), 0
    for number in range(LOOP):
        total += number
    return (time.process_time() - start) * 1e3


def one_by_one(messages: Sequence[ChatMessage], work: Callable[[ChatMessage], object]) -> list[float]:
    """Milliseconds of wall time of each message."""
    times = []
    for message in messages:
        start = time.perf_counter_ns()
        work(message)
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


if __name__ == "__main__":
    sys.exit(main())
