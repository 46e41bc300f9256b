"""A year of streams in the ledger, read as the control room's analytics read it, and what counting costs on the message path.

The year is made up from a seed: 200 streams, 20 million messages, written as roll-ups by the ledger's own store. Every
request goes through the HTTP API as the page's do (permission, SQLite, JSON), in one process; no network. `view_ms` is the
slowest kind of request at its 95th percentile: it must stay within 300 ms. `…_cpu_ms` is the processor time of the same
requests, which hardly depends on what else the machine is busy with. The cost of a message is processor time of the
counter alone, for one that is heard, understood and settled, with people and words of the real chat logs.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.analytics_year import FIRST_MS, MESSAGES, STREAMS, write
from benchmarks.ingest import read
from benchmarks.report import Report, percentile, raw_writer
from sidecast.audience.understanding import SpacyUnderstander
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Caller, Permission
from sidecast.control.api.analytics import analytics_api
from sidecast.control.api.problems import speak_of_problems
from sidecast.flow.candidate import Candidate, Reason
from sidecast.flow.verdict import Decision, Verdict
from sidecast.ledger.streams.counter import Counter
from sidecast.ledger.streams.reader import StreamReader

ROUTES = {
    "streams": "streams?limit=20",
    "streams_last_page": "streams?limit=20&after=180",
    "streams_100": "streams?limit=100",
    "stream": "streams/{id}",
    "compare_2": "compare?ids={two}",
    "compare_6": "compare?ids={six}",
    "days": "over-time?unit=day",
    "weeks": "over-time?unit=week",
    "months": "over-time?unit=month",
    "streams_csv": "streams?format=csv",
    "stream_csv": "streams/{id}?format=csv",
    "days_csv": "over-time?unit=day&format=csv",
}
LOGGED = 20_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench analytics", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a request")
    parser.add_argument("--streams", type=int, default=STREAMS, help="streams of the year (default 200)")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="messages of the year (default 20,000,000)")
    parser.add_argument("--requests", type=int, default=30, help="requests of each kind (default 30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave the year's ledger there")
    options = parser.parse_args()
    report = Report("analytics")
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "ledger.db"
        if not path.exists():
            began = time.perf_counter()
            report.figure("year_messages", write(path, streams=options.streams, messages=options.messages, seed=options.seed))
            report.figure("year_write_s", time.perf_counter() - began)
        report.figure("year_streams", options.streams)
        report.figure("year_mb", path.stat().st_size / 1e6)
        asyncio.run(_ask(report, path, options))
    _count(report)
    report.finish(options.json)
    return 0


async def _ask(report: Report, path: Path, options: argparse.Namespace) -> None:
    """Times every kind of request in turn, so that none finds its pages warmed by its own kind alone."""
    import httpx
    from fastapi import FastAPI

    app = FastAPI()
    app.include_router(analytics_api(StreamReader(path, lambda: FIRST_MS)))
    speak_of_problems(app)
    app.state.access = _Anyone()
    times: dict[str, list[float]] = {name: [] for name in ROUTES}
    busy: dict[str, list[float]] = {name: [] for name in ROUTES}
    sizes: dict[str, int] = {}
    transport = httpx.ASGITransport(app)
    with raw_writer(options.raw) as write_raw:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/analytics/") as client:
            for turn in range(options.requests):
                six = [(turn * 7 + number * 37) % options.streams + 1 for number in range(6)]
                stream_id, two = six[0], ",".join(map(str, six[:2]))
                for name, route in ROUTES.items():
                    asked = route.format(id=stream_id, two=two, six=",".join(map(str, six)))
                    began, began_cpu = time.perf_counter(), time.process_time()
                    answer = await client.get(asked)
                    ms, cpu_ms = (time.perf_counter() - began) * 1000, (time.process_time() - began_cpu) * 1000
                    answer.raise_for_status()
                    times[name].append(ms)
                    busy[name].append(cpu_ms)
                    sizes[name] = max(sizes.get(name, 0), len(answer.content))
                    write_raw({"route": name, "turn": turn, "ms": ms, "cpu_ms": cpu_ms, "bytes": len(answer.content)})
    report.n = sum(map(len, times.values()))
    for name, values in times.items():
        report.figure(f"{name}_ms_p50", percentile(values, 50))
        report.figure(f"{name}_ms_p95", percentile(values, 95))
        report.figure(f"{name}_ms_max", max(values))
        report.figure(f"{name}_cpu_ms_p95", percentile(busy[name], 95))
        report.figure(f"{name}_kb_max", sizes[name] / 1000)
    report.figure("view_ms_p95", max(percentile(values, 95) for values in times.values()))
    report.figure("view_ms_max", max(map(max, times.values())))
    report.figure("view_cpu_ms_p95", max(percentile(values, 95) for values in busy.values()))


class _Anyone:
    """Permission is asked for as ever; here everybody has it."""

    async def caller(self, connection: object) -> Caller:
        return Caller(id="key:bench", name="bench", permissions=frozenset({Permission.ANALYSE}))


def _count(report: Report) -> None:
    """Processor time of one message in the counter, and of finding its words on the ledger's thread."""
    messages = read(LOGGED)
    if not messages:
        sys.stderr.write("There are no chat logs, so the cost of a message is not measured. Set SIDECAST_DATA.\n")
        return
    understood = SpacyUnderstander(["Kit"]).understand(messages)
    verdict = Verdict(Decision.ALLOW, "")
    candidates = [Candidate(message, verdict, each, screened_ns=1) for message, each in zip(messages, understood, strict=True)]
    passes, words = [], []
    for _ in range(5):
        counter = Counter(SystemClock(), "twitch:kit")
        gc.collect()
        took_ns = read_ns = 0
        for start in range(0, len(candidates), 1000):
            began = time.process_time_ns()
            for candidate in candidates[start : start + 1000]:
                counter.heard(candidate.item)
                counter.understood(candidate)
                counter.settled(candidate.item, Reason.CROWDED_OUT, verdict)
            took_ns += time.process_time_ns() - began
            began = time.process_time_ns()
            counter.read_words()
            counter.take()
            read_ns += time.process_time_ns() - began
        passes.append(took_ns / len(candidates) / 1000)
        words.append(read_ns / len(candidates) / 1000)
    report.figure("count_us_per_message", percentile(passes, 50))
    report.figure("count_us_per_message_worst_pass", max(passes))
    report.figure("words_us_per_message", percentile(words, 50))


if __name__ == "__main__":
    sys.exit(main())
