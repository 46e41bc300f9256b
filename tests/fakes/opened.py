"""A page of the control room in a browser, watched while a test uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, expect

from fakes.control_room import ControlRoom


@asynccontextmanager
async def opened(
    browser: Browser, room: ControlRoom, view: str = "on-air", *, width: int = 1280, height: int = 720
) -> AsyncIterator[Page]:
    """Inside as the owner. It must stay free of errors, keep to its policy and ask nothing of other hosts."""
    context = await browser.new_context(viewport={"width": width, "height": height})
    async with watched(context, room.server.port) as page:
        await page.goto(room.server.mint_link())
        await expect(page.locator("#state-word")).to_have_text("starting")
        if view != "on-air":
            await page.goto(f"{room.server.address}/#/{view}")
        yield page


@asynccontextmanager
async def watched(context: BrowserContext, port: int) -> AsyncIterator[Page]:
    """A blank page, watched likewise; `port`: of the room."""
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("request", lambda request: None if f"127.0.0.1:{port}/" in request.url else wrong.append(request.url))
    yield page
    await context.close()
    assert not wrong, wrong


async def violations(page: Page, axe: str) -> list[str]:
    """What axe finds, in one line each. The policy forbids the page scripts of others, so axe comes past it."""
    await page.evaluate(f"{axe}; null")
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)")
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]
