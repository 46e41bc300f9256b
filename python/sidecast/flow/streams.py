"""Figures of streams as they are read: what the analytics of the control room show. No names, no viewer's words but topics.

Times are Unix milliseconds. None is what was not measured; 0 is what was measured and did not happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

MOST_POINTS = 600
"""Of a series; longer streams get a coarser one."""
MOST_COMPARED = 6
"""Streams."""


class Unit(StrEnum):
    """What is one point over time."""

    DAY = "day"
    WEEK = "week"
    """From Monday."""
    MONTH = "month"


class _Documented:
    """The API's document takes the docstrings of the fields."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"use_attribute_docstrings": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(_Documented):
    """Of a stream or of a period."""

    minutes: int
    """In which the show ran."""
    messages: int
    chatters: int
    """Different people who wrote."""
    newcomers: int
    """Of these, those who wrote for the first time, as far as the figures reach."""
    returning: int
    """Of these, those who had written before."""
    chatters_a_minute: float | None
    """Different people who wrote in the same minute, on average."""
    chatters_peak: int | None
    """In the fullest minute."""
    events: int
    removals: int
    answered: int
    """Messages."""
    answered_share: float | None
    """Of all messages, 0 … 1."""
    questions: int
    questions_answered: int
    sentiment: float | None
    """Mean of the messages, -1 (hostile, sad) … 1 (warm, glad)."""
    energy: float | None
    """Mean of the messages, 0 (calm) … 1 (shouting)."""
    kept_out: int
    """Messages that the gate did not let in."""
    not_said: int
    """Clauses of replies that the gate did not let out."""
    turns: int
    turns_heard: int
    turns_cut: int
    audible_ms_p50: float | None
    """Arrival to first audible sample, of turns whose cause came while the host was free to speak."""
    audible_ms_p95: float | None
    age_ms_p95: float | None
    """Arrival to first audible sample of all turns, waiting included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(_Documented):
    """One stream: what was streamed from one source without a break of more than ten minutes."""

    id: int
    title: str
    """Its source and when it began, where it was streamed."""
    source: str
    rehearsal: bool
    """The demo's or a recorded chat."""
    begun_ms: int
    until_ms: int
    day: str
    """On which it began, where it was streamed: `2026-11-23`."""
    live: bool
    """It runs now."""
    over: bool
    """It ended as it should; otherwise it runs, or was broken off."""
    figures: Figures
    pulse: list[float | None]
    """Messages a minute, in at most 60 equal parts of the stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(_Documented):
    """Streams, newest first."""

    streams: list[Stream]
    total: int
    next: int | None
    """Where the next page begins; None at the end."""
    sources: list[str]
    """All that there are, newest first; at most 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(_Documented):
    """Values at equal steps. `values[name][i]` belongs to the step that begins at `at[i]`."""

    step_s: int
    at: list[int]
    """Unix seconds; seconds since its beginning where streams are compared."""
    values: dict[str, list[float | None]]
    """Counts are sums over the step; shares, sentiment, energy, percentages and rates its means; the others its worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(_Documented):
    """How long one stage took over a stream. Percentiles are within 5 %, and do not add up over stages."""

    stage: str
    """`arrival_to_audible` and its six stages, of turns whose cause came while the host was free; `age` of all turns; `stop`."""
    budget_ms: float | None
    n: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(_Documented):
    """How often something was so."""

    kind: str
    """`reason`: what became of messages. `in`, `out`: what the gates said of messages and of clauses. `event`: what happened."""
    name: str
    """A reason, a decision and its category (`block swearing`), or a kind of event."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount(_Documented):
    """What was talked about: a word or phrase that at least three different chatters used."""

    words: str
    count: int
    """Messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(_Documented):
    """An event to mark in a chart."""

    at_ms: int
    kind: str
    amount: int
    """Viewers of a raid, bits of a cheer, months, gifts; 0 where it has no meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(_Documented):
    """A time of a stream about which nothing, or not all, is known."""

    from_ms: int
    to_ms: int
    kind: str
    """`off`: the show did not run. `lost`: lines could not be written. `unheard`: the source was away."""
    lines: int
    """Ledger lines that were lost."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDetail(_Documented):
    """All that is kept of one stream."""

    stream: Stream
    series: Series
    latency: list[Latency]
    latency_series: Series
    """p50 and p95 over time."""
    tallies: list[Tally]
    """The most frequent first."""
    topics: list[TopicCount]
    marked: list[Marked]
    breaks: list[Break]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(_Documented):
    """One of several streams that are laid over each other."""

    stream: Stream
    series: Series
    latency: list[Latency]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(_Documented):
    """A day, week or month."""

    begins: str
    """Its first day: `2026-11-23`."""
    streams: int
    figures: Figures | None
    """None where nothing was streamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTime(_Documented):
    """Days, weeks or months from the first to the last stream, without gaps."""

    unit: Unit
    periods: list[Period]
    cut: bool
    """There is more before: at most 600 are told."""


class StreamFigures(Protocol):
    """Reads them. Blocking: call it off the loop. Each method raises LedgerError when the figures cannot be read."""

    def page(self, *, after: int, limit: int, source: str, rehearsals: bool, pulses: bool = True) -> Page:
        """`after`: streams to leave out from the newest on. Without `pulses` those are empty, which is quicker."""
        ...

    def detail(self, stream_id: int) -> StreamDetail | None:
        """None where there is no such stream."""
        ...

    def compare(self, stream_ids: list[int]) -> list[Compared]:
        """In the order asked for; those that there are not are left out."""
        ...

    def over_time(self, unit: Unit, *, first_day: str, last_day: str, source: str, rehearsals: bool) -> OverTime:
        """Days as `2026-11-23`, both within; empty for no limit."""
        ...
