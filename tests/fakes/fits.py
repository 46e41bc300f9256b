"""What a phone demands of a page: nothing goes beyond its edge, and everything is large enough for a finger."""

from __future__ import annotations

from typing import cast

from playwright.async_api import Page

FINGER = 44
"""CSS pixels, as in WCAG 2.5.5; links within a sentence are excepted there, too."""

_BEYOND = """() => {
  const width = document.documentElement.clientWidth;
  const ownScroll = (element) => /auto|scroll|hidden/.test(getComputedStyle(element).overflowX);
  const scrolls = (element) => element && (ownScroll(element) || scrolls(element.parentElement));
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} “${(element.innerText || "").slice(0, 40)}”`;
  const all = document.documentElement.scrollWidth;
  const wide = all > width ? [`the page is ${all} px wide`] : [];
  const beyond = [...document.querySelectorAll("body *")].filter((element) => {
    if (!element.checkVisibility() || element.closest("svg, .unseen, .skip-link, dialog:not([open])")) return false;
    const { left, right, width: own } = element.getBoundingClientRect();
    return own > 1 && (left < -1 || right > width + 1) && !scrolls(element.parentElement);
  });
  const cut = [...document.querySelectorAll("button, .button, label, summary, dt, th, h1, h2, h3")].filter((element) => {
    const style = getComputedStyle(element);
    return element.checkVisibility() && !element.closest(".unseen, dialog:not([open])") && style.overflowX !== "visible"
      && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1;
  });
  return [...wide, ...beyond.map((each) => `beyond the edge: ${name(each)}`), ...cut.map((each) => `cut off: ${name(each)}`)];
}"""

_SMALL = """(least) => {
  const kinds = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="slider"]';
  const small = [];
  for (const element of document.querySelectorAll(kinds)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("dialog:not([open])")) continue;
    if (element.matches("a, time") && getComputedStyle(element).display === "inline") continue;
    if (element.closest(".skip-link")) continue;
    const label = element.closest("label");
    const { width, height } = (label ?? element).getBoundingClientRect();
    if (width && (height < least - 0.5 || width < least - 0.5)) {
      const said = element.ariaLabel || element.innerText || element.id || element.type || "";
      small.push(`${Math.round(width)} × ${Math.round(height)}: ${element.tagName.toLowerCase()} “${said.slice(0, 50)}”`);
    }
  }
  return small;
}"""


async def beyond(page: Page) -> list[str]:
    """What goes beyond the sides of the window, or is cut off inside of its own box."""
    return cast(list[str], await page.evaluate(_BEYOND))


async def too_small(page: Page, least: int = FINGER) -> list[str]:
    """What a finger has to meet and is less than `least` px wide or high."""
    return cast(list[str], await page.evaluate(_SMALL, least))
