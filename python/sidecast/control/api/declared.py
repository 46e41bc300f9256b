"""Routes say who may use them; an app with a route that does not say so never starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Depends, FastAPI, HTTPException
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from ...errors import ControlError
from ..access.permission import Caller, Permission


class Access(Protocol):
    """Kept in `app.state.access`: knows who is behind a request."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """By session cookie or API key; None for a stranger.

        Raises:
            HTTPException: it is known, but what it sends is not to be trusted (a forged request, too many tries).
        """
        ...


class _Needs:
    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, connection: HTTPConnection) -> Caller:
        access: Access = connection.app.state.access
        caller = await access.caller(connection)
        if caller is None:
            raise HTTPException(401, "Log in first.")
        if not caller.may(self.permission):
            raise HTTPException(403, f"This needs the permission “{self.permission}”, which you do not have.")
        _check_query(connection)
        return caller


def _check_query(connection: HTTPConnection) -> None:
    """
    Raises:
        HTTPException: a parameter that the route does not know (422): a slip of the pen must not pass for “all of it”.
    """
    route = connection.scope.get("route")
    if connection.query_params and isinstance(route, APIRoute):
        unknown = sorted(connection.query_params.keys() - _query_names(route.dependant))
        if unknown:
            raise HTTPException(422, f"“{unknown[0][:60]}” in the query is not known here.")


def _query_names(dependant: Dependant) -> set[str]:
    names: set[str] = set()
    for field in dependant.query_params:
        model: Any = field.field_info.annotation
        is_model = isinstance(model, type) and issubclass(model, BaseModel)
        names |= {each.alias or name for name, each in model.model_fields.items()} if is_model else {field.alias}
    return names.union(*(_query_names(inner) for inner in dependant.dependencies))


class _Open:
    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self) -> None:
        return None


def needs(permission: Permission) -> Any:
    """For a parameter `caller: Annotated[Caller, needs(Permission.WATCH)]`: 401 for strangers, 403 for who may not."""
    return Depends(_Needs(permission))


def open_to_all(why: str) -> Any:
    """For `dependencies=[open_to_all("…")]`, with the reason why nobody needs to be known there."""
    return Depends(_Open(why))


BODY, UNHINDERED, COST = "x-body-bytes", "x-unhindered", "x-cost"


def allows(*, body_bytes: int | None = None, unhindered: bool = False, cost: int = 1) -> dict[str, Any]:
    """For `openapi_extra=allows(…)`.

    Args:
        body_bytes: a body may be as large, instead of 64 kB.
        unhindered: it is never told to wait, as a stop is not.
        cost: as how many requests it counts for an address, because it is much work.
    """
    said: dict[str, Any] = {BODY: body_bytes} if body_bytes else {}
    return said | ({UNHINDERED: True} if unhindered else {}) | ({COST: cost} if cost > 1 else {})


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    path: str
    methods: frozenset[str]
    """`WEBSOCKET` for one of those."""
    permission: Permission | None
    """None: open to all."""


def declared_routes(app: FastAPI) -> list[DeclaredRoute]:
    """Every route of the app. Called before it is served, so that none is reachable that does not say who may use it.

    Raises:
        ControlError: a route does not say.
    """
    return [_declared(context.path or "", context.original_route) for context in iter_route_contexts(app.routes)]


def _declared(path: str, route: BaseRoute) -> DeclaredRoute:
    if not isinstance(route, APIRoute | APIWebSocketRoute):
        remedy = "Add it as a route of an APIRouter."
        raise ControlError(f"The route {path} was added past FastAPI, so it cannot say who may use it.", remedy)
    said = [check for check in _checks(route.dependant) if isinstance(check, _Needs | _Open)]
    if len(said) != 1:
        raise ControlError(f"The route {path} declares {len(said)} permissions.", "Give it one needs(…) or open_to_all(…).")
    methods = frozenset(route.methods or ()) if isinstance(route, APIRoute) else frozenset({"WEBSOCKET"})
    return DeclaredRoute(path, methods, said[0].permission if isinstance(said[0], _Needs) else None)


def _checks(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _checks(inner)
