"""What the gates catch and what they catch wrongly, and how fast: on the data at hand, with what Sidecast ships.

Caught means that the gate in, at its default level, holds or blocks when it looks closely, as before an answer. Shares come with
their number of texts and a 95 % interval (Wilson). Of the labelled sets only the fold counts that no classifier was trained on.
Evasion is measured on texts that are caught as they stand: the words that give them away are disguised, one trick at a time
(`benchmarks/evasion.py`). No text is printed or kept: `--raw` writes numbers of texts.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks import evaded, ingest
from benchmarks.report import Report, percentile, raw_writer
from sidecast.flow.chat import ChatMessage
from sidecast.flow.policy import Policy
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.classify.scorer import LazyScorer
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_in import GateIn
from sidecast.safety.gate_out import GateOut, judge_clause
from sidecast.safety.holder import PolicyHolder
from sidecast.safety.reading.folding import fold
from sidecast.safety.rules import RULES
from training.safety.corpus import split
from training.safety.data import SETS, Row

SEED = 20261123
EVADED = 400
"""Texts that are disguised, by source in turn."""
PASSES = 5
UNSEEN_FOLD = 0
"""Of the labelled sets, see `training/safety`."""
LABELLED = ("hatemoji", "toxigen", "edos", "surge")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench safety", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a set, log and trick")
    parser.add_argument("--rules", action="store_true", help="the rules alone, without classifiers")
    parser.add_argument("--messages", type=int, default=50_000, help="messages of real chat (default all)")
    options = parser.parse_args()
    messages = ingest.read(options.messages)
    if not messages:
        sys.stderr.write(f"There are no chat logs in {ingest.LOGS}. Set SIDECAST_DATA to the folder that holds the sets.\n")
        return 1
    rows: dict[str, list[Row]] = {name: [] for name in SETS}
    for row in split(UNSEEN_FOLD).check:
        if row.source in rows and row.text:
            rows[row.source].append(row)
    report = Report("safety")
    report.n = len(messages) + sum(map(len, rows.values()))
    classifiers = LazyScorer()
    scorer = None if options.rules else classifiers.wait()
    for problem in classifiers.problems:
        sys.stderr.write(f"{problem}\n")
    layers = ["rules", *(["linear"] if scorer else []), *(["encoder"] if scorer and scorer.has_deep else [])]
    report.figure("layers", ", ".join(layers))
    policy = PolicyHolder(Compiled(Policy(), classifiers=classifiers if scorer else None))
    gate = GateIn(policy)
    caught = catches(gate)
    with raw_writer(options.raw) as write:
        verdicts = [gate.screen(message, closely=True) for message in messages]
        flagged = share(report, "clean_flagged", (not verdict.passes for verdict in verdicts))
        report.figure("clean_flagged_pct", 100 * flagged)
        for layer in ("classifier.hate", "classifier.injection"):
            report.figure(f"clean_{layer}_pct", 100 * statistics.fmean(verdict.rule == layer for verdict in verdicts))
        injections(report, rows, gate)
        hate(report, rows, caught)
        for name, recall in evasion(report, rows, caught, policy).items():
            write({"trick": name, "caught": recall.caught, "tried": recall.tried, "missed": recall.missed})
    speed(report, messages, policy)
    report.finish(options.json)
    return 0


def catches(gate: GateIn) -> Callable[[str], bool]:
    return lambda text: gate.judge(text).decision >= Decision.HOLD


def share(report: Report, key: str, found: Iterable[bool]) -> float:
    """The share of true ones, with `_n`, `_low` and `_high` (Wilson, 95 %) as figures."""
    values = list(found)
    hits, n = sum(values), len(values)
    low, high = interval(hits, n)
    report.figure(f"{key}_n", n)
    report.figure(f"{key}_low", low)
    report.figure(f"{key}_high", high)
    return hits / n


def interval(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    mid = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(hits * (n - hits) / n + z * z / 4)
    return mid - half, mid + half


def injections(report: Report, rows: dict[str, list[Row]], gate: GateIn) -> None:
    verdicts = [gate.judge(row.text) for row in rows["wildguard"]]
    wrong = share(
        report, "benign_injection", (each.category is Category.INJECTION and each.decision >= Decision.HOLD for each in verdicts)
    )
    report.figure("benign_injection_flagged_pct", 100 * wrong)
    report.figure("benign_flagged_pct", 100 * statistics.fmean(not each.passes for each in verdicts))
    caught = [gate.judge(row.text).decision >= Decision.HOLD for row in rows["giskard"]]
    report.figure("giskard_recall", statistics.fmean(caught))


def hate(report: Report, rows: dict[str, list[Row]], caught: Callable[[str], bool]) -> None:
    davidson = {kind: [row for row in rows["davidson"] if row.category == kind] for kind in ("hate", "offensive", "neither")}
    report.figure("hate_recall", share(report, "hate_recall", (caught(row.text) for row in davidson["hate"])))
    report.figure("neither_flagged", share(report, "neither_flagged", (caught(row.text) for row in davidson["neither"])))
    report.figure("offensive_flagged", statistics.fmean(caught(row.text) for row in davidson["offensive"]))
    for name in LABELLED:
        bad = [caught(row.text) for row in rows[name] if row.label >= 0.5]
        good = [caught(row.text) for row in rows[name] if row.label < 0.5]
        report.figure(f"{name}_recall", statistics.fmean(bad))
        report.figure(f"{name}_flagged", statistics.fmean(good))
        report.figure(f"{name}_balanced", (statistics.fmean(bad) + 1 - statistics.fmean(good)) / 2)
    by_group: dict[str, list[bool]] = {}
    for row in rows["toxigen"]:
        by_group.setdefault(row.group, []).append(caught(row.text) == (row.label >= 0.5))
    report.figure("toxigen_worst_group_accuracy", min(statistics.fmean(right) for right in by_group.values()))


def evasion(
    report: Report, rows: dict[str, list[Row]], caught: Callable[[str], bool], policy: PolicyHolder
) -> dict[str, evaded.Recall]:
    hateful = [row for row in rows["davidson"] if row.category == "hate"], [r for r in rows["hatemoji"] if r.label >= 0.5]
    given: list[evaded.Given] = []
    for source in hateful:
        shuffled = random.Random(SEED).sample(source, len(source))  # noqa: S311 - the same texts each time
        found = filter(None, (evaded.telling_words(row.text, caught) for row in shuffled))
        given += [each for each, _ in zip(found, range(EVADED // 2), strict=False)]
    recalls = evaded.by_trick(given, caught, SEED)
    recalls |= evaded.over_clauses(grave_words(), lambda: GateOut(policy), SEED)
    report.figure("evasion_texts", len(given))
    report.figure("evasion_recall", statistics.fmean(each.share for each in recalls.values()))
    report.figure("evasion_tricks_under_85", sum(each.share < 0.85 for each in recalls.values()))
    for name, recall in recalls.items():
        report.figure(f"evasion_recall_{name}", recall.share)
    return recalls


def grave_words(count: int = 100) -> list[str]:
    """Single words of the gravest rules, for what is said in pieces."""
    tables = [table for path in sorted(RULES.glob("*.toml")) for table in tomllib.loads(path.read_text("utf-8"))["rule"]]
    words = {word for table in tables if table["level"] == 0 for word in table.get("words", ()) if word.isalpha()}
    return random.Random(SEED).sample(sorted(word for word in words if len(word) >= 5), count)  # noqa: S311 - as above


def speed(report: Report, messages: Sequence[ChatMessage], holder: PolicyHolder) -> None:
    """Per second of this process's processor time, after a pass that warms; and the time of single messages and clauses."""
    messages = messages[:20_000]
    texts = [message.text for message in messages]
    gate, policy = GateIn(holder), holder.now
    layers: dict[str, Callable[[], object]] = {
        "reading_": lambda: [fold(text) for text in texts],
        "rules_": lambda: [policy.inward.find(text) for text in texts],
        "": lambda: [gate.screen(message) for message in messages],
    }
    for name, work in layers.items():
        rates = [len(texts) / _seconds(work) for _ in range(PASSES + 1)][1:]
        report.figure(f"{name}per_s", statistics.median(rates))
    report.figure("gate_in_us_p99", percentile(_each_us(gate.screen, messages), 99))
    clauses = [evaded.turn_of([text[:160]])[0] for text in texts]
    closely = _each_us(lambda message: gate.screen(message, closely=True), messages[:2_000])
    report.figure("gate_in_closely_ms_p95", percentile(closely, 95) / 1e3)
    report.figure("gate_out_ms_p95", percentile(_each_us(lambda clause: judge_clause(policy, clause), clauses), 95) / 1e3)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


T = TypeVar("T")


def _each_us(work: Callable[[T], object], items: Sequence[T]) -> list[float]:
    times = []
    for item in items:
        start = time.perf_counter_ns()
        work(item)
        times.append((time.perf_counter_ns() - start) / 1e3)
    return times


if __name__ == "__main__":
    sys.exit(main())
