"""A live channel in the real Godot: from a line on an encrypted connection to sound at the mixer."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from fakes.certificates import server_context
from fakes.irc_server import FakeTwitch, deleted, privmsg
from fakes.until import until
from godot.real_godot import Godot
from godot.test_whole_show import LIMIT_S, app, lines_of, said

pytestmark = pytest.mark.godot


async def test_a_viewer_is_answered_aloud_and_a_deleted_message_is_silenced(
    godot: Godot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = server_context(tmp_path)
    server, trace = FakeTwitch(), tmp_path / "trace"
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("SIDECAST_CHAT__IRC_HOST", "127.0.0.1")

    def has(what: str) -> bool:
        return trace.exists() and what in trace.read_text("utf-8")

    async with server.on_socket(context) as port:
        monkeypatch.setenv("SIDECAST_CHAT__IRC_PORT", str(port))
        with app(godot, tmp_path, "--channel", "kit", "--trace", str(trace), "--seed", "1") as process:
            await until(lambda: server.joined or process.poll() is not None)
            assert process.poll() is None, said(tmp_path)
            server.tell(privmsg("hey Kit, how are you feeling tonight?", number=1))
            await until(lambda: has('"settled":"answered"'))
            before = trace.read_text("utf-8").count('"mark":"audible"')
            server.tell(privmsg("Kit, can you tell me about your favourite game?", number=2))
            await until(lambda: trace.read_text("utf-8").count('"mark":"audible"') > before)
            server.tell(deleted(2))
            await until(lambda: has('"settled":"removed"'))
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT_S) == 0, said(tmp_path)
    first, second = [line for line in lines_of(trace) if "outcome" in line]
    assert first["outcome"] == "heard"
    assert second["outcome"] == "cut"
