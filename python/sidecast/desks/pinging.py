"""Asks a service whose address is in the settings whether it is there, and nothing else.

What it must not become is a way to look around in somebody's network (SSRF): it goes to configured addresses only, follows no
redirect, sends no key, gives out no byte of the answer, and goes neither to link-local addresses (where clouds keep their
metadata) nor to anything that no service listens on. The name is resolved once, and that address is used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx2

from ..clock import Clock, ms_between
from ..errors import SidecastError

LONGEST_S = 6.0


class PingError(SidecastError):
    """It did not answer, or may not be asked."""

    code = "ping"


@dataclass(frozen=True, slots=True)
class Answered:
    ms: float
    status: int
    """Of HTTP; 0 for a service that speaks something else."""


async def ping_http(url: str, clock: Clock) -> Answered:
    """Raises PingError: no answer, or not an address to ask."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or parts.password is not None:
        raise PingError("This is no address of a web service.", "It begins with http:// or https:// and holds no password.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    began = clock.now_ns()
    try:
        async with asyncio.timeout(LONGEST_S):
            address = await _resolve(host, port)
            there = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            target = urlunsplit((parts.scheme, there, parts.path or "/", "", ""))
            # the certificate has to be the name's; where a proxy stands between is not asked
            async with (
                httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=LONGEST_S) as client,
                client.stream("GET", target, headers={"host": parts.netloc}, extensions={"sni_hostname": host}) as answer,
            ):
                return Answered(ms_between(began, clock.now_ns()), answer.status_code)
    except TimeoutError:
        raise PingError(f"{host} did not answer within {LONGEST_S:.0f} s.", "Is it running, and is the address right?") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise _no_answer(host, error) from error


async def ping_port(host: str, port: int, *, tls: bool, clock: Clock) -> Answered:
    """Whether something listens there and, with `tls`, has a certificate for that name. Raises PingError."""
    began = clock.now_ns()
    try:
        async with asyncio.timeout(LONGEST_S):
            address = await _resolve(host, port)
            context = ssl.create_default_context() if tls else None
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host if tls else None)
            writer.close()
    except TimeoutError:
        raise PingError(f"{host} did not answer within {LONGEST_S:.0f} s.", "Is the network there?") from None
    except OSError as error:
        raise _no_answer(host, error) from error
    return Answered(ms_between(began, clock.now_ns()), 0)


def allowed(address: str) -> bool:
    """Whether a service of somebody's may be at `address`. Home networks are: that is where model servers are."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    return found.is_loopback or not (found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved)


async def _resolve(host: str, port: int) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PingError(f"There is no host {host}.", "Check the address, and that the network is there.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(allowed(address) for address in addresses):
        raise PingError(f"{host} is at an address that is not asked.", "Link-local and multicast addresses are no services.")
    return addresses[0]


def _no_answer(host: str, error: Exception) -> PingError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PingError(f"{host} has no certificate that this machine trusts.", "Check the name in the address.")
        if isinstance(cause, ConnectionRefusedError):
            return PingError(f"Nothing listens at {host}.", "Is it running, and is the port right?")
        cause = cause.__cause__ or cause.__context__
    return PingError(f"{host} gave no answer.", "Is it running, and is the address right?")
