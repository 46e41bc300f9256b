"""What the page shows: a `Watcher` that keeps a bounded picture of the show, in cells that pages follow."""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from .. import __version__
from ..clock import Clock
from ..flow.budget import AUDIBLE_MS, STAGES
from ..flow.candidate import TAKEN_AWAY, Candidate, Reason
from ..flow.chat import ChannelEvent, ChatMessage, Incoming, Removal
from ..flow.clause import Clause
from ..flow.cue import Caption, HostState, Status
from ..flow.line import LedgerLine, Outcome
from ..flow.mark import Audible, Cut, FrameStats, Mark
from ..flow.moderation import Storm
from ..flow.turn import Turn
from ..flow.verdict import Verdict
from .cells import Cells
from .figures import Figures
from .live.directing import Directing
from .live.spoken import Spoken, with_words
from .shown import ANSWERING, Origin, ShownMessage, capped, origin_of
from .views import View, candidate_view, clause_view, line_view, turn_view

MESSAGES = 600
LINES = 50
NEXT_UP = 5


class Feed:
    """Used on the show's loop only.

    Cells: `about`, `status`, `health`, `stats`, `counts`, `figures`, `next`, `turn`, `storm`, `moderation`, `m<n>` a message,
    `l<n>` a line, and those of `Directing`.
    """

    def __init__(
        self,
        clock: Clock,
        host: str = "Kit",
        about: Mapping[str, str] | None = None,
        run: str = "",
        *,
        moods: Sequence[str] = (),
    ) -> None:
        """
        Args:
            about: what the page says of the show (`{"chat": "demo", "brain": "…"}`).
            run: tells one start from another.
            moods: what the avatar can be asked to show.
        """
        self.run = run or secrets.token_hex(6)
        self.cells = Cells()
        self._clock = clock
        self._messages: OrderedDict[int, ShownMessage] = OrderedDict()
        self._by_id: dict[str, int] = {}
        self._lines: OrderedDict[int, tuple[Origin, View]] = OrderedDict()
        self._message_count = 0
        self._line_count = 0
        self._counts: Counter[str] = Counter()
        self._received = 0
        self._turn: View | None = None
        self._turn_origin = Origin("", "")
        self._health: dict[str, str] = {}
        self._figures = Figures()
        self._spoken = Spoken(clock)
        self.board = Directing(self.cells, clock, moods, on_caption=self._caption)
        """The show's `Parts.board`."""
        self._status = Status(state=HostState.STARTING)
        self._about: View = {
            "host": host,
            "version": __version__,
            "since_ms": clock.wall_ms(),
            "of": dict(about or {}),
            "budget": {"audible_ms": AUDIBLE_MS, "stages": [[stage.name, stage.ms] for stage in STAGES]},
        }
        self.cells.put("about", self._about)
        self.cells.put("status", {"state": self._status.state, "note": ""})
        self.cells.put("health", [])
        self.cells.put("counts", self._counts_view)
        self.cells.put("figures", self._figures.view())
        self._put_next([])
        self.cells.put("turn", None)
        self.storm(Storm())
        self.moderation(1, 0)

    @property
    def state(self) -> str:
        """The host's state as last told."""
        return self._status.state

    def oldest(self) -> dict[str, int]:
        """Numbers of the oldest message and line that are still kept."""
        return {
            "m": next(iter(self._messages), self._message_count + 1),
            "l": next(iter(self._lines), self._line_count + 1),
        }

    def reads(self, source: str) -> None:
        """The chat that is read from now on."""
        self.uses("chat", source)

    def uses(self, part: str, name: str) -> None:
        """What a part of the show is from now on (`voice`: flite)."""
        self._about = self._about | {"of": self._about["of"] | {part: name}}
        self.cells.put("about", self._about)

    def health(self, name: str, sentence: str) -> None:
        """One part's trouble in a sentence (`ledger`: the disk is full); an empty one when it is well again."""
        if sentence:
            self._health[name] = sentence
        else:
            self._health.pop(name, None)
        self.cells.put("health", [{"part": part, "text": text} for part, text in self._health.items()])

    def storm(self, storm: Storm) -> None:
        """How careful the host is. Who decided is not in it: pages of viewers see it too."""
        view = {"care": storm.care.value, "since_ms": storm.since_ms, "why": storm.why, "by_hand": bool(storm.by)}
        self.cells.put("storm", view | {"kind": storm.kind.value})

    def moderation(self, policy: int, held: int) -> None:
        """Which version of the policy is in force, and how many lines wait for a decision: pages ask for the rest."""
        self.cells.put("moderation", {"policy": policy, "held": held})

    def heard(self, item: Incoming) -> None:
        self._received += 1
        if isinstance(item, Removal):
            self._take_away(item)
        else:
            self._add_message(item)
        self.cells.put("counts", self._counts_view)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._counts[reason.value] += 1
        self.cells.put("counts", self._counts_view)
        if not isinstance(item, Removal):
            self._set_fate(item.id, reason.value, verdict)

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self._turn = turn_view(turn, waiting)
        self._turn_origin = origin_of(turn.cause.item)
        self._set_fate(turn.cause.item.id, ANSWERING, None)
        self.cells.put("turn", self._turn)
        self._put_next([(origin_of(candidate.item), candidate_view(candidate)) for candidate in waiting[:NEXT_UP]])

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        if self._turn is not None and self._turn["turn"] == turn.id:
            self._change_turn(clauses=[*self._turn["clauses"], clause_view(clause, verdict)])

    def marked(self, mark: Mark) -> None:
        if isinstance(mark, Audible) and self._turn is not None:
            self._change_turn(sounding=self._turn["sounding"] + 1, sounding_ms=self._spoken.began_ms(mark))
        elif isinstance(mark, Cut):
            self.board.cut(mark)
        elif isinstance(mark, FrameStats):
            view = {"fps": round(mark.fps, 1), "frame_ms_p99": round(mark.frame_ms_p99, 1), "underruns": mark.underruns}
            self.cells.put("stats", view | {"dropped": mark.dropped})

    def ended(self, line: LedgerLine) -> None:
        turn, self._turn = self._turn, None
        self.cells.put("turn", None)
        if turn is None or turn["turn"] != line.turn_id:
            turn = {"cause": {"kind": line.cause, "name": line.author_name[:60], "text": line.text[:500]}, "clauses": []}
            self._turn_origin = Origin(line.item_id, line.author_id)
        if line.removed:
            turn = turn | {"cause": _gone(turn["cause"])}
        if line.removed or line.reason in TAKEN_AWAY:
            turn = turn | {"clauses": []}
        self._line_count += 1
        self._lines[self._line_count] = self._turn_origin, line_view(line, turn["cause"], turn["clauses"])
        self._put_line(self._line_count)
        if len(self._lines) > LINES:
            self.cells.drop(f"l{self._lines.popitem(last=False)[0]}")
        # one that had been passed over before somebody asked for it is not settled again
        self._set_fate(line.item_id, line.reason if line.outcome is Outcome.SILENT else Reason.ANSWERED.value, None)
        self.board.ended(line)
        self._figures.add(line)
        self.cells.put("figures", self._figures.view())

    def status(self, status: Status) -> None:
        """The one-time link in it is not shown: who sees the page has used one."""
        self._status = status
        self.cells.put("status", {"state": status.state, "note": status.note})

    def _caption(self, caption: Caption) -> None:
        self._spoken.add(caption)
        if self._turn is not None and self._turn["turn"] == caption.turn_id:
            self._change_turn(clauses=with_words(self._turn["clauses"], caption))

    def _add_message(self, item: ChatMessage | ChannelEvent) -> None:
        self._message_count += 1
        number = self._message_count
        message = ShownMessage(capped(item), origin_of(item), self._clock.wall_ms())
        self._messages[number] = message
        self._by_id[item.id] = number
        self.cells.put(f"m{number}", message.view)
        if len(self._messages) > MESSAGES:
            gone, old = self._messages.popitem(last=False)
            self.cells.drop(f"m{gone}")
            if self._by_id.get(old.origin.item_id) == gone:
                del self._by_id[old.origin.item_id]

    def _set_fate(self, item_id: str, fate: str, verdict: Verdict | None) -> None:
        number = self._by_id.get(item_id)
        if number is not None:
            message = self._messages[number]
            message.fate = fate
            message.verdict = verdict
            self.cells.put(f"m{number}", message.view)

    def _take_away(self, removal: Removal) -> None:
        """Removed words leave the page too, wherever they stand."""
        for number, message in self._messages.items():
            if message.origin.hit_by(removal) and not message.removed:
                message.take_away()
                self.cells.put(f"m{number}", message.view)
        for number, (origin, view) in self._lines.items():
            if origin.hit_by(removal) and not view["cause"].get("removed"):
                self._lines[number] = origin, view | {"cause": _gone(view["cause"]), "clauses": [], "heard": ""}
                self._put_line(number)
        if any(origin.hit_by(removal) for origin, _ in self._next):
            self._put_next([(origin, view) for origin, view in self._next if not origin.hit_by(removal)])
        if self._turn is not None:
            if self._turn_origin.hit_by(removal):
                self._change_turn(cause=_gone(self._turn["cause"]), clauses=[])
            elif self._turn["turn"] == removal.cut:
                self._change_turn(clauses=[])

    def _change_turn(self, **changes: Any) -> None:
        assert self._turn is not None
        self._turn = self._turn | changes
        self.cells.put("turn", self._turn)

    def _put_next(self, candidates: list[tuple[Origin, View]]) -> None:
        self._next = candidates
        self.cells.put("next", [view for _, view in candidates])

    def _put_line(self, number: int) -> None:
        self.cells.put(f"l{number}", self._lines[number][1])

    def _counts_view(self) -> View:
        return {"received": self._received, "reasons": dict(self._counts)}


def _gone(cause: View) -> View:
    return cause | {"text": "", "removed": True}
