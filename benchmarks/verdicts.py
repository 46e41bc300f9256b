"""The figures of a film, from what it holds: mouth, sound, flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import heard, lag, strips
from benchmarks.evidence import Evidence
from benchmarks.film import RATE
from benchmarks.report import Report, percentile
from benchmarks.spoken_again import Found

STRIP_EVERY = 8

Write = Callable[[Mapping[str, Any]], None]


def judge_mouth(seen: Evidence, report: Report, write: Write) -> None:
    """Its lag behind the sound, and how far such an estimate is off for an ideal mouth."""
    loudness = lag.voice_db(seen.sound, RATE)
    times = np.arange(len(seen.ideal)) * lag.HOP_S
    late, off = [], []
    for span in seen.stretches:
        at_s, openness = seen.watched.within(span)
        first = max(0, int((span.start_s - 0.5) / lag.HOP_S))
        expected = lag.mouth_like(loudness[first : int((span.end_s + 0.5) / lag.HOP_S)])
        here = lag.lag_of(at_s - first * lag.HOP_S, openness, expected)
        own = lag.lag_of(at_s - first * lag.HOP_S, np.interp(at_s, times, seen.ideal), expected)
        late += [here.ms] if here else []
        off += [own.ms] if own else []
        write({"stretch": [span.start_s, span.end_s], "lag": _told(here), "estimator": _told(own)})
    matched = []
    for each in seen.found:
        lagging = lag.lag_of(*seen.watched.within(each.at), seen.ideal)
        if lagging:
            matched.append((each.at.start_s, lagging.ms))
        place = {"utterance": each.said.number, "start_s": each.at.start_s, "likeness": each.likeness}
        write({**place, "mark_ns": each.said.audible_ns, "lag": _told(lagging)})
    report.n = len(late)
    report.figure("film_s", seen.film.seconds)
    report.figure("stretches", len(seen.stretches))
    _skew(report, "mouth_skew_ms", late)
    _skew(report, "mouth_skew_matched_ms", [ms for _, ms in matched])
    if off:
        report.figure("estimator_bias_ms_p50", percentile(off, 50))
        report.figure("estimator_error_ms_p95", percentile([abs(ms) for ms in off], 95))
    if (drift := drift_of(matched)) is not None:
        report.figure("drift_ms", drift)


def _told(found: lag.Lag | None) -> dict[str, float] | None:
    return None if found is None else {"ms": round(found.ms, 2), "correlation": round(found.correlation, 3)}


def _skew(report: Report, key: str, lags: Sequence[float]) -> None:
    if lags:
        report.figure(f"{key}_p50", percentile(lags, 50))
        report.figure(f"{key}_p95", percentile([abs(ms) for ms in lags], 95))


def drift_of(lags: Sequence[tuple[float, float]]) -> float | None:
    """Median lag of the last quarter of the time less that of the first; `lags` are (seconds, ms). None without both."""
    if not lags:
        return None
    first_s, last_s = min(at for at, _ in lags), max(at for at, _ in lags)
    quarter_s = (last_s - first_s) / 4
    early = [ms for at, ms in lags if at <= first_s + quarter_s]
    late = [ms for at, ms in lags if at >= last_s - quarter_s]
    return percentile(late, 50) - percentile(early, 50) if quarter_s > 0 else None


def judge_sound(seen: Evidence, report: Report, write: Write) -> None:
    """Whether the ledger cleared what was heard, and the marks explain what sounds."""
    offsets = [each.at.start_s - each.said.audible_ns / 1e9 for each in seen.found]
    offset_s = percentile(offsets, 50)
    report.figure("utterances", seen.utterances)
    report.figure("utterances_found", len(seen.found))
    report.figure("sound_off_mark_ms_p95", percentile([abs(each - offset_s) * 1e3 for each in offsets], 95))
    with_words = [line for line in seen.lines if line.heard]
    report.figure("heard_lines", len(with_words))
    report.figure("heard_not_cleared", sum(bool(heard.not_cleared(line)) for line in with_words))
    stray = heard.unexplained(lag.sounding(seen.sound, RATE, gap_s=0.02), heard.marked_spans(seen.trace, offset_s))
    for span in stray:
        write({"unexplained": [span.start_s, span.end_s]})
    report.figure("sound_unexplained_ms", sum(span.seconds for span in stray) * 1e3)


def judge_flow(seen: Evidence, report: Report) -> None:
    """Different pictures a second, in every second of speech. Raises ValueError when no stretch lasts a second."""
    rates = []
    for span in seen.stretches:
        for start_s in np.arange(span.start_s, span.end_s - 1.0, 0.5):
            inside = (seen.watched.at_s >= start_s) & (seen.watched.at_s < start_s + 1.0)
            rates.append(float(seen.watched.changed[inside].sum()))
    if not rates:
        raise ValueError("No stretch of speech lasts a second; film longer.")
    report.figure("film_fps_p50", percentile(rates, 50))
    report.figure("film_fps_p5", percentile(rates, 5))


def draw_strips(seen: Evidence, folder: Path) -> None:
    """A picture of every few utterances."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in seen.found[::STRIP_EVERY]:
        strips.draw(seen.film, seen.sound, each.at, words_at(each), folder / f"utterance-{each.said.number:03}.png")


def words_at(found: Found) -> list[strips.Word]:
    """Each word of the utterance where the engine says it begins."""
    starts: dict[int, float] = {}
    for phone in found.spoken.phones:
        if phone.position >= 0:
            starts.setdefault(phone.position, phone.start_s)
    return [strips.Word(found.said.text[at:].split()[0], found.at.start_s + start_s) for at, start_s in sorted(starts.items())]
