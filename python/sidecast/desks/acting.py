"""Acting at Twitch as it lives in a show: the room `twitch/acting` with the gate out, the ledger and the control room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from fastapi import APIRouter

from ..clock import Clock
from ..control.access.audit import Audit
from ..control.api.acting import acting_api
from ..flow.acting import ActingNow, SeenItem
from ..flow.action import NOBODY, Act, ActLine, Cause, Checked, Hindrance, Obstacle, Performed, Target
from ..flow.chat import ChatMessage
from ..flow.clause import Clause, Word
from ..flow.ports import Sealer, Watcher
from ..flow.twitch import Feature, TwitchApi
from ..flow.verdict import Category, Verdict
from ..ledger.acts import ActReader
from ..safety.gate_in import GateIn
from ..safety.gate_out import GateOut
from ..twitch.acting.acting import Acting
from ..twitch.acting.kinds import target_of
from ..twitch.acting.splitting import plain, split

OwnWords = Callable[[str, str], list[Clause]]
"""The dialogue's: a turn's id and a text → clauses as they would be spoken."""


class WrittenGate:
    """Judges what is to stand in chat as the gate out judges what is to be heard: as it is written, and as it is read."""

    def __init__(self, gate: GateOut, own_words: OwnWords) -> None:
        self._gate = gate
        self._own_words = own_words

    def __call__(self, text: str, *, links: bool) -> Hindrance | None:
        """`links`: a person has typed it, who may post a link."""
        text = plain(text)
        if links:
            text = " ".join(word for word in text.split() if not self._is_link(word))
        verdict = self._foresee(text)
        if verdict is None:
            return None
        found = f"{verdict.category.value.replace('_', ' ')} (rule {verdict.rule})"
        what = f"The gate does not let this be written: {found}."
        return Hindrance(obstacle=Obstacle.GATE, what=what, remedy="Write it in other words.")

    def _foresee(self, text: str) -> Verdict | None:
        try:
            pieces = split(text)
        except ValueError:
            pieces = [text]
        return self._gate.foresee(_as_written(pieces)) or self._gate.foresee(self._own_words("", text))

    def _is_link(self, word: str) -> bool:
        verdict = self._gate.foresee(_as_written([word]))
        return verdict is not None and verdict.category is Category.LINK


def why_not_shown(gate_in: GateIn, gate_out: GateOut, own_words: OwnWords) -> Callable[[str], str]:
    """For texts with viewers' words in them: why one may not be shown, in a sentence without its words; empty: it may."""
    written = WrittenGate(gate_out, own_words)

    def judge(text: str) -> str:
        hindrance = written(text, links=False)
        if hindrance is not None:
            return hindrance.what
        verdict = gate_in.judge(text)
        return "" if verdict.passes else f"The gate does not let this be shown: {verdict.category.value.replace('_', ' ')}."

    return judge


def _as_written(pieces: Sequence[str]) -> list[Clause]:
    return [
        Clause(turn_id="", index=number, words=tuple(Word(word, word) for word in piece.split()))
        for number, piece in enumerate(pieces)
    ]


class ActingDesk:
    """The control room's port, and the show's watcher."""

    def __init__(self, acting: Acting, reader: ActReader, alias: Callable[[str], str], name_of: Callable[[str], str]) -> None:
        """
        Args:
            alias: stands for a viewer in the audit.
            name_of: a viewer's name by id, or empty.
        """
        self._acting = acting
        self._reader = reader
        self._alias = alias
        self._name_of = name_of

    @property
    def watcher(self) -> Watcher:
        """Sees who wrote what, so that a person can act on it."""
        return self._acting.recent

    @property
    def turned_away(self) -> int:
        """Actions that were not taken because too many waited; for the metrics."""
        return self._acting.turned_away

    def wrote(self, message: ChatMessage) -> bool:
        """See `Acting.wrote`."""
        return self._acting.wrote(message)

    def routers(self, audit: Audit) -> list[APIRouter]:
        """`/api/v1/acting`."""
        return [acting_api(self, audit)]

    async def now(self) -> ActingNow:
        return await self._acting.now()

    def seen(self, item_id: str) -> SeenItem | None:
        return self._acting.seen(item_id)

    def known(self, viewer_id: str) -> Target:
        return (
            Target(id=viewer_id, name=self._acting.recent.name_of(viewer_id) or self._name_of(viewer_id)) if viewer_id else NOBODY
        )

    async def named(self, login: str) -> Target | Hindrance:
        return await self._acting.named(login)

    def dry_run(self, act: Act, cause: Cause) -> Checked:
        return self._acting.dry_run(act, cause)

    async def do(self, act: Act, cause: Cause) -> Performed:
        return await self._acting.do(act, cause)

    async def undo(self, action_id: str, cause: Cause) -> Performed | None:
        return await self._acting.undo(action_id, cause)

    async def lines(self, count: int, viewer_id: str = "") -> list[ActLine]:
        return await asyncio.to_thread(self._reader.last, count, viewer_id)

    def about(self, act: Act) -> str:
        target = target_of(act)
        return self._alias(target.id) if target.id else ""


def open_acting(
    api: TwitchApi,
    clock: Clock,
    *,
    features: Callable[[], Collection[Feature]],
    gate_out: GateOut,
    own_words: OwnWords,
    on_line: Callable[[ActLine], None],
    ledger: Path,
    sealer: Sealer,
    alias: Callable[[str], str],
    name_of: Callable[[str], str],
    new_id: Callable[[], str],
) -> ActingDesk:
    """
    Args:
        features: what is switched on now (`twitch.features`).
        own_words: the dialogue's.
        on_line: the ledger's `acted`; `ledger` is its file.
        alias: of a viewer, for the audit (the viewer desk's).
        name_of: a viewer's name, as far as it was seen.
        new_id: unique among shows.
    """
    gate = WrittenGate(gate_out, own_words)
    acting = Acting(api, clock, features=features, judge=gate, new_id=new_id, on_line=on_line)
    return ActingDesk(acting, ActReader(ledger, sealer), alias, name_of)
