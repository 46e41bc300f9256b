"""`/sim/…`: the simulator's own strings, over HTTP, for scenario files and programs in other languages.

    POST /sim/act     {"act": "raid", "raider": "captain_quill", "viewers": 40}
    POST /sim/event   {"type": "channel.new_thing", "version": "1", "event": {…}}
    POST /sim/fault   {"fault": "close", "code": 4006}
    POST /sim/soak    {"every_s": 30, "seed": 1, "faults": ["close", "silence"]}
    POST /sim/scenario {"name": "raid"}, {"toml": "…"} or {"stop": true}   → how far it is; GET says so too
    POST /sim/token   {"user": "larkandpine", "scopes": ["user:read:chat"], "client_id": "…"}   → access and refresh token
    POST /sim/agree   {"user_code": "…", "user": "sidecast_bot"}
    GET  /sim/state   users, apps, sessions, subscriptions, names of all acts and faults
    GET  /sim/record  JSON lines, one an entry; DELETE empties it

Answers are JSON; what cannot be is 400 with `error` and `remedy`. Pages of other sites are refused: they cannot send JSON here
without asking first, and are not answered then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..errors import SidecastError
from .acts import ACTS
from .faults import NAMES
from .schedule import KINDS
from .world.world import WorldError

if TYPE_CHECKING:
    from .simulator import Simulator

BODY = 1024 * 1024


def routes(sim: Simulator) -> list[Route]:
    async def do(request: Request) -> Response:
        what = request.path_params["what"]
        try:
            asked = await _asked(request)
            done = _DO[what](sim, asked) if what in _DO else None
        except SidecastError as error:
            return JSONResponse({"error": error.what, "remedy": error.remedy}, 400)
        if what not in _DO:
            return JSONResponse({"error": f"There is no /sim/{what}.", "remedy": f"There is: {', '.join(_DO)}."}, 404)
        return JSONResponse({"done": _plain(done)})

    async def state(request: Request) -> Response:
        return JSONResponse(_state(sim))

    async def record(request: Request) -> Response:
        if request.method == "DELETE":
            sim.record.clear()
            return Response(status_code=204)
        return StreamingResponse(_lines(sim), media_type="application/x-ndjson")

    async def scenario(request: Request) -> Response:
        return JSONResponse(sim.player.state())

    return [
        Route("/sim/state", state),
        Route("/sim/scenario", scenario, methods=["GET"]),
        Route("/sim/record", record, methods=["GET", "DELETE"]),
        Route("/sim/{what}", do, methods=["POST"]),
    ]


def _act(sim: Simulator, asked: dict[str, Any]) -> Any:
    return sim.act(_name(asked, "act"), **asked)


def _event(sim: Simulator, asked: dict[str, Any]) -> None:
    event = asked.get("event", {})
    if not isinstance(event, dict):
        raise WorldError("“event” must be an object.", "Give the payload as Twitch sends it.")
    sim.event(_name(asked, "type"), event, version=str(asked.get("version", "1")))


def _fault(sim: Simulator, asked: dict[str, Any]) -> Any:
    return sim.faults.inject(_name(asked, "fault"), **asked)


def _soak(sim: Simulator, asked: dict[str, Any]) -> None:
    names = asked.get("faults", [])
    every_s, seed = asked.get("every_s", 30.0), asked.get("seed", 0)
    if not isinstance(names, list) or not all(name in KINDS for name in names):
        raise WorldError("“faults” must name faults of a soak.", f"There is: {', '.join(KINDS)}.")
    if not isinstance(every_s, int | float) or not every_s >= 0.1 or not isinstance(seed, int):
        raise WorldError("“every_s” must be 0.1 or more, and “seed” a whole number.", "Give numbers.")
    sim.soak(every_s=float(every_s), seed=seed, names=names)


def _scenario(sim: Simulator, asked: dict[str, Any]) -> Any:
    return sim.player.asked(asked)


def _token(sim: Simulator, asked: dict[str, Any]) -> Any:
    app = sim.grants.apps.get(str(asked.get("client_id", ""))) or next(iter(sim.grants.apps.values()))
    scopes = asked.get("scopes", [])
    if not isinstance(scopes, list):
        raise WorldError("“scopes” must be a list.", "Give their names.")
    user = asked.get("user")
    token = sim.token(str(user) if user else None, [str(scope) for scope in scopes], app=app)
    return {"access_token": token.access, "refresh_token": token.refresh, "client_id": token.client_id, "user_id": token.user_id}


def _agree(sim: Simulator, asked: dict[str, Any]) -> None:
    sim.agree(_name(asked, "user_code"), _name(asked, "user"))


_DO = {"act": _act, "event": _event, "fault": _fault, "soak": _soak, "scenario": _scenario, "token": _token, "agree": _agree}


def _name(asked: dict[str, Any], key: str) -> str:
    """Takes it out."""
    value = asked.pop(key, None)
    if not isinstance(value, str) or not value:
        raise WorldError(f"“{key}” is missing.", f'Give "{key}": "…".')
    return value


async def _asked(request: Request) -> dict[str, Any]:
    # a page of another site can send text/plain without asking, and JSON only after asking
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise WorldError("What is sent must be JSON.", "Send it with Content-Type: application/json.")
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > BODY:
            raise WorldError("That is too large.", "Send less than a megabyte.")
    try:
        asked = json.loads(raw)
    except (ValueError, RecursionError):
        raise WorldError("What was sent is not JSON.", "Send a JSON object.") from None
    if not isinstance(asked, dict):
        raise WorldError("What was sent is no JSON object.", "Send a JSON object.")
    return asked


def _plain(value: Any) -> Any:
    """What an act returned, as JSON: of a message and the like, their fields."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping | list | str | int | float) or value is None:
        return value
    return str(value)


def _state(sim: Simulator) -> dict[str, Any]:
    sessions = [
        {
            "id": session.id,
            "sockets": [socket.number for socket in session.sockets],
            "keepalive_s": session.keepalive_s,
            "subscriptions": [each.type for each in sim.eventsub.subscriptions.of_session(session.id)],
        }
        for session in sim.eventsub.sessions.values()
    ]
    return {
        "channel": sim.channel.login,
        "users": [{"id": user.id, "login": user.login, "name": user.name} for user in sim.world.users],
        "apps": [{"client_id": app.client_id, "name": app.name, "public": app.public} for app in sim.grants.apps.values()],
        "sessions": sessions,
        "events": sim.eventsub.events,
        "recorded": len(sim.record),
        "forgotten": sim.record.forgotten,
        "acts": list(ACTS),
        "faults": list(NAMES),
        "soak": list(KINDS),
    }


def _lines(sim: Simulator) -> Iterator[str]:
    for row in sim.record.rows():
        yield json.dumps(row, ensure_ascii=False) + "\n"
