"""One WebSocket to OBS, logged in. It blocks: only threads of `live.py` use it.

obs-websocket's protocol 5: Identified (op 2), Reidentify (3), Event (5), Request (6) and its answer (7), RequestBatch (8) and
its answer (9). How obsws-python fails, and why it is used as it is here: the password is in its log lines, it asks through a
proxy that the environment names even for this machine, and after a time-out it takes one answer for the next request's.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import socket
from collections.abc import Callable, Mapping
from typing import Any

import websocket
from obsws_python.baseclient import ObsClient
from obsws_python.error import OBSSDKError
from websocket import WebSocketException, WebSocketTimeoutException

from .place import Place
from .troubles import Why

CONNECT_S = 2.0
"""For each step: the connection, Hello, the log-in."""
IDENTIFIED, REIDENTIFY, EVENT, REQUEST, ANSWER, BATCH, BATCH_ANSWER = 2, 3, 5, 6, 7, 8, 9
PROTOCOL = 1
"""`rpcVersion` of obs-websocket 5."""

LARGEST = 64 << 20
"""Bytes of a message: a screenshot in 4K has half of it."""

Message = dict[str, Any]
_CLOSED = {4009: Why.PASSWORD_WRONG, 4010: Why.TOO_OLD}
"""By `WebSocketCloseCode`."""
_BROKEN = (OSError, WebSocketException, OBSSDKError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What obsws-python and websocket-client raise for what a network or a server does; the last ones for what is no answer."""


class CannotConnect(Exception):
    """Carries no text of the server's."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Broken(Exception):
    """This connection must not be used again. Holds what went wrong, and nothing that was sent."""


class Silence(Broken):
    """Nothing came in time."""


class _Socket(websocket.WebSocket):
    """websocket-client's, which would take a message of any length, in one frame or in many, and keeps a close code to itself."""

    def __init__(self) -> None:
        super().__init__()
        self.left = LARGEST
        """Bytes that may still come before the message must be over."""
        self.close_code = 0
        """0: OBS has not closed it."""
        frames: Any = self.frame_buffer
        self._read: Callable[[int], bytes] = frames.recv_strict
        frames.recv_strict = self._take

    def recv_frame(self) -> Any:
        frame = super().recv_frame()  # type: ignore[no-untyped-call]
        if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
            self.close_code = int.from_bytes(frame.data[:2], "big")
        return frame

    def _take(self, count: int) -> bytes:
        self.left -= count
        if self.left < 0:
            raise ValueError("a message is too large")
        return self._read(count)


class _Client(ObsClient):  # type: ignore[misc]
    """obsws-python's, without its constructor: that logs the password, and goes through proxies."""

    def __init__(self, place: Place, password: str, subs: int) -> None:
        self.password, self.subs = password, subs
        host = f"[{place.host}]" if ":" in place.host else place.host
        # one that is given is not connected through a proxy: websocket-client would ask it for this very machine
        plain = socket.create_connection((place.host, place.port), CONNECT_S)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.ws = _Socket()
            self.ws.connect(f"ws://{host}:{place.port}", socket=plain, redirect_limit=0)  # type: ignore[no-untyped-call]
            self.server_hello = self._first_word()
        except BaseException:
            plain.close()
            raise

    def _first_word(self) -> Any:
        said = self.ws.recv()
        if self.ws.close_code:
            raise websocket.WebSocketConnectionClosedException("OBS ends")
        return json.loads(said)


class Wire:
    """`abort` may be called by any thread, and `tell` beside the thread that reads; all else is one thread's."""

    def __init__(self, place: Place, password: str = "", subs: int = 0) -> None:
        """
        Args:
            subs: which events it is told (`EventSubscription`).

        Raises:
            CannotConnect
        """
        _quiet()
        self._numbers = itertools.count(1)
        try:
            client = _Client(place, password, subs)
        except _BROKEN as error:
            raise CannotConnect(_why(error)) from None
        self._socket = client.ws
        try:
            _log_in(client)
        except BaseException:
            self.close()
            raise
        finally:
            client.password = ""

    def ask(self, request: str, data: Mapping[str, Any], timeout_s: float) -> Message:
        """The whole answer to one request.

        Raises:
            Broken
        """
        number = self.tell(REQUEST, {"requestType": request, "requestData": dict(data)}, timeout_s)
        answer = self._answer(ANSWER, number)
        if answer.get("requestType") != request:
            raise Broken("the answer is to another request")
        return answer

    def ask_all(self, batch: Mapping[str, Any], timeout_s: float) -> Message:
        """The whole answer to a batch. Raises Broken."""
        return self._answer(BATCH_ANSWER, self.tell(BATCH, batch, timeout_s))

    def tell(self, op: int, data: Mapping[str, Any], timeout_s: float | None = None) -> str:
        """Returns the number that the answer, if there is one, has as its `requestId`. Raises Broken."""
        number = str(next(self._numbers))
        given = dict(data) if op == REIDENTIFY else {**data, "requestId": number}
        try:
            if timeout_s is not None:
                self._socket.settimeout(timeout_s)
            self._socket.send(json.dumps({"op": op, "d": given}))
        except _BROKEN as error:
            raise _broken(error) from None
        return number

    def receive(self, timeout_s: float | None = None) -> tuple[int, Message]:
        """The next message: its op and its data. Raises Silence, Broken."""
        try:
            if timeout_s is not None:
                self._socket.settimeout(timeout_s)
            self._socket.left = LARGEST
            message = json.loads(self._socket.recv())
            op, data = message["op"], message["d"]
        except _BROKEN as error:
            raise _broken(error) from None
        if not isinstance(op, int) or not isinstance(data, dict):
            raise Broken("what came is no message of OBS's")
        return op, data

    def abort(self) -> None:
        """Wakes whoever reads or writes: they find it broken."""
        with contextlib.suppress(OSError, AttributeError):
            self._socket.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def close(self) -> None:
        """Without the good-bye of WebSockets, which would wait for an OBS that may be the very thing that hangs."""
        self.abort()
        with contextlib.suppress(OSError, AttributeError):
            self._socket.shutdown()  # type: ignore[no-untyped-call]

    def _answer(self, op: int, number: str) -> Message:
        got, data = self.receive()
        if got != op or data.get("requestId") != number:
            raise Broken("the answer is to another request")
        return data


def _log_in(client: _Client) -> None:
    """Raises CannotConnect."""
    hello = client.server_hello
    try:
        said = hello["d"]
        if hello["op"] != 0 or not isinstance(said["obsWebSocketVersion"], str):
            raise CannotConnect(Why.NOT_OBS)
        if said["rpcVersion"] < PROTOCOL:
            raise CannotConnect(Why.TOO_OLD)
        wants = "authentication" in said
    except (KeyError, TypeError):
        raise CannotConnect(Why.NOT_OBS) from None
    if wants and not client.password:
        raise CannotConnect(Why.PASSWORD_WANTED)
    try:
        client.authenticate()
    except OBSSDKError:
        # one that ends closes the connection, too
        raise CannotConnect(_CLOSED.get(client.ws.close_code, Why.AWAY if client.ws.close_code else Why.NOT_OBS)) from None
    except _BROKEN as error:
        raise CannotConnect(_why(error)) from None


def _why(error: BaseException) -> Why:
    if isinstance(error, WebSocketTimeoutException | TimeoutError):
        return Why.SILENT
    if isinstance(error, socket.gaierror | UnicodeError):
        return Why.NO_HOST
    if isinstance(error, OSError | websocket.WebSocketConnectionClosedException):
        return Why.AWAY
    return Why.NOT_OBS


def _broken(error: BaseException) -> Broken:
    if isinstance(error, WebSocketTimeoutException | TimeoutError):
        return Silence("nothing was answered")
    return Broken(f"the connection failed ({type(error).__name__})")


def _quiet() -> None:
    """obsws-python writes each failure with a traceback; what is to be said is said once, in `connection.py`."""
    logging.getLogger("obsws_python").setLevel(logging.CRITICAL + 1)
