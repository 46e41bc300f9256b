"""When a storm begins and when it is over: signs with hysteresis, and a human's no that is respected for a while."""

from __future__ import annotations

from dataclasses import dataclass

from ..flow.moderation import StormKind
from .storm_signs import GRAVITY, Sighting, Sign, StormSigns

CALM_S = {StormKind.RAID: 90.0, StormKind.FLOOD: 60.0, StormKind.HATE: 180.0}
"""A storm is over when nothing half as strong as what began it was seen for so long."""
RESPECTED_S = 600.0
"""For so long after a human's no there is no storm of this kind or a milder one."""
GROWN = 2
"""Times as many as were told: told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A storm has begun, has become a graver one, or has grown."""

    kind: StormKind
    why: str
    grown: bool = False
    """The same storm, with more in it."""


class StormWatch:
    """Pure: times come in with what is seen."""

    def __init__(self) -> None:
        self._signs = StormSigns()
        self._kind = StormKind.NONE
        self._told = 0
        self._last_ns = 0
        self._refused, self._refused_until_ns = StormKind.NONE, 0

    @property
    def kind(self) -> StormKind:
        return self._kind

    def see(self, seen: Sighting, *, raids: bool = True) -> Begun | None:
        """Call `calm` before, so that what is over is over. `raids`: whether a raid of friends is a storm."""
        sign = self._signs.note(seen)
        if sign is None or (sign.kind is StormKind.RAID and not raids):
            return None
        if self._kind is not StormKind.NONE:
            self._last_ns = seen.at_ns
        if sign.strength < 1 or self._is_refused(sign, seen.at_ns):
            return None
        grown = sign.kind is self._kind and sign.count >= GROWN * self._told
        if not grown and GRAVITY[sign.kind] <= GRAVITY[self._kind]:
            return None
        self._kind, self._told, self._last_ns = sign.kind, sign.count, seen.at_ns
        return Begun(kind=sign.kind, why=self._signs.why(sign, seen.at_ns), grown=grown)

    def calm(self, now_ns: int) -> bool:
        """True once, when the storm is over by itself."""
        if self._kind is StormKind.NONE or now_ns - self._last_ns < CALM_S[self._kind] * 1e9:
            return False
        self._kind = StormKind.NONE
        return True

    def refuse(self, now_ns: int) -> None:
        """A human says that this is no storm."""
        if self._kind is not StormKind.NONE:
            self._refused, self._refused_until_ns = self._kind, now_ns + round(RESPECTED_S * 1e9)
            self._kind = StormKind.NONE

    def forget(self) -> None:
        """Nobody wants to know any more."""
        self._kind = StormKind.NONE

    def _is_refused(self, sign: Sign, now_ns: int) -> bool:
        return now_ns < self._refused_until_ns and GRAVITY[sign.kind] <= GRAVITY[self._refused]
