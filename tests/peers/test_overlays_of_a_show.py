"""The overlays of a real show: a chat is answered, and what the stage plays is read on the pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from fakes.served import Served, served
from sidecast.control.overlay.link import PAGES

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

LONG_MS = 120_000
"""Far over what a few turns take."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def show(page_files: object, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("show")
    chat = folder / "chat.jsonl"
    lines: list[dict[str, object]] = [{"kind": "log", "version": 1}, {"kind": "author", "id": "7", "name": "mossy"}]
    for number in range(200):
        at = 1.0 + 4.0 * number
        lines.append({"kind": "message", "at": at, "id": f"m{number}", "author": "7", "text": f"Kit, do you like soup {number}?"})
        lines.append({"kind": "event", "at": at + 1, "event": "raid", "author": {"id": "8", "name": "crumb"}, "amount": 42})
    chat.write_text("".join(json.dumps(line) + "\n" for line in lines))
    async with served(folder, "--replay", str(chat)) as show:
        yield show


async def token_of(show: Served) -> str:
    """As the owner's page makes one."""
    async with httpx.AsyncClient(base_url=show.address, headers={"origin": show.address}, timeout=60) as owner:
        await owner.get(show.link)
        csrf = (await owner.get("/api/v1/people/me")).json()["csrf"]
        made = await owner.post("/api/v1/overlays/links", json={"name": "a test"}, headers={"x-sidecast-csrf": csrf})
        return str(made.json()["token"])


async def test_what_is_answered_and_heard_is_seen(browser: Browser, show: Served) -> None:
    token = await token_of(show)
    pages: dict[str, Page] = {}
    for name in PAGES:
        pages[name] = await (await browser.new_context(viewport={"width": 1280, "height": 720})).new_page()
        await pages[name].goto(f"{show.address}/overlay/{name}#token={token}")
    await expect(pages["cards"].locator(".card.shown .name")).not_to_be_empty(timeout=LONG_MS)
    await expect(pages["caption"].locator(".said .read").nth(2)).to_be_visible(timeout=LONG_MS)
    await expect(pages["mood"].locator(".mood")).to_be_visible(timeout=LONG_MS)
    await expect(pages["alerts"].locator(".alert .what")).not_to_be_empty(timeout=LONG_MS)
    for page in pages.values():
        await page.context.close()
    log = (show.folder / "app.log").read_text("utf-8")
    assert token not in log
    assert token.encode() not in (show.data / "access.db").read_bytes()
