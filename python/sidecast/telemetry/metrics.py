"""Everything that happens as Prometheus metrics. A `Watcher`; labels are a fixed few, never ids, names or text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from ..flow.budget import AUDIBLE_MS, STAGES, STOP_MS, audible_ms, stage_times
from ..flow.candidate import Candidate, Reason
from ..flow.chat import ChannelEvent, Incoming, Removal
from ..flow.clause import Clause
from ..flow.cue import HostState, Status
from ..flow.line import LedgerLine, Outcome
from ..flow.mark import Cut, FrameStats, Mark
from ..flow.turn import Turn
from ..flow.verdict import Category, Decision, Verdict

STATES = tuple(value for name, value in vars(HostState).items() if not name.startswith("_"))
_OF_BUDGET = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
_AGES_S = (0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 600)


def buckets_around(budget_ms: float) -> tuple[float, ...]:
    """Upper bounds in seconds, close together around the budget: coarse ones read p95 1.64 s for 1.06 s."""
    return tuple(round(budget_ms * part / 1000, 6) for part in _OF_BUDGET)


class Metrics:
    """One registry of its own, so that several shows in a process do not meet. `text()` is what `/metrics` serves."""

    def __init__(self) -> None:
        # a creation time beside every counter doubles the text and nobody here asks for it
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=True)
        self._arrivals(self.registry)
        self._turns(self.registry)
        self._latency(self.registry)
        self._host(self.registry)

    def text(self) -> bytes:
        """Prometheus's text format, version 0.0.4."""
        return generate_latest(self.registry)

    def watch(self, name: str, documentation: str, read: Callable[[], float]) -> None:
        """A gauge `sidecast_<name>` that is read whenever somebody looks: a backlog's length, open pages."""
        Gauge(f"sidecast_{name}", documentation, registry=self.registry).set_function(read)

    # ---- what exists --------------------------------------------------------------------------------------------

    def _arrivals(self, registry: CollectorRegistry) -> None:
        self._received = Counter(
            "sidecast_received",
            "Items that arrived, by kind. Equals the sum of sidecast_settled_total plus what still waits; do not add the two.",
            ["kind"],
            registry=registry,
        )
        self._settled = Counter(
            "sidecast_settled",
            "Items that got their one reason. 'answered' counts messages, sidecast_turns_total counts turns: do not add them.",
            ["reason"],
            registry=registry,
        )
        # labels() costs more than the rest of a call, and thousands come a second
        self._received_as = {kind: self._received.labels(kind) for kind in ("message", "event", "removal")}
        self._settled_as = {reason: self._settled.labels(reason.value) for reason in Reason}
        self._judged_as: dict[tuple[str, Decision, Category], Counter] = {}
        self._verdicts = Counter(
            "sidecast_verdicts",
            "Verdicts of the gates. 'in' counts messages and 'out' counts clauses of replies: never add across 'gate'.",
            ["gate", "decision", "category"],
            registry=registry,
        )

    def _turns(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "sidecast_turns",
            "Turns by what was heard of them. A 'cut' turn was partly heard: it is not among 'silent'.",
            ["outcome"],
            registry=registry,
        )
        for outcome in Outcome:
            self._ended.labels(outcome.value)
        self._waiting = Gauge("sidecast_waiting", "Candidates that waited when the last turn was chosen.", registry=registry)

    def _latency(self, registry: CollectorRegistry) -> None:
        self._stages = {
            stage.name: Histogram(
                f"sidecast_stage_{stage.name}_seconds",
                f"{stage.start} to {stage.end} of turns whose cause came while the host was free (budget {stage.ms:g} ms). "
                "Percentiles of stages do not add up to sidecast_audible_seconds.",
                buckets=buckets_around(stage.ms),
                registry=registry,
            )
            for stage in STAGES
        }
        self._audible = Histogram(
            "sidecast_audible_seconds",
            f"Arrival to first audible sample, only turns whose cause came while the host was free (budget {AUDIBLE_MS:g} ms). "
            "Those turns are in sidecast_answered_age_seconds too: never add the two.",
            buckets=buckets_around(AUDIBLE_MS),
            registry=registry,
        )
        self._age = Histogram(
            "sidecast_answered_age_seconds",
            "Arrival to first audible sample of all turns that were heard, waiting included. Contains sidecast_audible_seconds.",
            buckets=_AGES_S,
            registry=registry,
        )
        self._stop = Histogram(
            "sidecast_stop_seconds",
            f"From asking for silence to silence at the mixer (budget {STOP_MS:g} ms). Not part of any turn's latency.",
            buckets=buckets_around(STOP_MS),
            registry=registry,
        )

    def _host(self, registry: CollectorRegistry) -> None:
        self._state = Gauge("sidecast_state", "1 for the state the host is in, 0 for all others.", ["state"], registry=registry)
        for state in STATES:
            self._state.labels(state)
        self._fps = Gauge("sidecast_frames_per_second", "Of the picture, over the last second.", registry=registry)
        self._frame = Gauge(
            "sidecast_frame_p99_seconds",
            "99th percentile of frame times over the last second. A percentile: do not sum or average it.",
            registry=registry,
        )
        self._drain = Gauge(
            "sidecast_drain_p99_seconds",
            "99th percentile of the bridge's share of a frame over the last second. Already inside sidecast_frame_p99_seconds.",
            registry=registry,
        )
        self._underruns = Gauge(
            "sidecast_underruns", "Times the mixer wanted speech that was not there yet, since the start.", registry=registry
        )
        self._dropped = Gauge(
            "sidecast_wire_dropped",
            "Frames of the wire to Godot dropped because a queue was full, since the start.",
            registry=registry,
        )

    # ---- what happens -------------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        kind = "removal" if isinstance(item, Removal) else "event" if isinstance(item, ChannelEvent) else "message"
        self._received_as[kind].inc()

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._settled_as[reason].inc()
        if verdict is not None:
            self._count_verdict("in", verdict)

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self._waiting.set(len(waiting))

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        self._count_verdict("out", verdict)

    def ended(self, line: LedgerLine) -> None:
        self._ended.labels(line.outcome.value).inc()
        age_ms = audible_ms(line.stages)
        if age_ms is not None:
            self._age.observe(age_ms / 1000)
        if not line.was_free:
            return
        if age_ms is not None:
            self._audible.observe(age_ms / 1000)
        for name, ms in stage_times(line.stages).items():
            self._stages[name].observe(ms / 1000)

    def status(self, status: Status) -> None:
        for state in STATES:
            self._state.labels(state).set(state == status.state)

    def marked(self, mark: Mark) -> None:
        if isinstance(mark, Cut) and mark.asked_ns > 0:
            self._stop.observe((mark.at_ns - mark.asked_ns) / 1e9)
        elif isinstance(mark, FrameStats):
            self._fps.set(mark.fps)
            self._frame.set(mark.frame_ms_p99 / 1000)
            self._drain.set(mark.drain_ms_p99 / 1000)
            self._underruns.set(mark.underruns)
            self._dropped.set(mark.dropped)

    def _count_verdict(self, gate: str, verdict: Verdict) -> None:
        key = (gate, verdict.decision, verdict.category)
        counter = self._judged_as.get(key)
        if counter is None:
            counter = self._verdicts.labels(gate, verdict.decision.name.lower(), verdict.category.value)
            self._judged_as[key] = counter
        counter.inc()
