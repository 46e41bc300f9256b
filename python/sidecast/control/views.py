"""What flows, as the page sees it: JSON-able, length-capped. Viewer text is data here; the page shows it as text only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..flow.budget import audible_ms, stage_times
from ..flow.candidate import Candidate
from ..flow.chat import ChannelEvent, ChatMessage
from ..flow.clause import Clause
from ..flow.line import LedgerLine
from ..flow.turn import Turn
from ..flow.verdict import Category, Verdict
from .live.words import why

MAX_TEXT = 500
"""Characters of a text: Twitch's own limit for a message."""
MAX_NAME = 60
MAX_ID = 128
"""Of a message, by which orders name it; the platform's are far shorter."""
View = dict[str, Any]


def item_view(item: ChatMessage | ChannelEvent) -> View:
    """Who, what and since when; without what became of it."""
    author = item.author
    view: View = {
        "id": item.id[:MAX_ID],
        "kind": item.kind.value if isinstance(item, ChannelEvent) else "message",
        "name": capped_text(author.name if author else "", MAX_NAME),
        "colour": author.colour if author else "",
        "roles": sorted(role.value for role in author.roles) if author else [],
        "text": capped_text(item.text, MAX_TEXT),
    }
    if isinstance(item, ChannelEvent):
        view |= {"amount": item.amount, "title": capped_text(item.title, MAX_NAME), "what": capped_text(item.raw_kind, MAX_NAME)}
    else:
        view |= {"bits": item.bits, "reward": capped_text(item.reward, MAX_NAME), "first": item.first}
    return view


def verdict_view(verdict: Verdict | None) -> View:
    """Why a gate said no; empty when it did not."""
    if verdict is None or verdict.passes:
        return {}
    category = "" if verdict.category is Category.NONE else verdict.category.value
    return {"decision": verdict.decision.name.lower(), "category": category, "rule": verdict.rule}


def clause_view(clause: Clause, verdict: Verdict) -> View:
    return {"text": capped_text(clause.text, MAX_TEXT), "decision": verdict.decision.name.lower()} | verdict_view(verdict)


def candidate_view(candidate: Candidate) -> View:
    return item_view(candidate.item) | {"score": round(candidate.score, 3)}


def turn_view(turn: Turn, waiting: Sequence[Candidate]) -> View:
    """The turn that goes on now."""
    return {
        "turn": turn.id,
        "cause": item_view(turn.cause.item),
        "score": round(turn.cause.score, 3),
        "parts": parts_view(turn.cause.parts),
        "why": why(turn.cause.parts),
        "asked_by": capped_text(turn.cause.asked_by, MAX_NAME),
        "waiting": len(waiting),
        "was_free": turn.was_free,
        "waited_ms": max(0.0, (turn.chosen_ns - turn.cause.item.arrived_ns) / 1e6),
        "clauses": [],
        "sounding": 0,
    }


def line_view(line: LedgerLine, cause: View, clauses: list[View]) -> View:
    """A turn that is over."""
    stages = line.stages
    return {
        "turn": line.turn_id,
        "at_ms": line.wall_ms,
        "cause": cause,
        "score": round(line.score, 3),
        "parts": parts_view(line.parts),
        "why": why(line.parts),
        "asked_by": capped_text(line.asked_by, MAX_NAME),
        "approved_by": capped_text(line.approved_by, MAX_NAME),
        "waiting": line.waiting,
        "brain": line.brain,
        "voice": line.voice,
        "clauses": clauses,
        "heard": capped_text(line.heard, 4 * MAX_TEXT),
        "outcome": line.outcome.value,
        "reason": line.reason,
        "was_free": line.was_free,
        "stage_ms": {name: round(ms, 2) for name, ms in stage_times(stages).items()},
        "audible_ms": audible_ms(stages),
    }


def parts_view(parts: Mapping[str, float]) -> list[list[Any]]:
    """The score's summands, largest first."""
    return sorted(([name, round(part, 3)] for name, part in parts.items()), key=lambda pair: -abs(pair[1]))


def capped_text(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
