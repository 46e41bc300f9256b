"""`/api/v1/obs/rules`: what happens when what happens. Owners write and switch them; a test does what the rule does."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Query

from ..access.audit import Audit
from ..access.permission import Caller, Permission
from . import obs_rules_models as told
from .declared import needs

Onlooker = Annotated[Caller, needs(Permission.WATCH)]
Owner = Annotated[Caller, needs(Permission.CONFIGURE)]
Actor = Annotated[Caller, needs(Permission.ACT)]
Name = Annotated[str, Path(min_length=1, max_length=80)]
Dry = Annotated[bool, Query(description="Only say what would be done, and what stands in the way.")]


class Ruling(Protocol):
    """What the desk does with rules. What cannot be done is a SidecastError."""

    async def rules(self) -> told.RulesShown: ...

    async def rules_text(self) -> told.RulesText: ...

    async def write_rules(self, text: str, revision: str) -> None:
        """They hold at once.

        Raises:
            SidecastError: what is wrong with them, where, and what to do; then the old ones hold.
        """
        ...

    async def switch_rule(self, name: str, *, on: bool) -> None: ...

    async def test_rule(self, name: str, *, dry: bool) -> told.TestShown: ...

    async def last_hour(self) -> list[told.WouldShown]: ...

    async def runs(self, count: int) -> list[told.RunShown]:
        """From the ledger, the newest first."""
        ...


def add_rules(router: APIRouter, ruling: Ruling, audit: Audit) -> None:
    @router.get("/rules", summary="The rules, in words")
    async def rules(caller: Onlooker) -> told.RulesShown:
        """With what stands in the way of each as OBS and Twitch are now."""
        return await ruling.rules()

    @router.get("/rules-text", summary="The rules as they are written")
    async def text(caller: Owner) -> told.RulesText:
        return await ruling.rules_text()

    @router.put("/rules-text", summary="Write the rules anew")
    async def write(body: told.NewRules, caller: Owner) -> told.RulesShown:
        """Checked first: with a mistake in it nothing is changed, and the answer says where it is."""
        await ruling.write_rules(body.text, body.revision)
        audit.note(caller, "obs.rules_written")
        return await ruling.rules()

    @router.put("/rules/{name}", summary="Switch a rule on or off")
    async def switch(name: Name, body: told.RuleSwitch, caller: Owner) -> told.RulesShown:
        await ruling.switch_rule(name, on=body.on)
        audit.note(caller, "obs.rule", name, {"on": body.on})
        return await ruling.rules()

    @router.post("/rules/{name}/test", summary="Do what a rule does, now")
    async def test(name: Name, caller: Actor, *, dry: Dry = False) -> told.TestShown:
        """Really, in OBS and at Twitch, whatever its conditions and pauses say; with `dry` nothing is changed."""
        run = await ruling.test_rule(name, dry=dry)
        if not dry:
            audit.note(caller, "obs.rule_tested", name, {"outcome": run.outcome.value if run.outcome else "goes on"})
        return run

    @router.get("/rules-last-hour", summary="What the rules would have done in the last hour")
    async def last_hour(caller: Onlooker) -> list[told.WouldShown]:
        """With what was heard then, the newest first; nothing is done."""
        return await ruling.last_hour()

    @router.get("/runs", summary="When rules ran, and what became of it")
    async def runs(caller: Onlooker, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[told.RunShown]:
        """From the ledger, the newest first."""
        return await ruling.runs(limit)
