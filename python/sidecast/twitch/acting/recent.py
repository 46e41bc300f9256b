"""Who wrote what lately, so that somebody in the control room can act on a message that they see. Nothing acts by itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from ...flow.acting import SeenItem
from ...flow.action import Target
from ...flow.candidate import Candidate, Reason
from ...flow.chat import ChannelEvent, ChatMessage, EventKind, Incoming, Removal, Role
from ...flow.clause import Clause
from ...flow.cue import Status
from ...flow.line import LedgerLine
from ...flow.mark import Mark
from ...flow.turn import Turn
from ...flow.verdict import Verdict

KEPT = 2_000
"""More than the control room shows."""
_RANKS = frozenset({Role.BROADCASTER, Role.MODERATOR})


class Recent:
    """A `Watcher`. In memory only, bounded; keeps names and ids, no words."""

    def __init__(self, on_rank: Callable[[str, bool], None] = lambda user_id, ranks: None) -> None:
        """`on_rank`: told of each writer whether they moderate the channel."""
        self._items: OrderedDict[str, SeenItem] = OrderedDict()
        self._on_rank = on_rank

    def get(self, item_id: str) -> SeenItem | None:
        return self._items.get(item_id)

    def name_of(self, user_id: str) -> str:
        """As it was last seen; empty when it was not."""
        for item in reversed(self._items.values()):
            if item.target.id == user_id:
                return item.target.name
        return ""

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            self._forget(item)
            return
        if isinstance(item, ChatMessage):
            self._on_rank(item.author.id, bool(item.author.roles & _RANKS))
        # nobody is named where somebody has opted out
        if not item.id or item.author is None or not item.author.id:
            return
        self._items[item.id] = _seen(item, Target(id=item.author.id, name=item.author.name))
        if len(self._items) > KEPT:
            self._items.popitem(last=False)

    def _forget(self, removal: Removal) -> None:
        """Only who was erased, or wants to be left alone: somebody who is timed out can still be let back."""
        if removal.author_id and removal.reason in {"erased", "opted out"}:
            gone = [key for key, item in self._items.items() if item.target.id == removal.author_id]
            for key in gone:
                del self._items[key]

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        """Of no matter here."""

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Of no matter here."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """Of no matter here."""

    def ended(self, line: LedgerLine) -> None:
        """Of no matter here."""

    def status(self, status: Status) -> None:
        """Of no matter here."""

    def marked(self, mark: Mark) -> None:
        """Of no matter here."""


def _seen(item: ChatMessage | ChannelEvent, target: Target) -> SeenItem:
    if isinstance(item, ChatMessage):
        return SeenItem(id=item.id, target=target, reward_id=item.reward_id, title=item.reward)
    redeemed = item.kind is EventKind.REDEMPTION
    return SeenItem(
        id=item.id,
        target=target,
        is_message=False,
        reward_id=item.reward_id,
        redemption_id=item.about if redeemed else "",
        title=item.title if redeemed else "",
    )
