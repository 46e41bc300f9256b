"""Analytics in a real Chromium over a real ledger: each view by mouse, keyboard and screen reader, on a phone, and when empty."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from benchmarks.analytics_year import write
from fakes.control_room import ControlRoom
from fakes.opened import opened, violations
from fakes.page import axe
from fakes.stream_figures import MONDAY_MS, moment, piece
from sidecast.control.api.analytics import analytics_api
from sidecast.control.server import ControlServer
from sidecast.ledger import schema
from sidecast.ledger.streams.piece import Happening, Topic
from sidecast.ledger.streams.reader import StreamReader
from sidecast.ledger.streams.store import Streams

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

STREAMS = 24
ATTACKS = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
    "{@html '<b>x</b>'} {{7*7}} ${7*7}",
    "javascript:document.title='owned'",
    "\u202egnirts desrever",
]
VIEWS = ("analytics", "analytics/stream/5", "analytics/compare?ids=24,23,5", "analytics/over-time")


class FiguresRoom(ControlRoom):
    """With the figures of a ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__()

    def _server(self, port: int) -> ControlServer:
        figures = analytics_api(StreamReader(self.path, self.clock.wall_ms))
        return ControlServer(self.feed, self._obey, self.clock, lambda: b"", port=port, routers=[figures])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("figures") / "ledger.db"
    write(path, streams=STREAMS, messages=50_000 * STREAMS)
    yield path


@pytest_asyncio.fixture(loop_scope="module")
async def figures(page_files: Path, ledger: Path) -> AsyncIterator[FiguresRoom]:
    room = FiguresRoom(ledger)
    await room.server.start()
    yield room
    await room.server.close()


@pytest_asyncio.fixture(loop_scope="module")
async def bare(page_files: Path, tmp_path: Path) -> AsyncIterator[FiguresRoom]:
    """No ledger yet."""
    room = FiguresRoom(tmp_path / "ledger.db")
    await room.server.start()
    yield room
    await room.server.close()


async def settled(page: Page) -> None:
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("main").get_by_text("Loading…")).to_have_count(0)


async def test_streams_are_listed_paged_and_laid_over_each_other(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics") as page:
        rows = page.locator("ul.streams > li")
        await expect(rows).to_have_count(20)
        await expect(rows.first.locator("svg path.line")).not_to_have_count(0)
        compare = page.get_by_role("button", name="Compare")
        await expect(compare).to_be_disabled()
        for row in (0, 2):
            await rows.nth(row).get_by_role("checkbox").check()
        await compare.click()
        await expect(page.get_by_role("heading", name="2 streams, laid over each other")).to_be_visible()
        await expect(page.get_by_role("table", name="Figures of the compared streams").locator("tbody tr")).to_have_count(2)
        await expect(page.locator("canvas")).to_have_count(1)
        await page.get_by_role("group", name="What is compared").get_by_role("button", name="Sentiment").click()
        await expect(page.get_by_role("heading", name="Sentiment")).to_be_visible()
        await page.get_by_role("button", name="All streams").click()
        await page.get_by_role("link", name="Older").click()
        await expect(rows).to_have_count(STREAMS - 20)
        await expect(page.get_by_text(f"21 – {STREAMS} of {STREAMS} streams")).to_be_visible()


async def test_one_stream_has_its_charts_figures_and_lists(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics") as page:
        await page.locator("ul.streams a").first.click()
        await expect(page.locator("canvas")).to_have_count(9)
        for panel in ("Messages a minute", "Sentiment and energy", "Latency by stage", "Topics", "Safety", "Events"):
            await expect(page.get_by_role("region", name=panel, exact=True).first).to_be_visible()
        await expect(page.locator(".tiles dd.value").first).to_have_text(re.compile(r"^50,0\d\d$"))
        stages = page.get_by_role("table", name="Every stage")
        await expect(stages.locator("tbody tr").first).to_contain_text("Message to first sound")
        await page.get_by_role("group", name="Which load").get_by_role("button", name="Memory").click()
        await expect(page.get_by_role("heading", name="Load: Memory")).to_be_visible()


async def test_a_chart_is_read_by_arrow_keys_and_as_a_table(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics/stream/5") as page:
        chart = page.get_by_role("slider", name="Messages a minute, chart")
        await expect(chart).to_have_attribute("aria-valuetext", "Use the arrow keys to read the points.")
        await chart.focus()
        await page.keyboard.press("Home")
        await expect(chart).to_have_attribute("aria-valuenow", "0")
        await page.keyboard.press("ArrowRight")
        await expect(chart).to_have_attribute("aria-valuenow", "1")
        said = await chart.get_attribute("aria-valuetext")
        assert said is not None
        region = page.get_by_role("region", name="Messages a minute").first
        toggle = region.get_by_role("button", name="Table of Messages a minute")
        await toggle.focus()
        await page.keyboard.press("Enter")
        rows = region.locator("tbody tr")
        last = int(await chart.get_attribute("aria-valuemax") or 0)
        await expect(rows).to_have_count(last + 1)
        when, value = [await cell.inner_text() for cell in await rows.nth(1).locator("td").all()]
        assert said == f"{when}: messages {value}", "the table and the chart say the same"
        await expect(region.get_by_role("button", name="Chart only of Messages a minute")).to_have_attribute(
            "aria-expanded", "true"
        )
        assert figures.orders == [], "reading a chart gave an order to the show"


async def test_a_part_of_the_time_is_shown_in_all_charts_and_all_of_it_again(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics/stream/5") as page:
        await settled(page)
        box = await page.locator(".u-over").first.bounding_box()
        assert box is not None
        whole = page.get_by_role("button", name="Whole time")
        await expect(whole).to_have_count(0)
        await page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 40, steps=5)
        await page.mouse.up()
        await expect(whole).to_have_count(9)
        await whole.first.click()
        await expect(whole).to_have_count(0)


async def test_over_time_by_days_weeks_and_months(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics/over-time") as page:
        await expect(page.locator("canvas")).to_have_count(8)
        for unit, title in (("Days", "Messages a day"), ("Months", "Messages a month"), ("Weeks", "Messages a week")):
            await page.get_by_role("group", name="What is one point").get_by_role("button", name=unit).click()
            await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        await page.get_by_label("From").fill("2031-01-01")
        await expect(page.get_by_text("No stream in this time.")).to_be_visible()
        await expect(page.locator("canvas")).to_have_count(0)


async def test_files_have_names_and_content(browser: Browser, figures: FiguresRoom) -> None:
    async with opened(browser, figures, "analytics/stream/5") as page:
        for name, kind in (("CSV of kit", "series.csv"), ("JSON of kit", ".json")):
            async with page.expect_download() as waiting:
                await page.get_by_role("link", name=name).first.click()
            download = await waiting.value
            assert download.suggested_filename.startswith("sidecast-stream-5-")
            assert download.suggested_filename.endswith(kind)
            assert (await download.path()).stat().st_size > 10_000


async def test_nothing_counted_is_said_and_not_drawn_as_zero(browser: Browser, bare: FiguresRoom) -> None:
    async with opened(browser, bare, "analytics") as page:
        await expect(page.get_by_text("No stream has been counted yet.")).to_be_visible()
        await page.get_by_role("link", name="Over time").click()
        await expect(page.get_by_text("No stream in this time.")).to_be_visible()
        await page.goto(f"{bare.server.address}/#/analytics/stream/7")
        await expect(page.get_by_role("alert")).to_contain_text("There is no such stream.")
        _write(bare.path)
        await page.get_by_role("button", name="Try again").click()
        await page.goto(f"{bare.server.address}/#/analytics/stream/1")
        await expect(page.get_by_text("Nothing was measured.").first).to_be_visible()
        await expect(page.locator(".tiles div", has_text="Mood").locator(".value")).to_have_text("–")
        await expect(page.locator("canvas")).to_have_count(5)


async def test_hostile_words_and_names_stay_words(browser: Browser, bare: FiguresRoom) -> None:
    _write(bare.path)
    async with opened(browser, bare, "analytics/stream/1") as page:
        for attack in ATTACKS:
            await expect(page.get_by_role("list", name="Topics").get_by_text(attack, exact=True)).to_be_visible()
        await expect(page.locator("h2", has_text=ATTACKS[0])).to_be_visible()
        await page.get_by_role("button", name="All streams").click()
        await expect(page.locator("ul.streams a", has_text=ATTACKS[0])).to_be_visible()
        assert await page.locator("main img, main script").count() == 0
        assert "owned" not in await page.title()


@pytest.mark.parametrize("view", VIEWS)
async def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, figures: FiguresRoom, view: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with opened(browser, figures, view) as page:
        await settled(page)
        for toggle in await page.get_by_role("button", name="Table of").all():
            await toggle.click()
            break
        for width, height in ((1440, 900), (360, 740)):
            await page.set_viewport_size({"width": width, "height": height})
            for theme in ("dark", "light"):
                await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                assert await violations(page, source) == [], f"{theme}, {width} px"
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


def _write(path: Path) -> None:
    """A stream in which nobody wrote, with a hostile name and hostile words."""
    db = schema.connect(path)
    db.execute("BEGIN")
    Streams(lambda viewer: viewer.encode(), lambda _: 60).write(
        db,
        piece(
            source=f"replay:{ATTACKS[0]}",
            moments={MONDAY_MS: moment(0), MONDAY_MS + 60_000: moment(0)},
            topics=[Topic(attack, 9, 3) for attack in ATTACKS],
            happenings=[Happening(MONDAY_MS, "raid", 140)],
        ),
    )
    db.execute("COMMIT")
    db.close()
