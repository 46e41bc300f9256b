"""Asks OBS what is, apart from the code under test: one connection, one request at a time, no events.

obs-websocket's protocol 5: Hello (op 0), Identify (1), Identified (2), Request (6), RequestResponse (7).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import websocket

ANSWER_S = 10.0


class Refused(Exception):
    """OBS will not; `status` is the protocol's `RequestStatus`."""

    def __init__(self, request: str, status: int, comment: str) -> None:
        super().__init__(f"{request}: {status} {comment}")
        self.status = status


class Witness:
    """Raises OSError or WebSocketException where OBS cannot be reached or does not answer."""

    def __init__(self, port: int, password: str) -> None:
        self._socket = websocket.WebSocket()
        self._socket.connect(f"ws://127.0.0.1:{port}", timeout=ANSWER_S)
        self._number = 0
        hello = self._read(0)
        proof = hello["authentication"]
        secret = _digest(password + proof["salt"])
        self._send(1, {"rpcVersion": 1, "eventSubscriptions": 0, "authentication": _digest(secret + proof["challenge"])})
        self._read(2)

    def ask(self, request: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer's data. Raises Refused."""
        self._number += 1
        self._send(6, {"requestType": request, "requestId": str(self._number), "requestData": dict(data or {})})
        answer = self._read(7)
        assert answer["requestId"] == str(self._number)
        status = answer["requestStatus"]
        if not status["result"]:
            raise Refused(request, status["code"], status.get("comment", ""))
        return answer.get("responseData") or {}

    def close(self) -> None:
        self._socket.shutdown()

    def _send(self, op: int, data: Mapping[str, Any]) -> None:
        self._socket.send(json.dumps({"op": op, "d": data}))

    def _read(self, op: int) -> dict[str, Any]:
        message = json.loads(self._socket.recv())
        assert message["op"] == op, message
        found: dict[str, Any] = message["d"]
        return found


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
