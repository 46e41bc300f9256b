"""OBS's meters, read."""

from __future__ import annotations

from typing import Any

import pytest

from sidecast.obs.room.hearing import LOST_AFTER_S, Hearing
from sidecast.obs.room.meters import loudest
from sidecast.obs.room.microphone import Microphones, microphones

pytestmark = pytest.mark.unit

FRAME_NS = 50_000_000
MIC = Microphones(("Mic",))


def meters(**levels: list[list[float]]) -> dict[str, Any]:
    return {"inputs": [{"inputName": name, "inputLevelsMul": channels} for name, channels in levels.items()]}


def plain(level: float) -> list[list[float]]:
    return [[level, 2 * level, 2 * level]] * 2


def test_the_fader_does_not_count_but_mute_does() -> None:
    assert loudest(meters(Mic=[[0.01, 0.02, 0.2]]), ["Mic"]) == pytest.approx(-20)
    assert loudest(meters(Mic=[[0.0, 0.0, 0.2]]), ["Mic"]) == -100.0


def test_the_loudest_channel_of_the_loudest_microphone_counts() -> None:
    data = meters(Mic=[[0.0, 0.0, 0.0], [0.1, 0.2, 0.2]], Other=plain(0.01), Music=plain(1.0))
    assert loudest(data, ["Mic", "Other"]) == pytest.approx(-20)


def test_without_a_level_there_is_none() -> None:
    assert loudest(meters(Music=plain(1.0)), ["Mic"]) is None
    assert loudest(meters(Mic=[]), ["Mic"]) == -100.0


@pytest.mark.parametrize(
    "data", [{}, {"inputs": [{}]}, {"inputs": 1}, {"inputs": [{"inputName": "Mic", "inputLevelsMul": [[1.0]]}]}]
)
def test_what_is_not_as_the_protocol_says(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="InputVolumeMeters"):
        loudest(data, ["Mic"])


def fed(hearing: Hearing, levels: list[float], at_ns: int = 0) -> list[bool]:
    return [hearing.levels(meters(Mic=plain(level)), at_ns + i * FRAME_NS) for i, level in enumerate(levels)]


def test_a_packet_that_is_told_again_counts_once() -> None:
    hearing = Hearing()
    hearing.listen(MIC)
    assert not any(fed(hearing, [0.0] * 20 + [0.1] * 20))
    assert any(fed(hearing, [0.0] * 20 + [0.1, 0.11] * 4))


def test_who_is_not_measured_any_more_does_not_speak() -> None:
    hearing = Hearing()
    hearing.listen(MIC)
    assert fed(hearing, [0.0] * 20 + [0.1, 0.11] * 4)[-1]
    last_ns = 27 * FRAME_NS
    assert hearing.still(last_ns + round(LOST_AFTER_S * 1e9) - 1)
    assert not hearing.still(last_ns + round(LOST_AFTER_S * 1e9))
    assert not hearing.levels(meters(Music=plain(1.0)), last_ns + 2 * FRAME_NS)


def test_another_microphone_starts_anew() -> None:
    hearing = Hearing()
    hearing.listen(MIC)
    assert fed(hearing, [0.0] * 20 + [0.1, 0.11] * 4)[-1]
    hearing.listen(MIC)
    assert hearing.speaks
    hearing.listen(Microphones(("Other",)))
    assert not hearing.speaks


def test_which_microphone() -> None:
    special = {"desktop1": "Desktop Audio", "mic1": "Mic/Aux", "mic2": None, "mic3": "Second", "mic4": None}
    inputs = ["Desktop Audio", "Mic/Aux", "Second", "Headset"]
    assert microphones("", special, inputs) == Microphones(("Mic/Aux", "Second"))
    assert microphones("Headset", special, inputs) == Microphones(("Headset",))
    assert "did you mean “Headset”?" in microphones("Hedset", special, inputs).trouble
    assert "Settings → Audio" in microphones("", {"mic1": None}, inputs).trouble
    assert microphones("Nowhere", special, inputs).names == ()
