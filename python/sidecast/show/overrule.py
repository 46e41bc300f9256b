"""What a human overrules, from a key, the control room or a moderator's command."""

from __future__ import annotations

import logging

from ..audience.turn_taking import Floor
from ..clock import Clock
from ..errors import OrderRefused
from ..flow.candidate import Reason
from ..flow.mark import Hotkey
from ..flow.order import Answer, Approve, Move, Mute, Never, Order, Say, SetApproval, SetMood, Skip, Stop
from .approval import Approvals
from .on_air import OnAir
from .own_lines import OwnLines
from .parts import Parts
from .presence import Presence
from .watching import settle_all

log = logging.getLogger(__name__)


class Overrule:
    """Orders do not queue behind anything: each has acted when `order` returns."""

    def __init__(
        self, parts: Parts, clock: Clock, presence: Presence, *, on_air: OnAir, own_lines: OwnLines, approvals: Approvals
    ) -> None:
        self._floor = parts.floor
        self._audience = parts.audience
        self._screen = parts.gate_in.screen
        self._moods = parts.dialogue.moods
        self._stage = parts.stage
        self._watcher = parts.watcher
        self._on_air = on_air
        self._own_lines = own_lines
        self._approvals = approvals
        self._presence = presence
        self._clock = clock

    def order(self, order: Order) -> str:
        """Returns what whoever gave it should know of how it is done; mostly nothing.

        Raises:
            OrderRefused: it cannot be obeyed as things are, and nothing has changed. Never for silence.
        """
        log.info("%s by %s", type(order).__name__.lower(), order.by)
        match order:
            case Skip() | Mute() | Stop():
                self._hush(order)
                self._presence.rest()
            case Answer() | Never() | Move():
                self._choose(order)
            case Say():
                self._refuse_while(stopped=True, muted=True)
                return self._own_lines.take(order)
            case Approve(turn_id=turn_id, by=by, yes=yes):
                self._approvals.decide(turn_id, by, yes=yes)
            case SetApproval(mode=mode):
                self._approvals.mode = mode
            case SetMood():
                self._set_mood(order)
        return ""

    def _hush(self, order: Skip | Mute | Stop) -> None:
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
                    settle_all(self._watcher, self._own_lines.drain(Reason.OVERRULED))
                    settle_all(self._watcher, self._audience.drain(Reason.OVERRULED))

    def _choose(self, order: Answer | Never | Move) -> None:
        item_id, by, now_ns = order.item_id, order.by, self._clock.now_ns()
        match order:
            case Answer():
                self._refuse_while(stopped=True)
                if self._on_air.answers(item_id):
                    raise OrderRefused("This message is being answered right now.")
                settle_all(self._watcher, self._audience.answer(item_id, by, now_ns, self._screen))
                if order.cut:
                    self._on_air.silence(Reason.OVERRULED)
            case Never(on=True):
                settle_all(self._watcher, self._own_lines.drop(item_id) or self._audience.never(item_id))
                if self._on_air.answers(item_id):
                    self._on_air.silence(Reason.NEVER)
            case Never():
                settle_all(self._watcher, self._audience.allow_again(item_id))
            case Move():
                self._audience.move(item_id, order.to, by, now_ns)

    def _set_mood(self, order: SetMood) -> None:
        if order.mood and order.mood not in self._moods:
            raise OrderRefused(f"The avatar has no mood “{order.mood[:40]}”.", f"It has {', '.join(self._moods)}.")
        self._on_air.hold_mood(order.mood, order.by)

    def _refuse_while(self, *, stopped: bool = False, muted: bool = False) -> None:
        """An order to speak is not kept for a moment that nobody can foresee."""
        if stopped and self._floor.stopped:
            raise OrderRefused("The host is stopped.", "Let it go on first.")
        if muted and self._floor.muted:
            raise OrderRefused("The host is muted.", "Unmute it first.")


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
