"""What tests of the control room's page share. Nothing is built while tests are only collected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from fakes.browser import chromium, chromium_path
from fakes.control_room import ControlRoom
from fakes.page import built_page

expect.set_options(timeout=30_000)
"""Milliseconds: a machine that is busy with something else is no failure of the page's."""


@pytest.fixture(scope="session")
def page_files() -> Path:
    """The built page."""
    folder, why = built_page()
    if folder is None:
        pytest.skip(f"The control room's page cannot be built: {why}")
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def room(page_files: Path) -> AsyncIterator[ControlRoom]:
    room = ControlRoom()
    await room.server.start()
    yield room
    await room.server.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(page_files: Path) -> AsyncIterator[Browser]:
    if chromium_path() is None:
        pytest.skip("There is no Chromium here.")
    async with chromium() as browser:
        yield browser
