"""A provider of OpenID Connect, and Twitch's log-in, in memory: honest by itself, and as dishonest as a test wants it."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://login.example"
CLIENT = "room"


class FakeProvider(httpx2.AsyncBaseTransport):
    def __init__(self, now_s: Callable[[], int]) -> None:
        self._now_s = now_s
        self.asked: list[str] = []
        self.document: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/me",
        }
        self.signing = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.published = [self.signing]
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        """On top of what is right; None takes one away."""
        self.nonce = ""
        self.answers: dict[str, httpx2.Response] = {}
        """By path, in place of what is right."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = str(request.url)
        self.asked.append(url)
        path = urlsplit(url).path
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                return answer(self.document)
            case "/keys":
                return answer({"keys": [key.as_dict(private=False) for key in self.published]})
            case "/token":
                return answer({"access_token": "an access token", "token_type": "Bearer", "id_token": self.id_token()})
            case "/me":
                return answer({"sub": "mika", "name": "Mika"})
        return httpx2.Response(404)

    def id_token(self) -> str:
        now = self._now_s()
        claims = {"iss": ISSUER, "sub": "mika", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.signing, algorithms=["RS256"])
        # what a liar would write by hand: libraries refuse to
        signed = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
        public = self.signing.as_pem(private=False)
        proof = b"" if self.algorithm == "none" else hmac.digest(public, signed.encode(), "sha256")
        return f"{signed}.{_base64(proof)}"

    def noted(self, url: str) -> dict[str, str]:
        """What the browser was sent with; its nonce comes back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.nonce = query["nonce"]
        return query


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def answer(content: Any, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=json.dumps(content).encode(), headers={"content-type": "application/json"})


class FakeTwitch(httpx2.AsyncBaseTransport):
    """id.twitch.tv/oauth2 as its documentation has it: errors are `{"status", "message"}`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.code: dict[str, Any] = {
            "device_code": "the device code",
            "user_code": "ABCD",
            "verification_uri": "https://www.twitch.tv/activate",
            "expires_in": 1800,
            "interval": 5,
        }
        self.token: httpx2.Response = answer({"status": 400, "message": "authorization_pending"}, 400)
        self.validated: dict[str, Any] = {"client_id": CLIENT, "login": "mika_live", "user_id": "123", "scopes": []}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs((await request.aread()).decode(), keep_blank_values=True).items()}
        path = request.url.path
        self.asked.append((path, form | {"authorization": request.headers.get("authorization", "")}))
        match path:
            case "/oauth2/device":
                return answer(self.code)
            case "/oauth2/token":
                return self.token
            case "/oauth2/validate":
                return answer(self.validated)
            case "/oauth2/revoke":
                return answer({})
        return httpx2.Response(404)

    def typed(self) -> None:
        """Somebody typed the code."""
        self.token = answer({"access_token": "an access token", "refresh_token": "r", "token_type": "bearer"})
