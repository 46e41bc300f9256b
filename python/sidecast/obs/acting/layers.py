"""One value of OBS's while acts hold it for a time: what it is to be, what it was, and whether the streamer has taken it back.

Acts that overlap lie on each other; when one ends, the one below is seen again, and below all of them what was there before.
A value that is none of ours is the streamer's: theirs wins, and all that lay on it is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .slots import Value, same

MOST_LAYERS = 32
ECHO_NS = 2_000_000_000
"""So long after we wrote a value, OBS's word that it is there is the echo of ours."""


@dataclass(frozen=True, slots=True)
class Layer:
    value: Value
    until_ns: int
    over_s: float
    """How long the glide back takes, which is as long as the glide there."""


@dataclass(slots=True)
class Held:
    base: Value
    """What is put back in the end."""
    collection: str = ""
    """The scene collection that it is in: another may have the same names."""
    layers: list[Layer] = field(default_factory=list)
    """Each ends before the one below it."""
    ours: tuple[Value, ...] = ()
    """What we wrote last; two, while it is not known which of them OBS has."""
    wrote: list[tuple[int, Value]] = field(default_factory=list)
    moving: int = 0
    """Number of the glide that moves it, or 0."""
    unsettled: bool = False
    """What it is to be was not written yet."""
    back_s: float = 0.0
    """Of the layer that ended last."""
    ended: bool = False
    """A layer's time was over."""

    @property
    def wanted(self) -> Value:
        return self.layers[-1].value if self.layers else self.base

    @property
    def over(self) -> bool:
        """Nothing is left to do."""
        return not self.layers and not self.moving and not self.unsettled

    @property
    def due_ns(self) -> int | None:
        if self.moving:
            return None
        if self.unsettled:
            return 0
        return self.layers[-1].until_ns if self.layers else None

    def full(self) -> bool:
        return len(self.layers) >= MOST_LAYERS

    def set(self, value: Value) -> None:
        """For good."""
        self.base = value
        self.layers.clear()
        self.unsettled = False

    def lay(self, layer: Layer) -> None:
        """What ends before `layer` does is never seen again."""
        self.layers = [each for each in self.layers if each.until_ns > layer.until_ns]
        if not self.layers or not same(self.layers[-1].value, layer.value):
            self.layers.append(layer)
        self.unsettled = False

    def writes(self, value: Value, now_ns: int, *, unsure: bool = False) -> None:
        """A value that is sent to OBS; `unsure`: the one before may stand as well."""
        self.ours = (*self.ours[-1:], value) if unsure else (value,)
        fresh = [each for each in self.wrote if now_ns - each[0] < ECHO_NS]
        self.wrote = [*fresh[-MOST_LAYERS:], (now_ns, value)]

    def is_ours(self, current: Value) -> bool:
        """Whether OBS still has what we wrote."""
        return any(same(current, each) for each in self.ours)

    def echoes(self, told: Value, now_ns: int) -> bool:
        """Whether an event that tells a value may tell of a write of ours."""
        return bool(self.moving) or any(now_ns - at_ns < ECHO_NS and same(told, value) for at_ns, value in self.wrote)

    def taken(self, current: Value) -> None:
        """The streamer has changed it."""
        self.set(current)
        self.ours = (current,)
        self.moving = 0

    def end(self, now_ns: int) -> None:
        """Layers whose time is over go."""
        before = self.wanted
        while self.layers and self.layers[-1].until_ns <= now_ns:
            self.back_s = self.layers.pop().over_s
            self.ended = True
        if not same(before, self.wanted):
            self.unsettled = True

    def end_all(self) -> None:
        """Back to what was, now."""
        if self.layers or self.unsettled or self.moving:
            self.unsettled = self.ended = True
        self.layers.clear()
        self.moving = 0
        self.back_s = 0.0
