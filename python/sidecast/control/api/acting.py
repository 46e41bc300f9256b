"""`/api/v1/acting`: doing something at Twitch. Each takes `?dry=true`, which says what would be sent and sends nothing.

The only place that makes a `Person`: the cause of an action is whoever is behind the request.
"""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Query

from ...flow import action as acts
from ...flow.acting import ActingNow, SeenItem
from ...flow.action import Act, ActLine, Cause, Checked, Ending, Hindrance, Obstacle, Performed, Person, Standing, Target
from ..access.audit import Audit
from ..access.permission import Caller, Permission
from . import acting_models as told
from .declared import needs
from .problems import Refusal

Onlooker = Annotated[Caller, needs(Permission.WATCH)]
Moderator = Annotated[Caller, needs(Permission.MODERATE)]
Streamer = Annotated[Caller, needs(Permission.ACT)]
Carer = Annotated[Caller, needs(Permission.VIEWERS)]
Dry = Annotated[bool, Query(description="Only say what would be sent, and what stands in the way.")]
STATUS = {
    Obstacle.ROLE: 403,
    Obstacle.WRONG: 400,
    Obstacle.TARGET: 400,
    Obstacle.GATE: 400,
    Obstacle.LIMIT: 429,
    Obstacle.NO_ANSWER: 504,
}
"""Of a refusal; all others are 409: as things are, it cannot be."""


class Acts(Protocol):
    """What the show can do at Twitch. Raises nothing for what is refused."""

    async def now(self) -> ActingNow: ...

    def seen(self, item_id: str) -> SeenItem | None: ...

    def known(self, viewer_id: str) -> Target:
        """With the name, if it is known."""
        ...

    async def named(self, login: str) -> Target | Hindrance: ...

    def dry_run(self, act: Act, cause: Cause) -> Checked: ...

    async def do(self, act: Act, cause: Cause) -> Performed: ...

    async def undo(self, action_id: str, cause: Cause) -> Performed | None: ...

    async def lines(self, count: int, viewer_id: str = "") -> list[ActLine]: ...

    def about(self, act: Act) -> str:
        """For the audit, which outlives an erasure: no name and no id."""
        ...


def person_of(caller: Caller) -> Person:
    """Who acts, and what their role lets them."""
    standing = Standing.ONLOOKER
    if caller.may(Permission.MODERATE):
        standing = Standing.MODERATOR
    if caller.may(Permission.ACT):
        standing = Standing.STREAMER
    return Person(id=caller.id, name=caller.name, standing=standing)


class Doing:
    """What all routes do with an act."""

    def __init__(self, desk: Acts, audit: Audit) -> None:
        self.desk = desk
        self._audit = audit

    async def act(self, act: Act, caller: Caller, *, dry: bool) -> told.ActSeen:
        if dry:
            return told.ActSeen.dry(self.desk.dry_run(act, person_of(caller)))
        return self._answer(await self.desk.do(act, person_of(caller)), caller)

    async def undo(self, action_id: str, caller: Caller) -> told.ActSeen:
        performed = await self.desk.undo(action_id, person_of(caller))
        if performed is None:
            raise Refusal(404, "This cannot be taken back any more.", "It was taken back already, or too much was done since.")
        return self._answer(performed, caller)

    async def whom(self, body: told.Whom) -> Target:
        if body.login:
            found = await self.desk.named(body.login)
            if isinstance(found, Hindrance):
                raise _refusal(found)
            return found
        return self.item(body.item).target if body.item else self.desk.known(body.viewer)

    def item(self, item_id: str) -> SeenItem:
        found = self.desk.seen(item_id)
        if found is None:
            raise Refusal(404, "This message is not known here any more.", "Only those of the last while can be acted on.")
        return found

    def _answer(self, performed: Performed, caller: Caller) -> told.ActSeen:
        action = performed.action
        detail = {"ending": performed.ending.value} | ({"undoes": action.undoes} if action.undoes else {})
        name = type(action.act).__name__
        word = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")
        self._audit.note(caller, f"acting.{word}", self.desk.about(action.act), detail)
        if performed.ending in {Ending.REFUSED, Ending.UNSURE} and performed.hindrance is not None:
            raise _refusal(performed.hindrance)
        return told.ActSeen.of(performed)


def _refusal(found: Hindrance) -> Refusal:
    wait_s = max(1, round(found.wait_s + 0.5)) if found.wait_s else None
    return Refusal(STATUS.get(found.obstacle, 409), found.what, found.remedy, wait_s=wait_s)


def acting_api(desk: Acts, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api/v1/acting", tags=["acting"])
    doing = Doing(desk, audit)
    _add_looking(router, doing)
    _add_moderating(router, doing)
    _add_chat(router, doing)
    _add_polls(router, doing)
    _add_predictions(router, doing)
    return router


def _add_looking(router: APIRouter, doing: Doing) -> None:
    @router.get("", summary="What could be done at Twitch now")
    async def now(caller: Onlooker) -> told.ActingSeen:
        """What is missing for each kind, what runs, and in whose name."""
        return told.ActingSeen.of(await doing.desk.now())

    @router.get("/lines", summary="What was done")
    async def lines(
        caller: Carer,
        viewer: Annotated[str, Query(max_length=128, description="Only to this viewer.")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[told.ActLineSeen]:
        """From the ledger, the newest first."""
        return [told.ActLineSeen.of(line) for line in await doing.desk.lines(limit, viewer)]

    @router.post("/undo/{action}", summary="Take it back")
    async def undo(action: Annotated[str, Path(max_length=64)], caller: Moderator) -> told.ActSeen:
        """Where Twitch has a way, once, and for who may do what takes it back."""
        return await doing.undo(action, caller)


def _add_moderating(router: APIRouter, doing: Doing) -> None:
    @router.post("/delete", summary="Take a message out of chat")
    async def delete(body: told.DeleteBody, caller: Moderator, *, dry: Dry = False) -> told.ActSeen:
        item = doing.item(body.item)
        return await doing.act(acts.Delete(message_ids=(item.id,), target=item.target), caller, dry=dry)

    @router.post("/time-out", summary="Keep a viewer from writing for a while")
    async def time_out(body: told.TimeOutBody, caller: Moderator, *, dry: Dry = False) -> told.ActSeen:
        act = acts.TimeOut(target=await doing.whom(body), seconds=body.seconds, reason=body.reason)
        return await doing.act(act, caller, dry=dry)

    @router.post("/let-back", summary="End a time-out or a ban")
    async def let_back(body: told.Whom, caller: Moderator, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.LetBack(target=await doing.whom(body)), caller, dry=dry)

    @router.post("/warn", summary="Warn a viewer")
    async def warn(body: told.WarnBody, caller: Moderator, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.Warn(target=await doing.whom(body), reason=body.reason), caller, dry=dry)

    @router.post("/ban", summary="Ban a viewer")
    async def ban(body: told.BanBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        """For the streamer alone."""
        return await doing.act(acts.Ban(target=await doing.whom(body), reason=body.reason), caller, dry=dry)

    @router.put("/shield", summary="Shield mode on or off")
    async def shield(body: told.ShieldBody, caller: Moderator, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.Shield(on=body.on), caller, dry=dry)


def _add_chat(router: APIRouter, doing: Doing) -> None:
    @router.post("/write", summary="Write in chat as the co-host")
    async def write(body: told.WriteBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        """What is longer than 500 characters goes out as several messages. The gate out judges it first."""
        return await doing.act(acts.Write(text=body.text, reply_to=body.reply_to), caller, dry=dry)

    @router.post("/shout-out", summary="Give a shout-out")
    async def shout_out(body: told.Whom, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.ShoutOut(target=await doing.whom(body)), caller, dry=dry)

    @router.post("/settle", summary="Fulfil a redeemed reward, or give the points back")
    async def settle(body: told.SettleBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        item = doing.item(body.item)
        act = acts.Settle(
            redemption_id=item.redemption_id, reward_id=item.reward_id, fulfil=body.fulfil, target=item.target, title=item.title
        )
        return await doing.act(act, caller, dry=dry)


def _add_polls(router: APIRouter, doing: Doing) -> None:
    @router.post("/poll", summary="Start a poll")
    async def start(body: told.PollBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        act = acts.StartPoll(title=body.title, choices=tuple(body.choices), seconds=body.seconds, points=body.points)
        return await doing.act(act, caller, dry=dry)

    @router.post("/poll/end", summary="End a poll early")
    async def end(body: told.EndPollBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.EndPoll(poll_id=body.id, show=body.show), caller, dry=dry)


def _add_predictions(router: APIRouter, doing: Doing) -> None:
    @router.post("/prediction", summary="Start a prediction")
    async def start(body: told.PredictionBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        act = acts.StartPrediction(title=body.title, outcomes=tuple(body.outcomes), seconds=body.seconds)
        return await doing.act(act, caller, dry=dry)

    @router.post("/prediction/lock", summary="Close a prediction to bets")
    async def lock(body: told.PredictionId, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        return await doing.act(acts.LockPrediction(prediction_id=body.id), caller, dry=dry)

    @router.post("/prediction/resolve", summary="Say what has come true")
    async def resolve(body: told.ResolveBody, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        act = acts.ResolvePrediction(prediction_id=body.id, outcome_id=body.outcome, outcome=body.title)
        return await doing.act(act, caller, dry=dry)

    @router.post("/prediction/cancel", summary="Cancel a prediction")
    async def cancel(body: told.PredictionId, caller: Streamer, *, dry: Dry = False) -> told.ActSeen:
        """Everybody gets their points back."""
        return await doing.act(acts.CancelPrediction(prediction_id=body.id), caller, dry=dry)
