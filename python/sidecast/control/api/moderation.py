"""`/api/v1/moderation`: levels, lists and patterns; trials; the verdict log; test cases; held lines; storms."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import APIRouter, Path, Query

from ...errors import PolicyError
from ...flow.moderation import Care, CaseResult, Found, HeldLine, Screened, Storm, Trial, VerdictCase, Wanted
from ...flow.policy import Direction, OwnPattern, Policy, PolicyChange, PolicyVersion
from ...flow.verdict import Verdict
from ..access.audit import Audit
from ..access.permission import Caller, Permission
from . import moderation_decisions as decisions
from . import moderation_policy as policies
from . import moderation_verdicts as verdicts
from .declared import allows, needs
from .problems import Refusal

Moderator = Annotated[Caller, needs(Permission.MODERATE)]
CaseId = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[0-9a-z]+$")]
LISTS = allows(body_bytes=2 * 1024 * 1024)
"""Ten thousand words of a hundred characters, as JSON."""
T = TypeVar("T")


class Moderation(Protocol):
    """What the show's moderation does for the control room. Raises PolicyError for what cannot be."""

    @property
    def policy(self) -> Policy: ...

    @property
    def number(self) -> int: ...

    @property
    def versions(self) -> tuple[PolicyVersion, ...]: ...

    @property
    def storm(self) -> Storm: ...

    async def change(self, change: PolicyChange, by: str, expected: int | None = None) -> PolicyVersion | None: ...

    async def restore(self, number: int, by: str, expected: int | None = None) -> PolicyVersion | None: ...

    async def try_text(self, text: str, direction: Direction, change: PolicyChange) -> tuple[Verdict, Verdict]: ...

    async def try_last_hour(self, change: PolicyChange) -> Trial: ...

    async def try_pattern(self, pattern: OwnPattern) -> Found: ...

    def log(self) -> Sequence[Screened]: ...

    def last_hour(self) -> Sequence[Screened]: ...

    async def wrong(self, number: int, wanted: Wanted, by: str) -> VerdictCase: ...

    async def cases(self) -> Sequence[VerdictCase]: ...

    async def add_case(self, text: str, direction: Direction, wanted: Wanted, by: str) -> VerdictCase: ...

    async def drop_case(self, case_id: str) -> None: ...

    async def check_cases(self, change: PolicyChange) -> list[CaseResult]: ...

    def held(self) -> Sequence[HeldLine]: ...

    def release(self, item_id: str) -> None: ...

    def drop(self, item_ids: Sequence[str]) -> int: ...

    def undo_drop(self, item_ids: Sequence[str]) -> int: ...

    def set_care(self, care: Care, by: str) -> Storm: ...

    def undo_storm(self, by: str) -> Storm: ...


def moderation_api(desk: Moderation, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api/v1/moderation", tags=["moderation"])
    _add_policy(router, desk, audit)
    _add_trials(router, desk)
    _add_log(router, desk, audit)
    _add_cases(router, desk, audit)
    _add_held(router, desk, audit)
    _add_storm(router, desk, audit)
    return router


def _add_policy(router: APIRouter, desk: Moderation, audit: Audit) -> None:
    @router.get("/policy", summary="The policy in force")
    async def policy(caller: Moderator) -> policies.PolicySeen:
        return policies.PolicySeen.of(desk.policy, desk.number)

    @router.patch("/policy", summary="Change the policy", openapi_extra=LISTS)
    async def change(body: policies.ChangeFrom, caller: Moderator) -> policies.PolicySeen:
        """It acts on the next message and the next clause, and on whoever waits for an answer."""
        version = await _refused_as_400(desk.change(body.change(), caller.name, body.version))
        if version is not None:
            audit.note(caller, "moderation.policy", f"version {version.number}", body.summary())
        return policies.PolicySeen.of(desk.policy, desk.number)

    @router.get("/policy/versions", summary="Who changed what")
    async def versions(caller: Moderator) -> list[policies.VersionSeen]:
        """The newest first, at most 50."""
        return [policies.VersionSeen.of(version) for version in desk.versions]

    @router.post("/policy/restore", summary="Go back to an earlier version")
    async def restore(body: policies.Restore, caller: Moderator) -> policies.PolicySeen:
        """As a new version, so that this can be undone as well."""
        version = await desk.restore(body.number, caller.name, body.version)
        if version is not None:
            audit.note(caller, "moderation.restored", f"version {version.number}", {"to": body.number})
        return policies.PolicySeen.of(desk.policy, desk.number)


def _add_trials(router: APIRouter, desk: Moderation) -> None:
    @router.post("/try", summary="Judge the last hour under a draft", openapi_extra=LISTS)
    async def try_hour(body: policies.Change, caller: Moderator) -> verdicts.TrialSeen:
        """Nothing changes. Clauses of the co-host are judged alone, without what was said before them."""
        return verdicts.TrialSeen.of(await _refused_as_400(desk.try_last_hour(body.change())))

    @router.post("/try/text", summary="Judge one text, as it is and under a draft", openapi_extra=LISTS)
    async def try_text(body: verdicts.TryText, caller: Moderator) -> verdicts.TriedText:
        before, after = await _refused_as_400(desk.try_text(body.text, Direction(body.direction), body.change()))
        return verdicts.TriedText(before=verdicts.Judged.of(before), after=verdicts.Judged.of(after))

    @router.post("/try/pattern", summary="What an expression finds in the last hour, and where")
    async def try_pattern(body: policies.Pattern, caller: Moderator) -> verdicts.FoundSeen:
        return verdicts.FoundSeen.of(await _refused_as_400(desk.try_pattern(body.own())))


def _add_log(router: APIRouter, desk: Moderation, audit: Audit) -> None:
    @router.get("/log", summary="What was not let through")
    async def log(caller: Moderator, asked: Annotated[verdicts.LogAsked, Query()]) -> verdicts.LogPage:
        """The newest first, since the show began; the last 5,000. In memory only.

        With `decision=allow`: what was let through in the last hour.
        """
        everything = desk.last_hour() if asked.decision == "allow" else desk.log()
        wanted = filter(asked.wants, map(verdicts.Logged.of, everything))
        found = list(itertools.islice(wanted, asked.limit + 1))
        return verdicts.LogPage(lines=found[: asked.limit], more=len(found) > asked.limit, kept=len(everything))

    @router.post("/log/{number}/wrong", status_code=201, summary="Call a verdict wrong")
    async def wrong(number: Annotated[int, Path(ge=1, le=2**53)], body: decisions.Wrong, caller: Moderator) -> decisions.CaseSeen:
        """It becomes a test case: its text is kept, sealed with its viewer's key, until somebody takes it out."""
        case = await desk.wrong(number, Wanted(body.wanted), caller.name)
        audit.note(caller, "moderation.wrong", case.rule, {"wanted": body.wanted})
        return decisions.CaseSeen.of(case)


def _add_cases(router: APIRouter, desk: Moderation, audit: Audit) -> None:
    @router.get("/cases", summary="Test cases")
    async def cases(caller: Moderator) -> list[decisions.CaseSeen]:
        """The newest first."""
        return [decisions.CaseSeen.of(case) for case in reversed(await desk.cases())]

    @router.post("/cases", status_code=201, summary="Write a test case")
    async def add(body: decisions.NewCase, caller: Moderator) -> decisions.CaseSeen:
        case = await desk.add_case(body.text, Direction(body.direction), Wanted(body.wanted), caller.name)
        audit.note(caller, "moderation.case", case.id, {"wanted": body.wanted})
        return decisions.CaseSeen.of(case)

    @router.delete("/cases/{case_id}", status_code=204, summary="Take out a test case")
    async def drop(case_id: CaseId, caller: Moderator) -> None:
        await desk.drop_case(case_id)
        audit.note(caller, "moderation.case_dropped", case_id)

    @router.post("/cases/check", summary="Run all test cases", openapi_extra=LISTS)
    async def check(body: policies.Change, caller: Moderator) -> decisions.CasesChecked:
        """Against the policy in force, or a draft of another."""
        return decisions.CasesChecked.of(await _refused_as_400(desk.check_cases(body.change())))


def _add_held(router: APIRouter, desk: Moderation, audit: Audit) -> None:
    @router.get("/held", summary="Lines that wait for a decision")
    async def held(caller: Moderator) -> list[decisions.HeldSeen]:
        """The newest first. Whatever nobody decides on within ten minutes is not answered."""
        return [decisions.HeldSeen.of(line) for line in desk.held()]

    @router.post("/held/release", status_code=204, summary="Let a held line pass")
    async def release(body: decisions.Decide, caller: Moderator) -> None:
        """It comes again, as if it had just been written."""
        desk.release(body.id)
        audit.note(caller, "moderation.released", body.id)

    @router.post("/held/drop", status_code=204, summary="Leave held lines unanswered")
    async def drop(body: decisions.DecideAll, caller: Moderator) -> None:
        """Those that are held no more are passed over; it is an error when none is."""
        audit.note(caller, "moderation.dropped", body.about, {"lines": desk.drop(body.ids)})

    @router.post("/held/undo", status_code=204, summary="Hold dropped lines again")
    async def undo(body: decisions.DecideAll, caller: Moderator) -> None:
        """Those for which it is too late are passed over; it is an error when it is for all."""
        audit.note(caller, "moderation.held_again", body.about, {"lines": desk.undo_drop(body.ids)})


def _add_storm(router: APIRouter, desk: Moderation, audit: Audit) -> None:
    @router.get("/storm", summary="How careful the co-host is")
    async def storm(caller: Moderator) -> decisions.StormSeen:
        return decisions.StormSeen.of(desk.storm)

    @router.put("/storm", summary="Be more careful, or less")
    async def set_care(body: decisions.SetCare, caller: Moderator) -> decisions.StormSeen:
        """Whoever waits and would not be answered then does not wait any longer."""
        before = desk.storm.care
        after = desk.set_care(Care(body.care), caller.name)
        audit.note(caller, "moderation.storm", body.care, {"from": before.value})
        return decisions.StormSeen.of(after)

    @router.post("/storm/undo", summary="As it was before")
    async def undo(caller: Moderator) -> decisions.StormSeen:
        after = desk.undo_storm(caller.name)
        audit.note(caller, "moderation.storm_undone", after.care.value)
        return decisions.StormSeen.of(after)


async def _refused_as_400(work: Awaitable[T]) -> T:
    """A policy that cannot be is what was asked for, not how things are."""
    try:
        return await work
    except PolicyError as error:
        if error.key:
            raise Refusal(400, error.what, error.remedy) from error
        raise
