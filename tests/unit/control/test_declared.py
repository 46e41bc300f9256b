"""Every route says who may use it, or the app does not start; who may not is told so."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.routing import Route

from sidecast.control.access.permission import GRANTS, Caller, Permission, Role
from sidecast.control.api.declared import declared_routes, needs, open_to_all
from sidecast.errors import ControlError

pytestmark = pytest.mark.unit


class Page(BaseModel):
    before: int = 0


class Headed:
    """Believes the header `role`."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        role = connection.headers.get("role")
        return Caller(id="member:1", name="Ada", permissions=GRANTS[Role(role)]) if role else None


def app_with(*routers: APIRouter) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.access = Headed()
    for router in routers:
        app.include_router(router)
    return app


def declared() -> APIRouter:
    router = APIRouter()

    @router.post("/stop")
    async def stop(caller: Annotated[Caller, needs(Permission.DIRECT)]) -> str:
        return caller.name

    @router.get("/healthz", dependencies=[open_to_all("says nothing of anybody")])
    async def healthz() -> str:
        return "ok"

    return router


def test_who_may_is_let_in_and_everybody_else_is_told_why_not() -> None:
    client = TestClient(app_with(declared()))
    assert client.get("/healthz").status_code == 200
    assert client.post("/stop").status_code == 401
    viewer = client.post("/stop", headers={"role": "viewer"})
    assert (viewer.status_code, "“direct”" in viewer.json()["detail"]) == (403, True)
    assert client.post("/stop", headers={"role": "moderator"}).json() == "Ada"


def test_a_parameter_that_nobody_knows_is_not_passed_over() -> None:
    router = APIRouter()

    @router.get("/lines")
    async def lines(
        caller: Annotated[Caller, needs(Permission.WATCH)],
        page: Annotated[Page, Query()],
        last: Annotated[int, Query(alias="limit")] = 5,
    ) -> int:
        return last

    client = TestClient(app_with(router))
    assert client.get("/lines?limit=3&before=2", headers={"role": "viewer"}).json() == 3
    wrong = client.get("/lines?limt=3", headers={"role": "viewer"})
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "“limt” in the query is not known here.")
    assert client.get("/lines?limt=3").status_code == 401


def test_what_a_route_declares_can_be_asked() -> None:
    parent = APIRouter(prefix="/api")
    parent.include_router(declared())
    assert [(route.path, route.permission) for route in declared_routes(app_with(parent))] == [
        ("/api/stop", Permission.DIRECT),
        ("/api/healthz", None),
    ]


def test_a_route_that_says_nothing_keeps_the_app_from_starting() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(ControlError, match="/forgotten declares 0 permissions"):
        declared_routes(app_with(router))


def test_a_route_that_says_two_things_keeps_the_app_from_starting() -> None:
    router = APIRouter()

    @router.get("/both", dependencies=[open_to_all("why")])
    async def both(caller: Annotated[Caller, needs(Permission.WATCH)]) -> None: ...

    with pytest.raises(ControlError, match="/both declares 2 permissions"):
        declared_routes(app_with(router))


def test_a_route_past_fastapi_keeps_the_app_from_starting() -> None:
    app = app_with()
    app.router.routes.append(Route("/raw", lambda request: None))
    with pytest.raises(ControlError, match="/raw"):
        declared_routes(app)


def test_roles_grow() -> None:
    assert GRANTS[Role.VIEWER] < GRANTS[Role.MODERATOR] < GRANTS[Role.OWNER] == frozenset(Permission)
