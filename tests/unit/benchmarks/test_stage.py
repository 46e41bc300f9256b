"""Which frames the stage's figures are about."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.report import Report
from benchmarks.stage import FEWEST, Run, summarise

pytestmark = pytest.mark.unit


def frame(ms: float, *, speech: bool = True, caption: bool = True, card: bool = False, draw_calls: int = 40) -> dict[str, Any]:
    return {"ms": ms, "speech": speech, "caption": caption, "card": card, "draw_calls": draw_calls, "primitives": 5000}


def figures(frames: list[dict[str, Any]]) -> Report:
    report = Report("stage")
    summarise(report, Run("llvmpipe", (1280, 720), frames, 1.5))
    return report


def test_only_frames_with_speech_and_a_caption_count() -> None:
    spoken = [frame(20.0, card=True, draw_calls=50)] * FEWEST + [frame(40.0)] * FEWEST
    others = [frame(500.0, speech=False)] * FEWEST + [frame(500.0, caption=False)] * FEWEST
    report = figures(spoken + others)
    assert report.n == 2 * FEWEST
    assert report.figures["frame_ms_p99"] == 40.0
    assert report.figures["with_card_pct"] == 50.0
    assert report.figures["draw_calls_max"] == 50
    assert report.figures["silent_fps_p50"] == 2.0


def test_fps_is_of_the_median_frame() -> None:
    report = figures([frame(25.0)] * FEWEST + [frame(100.0)] * (FEWEST // 2))
    assert report.figures["fps_p50"] == 40.0
    assert report.figures["frame_ms_max"] == 100.0


def test_too_little_speech_is_no_figure() -> None:
    with pytest.raises(ValueError, match="watch for longer"):
        figures([frame(20.0)] * (FEWEST - 1) + [frame(20.0, speech=False)] * 900)
