"""A machine is lost. A backup of its running show goes to an empty one, and there everything is on the page again."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from fakes.furnished import PASSPHRASE, Client
from fakes.served import ROOT, Served, data_of, served
from fakes.until import until

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

CANARY = "sk-canary-0123456789-zebra-XY"
ASKED = "hey Kit, how are you feeling tonight?"
PAPER = "four okapis write a passphrase"
LONG_MS = 60_000


def chat(folder: Path) -> Path:
    path = folder / "chat.jsonl"
    lines = [
        {"at": 0.5, "kind": "message", "author": "mika", "text": ASKED},
        {"at": 900.0, "kind": "message", "author": "bo", "text": "x"},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


async def command(folder: Path, name: str, *arguments: str, typed: str = "") -> str:
    """A command as `./sidecast` runs it on the machine `folder`, with what somebody types. What it says."""
    variables = os.environ | {
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT / "python"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"sidecast.commands.{name}",
        *arguments,
        env=variables,
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(typed.encode()), 120)
    assert process.returncode == 0, said.decode()
    return said.decode()


def furnish(owner: Client) -> list[str]:
    """Of everything something. The recovery words."""
    owner.ask("PUT", "people/me/name", {"name": "Mira"})
    owner.ask("PUT", "people/me/passphrase", {"passphrase": PASSPHRASE})
    owner.ask("PATCH", "settings", {"changes": {"host.name": "Robo", "speech.speed": 1.2}})
    owner.ask("PUT", "settings/secrets/brain.key", {"value": CANARY})
    version = owner.ask("GET", "moderation/policy")["version"]
    owner.ask("PATCH", "moderation/policy", {"block_add": ["gloomharbour"], "version": version})
    owner.ask("POST", "moderation/cases", {"text": "gloomharbour is near", "wanted": "block"})
    owner.ask("POST", "people/keys", {"name": "Stream Deck", "permissions": ["watch"]})
    made = owner.ask("POST", "keep/words", {})
    owner.ask("POST", "keep/words/written", {"id": made["id"], "answers": [made["words"][number - 1] for number in made["ask"]]})
    return list(made["words"])


def come_in(show: Served) -> Client:
    client = Client(show.address)
    client.http.get(show.link)
    client.is_in()
    return client


async def backed_up(folder: Path) -> tuple[bytes, list[str]]:
    """The one machine: its show has answered somebody, and is backed up while it runs."""
    folder.mkdir()  # noqa: ASYNC240 - one folder
    async with served(folder, "--replay", str(chat(folder)), "--seed", "1") as show:
        owner = come_in(show)
        words = furnish(owner)
        await until(lambda: lines_in(show.data / "ledger.db"))
        made = owner.ask("POST", "keep/backups", {"passphrase": PAPER})
        content = owner.http.get(f"keep/backups/{made['name']}").content
    return content, words


def lines_in(ledger: Path) -> int:
    """Turns that are on the disk; none while the file is only being made."""
    try:
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as db:
            found: int = db.execute("SELECT COUNT(*) FROM lines").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    return found


async def everything_is_there(browser: Browser, show: Served) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.goto(show.address)
    await page.get_by_label("Name").fill("Mira")
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await page.keyboard.press("Enter")
    await expect(page.locator("#host-name")).to_have_text("Robo", timeout=LONG_MS)
    await at(page, show, "set-up/voice")
    await expect(page.get_by_label("Speed: 1.2×")).to_be_visible()
    await at(page, show, "set-up/secrets")
    await expect(page.get_by_text("set, ends with …XY")).to_be_visible()
    await at(page, show, "set-up/keys")
    await expect(page.get_by_text("Stream Deck", exact=True)).to_be_visible()
    await at(page, show, "set-up/backup")
    await expect(page.get_by_text("There are recovery words.")).to_be_visible()
    await at(page, show, "moderation/lists")
    await expect(page.get_by_text("gloomharbour").first).to_be_visible()
    await at(page, show, "moderation/cases")
    await expect(page.get_by_text("gloomharbour is near")).to_be_visible()
    await at(page, show, "moderation/viewers?id=mika")
    await expect(page.get_by_text(ASKED).first).to_be_visible()
    await at(page, show, "analytics")
    await expect(page.locator("ul.streams > li")).not_to_have_count(0)
    await context.close()


async def at(page: Page, show: Served, view: str) -> None:
    await page.goto(f"{show.address}/#/{view}")


async def test_words_on_paper_bring_everything_back_on_an_empty_machine(browser: Browser, tmp_path: Path) -> None:
    content, words = await backed_up(tmp_path / "old")
    assert CANARY.encode() not in content
    new = tmp_path / "new"
    new.mkdir()
    (new / "saved").write_bytes(content)
    wrong = " ".join([*words[1:], words[0]])
    said = await command(new, "backup", "restore", str(new / "saved"), typed=f"{wrong}\n{' '.join(words)}\n")
    assert "files are back" in said
    assert not any(word in said.split() for word in words[:1] if len(word) > 6)
    async with served(new, "--demo", "--seed", "1") as show:
        await everything_is_there(browser, show)
    assert "1 of 1 test cases are judged as they should be." in await command(new, "cases")
    assert (data_of(new) / "vault" / "master.key").exists(), "there is no keyring here, and the words stay on paper"


async def test_a_passphrase_of_its_own_brings_everything_back_from_the_page(browser: Browser, tmp_path: Path) -> None:
    content, _ = await backed_up(tmp_path / "old")
    new = tmp_path / "new"
    new.mkdir()
    async with served(new, "--demo", "--seed", "1") as show:
        owner = come_in(show)
        put = owner.http.put(
            "keep/backups/from-the-old-one.sidecast-backup", content=content, headers={"content-type": "application/octet-stream"}
        )
        assert put.is_success, put.text
        owner.ask("POST", "keep/restore", {"name": "from-the-old-one.sidecast-backup", "passphrase": PAPER})
        assert owner.ask("GET", "settings/secrets")[0]["set"] is False, "nothing is touched while the show runs"
    async with served(new, "--demo", "--seed", "1") as show:
        await everything_is_there(browser, show)
