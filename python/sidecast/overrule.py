"""What a human overrules: skip, mute and stop, from a key, the control page or a moderator."""

from __future__ import annotations

import logging

from .audience.turn_taking import Floor
from .flow.candidate import Reason
from .flow.mark import Hotkey
from .flow.order import Mute, Order, Skip, Stop
from .on_air import OnAir
from .parts import Parts
from .presence import Presence
from .watching import settle_all

log = logging.getLogger(__name__)


class Overrule:
    """Orders do not queue behind anything: each has acted when `order` returns."""

    def __init__(self, parts: Parts, on_air: OnAir, presence: Presence) -> None:
        self._floor = parts.floor
        self._audience = parts.audience
        self._stage = parts.stage
        self._watcher = parts.watcher
        self._on_air = on_air
        self._presence = presence

    def order(self, order: Order) -> None:
        log.info("%s by %s", type(order).__name__.lower(), order.by)
        match order:
            case Skip():
                self._on_air.silence(Reason.OVERRULED)
            case Mute(on=on):
                self._floor.muted = on
                if on:
                    self._on_air.silence(Reason.MUTED)
            case Stop(on=on):
                self._floor.stopped = on
                if on:
                    self._stage.stop()
                    self._on_air.silence(Reason.OVERRULED)
                    settle_all(self._watcher, self._audience.drain(Reason.OVERRULED))
        self._presence.rest()


def order_of(hotkey: Hotkey, floor: Floor) -> Order | None:
    """The order that a key gives, mute and stop being switches; None when it gives none."""
    match hotkey.name:
        case "skip":
            return Skip(by="hotkey", at_ns=hotkey.at_ns)
        case "mute":
            return Mute(by="hotkey", at_ns=hotkey.at_ns, on=not floor.muted)
        case "stop":
            return Stop(by="hotkey", at_ns=hotkey.at_ns, on=not floor.stopped)
    return None
