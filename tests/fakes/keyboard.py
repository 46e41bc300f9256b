"""Going through a page with Tab, as somebody without a mouse does, and what they must see on the way."""

from __future__ import annotations

from typing import cast

from playwright.async_api import Page, expect

MOST = 400
"""Stops of one place; more would be a place that nobody gets through."""

_STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const said = element.ariaLabel || element.innerText || element.id || element.name || "";
  const name = `${element.tagName.toLowerCase()} “${said.trim().slice(0, 60)}”`;
  const ringed = [element, element.closest("label"), element.parentElement].some((each) => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const { left, right, top, bottom } = (element.closest("label") ?? element).getBoundingClientRect();
  const inSight = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  return { name, trouble: [!ringed && "no ring", !inSight && "out of sight"].filter(Boolean).join(", ") };
}"""


async def focused(page: Page) -> str:
    """What has the focus, in words; empty when nothing has it."""
    stop = await page.evaluate(_STOP)
    return cast(str, stop["name"]) if stop else ""


async def walk(page: Page) -> tuple[list[str], list[str]]:
    """Tab from the top of the page until it is left: the stops, and those that cannot be seen."""
    await page.evaluate("() => { document.activeElement?.blur(); getSelection()?.removeAllRanges(); }")
    stops: list[str] = []
    troubles: list[str] = []
    while len(stops) < MOST:
        await page.keyboard.press("Tab")
        stop = await page.evaluate(_STOP)
        if stop is None or (stops and stop["name"] == stops[0]):
            return stops, troubles
        stops.append(stop["name"])
        if stop["trouble"]:
            troubles.append(f"{stop['name']}: {stop['trouble']}")
    raise AssertionError(f"Tab does not come to an end here: {stops[-6:]}")


async def tab_to(page: Page, name: str) -> None:
    """On with Tab until what begins so has the focus."""
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        if name in await focused(page):
            return
    raise AssertionError(f"Tab does not come to “{name}”.")


async def keeps_focus(page: Page) -> None:
    """Wherever it is: not nowhere."""
    await expect(page.locator(":focus")).to_have_count(1)
