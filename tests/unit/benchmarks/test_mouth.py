"""The mouth's area in drawn faces: a nose, lips, teeth nearly as bright as the skin, a microphone beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import mouth
from benchmarks.film import Picture

pytestmark = pytest.mark.unit

Colour = tuple[int, int, int]
SKIN, TEETH, INK, CRIMSON, HOOD = (255, 249, 240), (255, 253, 247), (58, 27, 56), (140, 35, 70), (80, 50, 180)
HEIGHT, WIDTH = mouth.FACE.height, mouth.FACE.width


def face(half_width: float, half_height: float, *, at: tuple[int, int] = (65, 112), filled: Colour = TEETH) -> Picture:
    """A face whose nose is `at` (row, column), with an oval mouth 40 rows below it (0 high: a line)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    row, column = at
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = SKIN
    picture[y > row + 105] = INK
    picture[y > row + 109] = HOOD
    picture[((y - row) / 11) ** 2 + ((x - column) / 19) ** 2 <= 1] = INK
    picture[(abs(y - row - 45) < 12) & (abs(x - column + 72) < 18)] = INK  # the microphone
    dy, dx = y - row - 45, x - column
    outer = (dx / (half_width + 3)) ** 2 + (dy / (half_height + 3)) ** 2 <= 1
    picture[outer] = INK
    if half_height > 0:
        picture[(dx / half_width) ** 2 + (dy / half_height) ** 2 <= 1] = filled
    return picture


@pytest.mark.parametrize("filled", [TEETH, CRIMSON], ids=["teeth", "interior"])
@pytest.mark.parametrize(("half_width", "half_height"), [(40, 6), (35, 20), (16, 14)])
def test_everything_within_the_lips_counts(half_width: int, half_height: int, filled: Colour) -> None:
    found = mouth.openness(face(half_width, half_height, filled=filled))
    assert found == pytest.approx(math.pi * (half_width + 3) * (half_height + 3), rel=0.1)


def test_it_grows_as_the_mouth_opens() -> None:
    areas = [mouth.openness(face(30, height)) for height in (0, 4, 8, 16, 28)]
    assert areas == sorted(areas)
    assert areas[-1] > 5 * areas[0]


@pytest.mark.parametrize("at", [(45, 112), (65, 90), (65, 140), (95, 120)])
def test_it_does_not_depend_on_where_the_head_is(at: tuple[int, int]) -> None:
    assert mouth.openness(face(35, 15, at=at)) == pytest.approx(mouth.openness(face(35, 15)), rel=0.05)


def test_the_nose_is_found_and_not_the_open_mouth() -> None:
    found = mouth.find_nose(face(40, 30, filled=CRIMSON))
    assert found is not None
    assert found[0] == pytest.approx(65, abs=3)
    assert found[1] == pytest.approx(112, abs=3)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), HOOD], ids=["black", "flash", "hood"])
def test_a_picture_without_a_face_has_no_mouth(colour: tuple[int, int, int]) -> None:
    assert math.isnan(mouth.openness(np.full((HEIGHT, WIDTH, 3), colour, np.uint8)))


def test_the_flood_goes_round_corners_and_stops_at_lines() -> None:
    ground = np.array([[1, 1, 1, 0, 1], [0, 0, 1, 0, 1], [1, 1, 1, 0, 1]], np.bool_)
    seeds = np.zeros_like(ground)
    seeds[0, 0] = True
    assert mouth.flood(ground, seeds).tolist() == (ground & (np.arange(5) < 3)).tolist()
