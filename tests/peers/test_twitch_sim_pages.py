"""The simulated Twitch's own pages in a real browser: a code is typed, an account named, and the app let in or not."""

from __future__ import annotations

import pytest

from fakes.browser import chromium, chromium_path
from fakes.simulated import simulated
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.refusal import Refused
from sidecast.twitch_sim.world.cast import BOT

pytestmark = [pytest.mark.peers, pytest.mark.skipif(chromium_path() is None, reason="there is no Chromium")]


async def test_a_person_types_a_code_and_another_says_no() -> None:
    async with simulated() as program, chromium() as browser:
        grants = program.sim.grants
        let_in, refused = (grants.begin_device(PUBLIC.client_id, ["user:read:chat"]) for _ in range(2))
        page = await browser.new_page()
        await page.goto(f"{program.sim.http_url}/activate")
        await page.get_by_label("Code").fill(let_in.user_code)
        await page.get_by_label("Your account").fill(BOT)
        await page.get_by_role("button", name="Authorize").click()
        await page.get_by_role("heading", name="Activated").wait_for()
        assert grants.redeem_device(PUBLIC.client_id, let_in.code).user_id == program.sim.bot.id
        await page.goto(f"{program.sim.http_url}/activate?public=true&device-code={refused.user_code}")
        assert await page.get_by_text("user:read:chat").count() == 1
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("heading", name="Not activated").wait_for()
        with pytest.raises(Refused, match="invalid device code"):
            grants.redeem_device(PUBLIC.client_id, refused.code)


async def test_the_code_flow_comes_back_to_the_app() -> None:
    async with simulated() as program, chromium() as browser:
        page = await browser.new_page()
        back = f"{program.sim.http_url}/back"  # any address of this machine; what answers there is no matter
        query = f"client_id={CONFIDENTIAL.client_id}&redirect_uri={back}&response_type=code&scope=bits:read&state=s1"
        await page.goto(f"{program.sim.id_url}/authorize?{query}")
        await page.get_by_label("Your account").fill(program.sim.channel.login)
        await page.get_by_role("button", name="Authorize").click()
        await page.wait_for_url(f"{back}?code=*")
        assert "state=s1" in page.url
