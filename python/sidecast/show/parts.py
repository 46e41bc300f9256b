"""What a show is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..audience.turn_taking import Floor
from ..audience.waiting import Audience
from ..dialogue.dialogue import Dialogue
from ..errors import SettingsError
from ..flow.candidate import Candidate
from ..flow.chat import ChatMessage
from ..flow.cue import Card, Cue
from ..flow.mark import StopKeyStands
from ..flow.order import Approval, Order
from ..flow.ports import Board, ChatSource, Stage, Understander, Voice, Watcher
from ..flow.turn import Turn
from ..flow.utterance import Utterance
from ..safety.gate_in import GateIn
from ..safety.gate_out import GateOut


def no_other_channel(name: str) -> ChatSource:
    raise SettingsError("This show cannot change its channel.", "Start it with `./sidecast run --channel NAME`.")


class Manners(Protocol):
    """How the host behaves towards the streamer. Times are `now_ns` stamps."""

    def wait_s(self, now_ns: int) -> float:
        """How long what is to be said now has to wait at least, because the streamer speaks; 0: it may begin."""
        ...

    def began(self, now_ns: int) -> str:
        """The host begins. Returns what is to be noted of that, mostly nothing."""
        ...

    def gave_up(self) -> None:
        """There is nothing to say any more, or nobody is waited for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`assemble.py` builds it from the settings, tests from fakes."""

    source: ChatSource
    gate_in: GateIn
    understander: Understander
    audience: Audience
    floor: Floor
    dialogue: Dialogue
    gate_out: GateOut
    voice: Voice
    stage: Stage
    cues: Callable[[Utterance, int, bool], list[Cue]]
    """For an utterance, its number, and whether it goes on from the same turn's utterance before it."""
    card: Callable[[Turn], Card]
    order_from: Callable[[ChatMessage], Order | None]
    """The order that a moderator's command gives."""
    watcher: Watcher
    new_turn_id: Callable[[], str]
    page_link: Callable[[], str]
    """A new one-time link to the control page, or empty."""
    on_ready: Callable[[], float] = lambda: 0.0
    """Called once, when the picture stands; says how many seconds later the chat may begin."""
    understood: Callable[[Candidate], None] = lambda _: None
    """Told of each item that was screened and understood, before it is decided whether it is answered. Never blocks or raises."""
    admits: Callable[[Candidate], bool] = lambda _: True
    """Whether it may be answered while the host is as careful as it is now."""
    opted_out: Callable[[str], bool] = lambda _: False
    """Whether the viewer with this id wants to be left alone."""
    own: Callable[[ChatMessage], bool] = lambda _: False
    """Whether the host itself has written it."""
    manners: Manners | None = None
    key_stands: Callable[[StopKeyStands], None] = lambda _: None
    """Told how the stop key of the whole desktop stands. Never blocks or raises."""
    board: Board | None = None
    """Where those who direct the show look."""
    ordered: Callable[[Order, str], None] = lambda order, refusal: None
    """Told of each order, and the sentence with which it was refused or an empty one. Never blocks or raises."""
    approval: Approval = Approval.OFF
    """Which replies wait for a human at the start."""
    approval_s: float = 8.0
    """How long such a reply waits."""
    approval_then_say: bool = False
    """A reply that nobody has decided on by then is said, rather than dropped."""
    intake_limit: int = 4096
    open_channel: Callable[[str], ChatSource] = no_other_channel
    """A channel by its name as it was typed, empty for the demo. Raises SettingsError, which says what is wrong with the name."""
    offer_channel: bool = False
    """The app asks for the viewer's own channel while the demo runs."""
