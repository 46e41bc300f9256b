"""The app as it is started, reading a live channel from a server with TLS: chat in, an answer out, an orderly end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.certificates import server_context
from fakes.irc_server import FakeTwitch, privmsg
from fakes.until import until

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 90
WORD = "xylophonist"


def turns(trace: Path) -> list[dict[str, Any]]:
    """Those that have ended."""
    lines = trace.read_text("utf-8").splitlines(keepends=True) if trace.exists() else []
    return [fields for line in lines if line.endswith("\n") and "turn" in (fields := json.loads(line))]


async def test_a_viewer_of_a_live_channel_is_answered(tmp_path: Path) -> None:
    context, trusted = server_context(tmp_path)
    server = FakeTwitch()
    trace, log = tmp_path / "trace.jsonl", tmp_path / "app.log"
    async with server.on_socket(context) as port:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT / "python"),
            "SSL_CERT_FILE": str(trusted),
            "SIDECAST_CHAT__IRC_HOST": "127.0.0.1",
            "SIDECAST_CHAT__IRC_PORT": str(port),
            "SIDECAST_CONTROL__PORT": "0",
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        command = ["-m", "sidecast", "--stage", "none", "--channel", "https://www.twitch.tv/Kit", "--trace", str(trace)]
        with log.open("wb") as output:
            app = await asyncio.create_subprocess_exec(sys.executable, *command, env=environment, stdout=output, stderr=output)
        try:
            await until(lambda: server.joined or app.returncode is not None)
            assert app.returncode is None, log.read_text()
            server.tell(privmsg(f"hey Kit, how are you, dear {WORD}?"))
            await until(lambda: turns(trace))
            app.send_signal(signal.SIGTERM)
            async with asyncio.timeout(LIMIT_S):
                assert await app.wait() == 0
        finally:
            if app.returncode is None:
                app.kill()
                await app.wait()
    (turn,) = turns(trace)
    assert turn["outcome"] == "heard"
    assert WORD not in log.read_text()
    assert "reading the chat of kit" in log.read_text()
    assert not server.clients
