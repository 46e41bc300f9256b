"""What OBS has, by name: scenes and what is in them, inputs, filters, transitions, hotkeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from ...flow.obs_act import ObsHindrance, ObsObstacle

NAMES_TOLD = 6
"""Of a list in a sentence."""
LIKE = 0.5
"""How alike a name must be to be offered: `difflib`'s ratio."""


@dataclass(frozen=True, slots=True)
class Item:
    """A source in a scene or in a group."""

    holder: str
    """The scene's name, or the group's: requests take either as `sceneName`."""
    id: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """As OBS listed it; a programme scene of "" is not known."""

    programme: str = ""
    scenes: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Name → kind, such as `ffmpeg_source`."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of inputs, scenes and groups alike."""
    transitions: tuple[str, ...] = ()
    transition: str = ""
    """The one that is set."""
    hotkeys: frozenset[str] = frozenset()

    def items(self, scene: str) -> tuple[Item, ...]:
        """What is in a scene and in its groups."""
        items = self.scenes.get(scene, ())
        return items + tuple(inner for item in items for inner in self.groups.get(item.source, ()))

    def of_source(self, source: str, scene: str) -> tuple[Item, ...]:
        """Each time that a source stands in a scene."""
        return tuple(item for item in self.items(scene) if item.source == source)

    def scenes_with(self, source: str) -> tuple[str, ...]:
        return tuple(scene for scene in self.scenes if self.of_source(source, scene))


def nearest(name: str, names: Mapping[str, object] | tuple[str, ...] | frozenset[str]) -> str:
    """The one that is most like `name`, whatever its case; empty when none is like it."""
    folded = {each.casefold().strip(): each for each in sorted(names)}
    found = get_close_matches(name.casefold().strip(), folded, n=1, cutoff=LIKE)
    return folded[found[0]] if found else ""


def unknown(
    what: str, name: str, names: Mapping[str, object] | tuple[str, ...] | frozenset[str], where: str = "OBS"
) -> ObsHindrance:
    """A name that is not there. `what`: “scene”, “source” …; `where`: who would have it."""
    like = nearest(name, names)
    if like:
        remedy = f"Did you mean “{like}”?"
    elif names:
        told = ", ".join(f"“{each}”" for each in sorted(names)[:NAMES_TOLD])
        remedy = f"There is {told}{' and more' if len(names) > NAMES_TOLD else ''}."
    else:
        remedy = f"There is no {what} at all."
    return ObsHindrance(obstacle=ObsObstacle.NAME, what=f"{where} has no {what} “{name}”.", remedy=remedy, nearest=like)
