"""Something in OBS that has one value, which is read, written, and put back: a source's visibility, a volume, a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any, Literal, get_args

from ...errors import ObsRefusedError
from ...flow.obs import Answered, Call

Value = bool | float
SILENCE_DB = -100.0
PlaceField = Literal["positionX", "positionY", "scaleX", "scaleY", "rotation"]


@dataclass(frozen=True, slots=True)
class ItemOn:
    scene: str
    """Or a group."""
    item: int

    def read(self) -> Call:
        return Call("GetSceneItemEnabled", {"sceneName": self.scene, "sceneItemId": self.item})

    def of(self, answer: Mapping[str, Any]) -> Value:
        return bool(answer["sceneItemEnabled"])

    def write(self, value: Value) -> Call:
        data = {"sceneName": self.scene, "sceneItemId": self.item, "sceneItemEnabled": bool(value)}
        return Call("SetSceneItemEnabled", data)


@dataclass(frozen=True, slots=True)
class FilterOn:
    source: str
    filter: str

    def read(self) -> Call:
        return Call("GetSourceFilter", {"sourceName": self.source, "filterName": self.filter})

    def of(self, answer: Mapping[str, Any]) -> Value:
        return bool(answer["filterEnabled"])

    def write(self, value: Value) -> Call:
        data = {"sourceName": self.source, "filterName": self.filter, "filterEnabled": bool(value)}
        return Call("SetSourceFilterEnabled", data)


@dataclass(frozen=True, slots=True)
class Muted:
    input: str

    def read(self) -> Call:
        return Call("GetInputMute", {"inputName": self.input})

    def of(self, answer: Mapping[str, Any]) -> Value:
        return bool(answer["inputMuted"])

    def write(self, value: Value) -> Call:
        return Call("SetInputMute", {"inputName": self.input, "inputMuted": bool(value)})


@dataclass(frozen=True, slots=True)
class Volume:
    """Values are dB, -100 … 26."""

    input: str

    def read(self) -> Call:
        return Call("GetInputVolume", {"inputName": self.input})

    def of(self, answer: Mapping[str, Any]) -> Value:
        return max(float(answer["inputVolumeDb"]), SILENCE_DB)

    def write(self, value: Value) -> Call:
        # as a factor of 0 it is really silent: -100 dB leaves a factor of 0.00001
        level = {"inputVolumeMul": 0.0} if value <= SILENCE_DB else {"inputVolumeDb": float(value)}
        return Call("SetInputVolume", {"inputName": self.input, **level})


@dataclass(frozen=True, slots=True)
class Place:
    """One number of an item's transform: pixels of the canvas, a factor, or degrees."""

    scene: str
    item: int
    field: PlaceField

    def read(self) -> Call:
        return Call("GetSceneItemTransform", {"sceneName": self.scene, "sceneItemId": self.item})

    def of(self, answer: Mapping[str, Any]) -> Value:
        return float(answer["sceneItemTransform"][self.field])

    def write(self, value: Value) -> Call:
        data = {"sceneName": self.scene, "sceneItemId": self.item, "sceneItemTransform": {self.field: float(value)}}
        return Call("SetSceneItemTransform", data)


Slot = ItemOn | FilterOn | Muted | Volume | Place


@dataclass(frozen=True, slots=True)
class Change:
    slot: Slot
    value: Value


def value_of(slot: Slot, answer: Answered) -> Value:
    """
    Raises:
        ObsError: OBS did not tell it.
    """
    if answer.error is not None:
        raise answer.error
    try:
        return slot.of(answer.data)
    except (KeyError, TypeError, ValueError):
        what = f"OBS answered {slot.read().request} with something that cannot be read."
        raise ObsRefusedError(what, "Update OBS.") from None


def same(one: Value, other: Value) -> bool:
    """OBS keeps floats of 32 bits, and volumes as factors."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return isclose(one, other, rel_tol=1e-4, abs_tol=0.01)


def glides(slot: Slot) -> bool:
    """Whether there is something between two of its values."""
    return isinstance(slot, Volume | Place)


def merged(calls: Sequence[Call]) -> list[Call]:
    """Numbers of one item's transform in one request, so that no picture shows half of them."""
    out: list[Call] = []
    at: dict[tuple[Any, Any], int] = {}
    for call in calls:
        if call.request != "SetSceneItemTransform":
            out.append(call)
            continue
        key = (call.data["sceneName"], call.data["sceneItemId"])
        if key in at:
            before = out[at[key]]
            numbers = {**before.data["sceneItemTransform"], **call.data["sceneItemTransform"]}
            out[at[key]] = Call(before.request, {**before.data, "sceneItemTransform": numbers})
        else:
            at[key] = len(out)
            out.append(call)
    return out


def slot_to_json(slot: Slot) -> list[Any]:
    """For a journal: the kind's name and its fields."""
    return [type(slot).__name__, *(getattr(slot, name) for name in slot.__slots__)]


def slot_from_json(row: Sequence[Any]) -> Slot:
    """
    Raises:
        ValueError: it is nothing that `slot_to_json` wrote.
    """
    for kind in get_args(Slot):
        names = kind.__slots__
        if not row or row[0] != kind.__name__ or len(row) != len(names) + 1:
            continue
        given = dict(zip(names, row[1:], strict=True))
        if all(isinstance(value, int if name == "item" else str) for name, value in given.items()) and given.get(
            "field", "rotation"
        ) in get_args(PlaceField):
            slot: Slot = kind(**given)
            return slot
    raise ValueError("This is no part of OBS that was changed.")
