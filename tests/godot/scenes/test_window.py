"""The window: shapes, transparency, and what it says when it cannot start."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from godot.real_godot import REPOSITORY, Godot
from godot.scenes.theatre import Rehearsal, Theatre, caption, cue, speak, voice

pytestmark = pytest.mark.godot

LONG = "I have counted every single one of them, and the spreadsheet has a tab of its own for the elevator on floor nine!"
Box = tuple[float, float, float, float]


def spoken(size: tuple[int, int], until: float = 2.5) -> dict[str, object]:
    words = [(word, 0.1 + 0.05 * i, 0.15 + 0.05 * i) for i, word in enumerate(LONG.split())]
    cues = [
        cue(0.1, "status", state="speaking", note="The chat is away for a moment; it comes back by itself."),
        cue(0.3, "card", turn_id="t", name="W" * 60, colour="#123456", text="how many times " * 40, style="message"),
        speak(0.4, 1, (("aa", 0.0, 2.0),)),
        caption(0.4, 1, words),
    ]
    return {"size": list(size), "cues": cues, "voice": [voice(1, 0.6, 2.4)], "shots": [0.9, 1.3, 2.0], "until": until}


@pytest.fixture(scope="module")
def wide(theatre: Theatre) -> Rehearsal:
    return theatre.rehearse(spoken((1280, 720)))


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 640)])
def test_nothing_covers_the_face(theatre: Theatre, wide: Rehearsal, size: tuple[int, int]) -> None:
    notes = (wide if size == (1280, 720) else theatre.rehearse(spoken(size))).notes
    width, height = notes["viewport"][2:]
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)
    for part in ("caption", "card", "pill"):
        assert notes[part][2] > notes[part][0], f"no {part}"
        assert not overlap(notes[part], notes["face"]), part
        assert notes[part][0] >= 0
        assert notes[part][1] >= 0
        assert notes[part][3] <= height
    assert not overlap(notes["caption"], notes["card"])
    assert not overlap(notes["card"], notes["pill"])


def shot(rehearsal: Rehearsal, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    width, height = (int(side) for side in rehearsal.notes["pixels"])
    return np.fromfile(rehearsal.out / f"{name}.rgba", dtype=np.uint8).reshape(height, width, 4)


def test_the_background_is_transparent_on_request(theatre: Theatre) -> None:
    clear = shot(theatre.rehearse(spoken((1280, 720)), ["--transparent"]), "02.000")
    corners = [clear[row, column, 3] for row in (0, -1) for column in (0, -1)]
    assert corners[0] == corners[1] == corners[2] == 0
    assert clear[450, 900, 3] == 255, "the fox is not opaque"


def test_the_backdrop_goes_and_comes_while_the_show_runs_and_a_mouth_is_drawn(theatre: Theatre) -> None:
    cues = [
        cue(0.3, "window", transparent=True),
        cue(0.6, "mouth", shape="aa", seconds=0.8),
        cue(1.2, "window", transparent=False),
        cue(1.6, "mouth", shape="ou", seconds=1.5),
        speak(1.6, 1, (("PP", 0.0, 0.5),)),
    ]
    plan = {"size": [1280, 720], "cues": cues, "voice": [voice(1, 1.9, 2.4)], "shots": [0.2, 1.0, 1.5], "until": 2.8}
    seen = theatre.rehearse(plan)
    assert [int(shot(seen, name)[0, 0, 3]) for name in ("00.200", "01.000", "01.500")] == [255, 0, 255]
    aa, ou = 10, 14
    moments = seen.notes["seen"]
    assert max(each["mo"] for each in moments if 0.7 < each["s"] < 1.3) > 0.5, "the mouth did not open"
    assert all(each["weights"][aa] == 1 for each in moments if 0.7 < each["s"] < 1.2)
    assert all(sum(each["weights"]) == 0 for each in moments if 1.45 < each["s"] < 1.55)
    # the voice goes first, and the shape does not come back after it
    assert all(each["weights"][ou] == 0 for each in moments if each["s"] > 2.0)


def test_the_stage_is_opaque_otherwise(wide: Rehearsal) -> None:
    assert shot(wide, "02.000")[..., 3].min() == 255


def test_the_sweep_is_seen(wide: Rehearsal) -> None:
    left, top, right, bottom = (int(side) for side in wide.notes["caption"])
    early, late = (shot(wide, name)[top:bottom, left:right, :3].astype(np.int16) for name in ("00.900", "01.300"))
    read = [int((part.max(axis=2) < 90).sum()) for part in (early, late)]
    assert read[1] > read[0] + 500, f"dark pixels of letters: {read}"


def test_without_a_configuration_it_says_so_and_ends(imported: Godot, tmp_path: Path) -> None:
    command = [str(imported.program), "--headless", "--path", str(REPOSITORY)]
    environment = {**os.environ, "SIDECAST_BRIDGE": str(tmp_path / "nowhere.json")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 1
    assert "nowhere.json is not there" in done.stderr
    assert "./sidecast run" in done.stderr
    assert "SCRIPT ERROR" not in done.stderr
