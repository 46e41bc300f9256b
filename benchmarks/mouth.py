"""How far the avatar's mouth is open, from pixels alone.

The mouth is what the lips' dark line encloses: interior, tongue and teeth. Teeth and skin have nearly the same colour, so
skin is flooded from the cheeks: the line keeps the flood out. The nose, the only dark spot of its size there, says where
the head is; what the flood does not reach below it is the mouth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.film import Box, Picture

FACE = Box(780, 380, 240, 190)
"""Where nose, mouth and chin stay while Kit lives and talks, in a picture of 1280 × 720. The boxes below are within it."""
SKIN = (200, 170, 150)
"""Least red, green and blue of skin: the shade under the chin is the darkest. Tongue and blush have less green."""
DARK = (85, 60, 85)
"""Most red, green and blue of the nose; the mouth's interior has more red."""
NOSE = (11, 21)
"""Height and width that fit into the nose and into no line."""
NOSE_ROWS, NOSE_COLUMNS = (20, 130), (60, 170)
"""Where the nose's centre may be: the pupils stay outside."""
CHEEKS_AT = (-20, 40)
"""Rows from the nose's centre on, at the left and right edge of `FACE`, that are cheek in every pose."""
BELOW_NOSE, REACH, LEFT, RIGHT = 14, 110, 46, 76
"""The mouth's place from the nose's centre. Left of it is the microphone."""
MAX_PASSES = 40

Mask = npt.NDArray[np.bool_]
NO_FACE = float("nan")


def openness(face: Picture) -> float:
    """Pixels within the lips' outline; NaN when there is no face in the picture (before the start, in a flash)."""
    nose = find_nose(face)
    if nose is None:
        return NO_FACE
    row, column = nose
    skin: Mask = np.all(face >= np.array(SKIN, np.uint8), axis=2)
    seeds = np.zeros_like(skin)
    cheeks = slice(max(0, row + CHEEKS_AT[0]), row + CHEEKS_AT[1])
    for edge in (slice(0, column - 70), slice(column + 70, None)):
        seeds[cheeks, edge] = skin[cheeks, edge]
    flooded = flood(skin, seeds)
    place = flooded[row + BELOW_NOSE : row + REACH, max(0, column - LEFT) : column + RIGHT]
    skin_below = np.logical_or.accumulate(place[::-1], axis=0)[::-1]
    if not skin_below.any():
        return NO_FACE
    return float(np.count_nonzero(skin_below & ~place))


def find_nose(face: Picture) -> tuple[int, int] | None:
    """Row and column of its centre."""
    dark = np.all(face <= np.array(DARK, np.uint8), axis=2)
    height, width = NOSE
    total = np.pad(dark.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    top, left = NOSE_ROWS[0] - height // 2, NOSE_COLUMNS[0] - width // 2
    candidates = inside[top : NOSE_ROWS[1] - height // 2, left : NOSE_COLUMNS[1] - width // 2]
    best = candidates.max()
    if best < 0.7 * height * width or dark.mean() > 0.6:
        return None
    # the box fits into the nose in several places: the middle of the first run of them
    row, column = divmod(int(candidates.argmax()), candidates.shape[1])
    rows = np.flatnonzero(candidates[row : row + height, column] < best)
    columns = np.flatnonzero(candidates[row, column : column + width] < best)
    row += (int(rows[0]) if rows.size else height) // 2
    column += (int(columns[0]) if columns.size else width) // 2
    return row + NOSE_ROWS[0], column + NOSE_COLUMNS[0]


def flood(ground: Mask, seeds: Mask) -> Mask:
    """Everything of `ground` that is connected with `seeds` by steps up, down, left and right."""
    rows, columns = _runs(ground), _runs(ground.T)
    reached = seeds & ground
    for _ in range(MAX_PASSES):
        spread = _fill(rows, reached) & ground
        spread = (_fill(columns, spread.T) & ground.T).T
        if np.array_equal(spread, reached):
            break
        reached = spread
    return reached


def _runs(mask: Mask) -> npt.NDArray[np.intp]:
    """A number for every run of equal pixels in every row."""
    breaks = np.ones(mask.shape, np.bool_)
    breaks[:, 1:] = mask[:, 1:] != mask[:, :-1]
    return (np.cumsum(breaks.ravel()) - 1).reshape(mask.shape)


def _fill(runs: npt.NDArray[np.intp], reached: Mask) -> Mask:
    """Every run that is reached anywhere, whole."""
    hit = np.zeros(int(runs[-1, -1]) + 1, np.bool_)
    hit[runs[reached]] = True
    return hit[runs]
