"""A page of somebody else in the browser of a logged-in streamer: real Chromium, whose cookies know nothing of ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page

from fakes.browser import chromium, chromium_path
from fakes.control_room import ControlRoom

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]

TRIES = """async here => {
    const said = {};
    const told = async (name, work) => {
        try { said[name] = String(await work()); } catch (error) { said[name] = "refused"; }
    };
    const body = JSON.stringify({order: "stop", on: true});
    await told("read", async () => (await fetch(here + "/api/v1/people/me", {credentials: "include"})).text());
    await told("json", async () => (await fetch(here + "/api/v1/live/orders", {
        method: "POST", credentials: "include", headers: {"content-type": "application/json"}, body})).status);
    for (const type of ["text/plain", "application/x-www-form-urlencoded"])
        await told(type, async () => (await fetch(here + "/api/v1/live/orders", {
            method: "POST", mode: "no-cors", credentials: "include", headers: {"content-type": type}, body})).type);
    await told("beacon", () => navigator.sendBeacon(here + "/api/v1/live/orders", body) && "sent");
    const load = (element, name) => new Promise((done, failed) => {
        Object.assign(element, {onload: () => done("loaded"), onerror: () => failed(Error(name))});
        element[element.tagName === "LINK" ? "href" : "src"] = here + name;
        document.body.append(element);
    });
    await told("script", () => load(document.createElement("script"), "/api/v1/people/me"));
    await told("image", () => load(new Image(), "/page/mark.svg"));
    await told("socket", () => new Promise((done, failed) => {
        const socket = new WebSocket(here.replace("http", "ws") + "/ws");
        socket.onmessage = message => done(message.data);
        socket.onclose = () => failed(Error("closed"));
    }));
    return said;
}"""
FORM = """here => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", enctype: "text/plain", action: here + "/api/v1/live/orders"});
    const field = Object.assign(document.createElement("input"), {name: '{"order":"stop","on":true,"x":"', value: '"}'});
    form.append(field);
    document.body.append(form);
    form.submit();
}"""
FRAMED = """here => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.onload = () => { try { done(frame.contentDocument.body.textContent) } catch { done("closed to us") } };
    frame.src = here + "/";
    document.body.append(frame);
})"""


@asynccontextmanager
async def foreign() -> AsyncIterator[str]:
    """Another program's page on this machine: for cookies the same site, for everything else another origin."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b"<!doctype html><title>Win a prize</title><body>"
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        writer.write(head + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def victim() -> AsyncIterator[tuple[ControlRoom, Page]]:
    """The room, and a tab on the foreign page in a browser that is logged in."""
    room = ControlRoom()
    await room.server.start()
    try:
        async with chromium() as browser, foreign() as there:
            page = await browser.new_page()
            await page.goto(room.server.mint_link())
            await page.wait_for_selector("#order-stop")
            await page.goto(there)
            yield room, page
    finally:
        await room.server.close()


async def test_it_reads_nothing_and_orders_nothing() -> None:
    async with victim() as (room, page):
        here = room.server.address
        cookies = await page.context.cookies(here)
        assert [(each["httpOnly"], each["sameSite"]) for each in cookies] == [(True, "Strict")]
        assert await page.evaluate("document.cookie") == ""
        said = await page.evaluate(TRIES, here)
        beacon = said.pop("beacon")
        assert set(said.values()) <= {"refused", "opaque"}, said
        assert beacon in ("sent", "false", "refused")
        await page.evaluate(FORM, here)
        await page.wait_for_url(f"{here}/**")
        assert "Pages of other origins are not served here." in await page.inner_text("body")
        assert room.orders == []


async def test_it_shows_the_room_in_no_frame() -> None:
    async with victim() as (room, page):
        assert await page.evaluate(FRAMED, room.server.address) in ("", "closed to us")
        assert not [frame for frame in page.frames if await frame.locator("#order-stop").count()]


async def test_a_link_from_it_leads_in_without_the_way_back() -> None:
    """Who follows a link is at home there, but the foreign page holds no handle of the window."""
    async with victim() as (room, page):
        async with page.context.expect_page() as opened:
            await page.evaluate("here => { window.there = window.open(here + '/'); }", room.server.address)
        new = await opened.value
        await new.wait_for_selector("#order-stop, h1")
        assert await page.evaluate("window.there.closed"), "the window was cut off from who opened it"
        assert await new.evaluate("window.opener") is None
        assert room.orders == []
