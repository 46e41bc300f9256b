"""Flashes and clicks are found and joined."""

from __future__ import annotations

from array import array

import pytest

from launcher.syncing import align, clicks, flashes, picture

pytestmark = pytest.mark.unit

FPS, RATE = 30, 48_000


def brightness(onsets_s: list[float], seconds: float = 6) -> list[float]:
    """Frames of a dark scene that turns white for 100 ms; a frame shows what there was when it was grabbed."""
    times = [index / FPS for index in range(round(seconds * FPS))]
    return [250.0 if any(onset <= time < onset + 0.1 for onset in onsets_s) else 40.0 for time in times]


def sound(onsets_s: list[float], seconds: float = 6) -> array[int]:
    samples = array("h", bytes(2 * round(seconds * RATE)))
    for onset in onsets_s:
        for index in range(RATE // 10):
            samples[round(onset * RATE) + index] = 16_000 if index % 48 < 24 else -16_000
    return samples


def test_a_click_is_found_to_the_sample() -> None:
    assert clicks(sound([1.25, 3.5]), RATE) == [1.25, 3.5]


def test_quiet_sound_is_no_click() -> None:
    assert clicks([4_000, -4_000] * RATE, RATE) == []


def test_a_flash_is_found_in_the_next_frame() -> None:
    for onset in (1.0, 1.01, 1.02, 1.03):
        (found,) = flashes(brightness([onset]), FPS)
        assert 0 <= found - onset < 1 / FPS


def test_a_bright_picture_is_no_flash() -> None:
    assert flashes([150.0, 220.0, 220.0], FPS) == []


@pytest.mark.parametrize("delay", [-0.32, -0.04, 0.0, 0.075, 0.6])
def test_the_delay_between_them_is_found(delay: float) -> None:
    at = [1.0, 1.41, 2.03, 2.6]
    found = align(flashes(brightness([time + delay for time in at]), FPS), clicks(sound(at), RATE), FPS)
    assert found is not None
    assert found.pairs == 4
    assert abs(found.delay_s - delay) <= 0.5 / FPS
    assert found.spread_s <= 1.2 / FPS
    assert found.over_s == pytest.approx(at[-1] + delay, abs=1 / FPS)


def test_the_scenes_own_lag_stays_in_the_film() -> None:
    at = [1.0, 1.41, 2.03, 2.6]
    lag = [0.0, 0.03, 0.05, 0.02]
    found = align([time + each for time, each in zip(at, lag, strict=True)], at, FPS)
    assert found is not None
    assert found.delay_s == pytest.approx(-1 / FPS / 5)


def test_a_single_pair_is_enough() -> None:
    found = align([2.0], [1.9], FPS)
    assert found is not None
    assert found.delay_s == pytest.approx(0.1, abs=0.6 / FPS)


def test_a_flash_that_was_not_drawn_does_not_mislead() -> None:
    at = [0.0, 0.5, 1.1, 1.8, 2.6]
    for missing in range(5):
        drawn = [2 + time + 0.07 for index, time in enumerate(at) if index != missing]
        found = align(drawn, [2 + time for time in at], FPS)
        assert found is not None
        assert found.pairs == 4
        assert found.delay_s == pytest.approx(0.07, abs=0.6 / FPS)


def test_of_several_fits_the_nearest_is_taken() -> None:
    found = align([2.57], [2.0, 2.5, 3.1], FPS)
    assert found is not None
    assert found.delay_s == pytest.approx(0.07, abs=0.6 / FPS)


def test_speech_after_the_clicks_does_not_mislead() -> None:
    found = align([1.0, 1.4], [0.9, 1.3, 1.52, 2.1, 2.4], FPS)
    assert found is not None
    assert found.delay_s == pytest.approx(0.1, abs=0.6 / FPS)
    assert found.pairs == 2


@pytest.mark.parametrize(("flashed", "clicked"), [([], [1.0]), ([1.0], []), ([1.0], [9.0])])
def test_without_a_pair_there_is_no_alignment(flashed: list[float], clicked: list[float]) -> None:
    assert align(flashed, clicked, FPS) is None


def test_the_picture_is_what_is_not_black() -> None:
    assert picture([0.0] * 30 + [50.0] * 60 + [0.0, 50.0] + [0.0] * 15, FPS) == (1.0, 92 / 30)
    assert picture([0.0] * 30, FPS) == (0.0, 0.0)
