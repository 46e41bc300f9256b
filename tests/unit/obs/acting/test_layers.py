"""Values that are held for a while, gliding, and what a journal keeps of them. Pure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.flow.obs import Call
from sidecast.obs.acting.gliding import between
from sidecast.obs.acting.layers import ECHO_NS, Held, Layer
from sidecast.obs.acting.slots import (
    FilterOn,
    ItemOn,
    Muted,
    Place,
    Slot,
    Value,
    Volume,
    merged,
    same,
    slot_from_json,
    slot_to_json,
)

pytestmark = pytest.mark.unit

SLOTS: tuple[Slot, ...] = (ItemOn("S", 3), FilterOn("Cam", "Blur"), Muted("Mic"), Volume("Mic"), Place("S", 3, "positionX"))


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(-90, 20)), min_size=1, max_size=20))
def test_whatever_overlaps_each_moment_shows_the_newest_that_goes_on(acts: list[tuple[int, int]]) -> None:
    held = Held(base=7.0, ours=(7.0,))
    for until, db in acts:
        held.lay(Layer(float(db), until, 0.0))
    for now in range(102):
        held.end(now)
        going_on = [float(db) for until, db in acts if until > now]
        assert held.wanted == (going_on[-1] if going_on else 7.0)
    assert held.layers == []
    assert not held.over or held.wanted == 7.0


def test_a_layer_that_ends_without_a_change_writes_nothing() -> None:
    held = Held(base=True, ours=(True,))
    held.lay(Layer(True, 10, 0.0))
    held.end(10)
    assert not held.unsettled
    assert held.over


def test_what_the_streamer_takes_forgets_all_that_lay_on_it() -> None:
    held = Held(base=False, ours=(False,))
    held.lay(Layer(True, 10, 0.0))
    held.writes(True, 0)
    assert held.is_ours(True)
    assert not held.is_ours(False)
    held.taken(False)
    held.end(10)
    assert held.over


def test_an_echo_of_ours_is_not_the_streamers() -> None:
    held = Held(base=False, ours=(False,))
    held.writes(True, 0)
    held.writes(False, 5)
    assert held.echoes(True, ECHO_NS - 1)
    assert not held.echoes(True, ECHO_NS)


def test_while_no_answer_came_either_value_is_ours() -> None:
    held = Held(base=0.0, ours=(0.0,))
    held.writes(-20.0, 0, unsure=True)
    assert held.is_ours(0.0)
    assert held.is_ours(-20.0)
    held.writes(-20.0, 0)
    assert not held.is_ours(0.0)


@pytest.mark.parametrize(("start", "end"), [(0.0, -100.0), (-100.0, 0.0), (-30.0, 6.0)])
def test_a_volume_glides_evenly_and_arrives(start: float, end: float) -> None:
    path = [between(Volume("Mic"), start, end, step / 20) for step in range(21)]
    assert path[0] == pytest.approx(start, abs=1e-6)
    assert path[-1] == end
    assert path == sorted(path, reverse=end < start)
    # half of the way is no silence yet
    assert path[10] > -30


def test_a_place_starts_and_ends_slowly() -> None:
    slot = Place("S", 3, "positionX")
    steps = [between(slot, 0.0, 100.0, share / 10) for share in range(11)]
    assert steps[5] == pytest.approx(50.0)
    assert steps[1] - steps[0] < steps[6] - steps[5]
    assert steps[10] == 100.0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (True, True, True),
        (True, 1.0, False),
        (-12.3, -12.300000190734863, True),
        (-12.3, -12.4, False),
        (1919.0, 1919.001, True),
        (0.5, 0.52, False),
    ],
)
def test_same(one: Value, other: Value, alike: bool) -> None:
    assert same(one, other) is alike


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: type(slot).__name__)
def test_a_slot_comes_back_from_a_journal(slot: Slot) -> None:
    assert slot_from_json(json.loads(json.dumps(slot_to_json(slot)))) == slot


@pytest.mark.parametrize("row", [[], ["Nothing", 1], ["ItemOn", "S"], [["ItemOn"], "S", 1], ["Place", "S", "3", "x"], "ItemOn"])
def test_what_is_no_slot(row: list[object]) -> None:
    with pytest.raises(ValueError, match="no part of OBS"):
        slot_from_json(row)


def test_numbers_of_one_place_go_in_one_request() -> None:
    writes = [Place("S", 3, "positionX").write(1.0), Volume("Mic").write(0.0), Place("S", 3, "rotation").write(2.0)]
    writes.append(Place("S", 4, "positionX").write(1.0))
    assert merged(writes) == [
        Call(
            "SetSceneItemTransform",
            {"sceneName": "S", "sceneItemId": 3, "sceneItemTransform": {"positionX": 1.0, "rotation": 2.0}},
        ),
        writes[1],
        writes[3],
    ]
