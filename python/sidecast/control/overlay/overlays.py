"""What the overlays' pages see: a `Watcher` with cells of its own, so that nothing else of the show can be asked for there."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from ...clock import Clock
from ...flow.candidate import Candidate, Reason
from ...flow.chat import ChannelEvent, EventKind, Incoming, Removal
from ...flow.clause import Clause
from ...flow.cue import Caption, Card, HostState, Status
from ...flow.line import LedgerLine
from ...flow.mark import Audible, Cut, Mark
from ...flow.ports import Board
from ...flow.turn import Turn
from ...flow.verdict import Decision, Verdict
from ..cells import Cells
from .alert import SOMEBODY, alert_of
from .alerts import CROWDED_OUT, LATE, REMOVED, AlertQueue
from .beside import Beside
from .caption import Said
from .plain import MAX_NAME, MAX_TEXT, line, readable_on_dark

UNWANTED = "unwanted"
"""Why an alert is not shown: a storm, in which the host answers nobody either."""


class Gauges(Protocol):
    """Where figures are read."""

    def watch(self, name: str, documentation: str, read: Callable[[], float]) -> None: ...


def no_card(turn: Turn) -> Card:
    return Card(turn_id="")


class Overlays:
    """Used on the show's loop only. Told of the show as a `Watcher`, of captions and moods, and of what was screened."""

    def __init__(
        self,
        clock: Clock,
        *,
        card: Callable[[Turn], Card] = no_card,
        speakable: Callable[[str], bool] = lambda _: True,
        admits: Callable[[Candidate], bool] = lambda _: True,
        run: str = "",
    ) -> None:
        """
        Args:
            card: of a turn, as the app shows it.
            speakable: whether the host would say this name; one that it would not say is not shown either.
            admits: whether an event may be shown while the host is as careful as it is now.
            run: tells one start from another.
        """
        self.run = run or secrets.token_hex(6)
        self.cells = Cells()
        self._clock = clock
        self._card = card
        self._speakable = speakable
        self._admits = admits
        self._turn: Turn | None = None
        self._said = Said("")
        self._alerts = AlertQueue()
        self._alert_came = asyncio.Event()
        self._mood = "neutral"
        self._state = HostState.STARTING
        for name in ("caption", "card", "alert"):
            self.cells.put(name, None)
        self._put_mood()

    @property
    def dropped(self) -> Counter[str]:
        """Alerts that were not shown, by reason."""
        return self._alerts.dropped

    def count(self, metrics: Gauges) -> None:
        for reason in (CROWDED_OUT, LATE, REMOVED, UNWANTED):
            read = partial(self.dropped.__getitem__, reason)
            metrics.watch(f"overlay_alerts_{reason}", "Alerts that were not shown, or taken away, for that reason.", read)

    def oldest(self) -> dict[str, int]:
        """There are no numbered cells here."""
        return {}

    def board(self, other: Board) -> Board:
        """`other`, of which this is told the moods too."""
        return Beside(other, self.mood)

    async def run_alerts(self) -> None:
        """Shows one alert after another, until cancelled."""
        while True:
            self._alert_came.clear()
            if self._alerts.advance(self._clock.now_ns()):
                self._put_alert()
                continue
            # what is removed while it is shown makes room at once
            waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._alert_came.wait())]
            due_ns = self._alerts.due_ns()
            if due_ns is not None:
                waits.append(asyncio.ensure_future(self._clock.sleep(max(0.0, (due_ns - self._clock.now_ns()) / 1e9))))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()

    # ---- told beside what every watcher is told -------------------------------------------------------------------

    def understood(self, candidate: Candidate) -> None:
        """What passed the gate, before anybody decides whether it is answered: an alert does not wait for its turn."""
        event = candidate.item
        if not isinstance(event, ChannelEvent) or candidate.verdict.decision >= Decision.HOLD:
            return
        name = event.author.name if event.author is not None else ""
        alert = alert_of(event, name if self._speakable(name) else SOMEBODY, with_text=candidate.verdict.passes)
        if alert is None:
            return
        if not self._admits(candidate):
            self._alerts.dropped[UNWANTED] += 1
            return
        self._alerts.add(alert, self._clock.now_ns())
        self._alert_came.set()

    def caption(self, caption: Caption) -> None:
        """An utterance is on its way to the mixer; whether or not the app's own window shows captions."""
        if self._turn is not None and self._said.add(caption):
            self._put_caption()

    def mood(self, mood: str) -> None:
        """What the avatar shows."""
        self._mood = mood
        self._put_mood()

    # ---- flow.ports.Watcher -----------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        """Removed words go at once, without fading."""
        if not isinstance(item, Removal):
            return
        if self._alerts.remove(item):
            self._put_alert(at_once=True)
            self._alert_came.set()
        if self._turn is None:
            return
        by_cause = item.reaches(self._turn.cause.item)
        if by_cause or item.cut == self._turn.id:
            self._said = Said("")
            self._take_away("caption", at_once=True)
        if by_cause:
            self._take_away("card", at_once=True)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None: ...

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self._turn, self._said = turn, Said(turn.id)
        item = turn.cause.item
        if isinstance(item, ChannelEvent) and item.kind is EventKind.SAID:
            return
        card = self._card(turn)
        if not card.turn_id:
            return
        self.cells.put(
            "card",
            {
                "turn": card.turn_id,
                "name": line(card.name, MAX_NAME),
                "colour": readable_on_dark(card.colour),
                "text": line(card.text, MAX_TEXT),
                "style": card.style,
            },
        )

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None: ...

    def ended(self, line: LedgerLine) -> None:
        if self._turn is None:
            return
        self._turn, self._said = None, Said("")
        for name in ("caption", "card"):
            self._take_away(name)

    def status(self, status: Status) -> None:
        self._state = status.state
        self._put_mood()

    def marked(self, mark: Mark) -> None:
        if isinstance(mark, Audible):
            changed = self._said.began(mark.utterance, self._wall_ms(mark.at_ns))
        elif isinstance(mark, Cut):
            changed = self._said.cut(mark.utterance, self._wall_ms(mark.at_ns))
        else:
            return
        if changed:
            self._put_caption()

    # ---- cells --------------------------------------------------------------------------------------------------------

    def _put_caption(self) -> None:
        self.cells.put("caption", self._said.view())

    def _put_alert(self, *, at_once: bool = False) -> None:
        shown = self._alerts.shown
        if shown is None:
            self._take_away("alert", at_once=at_once)
            return
        until_ms = self._wall_ms(shown.until_ns)
        self.cells.put("alert", shown.alert.view() | {"number": shown.number, "until_ms": until_ms})

    def _put_mood(self) -> None:
        """The note for the streamer is not in it: this is seen on the stream."""
        self.cells.put("mood", {"mood": self._mood, "state": self._state})

    def _take_away(self, name: str, *, at_once: bool = False) -> None:
        gone: dict[str, Any] | None = {"at_once": True} if at_once else None
        self.cells.put(name, gone)

    def _wall_ms(self, at_ns: int) -> int:
        return round(self._clock.wall_ms() + (at_ns - self._clock.now_ns()) / 1e6)
