"""A turn's cause → the card that shows what is being answered."""

from __future__ import annotations

from collections.abc import Callable

from ..flow.candidate import Kind
from ..flow.chat import ChannelEvent, EventKind
from ..flow.cue import Card, CardStyle
from ..flow.turn import Turn

MAX_TEXT = 200
"""Characters of a message that a card shows."""

SOMEONE = "somebody"

_EVENTS = {
    EventKind.FOLLOW: "is a new follower",
    EventKind.SUB: "subscribed",
    EventKind.RESUB: "subscribed for {amount} months",
    EventKind.GIFT: "gave away {amount} subs",
    EventKind.CHEER: "cheered with {amount} bits",
    EventKind.RAID: "raids with {amount} viewers",
    EventKind.REDEMPTION: "redeemed “{title}”",
    EventKind.SHOUT_OUT: "gives a shout-out",
}


def card_for(turn: Turn, speakable: Callable[[str], bool] = lambda name: True) -> Card:
    """Only of what passed the gate in: a turn has no other cause.

    Args:
        speakable: whether the host would say this name; one that it would not say is not shown either.
    """
    item = turn.cause.item
    if isinstance(item, ChannelEvent):
        style = CardStyle.EVENT
        text = _EVENTS.get(item.kind, item.kind.value.replace("_", " ")).format(amount=item.amount, title=item.title)
    else:
        style = CardStyle.QUESTION if Kind.QUESTION in turn.cause.understanding.kinds else CardStyle.MESSAGE
        text = item.text
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    name, colour = (item.author.name, item.author.colour) if item.author is not None else ("", "")
    return Card(turn_id=turn.id, name=name if speakable(name) else SOMEONE, colour=colour, text=text, style=style)
