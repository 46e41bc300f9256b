"""A whole show with canaries in it: a secret and a viewer's words are found in no file, no log, no process list."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from sidecast.desks.keeping import back_up
from sidecast.keep.estate import Estate
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.ring import NoRing
from sidecast.vault.ways import Holder

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[2]
SECRET = "sk-canary-zebra-0123456789-quagga"  # noqa: S105 - made up here
PHRASE = "canary passphrase of four okapis"
SAID = "canaryword what is the best snack for a long stream"
NAME = "canary_viewer_77"


def encodings(canary: str) -> list[bytes]:
    """As somebody might find it: plain, UTF-16, hex, base64 at each of its three places."""
    import base64

    plain = canary.encode()
    shifted = [base64.b64encode(b"x" * pad + plain)[4:-4] for pad in range(3)]
    return [plain, canary.encode("utf-16-le"), plain.hex().encode(), *shifted]


def found(data: bytes, canary: str) -> bool:
    return any(form in data for form in encodings(canary))


async def processes_show(canary: str, stop: asyncio.Event) -> bool:
    """Looks at every process's arguments and title until `stop`."""
    seen = False
    while not stop.is_set():
        for place in Path("/proc").glob("[0-9]*"):  # noqa: ASYNC240
            try:
                seen = seen or found((place / "cmdline").read_bytes() + (place / "comm").read_bytes(), canary)
            except OSError:
                continue
        await asyncio.sleep(0.05)
    return seen


async def test_no_canary_is_found_anywhere_after_a_show(tmp_path: Path) -> None:
    data, config = tmp_path / "data" / "sidecast", tmp_path / "config"
    vault = open_vault(data / "vault")
    vault.set("brain.key", SECRET)
    vault.close()
    chat = tmp_path / "chat.jsonl"
    author: dict[str, object] = {"kind": "author", "id": "77", "name": NAME}
    lines: list[dict[str, object]] = [{"kind": "log", "version": 1}, author]
    for number in range(6):
        text = f"{SAID} {number}?"
        lines.append({"kind": "message", "at": 0.2 + number * 0.4, "id": str(number), "author": "77", "text": text})
    chat.write_text("".join(json.dumps(line) + "\n" for line in lines))
    log = tmp_path / "logs" / "show.log"
    log.parent.mkdir()
    environment = os.environ | {"XDG_DATA_HOME": str(data.parent), "XDG_CONFIG_HOME": str(config)}
    environment |= {
        "PYTHONPATH": str(ROOT / "python"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "SIDECAST_CONTROL__PORT": "0",
    }
    stop = asyncio.Event()
    looking = asyncio.create_task(processes_show(SECRET, stop))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sidecast", "--replay", str(chat), "--for", "8", "--log", str(log), "--brain", "openai:http://127.0.0.1:9/v1",
        env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 90)
    stop.set()
    assert not await looking
    assert process.returncode == 0, said.decode()[-2000:]
    vault = open_vault(data / "vault")
    changes = Changes(vault, Holder(data / "vault", NoRing()))
    back_up(changes, Estate(config / "sidecast", data, data / "ledger.db"), tmp_path / "backups" / "all", 1, typed=PHRASE)
    vault.close()
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != chat}  # noqa: ASYNC240
    assert {"vault.db", "ledger.db", "show.log", "all"} <= {path.name for path in files}
    with_lines = files[data / "ledger.db"]
    assert len(with_lines) > 10_000, "the show left nothing to look into"
    assert all(found(chat.read_bytes(), canary) for canary in (SAID[:16], NAME)), "this would find nothing anywhere"
    for canary in (SECRET, PHRASE, SAID[:16], NAME):
        assert [str(path) for path, content in files.items() if found(content, canary) and not marked(path, canary)] == []
    assert not found(said, SECRET)


def marked(path: Path, canary: str) -> bool:
    """Viewers' words may stand in a log that marks them personal; secrets nowhere."""
    if path.name != "show.log" or canary in (SECRET, PHRASE):
        return False
    return all("personal" in line for line in path.read_text().splitlines() if canary in line)
