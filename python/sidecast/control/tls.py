"""HTTPS for the control room: the server's context, its renewal, and who may do without."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..clock import Clock
from ..errors import ControlError
from .certificates import Certificates, names_for, renew
from .guard import NAMES, refuse

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Which certificate the control room has."""

    certificate: Path
    key: Path | None
    """None: in the same file."""
    own: Path | None = None
    """The folder of the own authority that signed it, from where it is renewed."""
    names: tuple[str, ...] = ()


def tls_of(certificate: Path | None, key: Path | None, folder: Path, *, own: bool, host: str, names: Sequence[str]) -> Tls | None:
    """From the settings; None without HTTPS.

    Raises:
        ControlError: two certificates are named, or a key without its certificate.
    """
    if own and certificate:
        raise ControlError("Both control.tls.own and control.tls.certificate are set.", "Leave one of them out.")
    if key and not certificate:
        raise ControlError("control.tls.key is set, and control.tls.certificate is not.", "Name the certificate, too.")
    if own:
        all_names = tuple(names_for(socket.gethostname(), host, names))
        return Tls(certificate=Certificates(folder).server, key=None, own=folder, names=all_names)
    return None if certificate is None else Tls(certificate=certificate, key=key)


class Secured:
    """A context that keeps up with its certificate's files: new connections get the new one."""

    def __init__(self, tls: Tls, clock: Clock) -> None:
        """Reads, and for an own authority renews, the certificate: not for the event loop.

        Raises:
            ControlError: it cannot be used; says why.
        """
        self._tls = tls
        self._clock = clock
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        self.context.set_alpn_protocols(["http/1.1"])
        self._seen: tuple[float, ...] = ()
        self.refresh()

    def refresh(self) -> bool:
        """Renews what is due and loads what has changed. True when it did.

        Raises:
            ControlError: the new one cannot be used; connections go on with the old one.
        """
        if self._tls.own is not None:
            renew(self._tls.own, self._tls.names, datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC))
        files = [self._tls.certificate, *([self._tls.key] if self._tls.key else [])]
        try:
            seen = tuple(path.stat().st_mtime for path in files)
        except OSError as error:
            what = f"The certificate {error.filename} cannot be read: {error.strerror}."
            raise ControlError(what, "Check control.tls.") from error
        if seen == self._seen:
            return False
        _load(self.context, self._tls)
        self._seen = seen
        return True

    async def keep_up(self) -> None:
        """Until it is cancelled. What cannot be used is logged once each hour; the old one goes on."""
        while True:
            await self._clock.sleep(LOOK_EVERY_S)
            try:
                if await asyncio.to_thread(self.refresh):
                    log.info("the control room has a new certificate")
            except ControlError as error:
                log.warning("%s", error)


class OnlyHttps:
    """ASGI middleware: whoever does not come from this machine itself, or comes by a public name, comes by HTTPS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and scope["scheme"] in ("http", "ws") and not _from_here(scope):
            remedy = "Open it by https://, or name the reverse proxy that does so in control.proxies."
            await refuse(scope, receive, send, (403, "From elsewhere, this control room is reached by HTTPS only.", remedy))
            return
        await self._app(scope, receive, send)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address("127.0.0.1" if host == "localhost" else host.strip("[]")).is_loopback
    except ValueError:
        return False


def _from_here(scope: Scope) -> bool:
    client = scope.get("client")
    # tests and pipes have no address
    near = client is None or not client[0] or is_loopback(client[0]) or not _is_address(client[0])
    name = Headers(scope=scope).get("host", "").lower()
    name = name.rpartition(":")[0] if name.rpartition(":")[2].isdecimal() and ":" in name else name
    return near and name in NAMES


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _load(context: ssl.SSLContext, tls: Tls) -> None:
    secret = tls.key or tls.certificate
    _check_rights(secret)

    def no_password() -> str:
        raise ControlError(f"The key in {secret} has a password.", "Take it off: openssl pkey -in KEY -out NEW")

    try:
        context.load_cert_chain(tls.certificate, tls.key, password=no_password)
    except ssl.SSLError as error:
        if "KEY_VALUES_MISMATCH" in str(error):
            raise ControlError(
                f"The key {secret} is not that of {tls.certificate}.", "Name the key that belongs to it."
            ) from error
        raise ControlError(f"{tls.certificate} is no certificate with its key, as PEM.", "Check control.tls.") from error
    except OSError as error:
        raise ControlError(
            f"The certificate {tls.certificate} cannot be read: {error.strerror}.", "Check control.tls."
        ) from error


def _check_rights(secret: Path) -> None:
    try:
        rights = secret.stat().st_mode
    except OSError as error:
        raise ControlError(f"The key {secret} cannot be read: {error.strerror}.", "Check control.tls.") from error
    if os.name == "posix" and rights & 0o007:
        raise ControlError(
            f"The key {secret} can be read by everybody (rights {rights & 0o777:o}).", f"Run  chmod 600 '{secret}'"
        )
