"""Tokens and codes: who gets one, how long it is good, and what ends it."""

from __future__ import annotations

import pytest

from fakes.hand_clock import HandClock
from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.oauth.grants import CODE_S, DEVICE_S, REFRESH_S, USER_TOKEN_S, Grants
from sidecast.twitch_sim.refusal import Refused
from sidecast.twitch_sim.world.cast import furnished

pytestmark = pytest.mark.unit


class Office:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.world = furnished(self.clock, Ids(1))
        self.grants = Grants(self.world, Ids(2), (PUBLIC, CONFIDENTIAL))
        self.streamer = self.world.channel


@pytest.fixture
def office() -> Office:
    return Office()


def refused(status: int, words: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=words, check=lambda error: error.status == status)


def test_a_token_is_good_for_its_time(office: Office) -> None:
    token = office.grants.issue(PUBLIC, office.streamer, ["user:read:chat"])
    office.clock.advance(USER_TOKEN_S - 1)
    assert office.grants.good(token.access) == token
    office.clock.advance(1)
    assert office.grants.good(token.access) is None


def test_a_public_clients_refresh_token_is_good_once_and_for_thirty_days(office: Office) -> None:
    old = office.grants.issue(PUBLIC, office.streamer, ["user:read:chat"])
    new = office.grants.refreshed(PUBLIC.client_id, old.refresh, "")
    assert (new.scopes, new.user_id) == (old.scopes, old.user_id)
    assert new.refresh != old.refresh
    with refused(400, "Invalid refresh token"):
        office.grants.refreshed(PUBLIC.client_id, old.refresh, "")
    office.clock.advance(REFRESH_S)
    with refused(400, "Invalid refresh token"):
        office.grants.refreshed(PUBLIC.client_id, new.refresh, "")


def test_another_client_keeps_its_refresh_token_and_needs_its_secret(office: Office) -> None:
    old = office.grants.issue(CONFIDENTIAL, office.streamer)
    with refused(400, "missing client secret"):
        office.grants.refreshed(CONFIDENTIAL.client_id, old.refresh, "")
    with refused(403, "invalid client secret"):
        office.grants.refreshed(CONFIDENTIAL.client_id, old.refresh, "wrong")
    office.clock.advance(REFRESH_S)
    for _ in range(2):
        new = office.grants.refreshed(CONFIDENTIAL.client_id, old.refresh, CONFIDENTIAL.secret)
        assert new.refresh == old.refresh
        assert office.grants.good(new.access)


def test_one_apps_refresh_token_is_nothing_to_another_app(office: Office) -> None:
    token = office.grants.issue(CONFIDENTIAL, office.streamer)
    with refused(400, "Invalid refresh token"):
        office.grants.refreshed(PUBLIC.client_id, token.refresh, "")


def test_the_device_flow(office: Office) -> None:
    grants = office.grants
    device = grants.begin_device(PUBLIC.client_id, ["user:read:chat"])
    with refused(400, "authorization_pending"):
        grants.redeem_device(PUBLIC.client_id, device.code)
    typed = f"{device.user_code[:4]}-{device.user_code[4:]}".lower()
    found = grants.device(typed)
    assert found is device
    found.user_id = office.streamer.id
    token = grants.redeem_device(PUBLIC.client_id, device.code)
    assert (token.user_id, token.scopes) == (office.streamer.id, ("user:read:chat",))
    with refused(400, "invalid device code"):
        grants.redeem_device(PUBLIC.client_id, device.code)


def test_a_device_is_forgotten_after_half_an_hour_or_a_no(office: Office) -> None:
    grants = office.grants
    late, denied = grants.begin_device(PUBLIC.client_id, []), grants.begin_device(PUBLIC.client_id, [])
    denied.denied = True
    with refused(400, "invalid device code"):
        grants.redeem_device(PUBLIC.client_id, denied.code)
    office.clock.advance(DEVICE_S)
    assert grants.device(late.user_code) is None
    with refused(400, "invalid device code"):
        grants.redeem_device(PUBLIC.client_id, late.code)


def test_the_code_flow(office: Office) -> None:
    grants, back = office.grants, "http://localhost/back"
    app = CONFIDENTIAL
    code = grants.agree(app, office.streamer, ["bits:read"], back)
    token = grants.redeem_code(app.client_id, app.secret, code.code, back)
    assert token.scopes == ("bits:read",)
    for used in (code, grants.agree(app, office.streamer, [], back)):
        elsewhere = back if used is code else "http://localhost/elsewhere"
        with pytest.raises(Refused):
            grants.redeem_code(app.client_id, app.secret, used.code, elsewhere)
    late = grants.agree(app, office.streamer, [], back)
    office.clock.advance(CODE_S)
    with refused(400, "Invalid authorization code"):
        grants.redeem_code(app.client_id, app.secret, late.code, back)


def test_a_code_needs_the_secret_that_a_public_client_does_not_have(office: Office) -> None:
    code = office.grants.agree(PUBLIC, office.streamer, [], "http://localhost/back")
    with refused(403, "invalid client secret"):
        office.grants.redeem_code(PUBLIC.client_id, "guess", code.code, "http://localhost/back")


def test_expired_tokens_can_be_refreshed_and_revoked_ones_cannot(office: Office) -> None:
    grants = office.grants
    gone: list[tuple[str, str]] = []
    grants.on_gone = lambda user_id, client_id: gone.append((user_id, client_id))
    first = grants.issue(PUBLIC, office.streamer)
    assert grants.expire() == 1
    assert grants.good(first.access) is None
    second = grants.refreshed(PUBLIC.client_id, first.refresh, "")
    other = grants.issue(PUBLIC, office.world.user("sidecast_bot"))
    assert grants.disconnect(office.streamer) == 1
    assert grants.good(second.access) is None
    assert grants.good(other.access)
    with refused(400, "Invalid refresh token"):
        grants.refreshed(PUBLIC.client_id, second.refresh, "")
    assert gone == [(office.streamer.id, PUBLIC.client_id)]


def test_revoking_one_token(office: Office) -> None:
    grants = office.grants
    token = grants.issue(PUBLIC, office.streamer)
    with refused(400, "Invalid token"):
        grants.revoke(CONFIDENTIAL.client_id, token.access)
    grants.revoke(PUBLIC.client_id, token.access)
    assert grants.good(token.access) is None
    with refused(400, "Invalid token"):
        grants.revoke(PUBLIC.client_id, token.access)
    with refused(404, "client does not exist"):
        grants.revoke("nobody", token.access)


def test_no_secret_shows_in_what_is_printed(office: Office) -> None:
    token = office.grants.issue(PUBLIC, office.streamer)
    device = office.grants.begin_device(PUBLIC.client_id, [])
    code = office.grants.agree(PUBLIC, office.streamer, [], "http://localhost")
    shown = f"{token!r} {device!r} {code!r} {CONFIDENTIAL!r}"
    for secret in (token.access, token.refresh, device.code, code.code, CONFIDENTIAL.secret):
        assert secret not in shown
