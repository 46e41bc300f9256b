"""The orders of pages and scripts: what each holds, who may give it, and what the show is told."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ...clock import Clock
from ...errors import OrderRefused
from ...flow.order import Answer, Approval, Approve, Move, Mute, Never, Order, Say, SetApproval, SetMood, Skip, Stop
from ..access.permission import Caller, Permission

ORDERS_A_SECOND = 20
"""Of one caller, over all of their pages and scripts. Silence is never too much."""
ECHO_NS = 50_000_000
"""Faster than anybody asks twice for the same silence."""
CALLERS = 256
MAX_BY = 60
"""Characters of a name that goes with an order."""

ItemId = Annotated[str, Field(min_length=1, max_length=128, description="The `id` of a message, as the cells show it.")]
TurnId = Annotated[str, Field(min_length=1, max_length=64, description="The `turn` of the reply that waits for approval.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SkipOrder(_Body):
    """End this turn now and go on with the next."""

    order: Literal["skip"]


class MuteOrder(_Body):
    """Say nothing until unmuted. What is being said ends at once; what waits goes on waiting."""

    order: Literal["mute"]
    on: bool = Field(True, strict=True, description="false = unmute.")


class StopOrder(_Body):
    """Silence now, drop what waits, and stay silent until told to go on."""

    order: Literal["stop"]
    on: bool = Field(True, strict=True, description="false = go on.")


class AnswerOrder(_Body):
    """Answer this message next, whatever its score; also one that was passed over a while ago."""

    order: Literal["answer"]
    item: ItemId
    cut: bool = Field(False, strict=True, description="End what is being said, rather than wait for its end.")


class NeverOrder(_Body):
    """Do not answer this message, nor the same words of the same author this evening."""

    order: Literal["never"]
    item: ItemId
    on: bool = Field(True, strict=True, description="false = take it back.")


class MoveOrder(_Body):
    """Put a waiting message at a place in the queue, where nothing overtakes it."""

    order: Literal["move"]
    item: ItemId
    to: int = Field(ge=0, le=1024, strict=True, description="0 = next; beyond the end = last.")


class SayOrder(_Body):
    """Have the host say a line, before all that waits, if the gate lets it pass. `[mood]` and `(gesture)` work as in a reply."""

    order: Literal["say"]
    text: str = Field(min_length=1, max_length=400)


class ApproveOrder(_Body):
    """Say the reply that waits for a human."""

    order: Literal["approve"]
    turn: TurnId


class RejectOrder(_Body):
    """Drop the reply that waits for a human."""

    order: Literal["reject"]
    turn: TurnId


class MoodOrder(_Body):
    """Show this mood whatever is said; an empty one gives it back."""

    order: Literal["mood"]
    mood: str = Field(max_length=40)


class ApprovalOrder(_Body):
    """From the next turn on, these replies wait for a human."""

    order: Literal["approval"]
    mode: Approval


OrderBody = Annotated[
    SkipOrder
    | MuteOrder
    | StopOrder
    | AnswerOrder
    | NeverOrder
    | MoveOrder
    | SayOrder
    | ApproveOrder
    | RejectOrder
    | MoodOrder
    | ApprovalOrder,
    Field(discriminator="order"),
]
_ADAPTER: TypeAdapter[OrderBody] = TypeAdapter(OrderBody)
_SILENCE = (SkipOrder, MuteOrder, StopOrder)


class TooManyOrders(OrderRefused):
    """More than anybody gives by hand."""

    code = "too_many_orders"


class NotAllowed(OrderRefused):
    """The caller may not give orders."""

    code = "not_allowed"


class Director:
    """Hands on the orders of everybody who directs the show. Used on the show's loop only."""

    def __init__(self, orders: Callable[[Order], str | None], clock: Clock) -> None:
        """`orders`: acts before it returns, with what is to be known of how; raises OrderRefused for what cannot be obeyed."""
        self._orders = orders
        self._clock = clock
        self._given: OrderedDict[str, deque[int]] = OrderedDict()
        self._silenced: OrderedDict[tuple[str, str], int] = OrderedDict()

    def give(self, body: OrderBody, caller: Caller) -> str:
        """Has acted when it returns. A sentence, or nothing: what the caller should know of how it is done.

        Raises:
            NotAllowed, TooManyOrders, OrderRefused: nothing has changed, and the sentence says why.
        """
        require(caller, Permission.DIRECT)
        if not (isinstance(body, _SILENCE) and getattr(body, "on", True)):
            self.pace(caller)
            # whatever it is, the next silence is another one
            self._silenced.clear()
        elif self._is_echo(body.order, caller):
            return ""
        return self._orders(order_from(body, caller, self._clock.now_ns())) or ""

    def _is_echo(self, silence: str, caller: Caller) -> bool:
        """Whether the same one asked for it, and got it, a moment ago. So silence is never refused, and yet no flood."""
        now_ns, which = self._clock.now_ns(), (caller.id, silence)
        last_ns = self._silenced.get(which)
        if last_ns is not None and now_ns - last_ns < ECHO_NS:
            return True
        self._silenced[which] = now_ns
        self._silenced.move_to_end(which)
        if len(self._silenced) > CALLERS:
            self._silenced.popitem(last=False)
        return False

    def pace(self, caller: Caller) -> None:
        """
        Raises:
            TooManyOrders: this one, which counts too, is one too many.
        """
        given = self._given.setdefault(caller.id, deque(maxlen=ORDERS_A_SECOND))
        self._given.move_to_end(caller.id)
        if len(self._given) > CALLERS:
            self._given.popitem(last=False)
        now_ns = self._clock.now_ns()
        too_many = len(given) == ORDERS_A_SECOND and now_ns - given[0] < 1_000_000_000
        given.append(now_ns)
        if too_many:
            raise TooManyOrders("These are too many orders at once.", "Wait a second.")


def require(caller: Caller, permission: Permission) -> None:
    """
    Raises:
        NotAllowed: the caller may not.
    """
    if not caller.may(permission):
        raise NotAllowed(f"This needs the permission “{permission}”, which you do not have.", "Ask an owner.")


def read_order(message: Mapping[str, Any]) -> OrderBody:
    """
    Raises:
        OrderRefused: there is no such order, or what it holds is wrong; names the field, never what was sent.
    """
    try:
        return _ADAPTER.validate_python(message)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in problem["loc"][1:])
        if not field:
            raise OrderRefused("There is no such order.") from None
        raise OrderRefused(f"“{field[:60]}” of this order is wrong: {problem['msg']}.") from None


def order_from(body: OrderBody, caller: Caller, at_ns: int) -> Order:
    """What the show is told."""
    who: dict[str, Any] = {"by": caller.name[:MAX_BY], "by_id": caller.id, "at_ns": at_ns}
    match body:
        case SkipOrder():
            return Skip(**who)
        case MuteOrder(on=on):
            return Mute(**who, on=on)
        case StopOrder(on=on):
            return Stop(**who, on=on)
        case AnswerOrder(item=item, cut=cut):
            return Answer(**who, item_id=item, cut=cut)
        case NeverOrder(item=item, on=on):
            return Never(**who, item_id=item, on=on)
        case MoveOrder(item=item, to=to):
            return Move(**who, item_id=item, to=to)
        case SayOrder(text=text):
            return Say(**who, text=text)
        case ApproveOrder(turn=turn) | RejectOrder(turn=turn):
            return Approve(**who, turn_id=turn, yes=isinstance(body, ApproveOrder))
        case MoodOrder(mood=mood):
            return SetMood(**who, mood=mood)
        case ApprovalOrder(mode=mode):
            return SetApproval(**who, mode=mode)
