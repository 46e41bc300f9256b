"""Orders in the audit: who gave which, about what; never words of a viewer or of a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...flow.order import Answer, Approve, Move, Mute, Never, Order, Say, SetApproval, SetMood, Skip, Stop
from ..access.audit import Audit
from ..access.permission import Caller


def note_orders(audit: Audit) -> Callable[[Order, str], None]:
    """For `Parts.ordered`. What was refused has changed nothing and is not noted."""

    def note(order: Order, refusal: str) -> None:
        if refusal:
            return
        # a key on the keyboard and a command in chat have no account; their names say what they were
        caller = Caller(id=order.by_id or order.by, name=order.by, permissions=frozenset())
        action, about, detail = _told(order)
        audit.note(caller, f"live.{action}", about, detail)

    return note


def _told(order: Order) -> tuple[str, str, dict[str, Any]]:
    match order:
        case Skip():
            return "skip", "", {}
        case Mute(on=on):
            return "mute", "", {"on": on}
        case Stop(on=on):
            return "stop", "", {"on": on}
        case Answer(item_id=item_id, cut=cut):
            return "answer", item_id, {"cut": cut}
        case Never(item_id=item_id, on=on):
            return "never", item_id, {"on": on}
        case Move(item_id=item_id, to=to):
            return "move", item_id, {"to": to}
        case Say(text=text):
            return "say", "", {"characters": len(text)}
        case Approve(turn_id=turn_id, yes=yes):
            return "approve" if yes else "reject", turn_id, {}
        case SetApproval(mode=mode):
            return "approval", mode.value, {}
        case SetMood(mood=mood):
            return "mood", mood, {}
