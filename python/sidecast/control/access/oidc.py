"""Log-in by a provider of OpenID Connect: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207)."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ...clock import Clock
from ..api.problems import Refusal
from .log_in import Identity
from .outside import Outside, checked, object_in

log = logging.getLogger(__name__)

FRESH_NS = 3600 * 10**9
"""How long a provider's document and keys are believed."""
NEW_KEYS_NS = 60 * 10**9
"""An unknown key makes us look for new ones, but no more often than this."""
LEEWAY_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that need the provider's private key: `none` and those with a shared secret are refused."""
WELL_KNOWN = "/.well-known/openid-configuration"
_DENIED = "The log-in was not finished."


@dataclass(frozen=True, slots=True)
class OidcTry:
    """What is remembered between the way there and the way back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class Oidc:
    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: Callable[[], str | None],
        clock: Clock,
        *,
        name: str = "OpenID Connect",
        hosts: Sequence[str] = (),
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """
        Args:
            secret: of the client, as the vault has it; None for a public client. Called in a thread.
            hosts: besides the issuer's, on which its endpoints may be.
            transport: in place of the network.

        Raises:
            SettingsError: the issuer is no https address (http on this machine itself).
        """
        self.name = name
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._outside = Outside(name, [checked(issuer, "control.oidc.issuer").netloc, *hosts], transport)
        self._document: dict[str, Any] = {}
        self._document_ns = 0
        self._keys: KeySet | None = None
        self._keys_ns = 0

    async def start(self, redirect_uri: str) -> tuple[str, OidcTry]:
        """Where the browser goes, and what to remember until it comes back.

        Raises:
            Refusal: the provider is away or not as it should be (503).
        """
        document = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        tried = OidcTry(state, nonce, verifier, redirect_uri)
        async with await self._client(redirect_uri, document) as client:
            url, _ = client.create_authorization_url(
                self._outside.check(document["authorization_endpoint"]),
                state=tried.state,
                nonce=tried.nonce,
                code_verifier=tried.verifier,
            )
        return url, tried

    async def finish(self, tried: OidcTry, answer: Mapping[str, str]) -> Identity:
        """Who came back with `answer`, the parameters of the address.

        Raises:
            Refusal: it was denied or is not what was asked for (403), or the provider is away (503).
        """
        if not secrets.compare_digest(answer.get("state", "").encode(), tried.state.encode()):
            raise Refusal(403, "This is not the answer to the log-in that was begun here.", "Begin it again.")
        document = await self._discover()
        # RFC 9207: another provider must not answer in this one's place
        said = answer.get("iss")
        if said != self._issuer and (said is not None or document.get("authorization_response_iss_parameter_supported")):
            raise Refusal(403, "Another provider answered.", "Begin the log-in again.")
        if "error" in answer or not answer.get("code"):
            log.info("a log-in by %s was refused there", self.name)
            raise Refusal(403, _DENIED, "Begin it again, if that was not meant.")
        async with self._outside.told(), await self._client(tried.redirect_uri, document) as client:
            token = await self._exchange(client, document, answer["code"], tried)
            claims = await self._claims(token, tried.nonce)
            name = _name(claims) or await self._asked_name(client, document, str(claims["sub"]))
        return Identity("oidc", self._issuer, str(claims["sub"])[:255], name)

    async def close(self) -> None:
        await self._outside.close()

    async def _client(self, redirect_uri: str, document: Mapping[str, Any]) -> AsyncOAuth2Client:
        secret = await asyncio.to_thread(self._secret)
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            self._client_id,
            secret,
            token_endpoint_auth_method=method if secret else "none",
            scope="openid profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            transport=self._outside.transport,
            timeout=None,
        )

    async def _exchange(
        self, client: AsyncOAuth2Client, document: Mapping[str, Any], code: str, tried: OidcTry
    ) -> dict[str, Any]:
        try:
            token = await client.fetch_token(
                self._outside.check(document["token_endpoint"]),
                grant_type="authorization_code",
                code=code,
                code_verifier=tried.verifier,
            )
        except (OAuthError, ValueError) as error:
            log.warning("%s did not take its own code: %s", self.name, str(getattr(error, "error", "no JSON"))[:60])
            raise Refusal(403, _DENIED, "Begin it again.") from None
        return dict(token)

    async def _claims(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """The ID token's, once signature, issuer, audience, time and nonce are right."""
        try:
            read = await self._read(str(token["id_token"]))
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=self._clock.wall_ms() // 1000, leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.warning("%s sent an ID token that is not right: %s", self.name, type(error).__name__)
            raise Refusal(403, f"{self.name} did not prove who you are.", "Begin the log-in again.") from None
        return claims

    async def _read(self, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, await self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # it may be signed by a key that is new
            return jwt.decode(text, await self._key_set(anew=True), algorithms=ALGORITHMS)

    async def _asked_name(self, client: AsyncOAuth2Client, document: Mapping[str, Any], subject: str) -> str:
        """Some providers tell the name only there. Without one it works as well."""
        endpoint = document.get("userinfo_endpoint")
        if not isinstance(endpoint, str):
            return ""
        try:
            said = object_in(await client.get(self._outside.check(endpoint)))
        except (Refusal, OAuthError, httpx2.HTTPError) as error:
            log.info("%s did not tell the name: %s", self.name, type(error).__name__)
            return ""
        return _name(said) if said.get("sub") == subject else ""

    async def _discover(self) -> dict[str, Any]:
        now = self._clock.now_ns()
        if self._document and now - self._document_ns < FRESH_NS:
            return self._document
        async with self._outside.client() as client:
            response = await client.get(self._issuer.rstrip("/") + WELL_KNOWN)
        document = object_in(response)
        wrong = [
            name for name in ("authorization_endpoint", "token_endpoint", "jwks_uri") if not isinstance(document.get(name), str)
        ]
        if response.status_code != httpx2.codes.OK or wrong or document.get("issuer") != self._issuer:
            log.warning("%s: its document has status %d, lacks %s", self.name, response.status_code, wrong or "the issuer's name")
            raise Refusal(503, f"{self.name} does not describe itself as a provider.", "The owner checks control.oidc.issuer.")
        self._document, self._document_ns = document, now
        return document

    async def _key_set(self, *, anew: bool = False) -> KeySet:
        now = self._clock.now_ns()
        age = now - self._keys_ns
        if self._keys is None or age >= (NEW_KEYS_NS if anew else FRESH_NS):
            document = await self._discover()
            async with self._outside.client() as client:
                response = await client.get(self._outside.check(document["jwks_uri"]))
            self._keys, self._keys_ns = KeySet.import_key_set(object_in(response)), now  # type: ignore[arg-type]
        return self._keys


def _name(claims: Mapping[str, Any]) -> str:
    names = (claims.get(each) for each in ("preferred_username", "name", "nickname"))
    return next((name for name in names if isinstance(name, str) and name.strip()), "")
