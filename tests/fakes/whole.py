"""The whole page: where everything is, how one comes in, and what must hold in every place."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from fakes.furnished import PASSPHRASE

LONG_MS = 180_000
"""Far over what a few turns of a real show take."""
MODERATION = ("", "levels", "lists", "patterns", "cases", "viewers", "history")
SEEN = "mossy"
"""Id of somebody in the demo's chat."""
SECTIONS = Path(__file__).parents[2] / "python" / "sidecast" / "control" / "page" / "src" / "views" / "set-up" / "sections.ts"
SET_UP = tuple(re.findall(r'path: "([a-z-]+)"', SECTIONS.read_text("utf-8")))
PLACES = {
    "on-air": "on-air",
    **{f"moderation-{tab or 'now'}": f"moderation/{tab}".rstrip("/") for tab in MODERATION},
    "moderation-viewer": f"moderation/viewers?id={SEEN}",
    "analytics": "analytics",
    "analytics-stream": "analytics/stream/12",
    "analytics-compare": "analytics/compare?ids=24,23,12",
    "analytics-over-time": "analytics/over-time",
    **{f"set-up-{section}": f"set-up/{section}" for section in SET_UP},
}
"""Addresses behind `#/`, by names for people. The streams are those of `furnished`."""


async def come_in(page: Page, name: str, passphrase: str = PASSPHRASE) -> None:
    """From the log-in's page."""
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Passphrase").fill(passphrase)
    await page.keyboard.press("Enter")
    await expect(page.locator("#order-stop")).to_be_visible()


async def set_passphrase(page: Page, name: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Change name").click()
    await expect(page.get_by_role("button", name=f"{name}: look")).to_be_visible()
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await page.get_by_role("button", name="Set passphrase").click()
    await expect(page.get_by_role("button", name="Change passphrase")).to_be_visible()


async def invited(page: Page, role: str) -> str:
    """The link that an owner gets for a new member."""
    await page.get_by_label("As", exact=True).select_option(role)
    await page.get_by_role("button", name="Invite").click()
    link = await page.get_by_label("The invitation's link").input_value()
    await page.get_by_role("button", name="Close").first.click()
    return link


async def joined(page: Page, link: str, name: str) -> None:
    """By an invitation."""
    await page.goto(link)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("A passphrase").fill(PASSPHRASE)
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("button", name=f"{name}: look")).to_be_visible()


async def log_out(page: Page, name: str) -> None:
    await page.get_by_role("button", name=f"{name}: look").click()
    await page.get_by_role("button", name="Log out", exact=True).click()
    await expect(page.locator("h1")).to_have_text("Come in")


async def under_way(page: Page) -> None:
    """Something was said, something was held back, and somebody is speaking."""
    await page.get_by_role("link", name="On air").click()
    await expect(page.locator("#said .turn").nth(5)).to_be_attached(timeout=LONG_MS)
    await expect(page.locator(".chip", has_text="Held back")).not_to_have_text("Held back 0", timeout=LONG_MS)
    await expect(page.locator(".speech .word.now")).to_be_visible(timeout=LONG_MS)


async def arrived(page: Page) -> None:
    """Everything that a place asks for is there."""
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_text("Loading…")).to_have_count(0)
    await expect(page.locator("[aria-busy='true']")).to_have_count(0)
