"""Everything below `/helix`: token, client id, pace and scopes are checked, then the endpoint answers.

Source: https://dev.twitch.tv/docs/api/guide/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...clock import Clock
from ..eventsub.server import EventSub
from ..oauth.grants import Grants, Token
from ..refusal import Refused
from ..world.world import World
from . import chatting, moderating, people, points_of_channel, subscribing, voting
from .call import Call, Endpoint, refusal
from .faults import HelixFaults
from .points import Buckets

ENDPOINTS: Mapping[tuple[str, str], Endpoint] = {
    **subscribing.ENDPOINTS,
    **people.ENDPOINTS,
    **chatting.ENDPOINTS,
    **moderating.ENDPOINTS,
    **points_of_channel.ENDPOINTS,
    **voting.ENDPOINTS,
}
PATHS = frozenset(path for _, path in ENDPOINTS)
BODY = 64 * 1024
"""Bytes that a request may carry."""


class Helix:
    def __init__(self, world: World, eventsub: EventSub, grants: Grants, faults: HelixFaults, clock: Clock) -> None:
        self.buckets = Buckets(clock)
        self.calls = 0
        self._world = world
        self._eventsub = eventsub
        self._grants = grants
        self._faults = faults
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        self.calls += 1
        path = request.path_params["path"].strip("/")
        headers: dict[str, str] = {}
        try:
            token = self._token(request)
            headers = self._pace(token)
            await self._fail(path, request.scope["sidecast.hang_up"])
            endpoint = self._endpoint(request.method, path, token)
            call = Call(
                world=self._world,
                eventsub=self._eventsub,
                token=token,
                query=request.query_params.multi_items(),
                body=await _body(request),
            )
            status, data = endpoint.handle(call)
        except Refused as refused:
            return JSONResponse(refusal(refused.status, refused.message), refused.status, headers | _pace_of(refused))
        return Response(status_code=status, headers=headers) if data is None else JSONResponse(data, status, headers)

    def _token(self, request: Request) -> Token:
        kind, _, access = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not access:
            raise Refused(401, "OAuth token is missing")
        token = self._grants.good(access)
        if token is None:
            raise Refused(401, "Invalid OAuth token")
        client_id = request.headers.get("client-id", "")
        if not client_id:
            raise Refused(401, "Client ID is missing")
        if client_id != token.client_id:
            raise Refused(401, "Client ID and OAuth token do not match")
        return token

    def _pace(self, token: Token) -> dict[str, str]:
        """Headers of the answer."""
        limited_s = self._faults.limited_s()
        points = self.buckets.take(f"{token.client_id}:{token.user_id}", self._world.now_ms())
        headers = points.headers()
        if limited_s > 0:
            reset = str(int(self._world.now_ms() / 1000 + limited_s) + 1)
            raise TooFast({**headers, "Ratelimit-Remaining": "0", "Ratelimit-Reset": reset})
        if not points.ok:
            raise TooFast(headers)
        return headers

    async def _fail(self, path: str, hang_up: Callable[[], None]) -> None:
        fault = self._faults.take(path)
        if fault is None:
            return
        status, delay_s = fault
        if delay_s > 0:
            await self._clock.sleep(delay_s)
        if status == 0:
            hang_up()
        if not 200 <= status < 300:
            raise Refused(status or 503, "")

    @staticmethod
    def _endpoint(method: str, path: str, token: Token) -> Endpoint:
        endpoint = ENDPOINTS.get((method, path))
        if endpoint is None:
            raise Refused(405 if path in PATHS else 404, "")
        if endpoint.needs_user and not token.user_id:
            raise Refused(401, "Missing User OAUTH Token")
        if endpoint.scopes and not set(endpoint.scopes) & set(token.scopes):
            raise Refused(401, f"Missing scope: {' or '.join(endpoint.scopes)}")
        return endpoint


class TooFast(Refused):
    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(429, "Too Many Requests")
        self.headers = headers


def _pace_of(refused: Refused) -> dict[str, str]:
    return refused.headers if isinstance(refused, TooFast) else {}


async def _body(request: Request) -> Mapping[str, Any]:
    """The JSON object of the request; empty when it has none."""
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > BODY:
            raise Refused(413, "The request is too large.")
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(400, "The request body is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused(400, "The request body is no JSON object.")
    return body
