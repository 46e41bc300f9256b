"""The whole page: where everything is, how one comes in, and what must hold in every place."""

from __future__ import annotations

from playwright.async_api import Page, expect

from fakes.furnished import PASSPHRASE

MODERATION = ("", "levels", "lists", "patterns", "cases", "viewers", "history")
SET_UP = (
    *("start", "voice", "brain", "avatar", "persona", "chat", "secrets"),
    *("backup", "more", "me", "people", "keys", "audit", "doctor"),
)
PLACES = {
    "on-air": "on-air",
    **{f"moderation-{tab or 'now'}": f"moderation/{tab}".rstrip("/") for tab in MODERATION},
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


async def arrived(page: Page) -> None:
    """Everything that a place asks for is there."""
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_text("Loading…")).to_have_count(0)
    await expect(page.locator("[aria-busy='true']")).to_have_count(0)
