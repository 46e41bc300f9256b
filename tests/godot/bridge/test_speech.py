"""The voice in the real Godot's mixer, judged by what its master bus captured."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from godot.bridge.scratch import Outcome, Project

pytestmark = pytest.mark.godot

RATE = 24_000
SPEECH = """
import json, math
from array import array
import _pybridge

RATE = 24000

def sine(frames, hertz=440.0, amplitude=0.5):
    return array("h", (round(32767 * amplitude * math.cos(2 * math.pi * hertz * i / RATE)) for i in range(frames))).tobytes()

def marks(until):
    while True:
        topic, frame = _pybridge.receive(60.0)
        header = json.loads(frame)
        say("mark", topic=topic, now_ns=_pybridge.now_ns(), **{"mark_" + key: value for key, value in header.items()})
        if (topic, header["utterance"]) == until:
            return header
"""


def _marks(outcome: Outcome) -> list[tuple[str, int]]:
    return [(line["topic"], line["mark_utterance"]) for line in outcome.all("mark")]


def _captured(folder: Path) -> NDArray[np.float32]:
    return np.fromfile(folder / "captured.f32", dtype=np.float32)


def _spans(sound: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Start and end of each stretch that sounds, more than 2 ms of silence between them."""
    quiet = 100
    at = np.flatnonzero(np.abs(sound) > 1e-4)
    pieces = np.split(at, np.flatnonzero(np.diff(at) > quiet) + 1)
    return [(int(piece[0]), int(piece[-1]) + 1) for piece in pieces if len(piece)]


def test_a_known_sine_is_heard_whole_and_once(project: Project) -> None:
    project.write(
        SPEECH
        + """
def main(args):
    epoch = _pybridge.epoch()
    room = _pybridge.room()
    pcm = sine(12000)
    say("pushed", frames=_pybridge.push(1, epoch, RATE, pcm[:10000], False) + _pybridge.push(1, epoch, RATE, pcm[10000:], True))
    say("room", enough=room >= 60 * RATE, smaller=_pybridge.room() < room)
    marks(until=("finished", 1))
    return 0
"""
    )
    outcome = project.run("voice", "capture")
    assert outcome.one("pushed")["frames"] == 12_000
    assert outcome.one("room") == {"what": "room", "enough": True, "smaller": True}
    assert _marks(outcome) == [("audible", 1), ("finished", 1)]
    left = outcome.one("left")
    assert left["playhead"][:3] == [1, 12_000, RATE]
    assert left["playhead"][4] == 0
    assert left["stats"]["underruns"] == 0

    mix_rate = outcome.one("mix")["rate"]
    sound = _captured(project.folder)
    [(start, end)] = _spans(sound)
    assert abs((end - start) - 12_000 * mix_rate / RATE) <= 2
    inside = np.arange(100, end - start - 100)
    wanted = 0.5 * np.cos(2 * np.pi * 440.0 * inside / mix_rate)
    error = sound[start + 100 : end - 100] - wanted
    assert 10 * np.log10(np.mean(error**2) / np.mean(wanted**2)) < -55


def test_a_stop_silences_and_tells_what_was_heard(project: Project) -> None:
    project.write(
        SPEECH
        + """
def main(args):
    epoch = _pybridge.epoch()
    for utterance in (1, 2, 3):
        _pybridge.push(utterance, epoch, RATE, sine(10 * RATE), True)
    marks(until=("audible", 1))
    _pybridge.post("stop", b"{}\\n")
    marks(until=("cut", 3))
    say("late", accepted=_pybridge.push(4, epoch, RATE, sine(100), True))
    _pybridge.push(5, _pybridge.epoch(), RATE, sine(2400), True)
    marks(until=("finished", 5))
    return 0
"""
    )
    outcome = project.run("voice", "capture")
    assert _marks(outcome) == [("audible", 1), ("cut", 1), ("cut", 2), ("cut", 3), ("audible", 5), ("finished", 5)]
    assert outcome.one("late")["accepted"] == -1
    stopped = outcome.one("stopped")
    assert stopped["epoch"] == 2
    cuts = [line for line in outcome.all("mark") if line["topic"] == "cut"]
    for cut in cuts:
        assert cut["mark_asked_ns"] >= stopped["asked_ns"]
        assert cut["mark_at_ns"] >= cut["mark_asked_ns"]
    assert [cut["mark_heard_frames"] for cut in cuts[1:]] == [0, 0]

    mix_rate = outcome.one("mix")["rate"]
    sound = _captured(project.folder)
    spans = _spans(sound)
    assert len(spans) == 2, f"stopped speech went on sounding: {spans}"
    heard = cuts[0]["mark_heard_frames"] * mix_rate / RATE
    # The fade's last frames lie below the threshold of what counts as sounding.
    assert abs((spans[0][1] - spans[0][0]) - heard) < 0.002 * mix_rate
    # The cosine's own step at its start is none of the bridge's.
    own_step = 0.5 * 2 * np.pi * 440.0 / mix_rate
    start, end = spans[0]
    assert np.max(np.abs(np.diff(sound[start + 200 : end + 10]))) < 1.1 * own_step, "the stop clicks"


def test_marks_reach_python_while_it_waits_and_in_order(project: Project) -> None:
    project.write(
        SPEECH
        + """
def main(args):
    epoch = _pybridge.epoch()
    for utterance in range(1, 41):
        _pybridge.push(utterance, epoch, RATE, sine(480), True)
    marks(until=("finished", 40))
    return 0
"""
    )
    outcome = project.run("voice")
    assert _marks(outcome) == [(kind, utterance) for utterance in range(1, 41) for kind in ("audible", "finished")]
    stamps = [line["mark_at_ns"] for line in outcome.all("mark")]
    lengths = [(after - before) / 1e9 for before, after in zip(stamps[1::2], stamps[3::2], strict=False)]
    assert all(length > 0 for length in lengths)


def test_two_players_share_one_voice(project: Project) -> None:
    project.write(
        SPEECH
        + """
def main(args):
    _pybridge.push(1, _pybridge.epoch(), RATE, sine(4800), True)
    marks(until=("finished", 1))
    return 0
"""
    )
    outcome = project.run("voice", "second-voice", "capture")
    assert _marks(outcome) == [("audible", 1), ("finished", 1)]
    sound = _captured(project.folder)
    assert len(_spans(sound)) == 1
    assert np.max(np.abs(sound)) < 0.75, "it sounds twice"


def test_marks_of_a_show_that_ends_still_come(project: Project) -> None:
    project.write(
        SPEECH
        + """
def main(args):
    _pybridge.push(1, _pybridge.epoch(), RATE, sine(20 * RATE), True)
    marks(until=("audible", 1))
    _pybridge.post("ready", b"{}\\n")
    while not _pybridge.closed():
        _pybridge.receive(60.0)
    _pybridge.stop()
    while (got := _pybridge.receive(0.0)) is None:
        pass
    say("last", topic=got[0])
    return 0
"""
    )
    outcome = project.run("voice", "end-when-ready")
    assert outcome.one("last")["topic"] == "cut"
    assert [kind for kind, _ in groupby(line["what"] for line in outcome.lines)][-1] == "left"
