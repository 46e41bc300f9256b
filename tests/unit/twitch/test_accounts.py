"""Tokens are kept alive, renewed once for everybody, and their end is noticed: against the simulated Twitch, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from fakes.twitch_desk import Bench
from sidecast.errors import VaultError
from sidecast.flow.twitch import Account, Answer, Identity
from sidecast.twitch.accounts import State
from sidecast.twitch.kept import NAMES, Kept, Shelf
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL
from sidecast.vault.opening import open_vault
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

BROADCASTER, BOT = Account.BROADCASTER, Account.BOT
STREAMER, BOT_LOGIN = "larkandpine", "sidecast_bot"
REFRESH, VALIDATE = "POST /oauth2/token refresh_token", "GET /oauth2/validate"


async def logged_in(folder: Path, **more: object) -> Bench:
    bench = Bench(folder, **more)  # type: ignore[arg-type]
    await bench.log_in(BROADCASTER, STREAMER)
    bench.between.asked.clear()
    return bench


async def who(bench: Bench) -> Answer:
    return await bench.desk.helix.call("GET", "users", account=BROADCASTER)


def in_vault(bench: Bench, what: str) -> str:
    return str(json.loads(bench.vault.get(NAMES[BROADCASTER]) or "{}").get(what, ""))


def test_one_refresh_is_shared_by_all_callers_and_the_new_pair_is_in_the_vault(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        old = in_vault(bench, "access"), in_vault(bench, "refresh")
        bench.sim.grants.expire()
        answers = await asyncio.gather(*[who(bench) for _ in range(30)])
        assert all(answer.ok for answer in answers)
        assert bench.between.asked[REFRESH] == 1
        new = in_vault(bench, "access"), in_vault(bench, "refresh")
        assert not set(old) & set(new)
        assert bench.tokens(STREAMER) == [new[0]]
        # rotation: again, with what the first one gave
        bench.sim.grants.expire()
        assert (await who(bench)).ok
        assert bench.between.asked[REFRESH] == 2

    run_virtual(main())


def test_a_token_is_renewed_before_it_ends(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        await bench.clock.sleep(4 * 3600 - 30)
        bench.between.asked.clear()
        assert (await who(bench)).ok
        assert bench.between.asked["GET /helix/users"] == 1, "no call was made with the old one"
        assert bench.between.asked[REFRESH] == 1

    run_virtual(main())


def test_it_is_validated_hourly_for_days(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        await bench.clock.sleep(48 * 3600)
        running.cancel()
        times = [at for at, name in bench.between.at_s if name == VALIDATE]
        assert all(later - earlier <= 3600 for earlier, later in itertools.pairwise(times))
        assert 48 <= len(times) <= 70
        assert bench.desk.accounts.shown(BROADCASTER).state is State.GOOD

    run_virtual(main())


@pytest.mark.parametrize("noticed_by", ["the hour", "a call"])
def test_that_the_permission_was_taken_back_is_noticed_and_said(tmp_path: Path, noticed_by: str) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        await bench.clock.sleep(60)
        bench.sim.grants.disconnect(bench.sim.channel)
        if noticed_by == "a call":
            answer = await who(bench)
            assert answer.status == 401
            assert "taken back" in answer.message
        else:
            await bench.clock.sleep(3601)
        shown = bench.desk.accounts.shown(BROADCASTER)
        assert shown.state is State.ENDED
        assert "taken back" in shown.words
        assert shown.who is not None, "who it was is still known"
        assert in_vault(bench, "access") == in_vault(bench, "refresh") == ""
        assert bench.desk.helix.identity(BROADCASTER) is None
        assert "Log in again" in bench.notes[-1]
        running.cancel()
        # and after a restart
        again = Bench(tmp_path, sim=bench.sim, vault=bench.vault)
        await again.desk.start()
        assert again.desk.accounts.shown(BROADCASTER).words == shown.words
        # until somebody logs in
        await bench.log_in(BROADCASTER, STREAMER)
        assert bench.notes[-1] == ""

    run_virtual(main())


def test_a_log_in_that_was_not_used_for_a_month_is_said_to_be_too_old(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        await bench.clock.sleep(31 * 86_400)
        assert not (await who(bench)).ok
        assert "30 days" in bench.desk.accounts.shown(BROADCASTER).words

    run_virtual(main())


def test_a_log_in_server_that_is_away_ends_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        bench.between.instead = lambda request: httpx2.Response(503) if "/oauth2/" in request.url.path else None
        bench.sim.grants.expire()
        assert (await who(bench)).status == 401
        await bench.clock.sleep(3 * 3600)
        shown = bench.desk.accounts.shown(BROADCASTER)
        assert shown.state is State.OFFLINE
        assert bench.notes[-1] != ""
        assert in_vault(bench, "refresh")
        bench.between.instead = lambda request: None
        await bench.clock.sleep(400)
        assert bench.desk.accounts.shown(BROADCASTER).state is State.GOOD
        assert (await who(bench)).ok
        assert bench.notes[-1] == ""
        running.cancel()

    run_virtual(main())


@pytest.mark.parametrize(
    ("status", "message"), [(403, "invalid client secret"), (400, "invalid client"), (400, "missing client secret")]
)
def test_what_is_wrong_with_the_application_ends_no_log_in(tmp_path: Path, status: int, message: str) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        bench.sim.grants.expire()
        said = {"status": status, "message": message}
        bench.between.instead = lambda request: httpx2.Response(status, json=said) if "token" in request.url.path else None
        answer = await who(bench)
        assert answer.status == 401
        assert message in answer.message
        assert in_vault(bench, "refresh")
        bench.between.instead = lambda request: None
        assert (await who(bench)).ok

    run_virtual(main())


def test_while_it_is_away_it_is_asked_less_and_less(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        bench.between.instead = lambda request: httpx2.Response(500)
        await bench.clock.sleep(3600)
        bench.between.asked.clear()
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        await bench.clock.sleep(3600)
        running.cancel()
        assert 10 <= sum(bench.between.asked.values()) <= 40

    run_virtual(main())


def test_another_client_id_cannot_use_the_tokens_and_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        other = Bench(tmp_path, sim=bench.sim, vault=bench.vault, client_id=CONFIDENTIAL.client_id)
        await other.desk.start()
        assert other.desk.accounts.shown(BROADCASTER).state is State.OTHER_CLIENT
        assert (await who(other)).status == 401
        assert other.desk.helix.identity(BROADCASTER) is None
        assert other.between.asked["GET /helix/users"] == 0
        # the settings say the right one again
        other.desk.adopt(bench.settings)
        assert (await who(other)).ok

    run_virtual(main())


def test_another_program_of_ours_may_have_renewed_it_already(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        other = Bench(tmp_path, sim=bench.sim, vault=bench.vault)
        await other.desk.start()
        bench.sim.grants.expire()
        assert (await who(other)).ok
        assert (await who(bench)).ok
        assert (bench.between.asked[REFRESH], other.between.asked[REFRESH]) == (0, 1)
        # and when both do it at once, the one that is late takes what the other one got
        bench.sim.grants.expire()
        assert all(answer.ok for answer in await asyncio.gather(who(bench), who(other)))
        assert bench.desk.accounts.shown(BROADCASTER).state is State.GOOD
        assert other.desk.accounts.shown(BROADCASTER).state is State.GOOD

    run_virtual(main())


def test_a_caller_who_goes_away_does_not_take_the_new_pair_along(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        bench.sim.grants.expire()
        slow = asyncio.Event()

        async def before(request: httpx2.Request) -> None:
            if request.url.path == "/oauth2/token":
                await slow.wait()

        bench.between.before = before
        caller = asyncio.get_running_loop().create_task(who(bench))
        await bench.clock.sleep(1)
        caller.cancel()
        slow.set()
        await bench.clock.sleep(1)
        assert bench.tokens(STREAMER) == [in_vault(bench, "access")]
        assert (await who(bench)).ok

    run_virtual(main())


def test_a_log_out_while_it_is_renewed_wins(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        bench.sim.grants.expire()
        slow = asyncio.Event()

        async def before(request: httpx2.Request) -> None:
            if b"refresh_token" in request.content:
                await slow.wait()

        bench.between.before = before
        caller = asyncio.get_running_loop().create_task(who(bench))
        await bench.clock.sleep(1)
        await bench.desk.log_out(BROADCASTER)
        slow.set()
        assert (await caller).status == 401
        assert bench.vault.get(NAMES[BROADCASTER]) is None
        assert bench.tokens(STREAMER) == []

    run_virtual(main())


def test_a_log_out_gives_the_tokens_back_and_forgets(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        assert await bench.desk.log_out(BROADCASTER)
        assert bench.tokens(STREAMER) == []
        assert bench.vault.get(NAMES[BROADCASTER]) is None
        assert bench.desk.accounts.remembered(BROADCASTER) is None
        answer = await who(bench)
        assert (answer.status, answer.message) == (401, "Nobody is logged in to Twitch as the broadcaster.")

    run_virtual(main())


def test_a_log_out_without_a_network_forgets_all_the_same_and_says_that_twitch_does_not_know(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        bench.between.instead = lambda request: httpx2.Response(503)
        assert not await bench.desk.log_out(BROADCASTER)
        assert bench.vault.get(NAMES[BROADCASTER]) is None

    run_virtual(main())


def test_a_pair_that_the_vault_does_not_take_is_used_and_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        running = asyncio.get_running_loop().create_task(bench.desk.run())
        bench.sim.grants.expire()
        with monkeypatch.context() as patch:

            def full(name: str, value: str | None) -> None:
                raise VaultError("The disk is full.", "Free some space.")

            patch.setattr(bench.vault, "set", full)
            assert (await who(bench)).ok
            shown = bench.desk.accounts.shown(BROADCASTER)
            assert shown.state is State.VAULT
            assert "disk is full" in shown.words
            assert (await who(bench)).ok
        await bench.clock.sleep(600)
        assert bench.desk.accounts.shown(BROADCASTER).state is State.GOOD
        assert bench.tokens(STREAMER) == [in_vault(bench, "access")]
        running.cancel()

    run_virtual(main())


@pytest.mark.parametrize("content", ["", "[]", "{}", "no json", '{"user_id": "1"}', "[" * 100_000])
def test_rubbish_in_the_vault_is_said_and_can_be_mended(tmp_path: Path, content: str) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        if content:
            bench.vault.set(NAMES[BROADCASTER], content[:8000])
            await bench.desk.start()
            shown = bench.desk.accounts.shown(BROADCASTER)
            assert shown.state is State.VAULT
            assert "Log in to Twitch again" in shown.words
        await bench.log_in(BROADCASTER, STREAMER)
        assert bench.desk.accounts.shown(BROADCASTER).state is State.GOOD

    run_virtual(main())


def test_somebody_who_renames_themselves_is_known_by_the_new_name(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        token = bench.tokens(STREAMER)[0]
        kept = bench.sim.grants.good(token)
        assert kept is not None
        said = {"client_id": kept.client_id, "login": "larkandfir", "user_id": kept.user_id, "scopes": list(kept.scopes)}

        def instead(request: httpx2.Request) -> httpx2.Response | None:
            return httpx2.Response(200, json=said | {"expires_in": 900}) if request.url.path == "/oauth2/validate" else None

        bench.between.instead = instead
        await bench.desk.check()
        identity = bench.desk.helix.identity(BROADCASTER)
        assert identity is not None
        assert identity.login == in_vault(bench, "login") == "larkandfir"

    run_virtual(main())


def test_a_bot_that_has_ended_is_not_replaced_by_the_streamer(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await logged_in(tmp_path)
        await bench.log_in(BOT, BOT_LOGIN)
        bench.sim.grants.disconnect(bench.sim.bot)
        await bench.desk.check()
        bot = bench.desk.helix.identity(BOT)
        assert bot is not None
        assert bot.login == BOT_LOGIN
        assert bench.desk.helix.scopes(BOT) == frozenset()
        assert bench.desk.helix.identity(BROADCASTER) is not None
        assert (await bench.desk.helix.call("GET", "users", account=BOT)).status == 401

    run_virtual(main())


async def test_a_rehearsals_log_in_takes_no_real_ones_place(tmp_path: Path) -> None:
    drawer = open_vault(tmp_path / "vault")
    kept = Kept(who=Identity(user_id="1", login="mira", name="Mira"), client_id="c")
    await Shelf(drawer).write(BROADCASTER, kept)
    rehearsed = Shelf(drawer, server="127.0.0.1:8790")
    assert await rehearsed.read(BROADCASTER) is None
    await rehearsed.write(BROADCASTER, replace(kept, client_id="another"))
    await rehearsed.write(BROADCASTER, None)
    found = await Shelf(drawer).read(BROADCASTER)
    assert found is not None
    assert found.client_id == "c"
