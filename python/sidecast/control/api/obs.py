"""`/api/v1/obs`: where OBS is, how it stands, the set-up with its preview and its undo.

Owners change all of it; whoever may watch sees how it stands. A password comes in and never goes out.
"""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter
from pydantic import SecretStr

from ..access.audit import Audit
from ..access.permission import Caller, Permission
from . import obs_models as told
from .declared import allows, needs
from .obs_rules import Ruling, add_rules

Onlooker = Annotated[Caller, needs(Permission.WATCH)]
Owner = Annotated[Caller, needs(Permission.CONFIGURE)]


class Steering(Ruling, Protocol):
    """The desk behind it. What cannot be done is a SidecastError."""

    async def shown(self) -> told.ObsShown: ...

    async def stock(self) -> told.StockShown: ...

    async def connect(self, host: str, port: int, password: str | None) -> None:
        """Tries it and keeps it, also while OBS is not there. None: the password that is known.

        Raises:
            SidecastError: OBS is there and does not take the password, or it cannot be kept. Nothing was changed.
        """
        ...

    async def forget_password(self) -> None: ...

    async def again(self) -> None:
        """Try to connect at once; returns when it is known how that ended."""
        ...

    async def preview(self, wish: told.SetUpWish) -> told.PlanShown: ...

    async def set_up(self, wish: told.SetUpSeen, caller: Caller) -> told.PlanShown:
        """
        Raises:
            Refusal: it would do something else than was seen.
        """
        ...

    async def undo(self, caller: Caller) -> told.PlanShown: ...


def obs_api(steering: Steering, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api/v1/obs", tags=["obs"])
    _add_state(router, steering)
    _add_connection(router, steering, audit)
    _add_set_up(router, steering, audit)
    add_rules(router, steering, audit)
    return router


def _add_state(router: APIRouter, steering: Steering) -> None:
    @router.get("", summary="How it stands with OBS")
    async def shown(caller: Onlooker) -> told.ObsShown:
        return await steering.shown()

    @router.get("/stock", summary="What OBS has")
    async def stock(caller: Owner) -> told.StockShown:
        """To choose the microphone, what gets quieter while the co-host speaks, and where it is shown."""
        return await steering.stock()


def _add_connection(router: APIRouter, steering: Steering, audit: Audit) -> None:
    @router.put("/connection", summary="Say where OBS is, and its password")
    async def connect(body: told.Connect, caller: Owner) -> told.ObsShown:
        """The password goes into the vault, sealed, and is never given out again. The answer says whether it worked."""
        await steering.connect(body.host.strip(), body.port, _plain(body.password))
        audit.note(caller, "obs.connection", "", {"host": body.host, "port": body.port, "password": body.password is not None})
        return await steering.shown()

    @router.post("/connection/try", summary="Try to connect at once")
    async def again(caller: Owner) -> told.ObsShown:
        """It is tried for ever by itself."""
        await steering.again()
        return await steering.shown()

    @router.delete("/password", summary="Forget OBS's password")
    async def forget(caller: Owner) -> told.ObsShown:
        """Then the one in OBS's own configuration is used, where it can be read."""
        await steering.forget_password()
        audit.note(caller, "obs.password_forgotten")
        return await steering.shown()


def _add_set_up(router: APIRouter, steering: Steering, audit: Audit) -> None:
    @router.post("/set-up/preview", summary="What the set-up would do in OBS")
    async def preview(body: told.SetUpWish, caller: Owner) -> told.PlanShown:
        """Looks, and changes nothing."""
        return await steering.preview(body)

    @router.post("/set-up", summary="Set OBS up", openapi_extra=allows(cost=5))
    async def set_up(body: told.SetUpSeen, caller: Owner) -> told.PlanShown:
        """Does what the preview said. What it did not make, it does not touch."""
        done = await steering.set_up(body, caller)
        audit.note(caller, "obs.set_up", "", _counted(done))
        return done

    @router.delete("/set-up", summary="Take the set-up back")
    async def undo(caller: Owner) -> told.PlanShown:
        """Takes away what it made, and nothing else."""
        done = await steering.undo(caller)
        audit.note(caller, "obs.set_up_undone", "", _counted(done))
        return done


def _counted(done: told.PlanShown) -> dict[str, int]:
    return {
        "done": sum(step.done is True for step in done.steps),
        "not_done": sum(step.done is False for step in done.steps),
    }


def _plain(password: SecretStr | None) -> str | None:
    # OBS takes it as it is: nothing is cut off
    return password.get_secret_value() if password is not None else None
