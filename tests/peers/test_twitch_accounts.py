"""Log-in to Twitch through the control room in a real Chromium, against the simulated Twitch and its own pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import patch

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from fakes.fits import beyond, too_small
from fakes.opened import opened, violations
from fakes.page import axe
from fakes.twitch_room import TwitchRoom, twitch_room
from fakes.until import until
from sidecast.flow.twitch import Account, Feature
from sidecast.twitch.kept import name_of
from sidecast.twitch_sim.oauth import answers
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

STREAMER, BOT = "larkandpine", "sidecast_bot"
PLACE = "set-up/twitch"
SETTLED = """Promise.allSettled(document.getAnimations()
  .filter((each) => each instanceof CSSTransition).map((each) => each.finished))
  .then(() => null)"""
"""What has just been loaded fades in."""


def kept(room: TwitchRoom, account: Account) -> str | None:
    """What the vault has of it."""
    return room.vault.get(name_of(account, f"127.0.0.1:{room.sim.port}"))


@pytest_asyncio.fixture(loop_scope="module")
async def room(page_files: Path, tmp_path: Path) -> AsyncIterator[TwitchRoom]:
    async with twitch_room(tmp_path) as room:
        yield room


async def code_of(page: Page) -> str:
    code = await page.locator("[data-code]").get_attribute("data-code")
    assert code is not None
    return code


async def agree(browser: Browser, room: TwitchRoom, code: str, login: str, *, answer: str = "Authorize") -> None:
    """A person with another browser, on the simulated Twitch's own page."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{room.sim.http_url}/activate?device-code={code}")
    await page.get_by_label("Your account").fill(login)
    await page.get_by_role("button", name=answer).click()
    await expect(page.get_by_role("heading")).to_have_text("Activated" if answer == "Authorize" else "Not activated")
    await context.close()


async def logged_in(page: Page, browser: Browser, room: TwitchRoom, account: str, login: str) -> None:
    await page.get_by_role("button", name=f"Log in {account}").click()
    await agree(browser, room, await code_of(page), login)
    await expect(page.get_by_role("heading", name=re.compile("is logged in"))).to_be_visible()
    await page.get_by_role("button", name="Good").click()


async def test_a_streamer_and_a_bot_log_in_and_out_again(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        mine = page.get_by_role("region", name="Your account", exact=True)
        bot = page.get_by_role("region", name="Bot account", exact=True)
        await expect(mine.get_by_text("not logged in")).to_be_visible()
        await page.get_by_role("button", name="Log in your account").click()
        await expect(page.get_by_role("img", name="QR code that opens Twitch’s page with your code")).to_be_visible()
        await expect(page.get_by_text("Waiting for you there…")).to_be_visible()
        await expect(page.get_by_text("The code is good for 30 more minutes.")).to_be_visible()
        await agree(browser, room, await code_of(page), STREAMER)
        await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
        await page.get_by_role("button", name="Good").click()
        await expect(mine.get_by_text("logged in", exact=True)).to_be_visible()
        await expect(mine.get_by_text(room.sim.channel.name).first).to_be_visible()
        await logged_in(page, browser, room, "the bot account", BOT)
        await expect(bot.get_by_text("What your co-host writes with")).to_be_visible()

        await bot.get_by_role("button", name="Log out").click()
        await page.get_by_role("dialog").get_by_role("button", name="Log out").click()
        await expect(bot.get_by_text("not logged in")).to_be_visible()
        assert kept(room, Account.BOT) is None
        assert ("twitch.logged_out", "bot") in room.audit.noted


async def test_a_feature_that_needs_more_says_what_and_one_button_asks_for_it(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        await logged_in(page, browser, room, "your account", STREAMER)
        mine = page.get_by_role("region", name="Your account", exact=True)
        await page.get_by_role("switch", name="Run polls").check()
        await expect(mine.get_by_text("start and end polls", exact=True).first).to_be_visible()
        assert "run_polls" in room.file.read_text()
        await mine.get_by_role("button", name="Allow it: log in again").click()
        await agree(browser, room, await code_of(page), STREAMER)
        await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
        await expect(mine.get_by_role("button", name="Allow it")).to_have_count(0)
        scopes = room.twitch.helix.scopes(Account.BROADCASTER)
        assert {"channel:manage:polls", "user:read:chat", "bits:read"} <= scopes, "nothing was lost"
        await page.get_by_role("switch", name="Run polls").uncheck()
        await until(lambda: "run_polls" not in room.file.read_text())


async def test_the_wrong_account_is_noticed_and_nothing_is_kept_until_one_decides(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        await logged_in(page, browser, room, "the bot account", BOT)
        await page.get_by_role("button", name="Log in your account").click()
        await agree(browser, room, await code_of(page), BOT)
        await expect(page.get_by_role("heading", name="Is this the right account?")).to_be_visible()
        await expect(page.get_by_role("alert")).to_contain_text("is your bot’s account")
        assert kept(room, Account.BROADCASTER) is None
        await page.get_by_role("button", name="Log in as another account").click()
        await agree(browser, room, await code_of(page), STREAMER)
        await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
        assert kept(room, Account.BROADCASTER) is not None


async def test_a_permission_that_was_taken_back_is_said_and_can_be_given_again(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        await logged_in(page, browser, room, "your account", STREAMER)
        mine = page.get_by_role("region", name="Your account", exact=True)
        room.sim.grants.disconnect(room.sim.channel)
        await room.twitch.check()
        await page.reload()
        await expect(mine.get_by_text("logged out by Twitch")).to_be_visible()
        await expect(mine.get_by_text("taken back at Twitch")).to_be_visible()
        await mine.get_by_role("button", name="Log in again").click()
        await agree(browser, room, await code_of(page), STREAMER)
        await expect(mine.get_by_text("logged in", exact=True)).to_be_visible()


async def test_a_code_that_is_over_and_one_that_is_put_away(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        with patch.object(answers, "DEVICE_S", 3):
            await page.get_by_role("button", name="Log in your account").click()
            await code_of(page)
        await expect(page.get_by_role("heading", name="It took too long")).to_be_visible()
        await page.get_by_role("button", name="Get a new code").click()
        await code_of(page)
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_role("region", name="Log-in to Twitch")).to_have_count(0)
        assert room.twitch.log_ins.state is None


async def test_by_keyboard_alone(browser: Browser, room: TwitchRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        await page.get_by_role("button", name="Log in your account").focus()
        await page.keyboard.press("Enter")
        await agree(browser, room, await code_of(page), STREAMER)
        await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
        await page.get_by_role("switch", name="Hear chat").focus()
        await page.keyboard.press("Space")
        await expect(page.get_by_role("switch", name="Hear chat")).not_to_be_checked()
        await page.get_by_role("button", name="Log out").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Log out")).to_be_focused()


async def test_three_steps_lead_to_a_client_id(browser: Browser, page_files: Path, tmp_path: Path) -> None:
    async with twitch_room(tmp_path, app=None) as room, opened(browser, room, PLACE) as page:
        await expect(page.get_by_text("takes three steps once")).to_be_visible()
        field = page.get_by_label("Client id").first
        await field.fill("nothing like it")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("Copy it again")
        await field.fill(f" {PUBLIC.client_id} ")
        await page.keyboard.press("Enter")
        await logged_in(page, browser, room, "your account", STREAMER)
        assert f'client_id = "{PUBLIC.client_id}"' in room.file.read_text()


async def test_the_code_flow_comes_back_to_the_browser_that_began_it(browser: Browser, page_files: Path, tmp_path: Path) -> None:
    async with twitch_room(tmp_path, app=CONFIDENTIAL) as room:
        room.vault.set("twitch.client_secret", CONFIDENTIAL.secret)
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(room.server.mint_link())
        await expect(page.locator("#state-word")).to_have_text("starting")
        await page.goto(f"{room.server.address}/#/{PLACE}")
        await page.get_by_role("button", name="In this browser").first.click()
        await expect(page.get_by_role("heading", name="Authorize")).to_be_visible()
        await page.get_by_label("Your account").fill(STREAMER)
        await page.get_by_role("button", name="Authorize").click()
        await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
        assert room.twitch.helix.identity(Account.BROADCASTER) is not None
        # somebody else's browser cannot bring a code of theirs
        stranger = await (await browser.new_context()).new_page()
        url, state = await room.twitch.begin_in_browser(Account.BROADCASTER, f"{room.server.address}/api/v1/twitch/log-in/return")
        answer = await stranger.goto(f"{room.server.address}/api/v1/twitch/log-in/return?state={state}&code=theirs")
        assert answer is not None
        assert answer.status == 403
        assert state in url
        await stranger.context.close()
        await context.close()


@pytest.mark.parametrize("look", ["first steps", "nobody", "code", "both", "missing", "mix-up", "ended", "expired"])
async def test_every_state_reads_well_for_everybody(browser: Browser, page_files: Path, tmp_path: Path, look: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with twitch_room(tmp_path, app=None if look == "first steps" else PUBLIC) as room:
        await bring_about(room, look)
        async with opened(browser, room, PLACE) as page:
            await expect(page.get_by_role("heading", name="Your accounts")).to_be_visible()
            await page.wait_for_load_state("networkidle")
            await expect(page.locator("[aria-busy='true']")).to_have_count(0)
            for width, height in ((1280, 900), (360, 740)):
                await page.set_viewport_size({"width": width, "height": height})
                for theme in ("dark", "light"):
                    await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                    await page.evaluate(SETTLED)
                    assert await violations(page, source) == [], f"{look}, {theme}, {width} px"
                assert await beyond(page) == [], f"{look}, {width} px"
        context = await browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
        phone = await context.new_page()
        await phone.goto(room.server.mint_link())
        await expect(phone.locator("#state-word")).to_have_text("starting")
        await phone.goto(f"{room.server.address}/#/{PLACE}")
        await expect(phone.get_by_role("heading", name="Your accounts")).to_be_visible()
        assert await too_small(phone) == []
        await context.close()


async def bring_about(room: TwitchRoom, look: str) -> None:
    """Without a browser."""

    async def log_in(account: Account, login: str) -> None:
        await room.twitch.begin(account)
        state = room.twitch.log_ins.state
        assert state is not None
        room.sim.agree(state.user_code, login)
        await room.twitch.log_ins.ended()

    match look:
        case "code":
            await room.twitch.begin(Account.BROADCASTER)
        case "both":
            await log_in(Account.BROADCASTER, STREAMER)
            await log_in(Account.BOT, BOT)
        case "missing":
            await log_in(Account.BROADCASTER, STREAMER)
            await room.twitch.cancel()
            await room.twitch.switch(Feature.MODERATION, on=True)
        case "mix-up":
            await log_in(Account.BOT, BOT)
            await log_in(Account.BROADCASTER, BOT)
        case "ended":
            await log_in(Account.BROADCASTER, STREAMER)
            await room.twitch.cancel()
            room.sim.grants.disconnect(room.sim.channel)
            await room.twitch.check()
        case "expired":
            with patch.object(answers, "DEVICE_S", 1):
                await room.twitch.begin(Account.BOT)
            await room.twitch.log_ins.ended()
