"""Log-in by a code, from the code to the vault, against the simulated Twitch in virtual time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from fakes.twitch_desk import Bench
from sidecast.errors import SidecastError, TwitchError
from sidecast.flow.twitch import Account, Feature
from sidecast.twitch.kept import NAMES
from sidecast.twitch.log_in import LogInState, Step
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

BROADCASTER, BOT = Account.BROADCASTER, Account.BOT
STREAMER, BOT_LOGIN, VIEWER = "larkandpine", "sidecast_bot", "wren"


def refused(message: str, status: int = 400) -> httpx2.Response:
    return httpx2.Response(status, json={"status": status, "message": message})


def token_asks(bench: Bench) -> list[float]:
    return [at for at, name in bench.between.at_s if name.startswith("POST /oauth2/token")]


def test_a_typed_code_brings_the_tokens_into_the_vault_and_nowhere_else(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        state = await bench.log_in(BROADCASTER, STREAMER)
        assert (state.step, state.words) == (Step.DONE, "")
        identity = bench.desk.helix.identity(BROADCASTER)
        assert identity is not None
        assert (identity.login, identity.name) == (STREAMER, bench.sim.channel.name)
        assert bench.desk.helix.scopes(BROADCASTER) == {
            "user:read:chat",
            "channel:read:subscriptions",
            "bits:read",
            "moderator:read:followers",
        }
        assert json.loads(bench.vault.get(NAMES[BROADCASTER]) or "")["access"] == bench.tokens(STREAMER)[0]

    run_virtual(main())


def test_the_server_is_asked_no_more_often_than_it_allows_and_slower_when_it_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        slow = [2]

        def instead(request: httpx2.Request) -> httpx2.Response | None:
            if request.url.path == "/oauth2/token" and slow[0]:
                slow[0] -= 1
                return refused("slow_down")
            return None

        bench.between.instead = instead
        await bench.desk.begin(BROADCASTER)
        await bench.clock.sleep(120)
        asks = token_asks(bench)
        gaps = [round(later - earlier) for earlier, later in itertools.pairwise(asks)]
        assert gaps[:2] == [10, 15]
        assert set(gaps[2:]) == {15}
        await bench.desk.cancel()

    run_virtual(main())


@pytest.mark.parametrize("spelling", ["authorization_pending", "Authorization_Pending", "invalid device code"])
def test_every_spelling_of_pending_is_waited_through(tmp_path: Path, spelling: str) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        bench.between.instead = lambda request: refused(spelling) if request.url.path == "/oauth2/token" else None
        await bench.desk.begin(BROADCASTER)
        await bench.clock.sleep(60)
        state = bench.desk.log_ins.state
        assert state is not None
        assert state.step is Step.WAITING
        bench.between.instead = lambda request: None
        bench.sim.agree(state.user_code, STREAMER)
        assert (await bench.ended()).step is Step.DONE

    run_virtual(main())


def test_a_code_that_nobody_types_ends_and_a_new_one_can_be_had(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        await bench.desk.begin(BROADCASTER)
        first = bench.desk.log_ins.state
        assert first is not None
        state = await bench.ended()
        assert (state.step, state.words[:21]) == (Step.EXPIRED, "Nobody typed the code")
        assert bench.clock.now_ns() / 1e9 == pytest.approx(1800, abs=1)
        assert (await bench.log_in(BROADCASTER, STREAMER)).step is Step.DONE

    run_virtual(main())


def test_a_refusal_on_the_page_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        bench.between.instead = lambda request: refused("access_denied") if request.url.path == "/oauth2/token" else None
        await bench.desk.begin(BROADCASTER)
        state = await bench.ended()
        assert state.step is Step.REFUSED
        assert "refused on Twitch’s page" in state.words.replace("'", "’")

    run_virtual(main())


def test_a_network_that_is_away_is_waited_for_and_said(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        await bench.desk.begin(BROADCASTER)
        state = bench.desk.log_ins.state
        assert state is not None

        def away(request: httpx2.Request) -> httpx2.Response | None:
            raise httpx2.ConnectError("nobody listens")

        bench.between.instead = away
        await bench.clock.sleep(20)
        waiting = bench.desk.log_ins.state
        assert waiting is not None
        assert waiting.offline
        bench.between.instead = lambda request: None
        bench.sim.agree(state.user_code, STREAMER)
        assert (await bench.ended()).step is Step.DONE

    run_virtual(main())


def test_a_bot_in_the_streamers_place_is_held_until_somebody_decides(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        await bench.log_in(BOT, BOT_LOGIN)
        state = await bench.log_in(BROADCASTER, BOT_LOGIN)
        assert state.step is Step.MIX_UP
        assert "your bot’s account" in state.words
        assert bench.desk.accounts.remembered(BROADCASTER) is None
        assert bench.vault.get(NAMES[BROADCASTER]) is None
        await bench.desk.confirm()
        assert bench.desk.accounts.remembered(BROADCASTER) == bench.desk.accounts.remembered(BOT)

    run_virtual(main())


@pytest.mark.parametrize("how", ["cancel", "time", "again"])
def test_what_a_mix_up_was_granted_is_given_back(tmp_path: Path, how: str) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, channel=STREAMER)
        state = await bench.log_in(BROADCASTER, VIEWER)
        assert state.step is Step.MIX_UP
        assert STREAMER in state.words
        assert len(bench.tokens(VIEWER)) == 1
        if how == "cancel":
            await bench.desk.cancel()
        elif how == "again":
            assert (await bench.log_in(BROADCASTER, STREAMER)).step is Step.DONE
        else:
            await bench.clock.sleep(601)
            over = bench.desk.log_ins.state
            assert over is not None
            assert over.step is Step.EXPIRED
            with pytest.raises(TwitchError, match="No log-in waits"):
                await bench.desk.confirm()
        assert bench.tokens(VIEWER) == []

    run_virtual(main())


def test_another_person_than_before_is_a_mix_up_and_the_same_one_is_not(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        assert (await bench.log_in(BROADCASTER, STREAMER)).step is Step.DONE
        assert (await bench.log_in(BROADCASTER, STREAMER)).step is Step.DONE
        state = await bench.log_in(BROADCASTER, VIEWER)
        assert state.step is Step.MIX_UP
        assert "so far your own account was" in state.words
        assert bench.desk.helix.identity(BROADCASTER) is not None
        assert bench.tokens(STREAMER)

    run_virtual(main())


def test_one_account_for_both_is_allowed_and_said(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        await bench.log_in(BROADCASTER, STREAMER)
        state = await bench.log_in(BOT, STREAMER)
        assert state.step is Step.DONE
        assert "writes in your name" in state.words

    run_virtual(main())


def test_a_token_of_another_application_is_refused_and_not_kept(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        foreign = bench.sim.token(STREAMER, ["user:read:chat"], app=CONFIDENTIAL)

        def instead(request: httpx2.Request) -> httpx2.Response | None:
            if request.url.path != "/oauth2/token":
                return None
            given = {"access_token": foreign.access, "refresh_token": foreign.refresh, "expires_in": 100, "scope": []}
            return httpx2.Response(200, json=given)

        bench.between.instead = instead
        await bench.desk.begin(BROADCASTER)
        state = await bench.ended()
        assert state.step is Step.REFUSED
        assert "another application" in state.words
        assert bench.vault.get(NAMES[BROADCASTER]) is None

    run_virtual(main())


def test_a_new_log_in_asks_for_what_is_granted_already_too_and_gives_the_old_tokens_back(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, features=("chat", "rewards"))
        await bench.log_in(BROADCASTER, STREAMER)
        old = bench.tokens(STREAMER)
        other = Bench(tmp_path / "other", sim=bench.sim, vault=bench.vault, features=("run_polls",))
        await other.desk.start()
        assert other.desk.lacking(BROADCASTER) == {"channel:manage:polls", "channel:manage:predictions"}
        assert (await other.log_in(BROADCASTER, STREAMER)).step is Step.DONE
        assert other.desk.helix.scopes(BROADCASTER) == {
            "user:read:chat",
            "channel:read:redemptions",
            "channel:manage:polls",
            "channel:manage:predictions",
        }
        assert not set(old) & set(bench.tokens(STREAMER))

    run_virtual(main())


def test_the_bots_permission_is_the_streamers_until_there_is_a_bot(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, features=("write",))
        assert bench.desk.asked(BROADCASTER) == bench.desk.asked(BOT) == {"user:write:chat"}
        await bench.log_in(BROADCASTER, STREAMER)
        assert bench.desk.helix.identity(BOT) is None
        assert bench.desk.helix.scopes(BOT) == {"user:write:chat"}
        assert (await bench.desk.helix.call("GET", "users", account=BOT)).data["data"][0]["login"] == STREAMER
        await bench.log_in(BOT, BOT_LOGIN)
        bot = bench.desk.helix.identity(BOT)
        assert bot is not None
        assert bot.login == BOT_LOGIN
        assert bench.desk.asked(BROADCASTER) == {"user:write:chat"}, "granted already, so it stays"
        assert Feature.WRITE in bench.desk.features

    run_virtual(main())


def test_what_was_not_granted_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        await bench.desk.begin(BROADCASTER)
        state = bench.desk.log_ins.state
        assert state is not None
        device = bench.sim.grants.device(state.user_code)
        assert device is not None
        device.scopes = ("user:read:chat",)
        bench.sim.agree(state.user_code, STREAMER)
        done = await bench.ended()
        assert done.step is Step.DONE
        assert "did not grant: see cheers, see who subscribes, see who follows." in done.words

    run_virtual(main())


@pytest.mark.parametrize(
    "begin",
    [
        {"user_code": "ABCD", "device_code": "x", "verification_uri": "javascript:alert(1)"},
        {"user_code": "ABCD", "device_code": "x", "verification_uri": "http://twitch.example/activate"},
        {"user_code": "ABCD", "device_code": "x", "verification_uri": "https://me@twitch.example/"},
        {"user_code": "<b>", "device_code": "x", "verification_uri": "https://twitch.example"},
        {"user_code": "ABCD", "device_code": "", "verification_uri": "https://twitch.example"},
        {"user_code": "ABCD", "device_code": ["x"], "verification_uri": "https://twitch.example"},
        {},
        [],
    ],
)
def test_a_strange_beginning_is_refused_in_words(tmp_path: Path, begin: object) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        bench.between.instead = lambda request: httpx2.Response(200, json=begin)
        with pytest.raises(SidecastError, match="Twitch"):
            await bench.desk.begin(BROADCASTER)
        assert bench.desk.log_ins.state is None

    run_virtual(main())


RETURN = "http://localhost:8787/api/v1/twitch/log-in/return"


async def by_browser(bench: Bench, login: str, act: Callable[[str, str], Awaitable[None]]) -> LogInState | None:
    bench.vault.set("twitch.client_secret", CONFIDENTIAL.secret)
    url, state = await bench.desk.begin_in_browser(BROADCASTER, RETURN)
    assert f"state={state}" in url
    user = bench.sim.world.user(login)
    code = bench.sim.grants.agree(CONFIDENTIAL, user, bench.desk.asked(BROADCASTER), RETURN)
    await act(state, code.code)
    return bench.desk.log_ins.state


def test_the_code_flow_with_a_secret_from_the_vault(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, client_id=CONFIDENTIAL.client_id)
        state = await by_browser(bench, STREAMER, lambda state, code: bench.desk.come_back(state, code, ""))
        assert state is not None
        assert state.step is Step.DONE
        assert bench.desk.helix.identity(BROADCASTER) is not None
        # and its tokens are renewed with the secret
        bench.sim.grants.expire()
        assert (await bench.desk.helix.call("GET", "users", account=BROADCASTER)).ok

    run_virtual(main())


def test_a_browser_that_brings_back_something_else_is_not_let_in(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, client_id=CONFIDENTIAL.client_id)

        async def wrong_state(state: str, code: str) -> None:
            with pytest.raises(TwitchError, match="not the log-in that was begun"):
                await bench.desk.come_back("x" * len(state), code, "")

        await by_browser(bench, STREAMER, wrong_state)
        assert bench.desk.helix.identity(BROADCASTER) is None

        async def no(state: str, code: str) -> None:
            with pytest.raises(TwitchError, match="refused on Twitch's page"):
                await bench.desk.come_back(state, "", "access_denied")

        ended = await by_browser(bench, STREAMER, no)
        assert ended is not None
        assert ended.step is Step.REFUSED

        async def twice(state: str, code: str) -> None:
            await bench.desk.come_back(state, code, "")
            with pytest.raises(TwitchError, match="not the log-in that was begun"):
                await bench.desk.come_back(state, code, "")

        await by_browser(bench, STREAMER, twice)
        assert len(bench.tokens(STREAMER)) == 1

    run_virtual(main())


def test_without_a_client_id_one_is_told_how_to_get_one(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, client_id="")
        with pytest.raises(TwitchError, match=r"dev\.twitch\.tv"):
            await bench.desk.begin(BROADCASTER)
        assert (await bench.desk.shown()).client_id == ""

    run_virtual(main())
