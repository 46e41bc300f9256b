"""Which value of OBS's an event tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...flow.obs import ObsEvent
from .slots import FilterOn, ItemOn, Muted, Slot, Value, Volume


def told_by(event: ObsEvent) -> tuple[Slot, Value] | None:
    """None of an event that tells none. Places tell it with each step of a drag, so we do not ask for their events."""
    try:
        return _told(event.name, event.data)
    except (KeyError, TypeError, ValueError):
        # what is there is asked for in any case, when it is put back
        return None


def _told(name: str, data: Mapping[str, Any]) -> tuple[Slot, Value] | None:
    match name:
        case "SceneItemEnableStateChanged":
            return ItemOn(str(data["sceneName"]), int(data["sceneItemId"])), bool(data["sceneItemEnabled"])
        case "SourceFilterEnableStateChanged":
            return FilterOn(str(data["sourceName"]), str(data["filterName"])), bool(data["filterEnabled"])
        case "InputMuteStateChanged":
            return Muted(str(data["inputName"])), bool(data["inputMuted"])
        case "InputVolumeChanged":
            volume = Volume(str(data["inputName"]))
            return volume, volume.of(data)
    return None
