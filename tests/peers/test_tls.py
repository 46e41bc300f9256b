"""HTTPS with real sockets and clients that are not ours: Python's own TLS, curl and openssl where they are."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import websockets
from websockets.typing import Origin

from fakes.accounts import CheapAccounts
from sidecast.clock import SystemClock
from sidecast.control.certificates import Certificates, make_authority, names_for
from sidecast.control.feed import Feed
from sidecast.control.server import ControlServer
from sidecast.control.tls import Secured, Tls, tls_of
from sidecast.errors import ControlError

pytestmark = pytest.mark.peers

NAMES = tuple(names_for("studio", "127.0.0.1", []))


class Room:
    def __init__(
        self, tls: Tls | None, host: str = "127.0.0.1", proxies: tuple[str, ...] = (), names: tuple[str, ...] = ()
    ) -> None:
        clock = SystemClock()
        self.server = ControlServer(
            Feed(clock),
            lambda order: None,
            clock,
            lambda: b"",
            host=host,
            port=0,
            accounts=CheapAccounts(clock),
            tls=lambda: tls,
            proxies=proxies,
            names=names,
        )

    async def __aenter__(self) -> ControlServer:
        await self.server.start()
        return self.server

    async def __aexit__(self, *error: object) -> None:
        await self.server.close()


@pytest.fixture
def made(tmp_path: Path) -> Certificates:
    return make_authority(tmp_path / "tls", [], "studio", datetime.now(UTC))


@pytest.fixture
def tls(made: Certificates) -> Tls:
    return Tls(certificate=made.server, key=None, own=made.folder, names=NAMES)


@pytest.fixture
async def room(tls: Tls) -> AsyncIterator[ControlServer]:
    async with Room(tls) as server:
        yield server


def trusting(made: Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(made.authority))


async def test_who_trusts_the_authority_opens_the_page(room: ControlServer, made: Certificates) -> None:
    assert room.address.startswith("https://")
    async with httpx.AsyncClient(verify=trusting(made), base_url=room.address) as client:
        answer = await client.get(room.mint_link().removeprefix(room.address))
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith(f"__host-sidecast_{room.port}=")
        assert "secure" in cookie
        assert (await client.get("/api/v1/people/me")).status_code == 200


async def test_who_does_not_is_warned(room: ControlServer) -> None:
    async with httpx.AsyncClient(base_url=room.address) as client:
        with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
            await client.get("/healthz")


async def test_the_websocket_is_encrypted_too(room: ControlServer, made: Certificates) -> None:
    async with httpx.AsyncClient(verify=trusting(made), base_url=room.address) as client:
        await client.get(room.mint_link().removeprefix(room.address))
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    uri = room.address.replace("https", "wss") + "/ws"
    async with websockets.connect(
        uri, ssl=trusting(made), origin=Origin(room.address), additional_headers={"cookie": cookie}, proxy=None
    ) as page:
        assert "full" in str(await page.recv())


async def test_plain_http_is_answered_with_a_sentence(room: ControlServer) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(room.address.replace("https", "http") + "/open?key=x", headers={"cookie": "a=b"})
    assert answer.status_code == 400
    assert answer.text == "This control room speaks HTTPS: open it by https:// instead of http://.\n"
    assert "set-cookie" not in answer.headers


@pytest.mark.filterwarnings("ignore:.*TLSv1.*:DeprecationWarning")
async def test_nothing_older_than_tls_1_2(room: ControlServer) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection("127.0.0.1", room.port, ssl=old)


async def test_who_says_nothing_keeps_nobody_out(room: ControlServer, made: Certificates) -> None:
    silent = [socket.create_connection(("127.0.0.1", room.port)) for _ in range(50)]
    rubbish = socket.create_connection(("127.0.0.1", room.port))
    rubbish.sendall(b"\x16\x03\x01rubbish that is no handshake")
    async with httpx.AsyncClient(verify=trusting(made), base_url=room.address) as client:
        assert (await client.get("/healthz")).status_code == 200
    for each in (*silent, rubbish):
        each.close()


async def test_it_closes_within_a_second_whoever_stands_at_the_door(tls: Tls) -> None:
    async with Room(tls) as server:
        silent = socket.create_connection(("127.0.0.1", server.port))
        await asyncio.wait_for(server.close(), 2)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", server.port), timeout=1).recv(1)
            raise ConnectionResetError
        silent.close()


async def test_it_ends_in_order_with_pages_open(tls: Tls, made: Certificates, caplog: pytest.LogCaptureFixture) -> None:
    async with Room(tls) as server, httpx.AsyncClient(verify=trusting(made), base_url=server.address) as client:
        await client.get(server.mint_link().removeprefix(server.address))
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        uri, origin = server.address.replace("https", "wss") + "/ws", Origin(server.address)
        async with websockets.connect(
            uri, ssl=trusting(made), origin=origin, additional_headers={"cookie": cookie}, proxy=None
        ) as page:
            await page.recv()
            task = server._task
            await asyncio.wait_for(server.close(), 2)
    assert task is not None
    assert task.cancelled() or task.exception() is None
    assert [
        record.getMessage() for record in caplog.records if record.levelname == "ERROR" and "Cancel" not in record.getMessage()
    ] == []


async def test_a_new_certificate_is_taken_up_while_it_runs(room: ControlServer, made: Certificates, tls: Tls) -> None:
    secured = Secured(tls, SystemClock())
    assert not secured.refresh()
    made.server.unlink()
    assert secured.refresh()
    assert made.server.exists()


@pytest.mark.parametrize("program", ["curl", "openssl"])
async def test_other_programs_agree(room: ControlServer, made: Certificates, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here")
    commands = {
        "curl": ["curl", "-sS", "--noproxy", "*", "--cacert", str(made.authority), f"{room.address}/healthz"],
        "openssl": [
            "openssl", "s_client", "-connect", f"127.0.0.1:{room.port}", "-CAfile", str(made.authority),
            "-verify_return_error", "-verify_ip", "127.0.0.1", "-brief",
        ],
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *commands[program], stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, said.decode()
    assert (b'"status":"ok"' if program == "curl" else b"Verification: OK") in said


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "cannot be read"),
        ({"cert.pem": b"rubbish"}, "no certificate with its key"),
    ],
)
async def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    with pytest.raises(ControlError, match=said):
        await Room(Tls(certificate=tmp_path / "cert.pem", key=None)).server.start()


async def test_a_key_that_everybody_can_read_is_refused(tls: Tls, made: Certificates) -> None:
    async with Room(tls):
        pass
    made.server.chmod(0o604)
    with pytest.raises(ControlError, match="chmod 600"):
        await Room(Tls(certificate=made.server, key=None)).server.start()


async def test_others_reach_it_only_by_https_or_a_proxy() -> None:
    with pytest.raises(ControlError, match="without HTTPS"):
        await Room(None, host="0.0.0.0").server.start()  # noqa: S104
    with pytest.raises(ControlError, match="no address"):
        await Room(None, host="studio.local").server.start()


def _own_address() -> str:
    """An address of this machine that is not loopback."""
    for entry in socket.getaddrinfo(socket.gethostname(), 80, socket.AF_INET, socket.SOCK_STREAM):
        if not str(entry[4][0]).startswith("127."):
            return str(entry[4][0])
    return ""


async def test_a_proxy_is_believed_and_nobody_else(tls: Tls) -> None:
    name = {"host": "room.example.org"}
    told = {**name, "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}
    async with Room(None, proxies=("127.0.0.1",), names=("room.example.org",)) as server, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{server.port}/healthz"
        assert (await client.get(url, headers=told)).status_code == 200
        assert (await client.get(url, headers=name)).status_code == 403
        assert (await client.get(url, headers={**told, "x-forwarded-proto": "http"})).status_code == 403
        assert (await client.get(url)).status_code == 200
    async with Room(None, proxies=("192.0.2.1",), names=("room.example.org",)) as server, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{server.port}/healthz", headers=told)).status_code == 403


async def test_from_elsewhere_only_https_is_answered() -> None:
    address = _own_address()
    if not address:
        pytest.skip("this machine has no address but loopback")
    async with Room(None, host="0.0.0.0", proxies=("192.0.2.1",), names=(address,)) as server, httpx.AsyncClient() as client:  # noqa: S104
        answer = await client.get(f"http://{address}:{server.port}/healthz", headers={"x-forwarded-proto": "https"})
    assert answer.status_code == 403
    assert "HTTPS only" in answer.json()["what"]


def test_settings_that_contradict_each_other(tmp_path: Path) -> None:
    where = {"host": "127.0.0.1", "names": ()}
    assert tls_of(None, None, tmp_path, own=False, **where) is None  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="Both"):
        tls_of(tmp_path, None, tmp_path, own=True, **where)  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="Name the certificate"):
        tls_of(None, tmp_path, tmp_path, own=False, **where)  # type: ignore[arg-type]
