"""What a client of EventSub must have heard, by the simulator's own record: nothing lost, nothing twice, every gap said in time.

The truth about a gap is told by the events themselves: it begins with the last one that was written to a subscribed socket
and ends with the first that was written again. With 50 a second that is known to 20 ms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sidecast.twitch_sim.record import Entry

CHAT = "channel.chat.message"
JUDGED = frozenset({CHAT, "channel.follow", "channel.channel_points_custom_reward_redemption.add"})
"""Types of which each notification makes exactly one item."""
TOLERANCE_MS = 1000
SHORTEST_MS = 100
"""A gap that is shorter may lie between two events."""
LOSSES = frozenset({"close", "drop", "half_close"})
"""Faults that end a socket at once."""


@dataclass(frozen=True, slots=True)
class Said:
    """A gap as the client told it, in the machine's own Unix milliseconds."""

    from_ms: int
    to_ms: int
    why: str

    @property
    def of_chat(self) -> bool:
        """It is about everything, or about chat among others."""
        _, named, types = self.why.partition("(")
        return not named or CHAT in re.split("[ ,)]+", types)


@dataclass(slots=True)
class Judgement:
    due: int = 0
    """Events that had to arrive exactly once."""
    lost: list[str] = field(default_factory=list)
    doubtful: int = 0
    """Lost, and written within half a second before the client left the socket, or it was torn: that proves nothing."""
    doubled: int = 0
    stale_written: int = 0
    stale_arrived: int = 0
    unexpected: int = 0
    """Arrived, and never written."""
    gaps: int = 0
    """True ones of chat."""
    gap_errors_s: list[float] = field(default_factory=list)
    """Of both ends of each true gap, against what was said of it."""
    gaps_unsaid: int = 0
    """True gaps, of any type that is judged, with an event in no gap that was said."""
    gaps_invented: int = 0
    """Said, and nothing was missed."""
    back_s: list[float] = field(default_factory=list)
    """From the end of a socket to the subscription to chat on the next."""
    noticed_s: list[float] = field(default_factory=list)
    """From the begin of a silence to the next socket."""

    @property
    def good(self) -> bool:
        wrong = (len(self.lost), self.doubled, self.stale_arrived, self.unexpected, self.gaps_unsaid, self.gaps_invented)
        return not any(wrong) and max(self.gap_errors_s, default=0.0) <= TOLERANCE_MS / 1000


def judge(
    entries: Sequence[Entry],
    chat_ids: Mapping[int, str],
    arrived: Iterable[str],
    said: Sequence[Said],
    doubtful: Iterable[str] = (),
) -> Judgement:
    """
    Args:
        chat_ids: number of an event → id of the chat message that it was.
        arrived: ids of items, in any order.
        doubtful: EventSub message ids whose loss proves nothing (`Record.doubtful`).
    """
    found = Judgement()
    heard, written = Counter(arrived), [entry for entry in entries if entry.what == "wrote" and entry.type in JUDGED]
    key = {entry.message_id: chat_ids[entry.event] if entry.type == CHAT else entry.message_id for entry in written}
    stale = {entry.message_id for entry in written if entry.note == "stale"}
    due = {entry.message_id for entry in written} - stale
    gone = {number for number in due if not heard[key[number]]}
    found.due = len(due)
    found.doubtful = len(gone & set(doubtful))
    found.lost = sorted(gone - set(doubtful))
    found.doubled = sum(count - 1 for count in heard.values() if count > 1)
    found.stale_written, found.stale_arrived = len(stale), sum(heard[key[number]] > 0 for number in stale)
    found.unexpected = len(heard.keys() - set(key.values()))
    _judge_gaps(entries, said, found)
    _time(entries, found)
    return found


def runs(entries: Iterable[Entry], kind: str) -> list[tuple[int, int]]:
    """Times between which events of a type were missed, Unix ms: of the last one written before, and of the first after.

    What is missed before the first is written, or after the last, is no gap: nobody was there, or will be.
    """
    found: list[tuple[int, int]] = []
    last: int | None = None
    missing = False
    for entry in entries:
        if entry.type != kind or entry.note == "again":
            continue
        if entry.what in {"missed", "unheard"}:
            missing = last is not None
        elif entry.what == "wrote":
            if missing and last is not None:
                found.append((last, entry.at_ms))
            last, missing = entry.at_ms, False
    return found


def _judge_gaps(entries: Sequence[Entry], said: Sequence[Said], found: Judgement) -> None:
    true = runs(entries, CHAT)
    found.gaps = len(true)
    for from_ms, to_ms in true:
        about = [each for each in said if each.of_chat and each.from_ms < to_ms and each.to_ms > from_ms]
        if not about:
            found.gaps_unsaid += 1
            continue
        # a gap within a gap (the next socket was lost, too) may be told in parts that meet
        found.gap_errors_s += [
            abs(min(each.from_ms for each in about) - from_ms) / 1000,
            abs(max(each.to_ms for each in about) - to_ms) / 1000,
        ]
    for kind in JUDGED - {CHAT}:
        found.gaps_unsaid += sum(
            not any(each.from_ms < to_ms and each.to_ms > from_ms for each in said) for from_ms, to_ms in runs(entries, kind)
        )
    missed = [entry.at_ms for entry in entries if entry.what in {"missed", "unheard"}]
    for each in said:
        if each.of_chat and each.to_ms - each.from_ms > SHORTEST_MS:
            found.gaps_invented += not any(each.from_ms - TOLERANCE_MS <= at <= each.to_ms + TOLERANCE_MS for at in missed)


def _time(entries: Sequence[Entry], found: Judgement) -> None:
    lost_ns: int | None = None
    silent_ns: int | None = None
    for entry in entries:
        if entry.what == "fault" and (entry.type in LOSSES or (entry.type, entry.note) == ("garbage", "cut_frame")):
            lost_ns = entry.at_ns
        elif entry.what == "fault" and entry.type == "silence":
            silent_ns = entry.at_ns
        elif entry.what == "opened" and silent_ns is not None:
            found.noticed_s.append((entry.at_ns - silent_ns) / 1e9)
            silent_ns = None
        elif entry.what == "subscribed" and entry.type == CHAT and lost_ns is not None:
            found.back_s.append((entry.at_ns - lost_ns) / 1e9)
            lost_ns = None
