"""Pictures of Kit: each viseme and each mood changes what it should, and nothing else."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from godot.scenes.theatre import Theatre

pytestmark = pytest.mark.godot

SIZE = 512
CANVAS = 1024
VISEMES = ("sil", "PP", "FF", "TH", "DD", "L", "kk", "CH", "SS", "RR", "aa", "E", "ih", "oh", "ou")
MOODS = ("happy", "laughing", "sad", "angry", "surprised", "thinking", "embarrassed", "sleepy")
Box = tuple[int, int, int, int]
MOUTH: Box = (395, 595, 629, 765)
EYES_AND_BROWS: Box = (275, 300, 749, 620)
CHEEKS: Box = (250, 550, 774, 645)
VISIBLE = 24
"""A channel that differs by more, of 255, is seen."""
ENOUGH = 60
"""Pixels (of 512 x 512) that make a difference a viewer notices."""

Picture = NDArray[np.int16]


def picture(folder: Path, name: str) -> Picture:
    return np.fromfile(folder / f"{name}.rgba", dtype=np.uint8).reshape(SIZE, SIZE, 4).astype(np.int16)


def changed(a: Picture, b: Picture) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = np.abs(a - b).max(axis=2) > VISIBLE
    return differs


def inside(*boxes: Box) -> NDArray[np.bool_]:
    mask = np.zeros((SIZE, SIZE), dtype=np.bool_)
    for left, top, right, bottom in boxes:
        scale = SIZE / CANVAS
        mask[int(top * scale) : int(bottom * scale), int(left * scale) : int(right * scale)] = True
    return mask


@pytest.fixture(scope="module")
def pictures(theatre: Theatre) -> Path:
    poses: dict[str, object] = {f"viseme_{name}": {"viseme": name} for name in VISEMES}
    poses |= {f"mood_{name}": {"mood": name, "face_only": True} for name in ("neutral", *MOODS)}
    poses |= {
        "turned": {"parameters": {"yaw": 18.0}},
        "raised": {"parameters": {"pitch": 12.0}},
        "eared": {"parameters": {"ears": 1.0}},
        "waving": {"parameters": {"wave": 1.0}},
        "shut": {"parameters": {"open": 0.0}},
    }
    return theatre.play("kit_pictures", {"poses": poses})


@pytest.mark.parametrize("viseme", VISEMES[1:])
def test_a_viseme_changes_the_mouth_and_nothing_else(pictures: Path, viseme: str) -> None:
    difference = changed(picture(pictures, "viseme_sil"), picture(pictures, f"viseme_{viseme}"))
    assert (difference & inside(MOUTH)).sum() > ENOUGH
    assert (difference & ~inside(MOUTH)).sum() == 0


def test_visemes_differ_from_each_other(pictures: Path) -> None:
    for one, other in itertools.combinations(VISEMES, 2):
        difference = changed(picture(pictures, f"viseme_{one}"), picture(pictures, f"viseme_{other}"))
        assert difference.sum() > ENOUGH, f"{one} looks like {other}"


@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_changes_the_face_and_nothing_else(pictures: Path, mood: str) -> None:
    difference = changed(picture(pictures, "mood_neutral"), picture(pictures, f"mood_{mood}"))
    assert (difference & inside(EYES_AND_BROWS)).sum() > ENOUGH
    assert (difference & inside(MOUTH)).sum() > ENOUGH
    assert (difference & ~inside(MOUTH, EYES_AND_BROWS, CHEEKS)).sum() == 0


def test_moods_differ_from_each_other(pictures: Path) -> None:
    for one, other in itertools.combinations(("neutral", *MOODS), 2):
        difference = changed(picture(pictures, f"mood_{one}"), picture(pictures, f"mood_{other}"))
        assert difference.sum() > ENOUGH, f"{one} looks like {other}"


def test_neutral_is_silence(pictures: Path) -> None:
    assert changed(picture(pictures, "mood_neutral"), picture(pictures, "viseme_sil")).sum() == 0


@pytest.mark.parametrize(
    ("pose", "region"),
    [
        ("turned", (160, 40, 870, 760)),
        ("raised", (160, 40, 870, 760)),
        ("eared", (100, 20, 924, 480)),
        ("waving", (740, 680, 960, 1024)),
    ],
)
def test_head_and_body_move(pictures: Path, pose: str, region: Box) -> None:
    difference = changed(picture(pictures, "mood_neutral"), picture(pictures, pose))
    assert (difference & inside(region)).sum() > 20 * ENOUGH


def test_shut_eyes_show_no_iris(pictures: Path) -> None:
    def teal(name: str) -> int:
        shown = picture(pictures, name)
        mask = inside(EYES_AND_BROWS) & (shown[..., 1] - shown[..., 0] > 60) & (shown[..., 2] > 120)
        return int(mask.sum())

    assert teal("mood_neutral") > 20 * ENOUGH
    assert teal("shut") == 0


def test_the_picture_is_transparent_around_the_fox(pictures: Path) -> None:
    shown = picture(pictures, "mood_neutral")
    assert shown[0, 0, 3] == 0
    assert shown[0, -1, 3] == 0
    assert shown[SIZE // 2, SIZE // 2, 3] == 255
