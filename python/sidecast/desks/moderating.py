"""Everything of moderation that lives as long as a show, opened from its files and wired to show, feed and control room."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from ..audience.seen import Seen
from ..audience.storm import StormState
from ..clock import Clock
from ..control.access.audit import Audit
from ..control.api.moderation import moderation_api
from ..control.api.viewers import viewers_api
from ..control.feed import Feed
from ..control.settings_form import Value, plain
from ..flow.chat import Removal
from ..flow.ports import Pronouncer, Watcher
from ..ledger.acts import ActReader
from ..ledger.ledger import Ledger
from ..ledger.runs import RunReader
from ..ledger.viewers import ViewerReader
from ..safety.cases import FILE as CASES
from ..safety.cases import Cases
from ..safety.classify.scorer import LazyScorer
from ..safety.gate_in import GateIn
from ..safety.gate_out import GateOut
from ..safety.hearing.ear import Ear
from ..safety.held import HeldLines
from ..safety.last_hour import LastHour
from ..safety.leaks import Leaks
from ..safety.opt_out import FILE as OPTED_OUT
from ..safety.opt_out import OptOuts
from ..safety.policies import Policies, open_policies
from ..safety.policy_check import policy_of
from ..safety.reading.folding import fold_word
from ..settings import Settings
from ..show.show import Show
from ..telemetry.metrics import Metrics
from ..vault.vault import Vault
from .moderation import ModerationDesk
from .storms import StormDesk
from .viewers import Memory, ViewerDesk

OPT_OUT_KEY = "opt_out.key"
"""Secret of the vault: marks of viewers who have opted out are made with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderating:
    """Made by `open_moderating`."""

    policies: Policies
    gate_in: GateIn
    gate_out: GateOut
    ear: Ear | None
    """What the gate out knows of how words sound."""
    seen: Seen
    last_hour: LastHour
    held: HeldLines
    storm: StormState
    storms: StormDesk
    cases: Cases
    opt_outs: OptOuts
    clock: Clock
    desk: ModerationDesk

    @property
    def watchers(self) -> tuple[Watcher, ...]:
        return self.seen, self.last_hour, self.held

    def routers(
        self,
        audit: Audit,
        *,
        ledger: Ledger,
        vault: Vault,
        keep_days: int,
        receive: Callable[[Removal], None],
        forget_in_rules: Callable[[str], None] = lambda _: None,
    ) -> list[APIRouter]:
        """`/api/v1/moderation` and `/api/v1/viewers`. `forget_in_rules`: the rules' `forget`."""
        memory = Memory(
            seen=self.seen,
            last_hour=self.last_hour,
            held=self.held,
            cases=self.cases,
            opt_outs=self.opt_outs,
            ledger=ledger,
            reader=ViewerReader(ledger.path, vault),
            acts=ActReader(ledger.path, vault),
            runs=RunReader(ledger.path),
            vault=vault,
            keep_days=keep_days,
            forget_in_rules=forget_in_rules,
        )
        return [moderation_api(self.desk, audit), viewers_api(ViewerDesk(memory, self.clock, receive), audit)]

    def count(self, metrics: Metrics) -> None:
        metrics.watch("clauses_unheard", "Clauses whose sound the voice did not tell in time.", self._unheard)

    def _unheard(self) -> int:
        return 0 if self.ear is None else self.ear.unanswered

    async def hear(self) -> None:
        """Prepares the voices, until cancelled."""
        if self.ear is not None:
            await self.ear.run()

    def in_place_of_settings(self) -> dict[str, Value]:
        """By a setting's key what the policy says instead of it; empty until somebody has changed the policy."""
        if not self.policies.decides:
            return {}
        policy = self.policies.policy
        return {f"safety.{key}": plain(getattr(policy, key)) for key in ("level_in", "level_out", "block", "allow")}

    def name_of(self, viewer_id: str) -> str:
        """As it was last seen; empty when it was not."""
        seen = self.seen.get(viewer_id)
        return seen.name if seen is not None else ""

    def connect(self, show: Show, feed: Feed, audit: Audit) -> None:
        """Once both are there."""
        self.storm.on_change(feed.storm)
        self.storms.connect(audit)
        self.desk.connect(show.release, show.recheck, feed.moderation)


def open_moderating(
    settings: Settings,
    vault: Vault,
    clock: Clock,
    *,
    config: Path,
    data: Path,
    classifiers: LazyScorer | None = None,
    leaks: Leaks | None = None,
    voice: Callable[[], Pronouncer] | None = None,
) -> Moderating:
    """Reads the files and compiles the rules: takes a moment. `classifiers` count as soon as they are loaded.

    Args:
        voice: the one that speaks next; without it the gate out goes by letters alone.

    Raises:
        SidecastError: a file cannot be used; the message says which and what to do.
    """
    policies = open_policies(policy_of(settings.safety), clock, config=config, data=data, classifiers=classifiers)
    gate_in = GateIn(policies)
    ear = None if voice is None else Ear(voice, policies, clock)
    seen, last_hour, held = Seen(clock), LastHour(clock), HeldLines(clock)
    storm, cases = StormState(clock, seen.is_regular), Cases(data / CASES, vault)
    return Moderating(
        policies=policies,
        gate_in=gate_in,
        gate_out=GateOut(policies, leaks=leaks, ear=ear),
        ear=ear,
        seen=seen,
        last_hour=last_hour,
        held=held,
        storm=storm,
        storms=StormDesk(storm, seen, clock, fold_word, settings.safety.storms),
        cases=cases,
        opt_outs=OptOuts(data / OPTED_OUT, _opt_out_key(vault)),
        clock=clock,
        desk=ModerationDesk(policies, gate_in, clock, last_hour=last_hour, held=held, storm=storm, cases=cases),
    )


def _opt_out_key(vault: Vault) -> bytes:
    key = vault.get(OPT_OUT_KEY)
    if key is None:
        key = secrets.token_hex(32)
        vault.set(OPT_OUT_KEY, key)
    return bytes.fromhex(key)
