"""Everything of moderation over real files, with a vault and a ledger in a folder, for tests of the control room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
from fastapi import APIRouter

from fakes.visitors import HERE, Room, Visitor
from sidecast.clock import Clock, SystemClock
from sidecast.control.access.permission import Caller
from sidecast.desks.moderating import Moderating, open_moderating
from sidecast.flow.candidate import Candidate, Reason, Understanding
from sidecast.flow.chat import Author, ChatMessage, Removal
from sidecast.flow.clause import Clause, Word
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Decision, Verdict
from sidecast.ledger.ledger import Ledger
from sidecast.settings import Settings
from sidecast.vault.opening import open_vault

UNDERSTOOD = Understanding(frozenset(), 0.0, 0.0, "", 0)


class Noted:
    """An audit that can be read back."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str, dict[str, Any]]] = []
        """Who, action, about, detail; the newest last."""

    def note(self, caller: Caller, action: str, about: str = "", detail: Mapping[str, Any] | None = None) -> None:
        self.notes.append((caller.name, action, about, dict(detail or {})))


class Moderated:
    """`tell` feeds it messages as the show would; what the show is asked to do is kept in `released` and `removals`."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.vault = open_vault(folder / "vault")
        self.ledger = Ledger(folder / "ledger.db", self.vault, self.clock)
        self.moderating: Moderating = open_moderating(
            Settings(), self.vault, self.clock, config=folder / "config", data=folder / "data"
        )
        self.desk = self.moderating.desk
        self.released: list[ChatMessage] = []
        self.removals: list[Removal] = []
        self.forgotten_in_rules: list[str] = []
        self.rechecked = 0
        self.shown: list[tuple[int, int]] = []
        self.audit = Noted()
        self.moderating.storms.connect(self.audit)
        self.room = Room(self.clock, routers=self.routers())
        self.desk.connect(self.released.append, self._recheck, lambda policy, held: self.shown.append((policy, held)))

    def routers(self) -> list[APIRouter]:
        return self.moderating.routers(
            self.audit,
            ledger=self.ledger,
            vault=self.vault,
            keep_days=90,
            receive=self.receive,
            forget_in_rules=self.forgotten_in_rules.append,
        )

    async def ask(self, who: Visitor, method: str, path: str, json: Any = None) -> httpx2.Response:
        """On the loop that the ledger writes on, as in a show."""
        transport = httpx2.ASGITransport(self.room.app, client=("127.0.0.1", 50000))
        async with httpx2.AsyncClient(transport=transport, base_url=HERE, cookies=who.client.cookies) as client:
            return await client.request(method, f"/api/v1/{path}", json=json, headers=who.headers)

    def receive(self, removal: Removal) -> None:
        self.removals.append(removal)
        for watcher in (*self.moderating.watchers, self.ledger):
            watcher.heard(removal)

    def tell(self, text: str, who: str = "mika", id: str = "", *, new: bool = False) -> Verdict:  # noqa: A002
        """`new`: the platform says that it is the author's first message."""
        author = Author(id=f"id-{who}", name=who)
        message = ChatMessage(id=id or f"{who}: {text}", author=author, text=text, arrived_ns=self.clock.now_ns(), first=new)
        verdict = self.moderating.gate_in.screen(message)
        reason = Reason.ANSWERED if verdict.passes else Reason.HELD if verdict.decision is Decision.HOLD else Reason.BLOCKED
        for watcher in self.moderating.watchers:
            watcher.heard(message)
        self.moderating.storms.understood(Candidate(message, verdict, UNDERSTOOD, self.clock.now_ns()))
        for watcher in self.moderating.watchers:
            watcher.settled(message, reason, verdict)
        return verdict

    def say(self, turn: Turn, text: str) -> Verdict:
        clause = Clause(turn_id=turn.id, index=0, words=tuple(Word(word, word) for word in text.split()))
        _, verdict = self.moderating.gate_out.clear(clause)
        for watcher in self.moderating.watchers:
            watcher.judged(turn, clause, verdict)
        return verdict

    def _recheck(self) -> None:
        self.rechecked += 1


def on_disk(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
