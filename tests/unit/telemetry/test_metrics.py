"""Every call of a watcher shows in `/metrics`, with units, around the budget, and without viewer text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakes import samples
from fakes.ledger_lines import line, stages
from sidecast.flow.budget import AUDIBLE_MS, STAGES
from sidecast.flow.candidate import Reason
from sidecast.flow.cue import HostState, Status
from sidecast.flow.line import Outcome
from sidecast.flow.mark import Cut, FrameStats
from sidecast.flow.ports import Watcher
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.telemetry.metrics import Metrics, buckets_around

pytestmark = pytest.mark.unit


def read(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_arrivals_reasons_and_verdicts_are_counted() -> None:
    metrics = Metrics()
    told: Watcher = metrics
    for item in (samples.MESSAGE, samples.EVENT, samples.REMOVAL, samples.MESSAGE):
        told.heard(item)
    told.settled(samples.MESSAGE, Reason.BLOCKED, Verdict(Decision.BLOCK, "x", Category.SPAM, "flood"))
    told.settled(samples.MESSAGE, Reason.STALE, samples.VERDICT)
    told.settled(samples.REMOVAL, Reason.INFORMATION, None)
    told.judged(samples.TURN, samples.CLAUSE, Verdict(Decision.SOFTEN, "x", Category.SWEARING))
    assert [read(metrics, "sidecast_received_total", kind=kind) for kind in ("message", "event", "removal")] == [2, 1, 1]
    assert [read(metrics, "sidecast_settled_total", reason=reason) for reason in ("blocked", "stale", "answered")] == [1, 1, 0]
    assert read(metrics, "sidecast_verdicts_total", gate="in", decision="block", category="spam") == 1
    assert read(metrics, "sidecast_verdicts_total", gate="in", decision="allow", category="none") == 1
    assert read(metrics, "sidecast_verdicts_total", gate="out", decision="soften", category="swearing") == 1


def test_only_turns_that_found_the_host_free_count_as_audible() -> None:
    metrics = Metrics()
    metrics.ended(line(1))
    metrics.ended(replace(line(2, was_free=False), stages=stages(1, 2, 5000, 35, 1, 40, 30, 900)))
    assert read(metrics, "sidecast_audible_seconds_count") == 1
    assert read(metrics, "sidecast_audible_seconds_sum") == pytest.approx(0.112)
    assert read(metrics, "sidecast_answered_age_seconds_count") == 2
    assert [read(metrics, f"sidecast_stage_{stage.name}_seconds_count") for stage in STAGES] == [1] * len(STAGES)
    assert read(metrics, "sidecast_stage_first_pcm_seconds_sum") == pytest.approx(0.040)


def test_a_turn_of_which_nothing_was_heard_has_no_latency() -> None:
    metrics = Metrics()
    metrics.ended(replace(line(1), outcome=Outcome.SILENT, stages=replace(stages(), audible_ns=0, first_pcm_ns=0)))
    assert read(metrics, "sidecast_turns_total", outcome="silent") == 1
    assert read(metrics, "sidecast_audible_seconds_count") == 0
    assert read(metrics, "sidecast_stage_audible_seconds_count") == 0
    assert read(metrics, "sidecast_stage_cleared_seconds_count") == 1


def test_exactly_one_state_is_shown() -> None:
    metrics = Metrics()
    metrics.status(Status(state=HostState.SPEAKING))
    metrics.status(Status(state=HostState.MUTED))
    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    shown = {sample.labels["state"]: sample.value for sample in families["sidecast_state"].samples}
    assert set(shown) == {"starting", "listening", "thinking", "speaking", "muted", "stopped"}
    assert [state for state, value in shown.items() if value] == ["muted"]


def test_marks_bring_stop_times_and_frame_statistics() -> None:
    metrics = Metrics()
    metrics.marked(Cut(utterance=1, at_ns=1_040_000_000, heard_frames=10, asked_ns=1_000_000_000))
    metrics.marked(Cut(utterance=2, at_ns=1_040_000_000, heard_frames=10))
    metrics.marked(FrameStats(at_ns=1, fps=59.5, frame_ms_p99=18.0, drain_ms_p99=0.1, underruns=3, dropped=2))
    assert read(metrics, "sidecast_stop_seconds_count") == 1
    assert read(metrics, "sidecast_stop_seconds_sum") == pytest.approx(0.04)
    assert read(metrics, "sidecast_frames_per_second") == 59.5
    assert read(metrics, "sidecast_frame_p99_seconds") == 0.018
    assert (read(metrics, "sidecast_underruns"), read(metrics, "sidecast_wire_dropped")) == (3, 2)


def test_a_watched_figure_is_read_when_somebody_looks() -> None:
    metrics, backlog = Metrics(), [1, 2, 3]
    metrics.watch("ledger_backlog", "Lines not acknowledged yet.", lambda: float(len(backlog)))
    assert b"sidecast_ledger_backlog 3.0" in metrics.text()
    backlog.clear()
    assert b"sidecast_ledger_backlog 0.0" in metrics.text()


def test_nothing_of_a_viewer_is_in_the_text() -> None:
    metrics = Metrics()
    metrics.heard(samples.MESSAGE)
    metrics.settled(samples.MESSAGE, Reason.ANSWERED, samples.VERDICT)
    metrics.chosen(samples.TURN, [samples.CANDIDATE])
    metrics.ended(line(1, author="author-id", name="AuthorName", text="the text"))
    text = metrics.text().decode()
    for private in (
        samples.MESSAGE.text,
        samples.MESSAGE.id,
        samples.AUTHOR.name,
        "author-id",
        "AuthorName",
        "the text",
        "turn-1",
    ):
        assert private not in text


def test_every_metric_has_the_prefix_and_help_and_no_unit_but_the_base_units() -> None:
    for family in text_string_to_metric_families(Metrics().text().decode()):
        assert family.name.startswith("sidecast_")
        assert len(family.documentation) > 20
        assert not any(part in {"ms", "milliseconds", "ns", "us"} for part in family.name.split("_"))
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


def test_buckets_tell_just_inside_the_budget_from_just_outside() -> None:
    bounds = buckets_around(AUDIBLE_MS)
    assert 0.25 in bounds
    assert [bound for bound in bounds if 0.2 < bound < 0.3] == [0.225, 0.25, 0.275]
    assert list(bounds) == sorted(set(bounds))
