"""The id server's endpoints.

Source: https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/, …/validate-tokens/, …/revoke-tokens/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..refusal import Refused
from ..world.world import World
from .grants import DEVICE_S, Grants, Token

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FORM = 16 * 1024
"""Bytes that a form may have."""


async def fields(request: Request) -> dict[str, str]:
    """Of the form, and of the address as Twitch takes them too.

    Raises:
        Refused: the form is too large.
    """
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > FORM:
            raise Refused(413, "too large")
    typed = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
    return {**request.query_params, **dict(typed)}


class IdServer:
    def __init__(self, grants: Grants, world: World, http_url: Any) -> None:
        """`http_url()`: where this simulator is."""
        self._grants = grants
        self._world = world
        self._http_url = http_url

    async def device(self, request: Request) -> Response:
        try:
            given = await fields(request)
            device = self._grants.begin_device(given.get("client_id", ""), given.get("scopes", given.get("scope", "")).split())
        except Refused as refused:
            return _refused(refused)
        body = {
            "device_code": device.code,
            "expires_in": DEVICE_S,
            "interval": self._grants.interval_s,
            "user_code": device.user_code,
            "verification_uri": f"{self._http_url()}/activate?public=true&device-code={device.user_code}",
        }
        return JSONResponse(body)

    async def token(self, request: Request) -> Response:
        try:
            return JSONResponse(self._granted(await fields(request)))
        except Refused as refused:
            return _refused(refused)

    def _granted(self, given: Mapping[str, str]) -> dict[str, Any]:
        client_id, secret = given.get("client_id", ""), given.get("client_secret", "")
        grants = self._grants
        match given.get("grant_type", ""):
            case "refresh_token":
                return self._shape(grants.refreshed(client_id, given.get("refresh_token", ""), secret))
            case "authorization_code":
                return self._shape(grants.redeem_code(client_id, secret, given.get("code", ""), given.get("redirect_uri", "")))
            case "client_credentials":
                token = grants.issue(grants.authenticated(client_id, secret), None)
                return {"access_token": token.access, "expires_in": self._left_s(token), "token_type": "bearer"}
            case grant if grant == DEVICE_GRANT:
                return self._shape(grants.redeem_device(client_id, given.get("device_code", "")))
            case "":
                raise Refused(400, "missing grant type")
            case _:
                raise Refused(400, "invalid grant type")

    def _shape(self, token: Token) -> dict[str, Any]:
        return {
            "access_token": token.access,
            "expires_in": self._left_s(token),
            "refresh_token": token.refresh,
            "scope": list(token.scopes),
            "token_type": "bearer",
        }

    def _left_s(self, token: Token) -> int:
        return max(0, (token.expires_ms - self._world.now_ms()) // 1000)

    async def validate(self, request: Request) -> Response:
        kind, _, access = request.headers.get("authorization", "").partition(" ")
        if kind.lower() not in {"oauth", "bearer"} or not access:
            return _refused(Refused(401, "missing authorization token"))
        token = self._grants.good(access)
        if token is None:
            return _refused(Refused(401, "invalid access token"))
        user = self._world.by_id(token.user_id)
        body = {"client_id": token.client_id, "scopes": list(token.scopes), "expires_in": self._left_s(token)}
        return JSONResponse({**body, "login": user.login, "user_id": user.id} if user else body)

    async def revoke(self, request: Request) -> Response:
        try:
            given = await fields(request)
            self._grants.revoke(given.get("client_id", ""), given.get("token", ""))
        except Refused as refused:
            return _refused(refused)
        return Response(status_code=200)


def _refused(refused: Refused) -> Response:
    return JSONResponse({"status": refused.status, "message": refused.message}, refused.status)
