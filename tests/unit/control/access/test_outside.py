"""Providers that lie, that want us elsewhere, that answer with too much: nobody gets in, and nothing else is asked."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey

from fakes.accounts import GOOD
from fakes.provider import CLIENT, ISSUER, FakeProvider, FakeTwitch, answer
from fakes.visitors import Room, Visitor
from sidecast.clock import LoopClock
from sidecast.control.access.configured import outsiders_of
from sidecast.control.access.device import Denied, Expired, Twitch
from sidecast.control.access.oidc import NEW_KEYS_NS, Oidc
from sidecast.control.access.outside import MAX_BYTES, TIME_S, checked
from sidecast.control.access.permission import Role
from sidecast.control.api.outside import Outsiders
from sidecast.control.api.problems import Refusal
from sidecast.errors import SettingsError
from sidecast.settings import Control, OidcLogIn, TwitchLogIn
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

BACK = "http://127.0.0.1:8787/back"


class Times:
    now_s = 1000.0


class There:
    """A provider and our side of it."""

    def __init__(self, **more: Any) -> None:
        self.times = Times()
        self.clock = LoopClock(lambda: self.times.now_s)
        self.provider = FakeProvider(lambda: self.clock.wall_ms() // 1000)
        self.oidc = Oidc(ISSUER, CLIENT, lambda: None, self.clock, name="Elsewhere", transport=self.provider, **more)

    async def log_in(self, **changed: str) -> Any:
        url, tried = await self.oidc.start(BACK)
        query = self.provider.noted(url)
        return await self.oidc.finish(tried, {"state": query["state"], "code": "a code"} | changed)


@pytest.fixture
def there() -> There:
    return There()


async def test_an_honest_provider_vouches(there: There) -> None:
    url, _ = await there.oidc.start(BACK)
    query = there.provider.noted(url)
    assert (query["code_challenge_method"], query["redirect_uri"], query["response_type"]) == ("S256", BACK, "code")
    assert len(query["code_challenge"]) == 43
    who = await there.log_in()
    assert (who.issuer, who.subject, who.name) == (ISSUER, "mika", "Mika")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT, "somebody else"]},
        {"azp": "somebody else"},
        {"exp": 1},
        {"iat": 99_999_999_999},
        {"nonce": "an older one"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"at_hash": "x"},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(there: There, claims: dict[str, Any]) -> None:
    there.provider.claims = claims
    with pytest.raises(Refusal, match="did not prove who you are") as refused:
        await there.log_in()
    assert refused.value.status == 403


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_without_a_signature_of_the_provider_is_refused(there: There, algorithm: str) -> None:
    there.provider.algorithm = algorithm
    with pytest.raises(Refusal, match="did not prove who you are"):
        await there.log_in()


@pytest.mark.parametrize(
    "token", [{}, {"access_token": "x"}, {"id_token": "a.b.c"}, {"id_token": 7}, {"error": "invalid_grant"}, []]
)
async def test_an_answer_without_a_token_is_refused(there: There, token: Any) -> None:
    there.provider.answers["/token"] = answer(token)
    with pytest.raises(Refusal) as refused:
        await there.log_in()
    assert refused.value.status == 403


async def test_a_foreign_key_is_refused_and_a_new_one_is_looked_for(there: There) -> None:
    await there.log_in()
    there.provider.signing = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    with pytest.raises(Refusal):
        await there.log_in()
    asked = there.provider.asked.count(f"{ISSUER}/keys")
    with pytest.raises(Refusal):
        await there.log_in()
    assert there.provider.asked.count(f"{ISSUER}/keys") == asked, "not asked again within a minute"
    there.provider.published = [there.provider.signing]
    there.times.now_s += NEW_KEYS_NS / 1e9
    assert (await there.log_in()).subject == "mika"


@pytest.mark.parametrize(
    "changed", [{"state": "another"}, {"state": "é"}, {"iss": "https://other.example"}, {"code": ""}, {"error": "access_denied"}]
)
async def test_an_answer_that_was_not_asked_for_is_refused(there: There, changed: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        await there.log_in(**changed)
    assert refused.value.status == 403
    assert f"{ISSUER}/token" not in there.provider.asked


async def test_a_provider_that_says_it_names_itself_must(there: There) -> None:
    there.provider.document["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(Refusal, match="Another provider"):
        await there.log_in()
    assert await there.log_in(iss=ISSUER)


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:8787/api/v1/keep",
        "https://other.example/x",
        "http://login.example/x",
        "https://login.example@evil.example/x",
        "https://login.example:8443/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
async def test_its_document_cannot_send_us_elsewhere(there: There, endpoint: str, url: str) -> None:
    there.provider.document[endpoint] = url
    if endpoint == "userinfo_endpoint":
        assert (await there.log_in()).name == "", "the name is not worth it"
    else:
        with pytest.raises(Refusal, match="not configured") as refused:
            await there.log_in()
        assert refused.value.status == 503
    assert {asked.split("/")[2] for asked in there.provider.asked} == {"login.example"}


async def test_a_further_host_can_be_configured() -> None:
    there = There(hosts=["keys.example"])
    there.provider.document["jwks_uri"] = "https://keys.example/keys"
    assert (await there.log_in()).subject == "mika"


@pytest.mark.parametrize(
    "document",
    [
        answer({"issuer": "https://other.example"}),
        answer([]),
        answer({}, 500),
        httpx2.Response(302, headers={"location": "http://169.254.169.254/"}),
        httpx2.Response(200, content=b"[" * 100_000),
        httpx2.Response(200, content=b" " * (MAX_BYTES + 1)),
    ],
)
async def test_a_document_that_is_none_is_said_to_be(there: There, document: httpx2.Response) -> None:
    there.provider.answers["/.well-known/openid-configuration"] = document
    with pytest.raises(Refusal) as refused:
        await there.log_in()
    assert refused.value.status == 503
    assert there.provider.asked == [f"{ISSUER}/.well-known/openid-configuration"]


async def test_a_provider_that_is_away_is_said_to_be(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route to a secret place")

    monkeypatch.setattr(there.provider, "handle_async_request", away)
    with pytest.raises(Refusal, match="cannot be reached") as refused:
        await there.log_in()
    assert "secret place" not in str(refused.value)


def test_a_provider_that_hangs_is_given_up() -> None:
    async def hang() -> float:
        clock = loop_clock()

        class Hanging(httpx2.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
                await clock.sleep(3600)
                return httpx2.Response(200)

        oidc = Oidc(ISSUER, CLIENT, lambda: None, clock, transport=Hanging())
        with pytest.raises(Refusal, match="did not answer in time") as refused:
            await oidc.start(BACK)
        assert refused.value.status == 503
        return asyncio.get_running_loop().time()

    assert run_virtual(hang()) == TIME_S


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example",
        "login.example",
        "https://",
        "https://user:pass@login.example",
        "https://login.example?x=1",
        "https://login.example:0",
        "https://login.example:99999",
        "ftp://login.example",
        "https://lögin.example",
        "http://127.0.0.1.evil.example",
    ],
)
def test_an_issuer_must_be_an_encrypted_address(issuer: str) -> None:
    with pytest.raises(SettingsError):
        checked(issuer, "control.oidc.issuer")
    notes: list[str] = []
    settings = Control(oidc=OidcLogIn(issuer=issuer, client_id="x"), twitch=TwitchLogIn(client_id="x", url=issuer))
    assert outsiders_of(settings, lambda: None, LoopClock(lambda: 0.0), notes.append) == Outsiders()
    assert len(notes) == 2


def test_on_this_machine_itself_it_need_not_be() -> None:
    assert checked("http://127.0.0.1:4000/realm", "x").netloc == "127.0.0.1:4000"
    assert checked("http://localhost:4000", "x").netloc == "localhost:4000"


class TwitchHere:
    def __init__(self) -> None:
        self.times = Times()
        self.clock = LoopClock(lambda: self.times.now_s)
        self.fake = FakeTwitch()
        self.twitch = Twitch(CLIENT, "https://id.example/oauth2", self.clock, self.fake)


async def test_twitch_is_asked_for_nothing_but_who_it_is_and_the_token_is_given_back() -> None:
    here = TwitchHere()
    tried = await here.twitch.start()
    assert (tried.user_code, tried.interval_s) == ("ABCD", 5)
    assert here.fake.asked[0][1]["scopes"] == ""
    for _ in range(3):
        assert await here.twitch.ask(tried) is None
    assert [path for path, _ in here.fake.asked] == ["/oauth2/device", "/oauth2/token"], "not more often than it allows"
    for message in ("invalid device code", "slow_down"):
        here.times.now_s += 5
        here.fake.token = answer({"status": 400, "message": message}, 400)
        assert await here.twitch.ask(tried) is None
    assert tried.interval_s == 10
    here.fake.typed()
    here.times.now_s += 10
    who = await here.twitch.ask(tried)
    assert who is not None
    assert (who.subject, who.name) == ("123", "mika_live")
    (validate, sent), (revoke, given_back) = here.fake.asked[-2:]
    assert (validate, sent["authorization"]) == ("/oauth2/validate", "OAuth an access token")
    assert (revoke, given_back["token"]) == ("/oauth2/revoke", "an access token")


@pytest.mark.parametrize("validated", [{}, {"client_id": "somebody else", "user_id": "1"}, {"client_id": CLIENT, "user_id": 5}])
async def test_a_token_for_somebody_elses_application_lets_nobody_in(validated: dict[str, Any]) -> None:
    here = TwitchHere()
    tried = await here.twitch.start()
    here.fake.typed()
    here.fake.validated = validated
    with pytest.raises(Denied):
        await here.twitch.ask(tried)


async def test_a_code_that_is_denied_or_not_typed_in_time_is_over() -> None:
    here = TwitchHere()
    tried = await here.twitch.start()
    here.fake.token = answer({"status": 400, "message": "access_denied"}, 400)
    with pytest.raises(Denied):
        await here.twitch.ask(tried)
    here.times.now_s += 1800
    with pytest.raises(Expired):
        await here.twitch.ask(tried)


async def test_a_guest_joins_by_twitch_and_an_owner_links_it() -> None:
    times = Times()
    clock = LoopClock(lambda: times.now_s)
    fake = FakeTwitch()
    room = Room(clock, outsiders=Outsiders(twitch=Twitch(CLIENT, "https://id.example/oauth2", clock, fake)))
    owner, guest = await room.owner(), room.stranger()
    assert guest.people("GET", "log-in").json()["twitch"]
    key, _ = await room.accounts.invitations.make(room.accounts.caller(owner.token), Role.MODERATOR, 1)
    code = guest.people("POST", "log-in/twitch", {"invitation": key})
    assert code.json()["user_code"] == "ABCD"
    assert "samesite=lax" in code.headers["set-cookie"].lower()
    assert guest.people("POST", "log-in/twitch/state").json() == {"state": "waiting"}
    assert room.stranger().people("POST", "log-in/twitch/state").json() == {"state": "expired"}, "another browser"
    fake.typed()
    times.now_s += 5
    assert guest.people("POST", "log-in/twitch/state").json() == {"state": "in"}
    assert guest.people("GET", "me").json()["twitch"] == "mika_live"
    assert guest.people("POST", "log-in/twitch/state").json() == {"state": "expired"}, "it works once"
    # an account that is somebody's is not linked to another
    assert owner.people("POST", "me/twitch").status_code == 200
    assert owner.people("POST", "log-in/twitch/state").status_code == 409
    fake.validated["user_id"] = "456"
    assert owner.people("POST", "me/twitch").status_code == 200
    assert owner.people("POST", "log-in/twitch/state").json() == {"state": "in"}
    assert owner.people("GET", "me").json()["id"].startswith("member:"), "the session stays"
    assert owner.people("DELETE", "me/twitch").json()["twitch"] == ""


@pytest.mark.parametrize("ended", ["by the person", "by the owner", "with a new passphrase"])
async def test_who_was_logged_out_in_the_meantime_links_nothing(ended: str) -> None:
    times = Times()
    clock = LoopClock(lambda: times.now_s)
    fake = FakeTwitch()
    room = Room(clock, outsiders=Outsiders(twitch=Twitch(CLIENT, "https://id.example/oauth2", clock, fake)))
    mika, owner = await room.member("Mika", Role.MODERATOR), await room.owner()
    number = room.accounts.members.of(room.accounts.caller(mika.token)).id
    [session] = mika.people("GET", "me/sessions").json()
    elsewhere = Visitor(room)
    entered = elsewhere.people("POST", "log-in/passphrase", {"name": "Mika", "passphrase": GOOD})
    assert mika.people("POST", "me/twitch").status_code == 200
    if ended == "by the person":
        mika.people("POST", "log-out")
    elif ended == "by the owner":
        owner.people("DELETE", f"sessions/{session['id']}")
    else:
        body = {"current": GOOD, "passphrase": GOOD + " new"}
        changed = elsewhere.people("PUT", "me/passphrase", body, **{"x-sidecast-csrf": entered.json()["csrf"]})
        assert changed.status_code == 200
    fake.typed()
    assert mika.people("POST", "log-in/twitch/state").status_code == 401
    assert room.accounts.register.members[number].twitch_id == ""


@pytest.mark.parametrize(
    "page",
    [
        "javascript:alert(1)",
        "http://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://localhost.evil.example/activate?code=1",
        "https://",
    ],
)
async def test_the_page_for_the_code_is_a_web_page_that_nobody_listens_to(page: str) -> None:
    for name in ("verification_uri", "verification_uri_complete"):
        here = TwitchHere()
        here.fake.code[name] = page
        with pytest.raises(Refusal, match="no web page"):
            await here.twitch.start()


async def test_ways_that_are_not_configured_are_not_there() -> None:
    room = Room()
    owner = await room.owner()
    for way in ("oidc", "twitch"):
        assert room.stranger().people("POST", f"log-in/{way}", {}).status_code == 404
        assert owner.people("POST", f"me/{way}").status_code == 404
    assert Visitor(room).ask("GET", "/api/v1/people/log-in/oidc/return").status_code == 403


async def test_beginnings_are_slowed_down() -> None:
    times = Times()
    clock = LoopClock(lambda: times.now_s)
    room = Room(clock, outsiders=Outsiders(twitch=Twitch(CLIENT, "https://id.example/oauth2", clock, FakeTwitch())))
    stranger = room.stranger()
    answers = [stranger.people("POST", "log-in/twitch", {}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    # one household has as many addresses as it likes
    many = [room.stranger(f"2001:db8:0:7::{number}").people("POST", "log-in/twitch", {}).status_code for number in range(11)]
    assert many == [200] * 10 + [429]
