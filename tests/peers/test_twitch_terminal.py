"""`./sidecast twitch login` in a real terminal (pty), in a process of its own, against the simulated Twitch; and Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from fakes.until import until
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.simulator import Simulator
from sidecast.vault.opening import open_vault

pytestmark = [pytest.mark.peers, pytest.mark.asyncio]

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"type  (\w+)  there")


class Terminal:
    """What a person sees and types."""

    def __init__(self) -> None:
        self.seen = ""
        self.ours, self.theirs = pty.openpty()

    def read(self) -> None:
        with suppress(OSError):
            self.seen += os.read(self.ours, 65536).decode("utf-8", "replace")

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())


@asynccontextmanager
async def command(folder: Path, sim: Simulator, *arguments: str) -> AsyncIterator[tuple[Terminal, asyncio.subprocess.Process]]:
    terminal, loop = Terminal(), asyncio.get_running_loop()
    variables = os.environ | {
        "PYTHONPATH": str(ROOT / "python"),
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": "utf-8",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "SIDECAST_TWITCH__CLIENT_ID": PUBLIC.client_id,
        "SIDECAST_TWITCH__ID": sim.id_url,
        "SIDECAST_TWITCH__API": sim.helix_url,
        "SIDECAST_CHAT__CHANNEL": "larkandpine",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sidecast.commands.twitch",
        *arguments,
        env=variables,
        stdin=terminal.theirs,
        stdout=terminal.theirs,
        stderr=terminal.theirs,
        start_new_session=True,
    )
    os.close(terminal.theirs)
    loop.add_reader(terminal.ours, terminal.read)
    try:
        yield terminal, process
    finally:
        loop.remove_reader(terminal.ours)
        if process.returncode is None:
            process.kill()
        await process.wait()
        os.close(terminal.ours)


async def code_in(terminal: Terminal) -> str:
    await until(lambda: CODE.search(terminal.seen) is not None)
    found = CODE.search(terminal.seen)
    assert found is not None
    return found[1]


async def test_log_in_state_and_log_out(tmp_path: Path) -> None:
    async with Simulator(seed=2) as sim:
        sim.grants.interval_s = 1
        async with command(tmp_path, sim, "login") as (terminal, process):
            code = await code_in(terminal)
            await until(lambda: "Waiting for you there" in terminal.seen)
            assert "\x1b[97;40m" in terminal.seen, "the QR code"
            sim.agree(code, "larkandpine")
            assert await asyncio.wait_for(process.wait(), 60) == 0
            await until(lambda: "LarkAndPine is logged in" in terminal.seen)
            given = [token.access for token in sim.grants._access.values()]
            assert given
            assert not any(token in terminal.seen for token in given)
        async with command(tmp_path, sim, "status") as (terminal, process):
            assert await asyncio.wait_for(process.wait(), 60) == 0
            await until(lambda: "Your account: LarkAndPine, since" in terminal.seen)
        async with command(tmp_path, sim, "logout") as (terminal, process):
            assert await asyncio.wait_for(process.wait(), 60) == 0
            await until(lambda: "Twitch knows it" in terminal.seen)
        assert not sim.grants._access


@pytest.mark.parametrize("when", ["while it waits", "at a question"])
async def test_ctrl_c_ends_it_cleanly_and_keeps_nothing(tmp_path: Path, when: str) -> None:
    async with Simulator(seed=2) as sim:
        sim.grants.interval_s = 1
        async with command(tmp_path, sim, "login") as (terminal, process):
            code = await code_in(terminal)
            await until(lambda: "Waiting for you there" in terminal.seen)
            if when == "at a question":
                sim.agree(code, "wren")
                await until(lambda: "all the same? [y/N]" in terminal.seen)
                assert sim.grants._access
            os.killpg(process.pid, signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), 60) == 130
            await until(lambda: "Nothing has changed." in terminal.seen)
            assert "Traceback" not in terminal.seen
        assert not sim.grants._access, "what was granted is given back"
    vault = open_vault(tmp_path / "data" / "sidecast" / "vault")
    assert vault.get("twitch.broadcaster") is None
    vault.close()
