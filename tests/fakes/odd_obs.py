"""A server that speaks obs-websocket's protocol 5 up to where a test lets it say something else.

For what a real OBS cannot be made to do. It asks for no password.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

HELLO = {"op": 0, "d": {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1}}
VERSION = {
    "obsVersion": "29.0.2",
    "obsWebSocketVersion": "5.1.0",
    "availableRequests": ["GetVersion", "GetSceneList", "GetStats"],
}

Answer = Callable[[dict[str, Any]], str | bytes | None]
"""Of a request's data; None: as OBS would."""


def well(request: dict[str, Any], **data: Any) -> dict[str, Any]:
    """A good answer's data."""
    named = {name: request[name] for name in ("requestType", "requestId")}
    return {**named, "requestStatus": {"result": True, "code": 100}, "responseData": data}


def sent(op: int, data: dict[str, Any]) -> str:
    return json.dumps({"op": op, "d": data})


@contextlib.asynccontextmanager
async def odd_obs(answer: Answer = lambda _: None, hello: str | None = None, close_code: int = 0) -> AsyncIterator[int]:
    """Gives the port.

    Args:
        close_code: with which it closes the connection at the log-in.
    """

    async def talk(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await connection.send(json.dumps(HELLO) if hello is None else hello)
            async for said in connection:
                message = json.loads(said)
                if message["op"] == 1 and close_code:
                    await connection.close(close_code)
                elif message["op"] == 1:
                    await connection.send(sent(2, {"negotiatedRpcVersion": 1}))
                elif message["op"] == 6:
                    request = message["d"]
                    data = VERSION if request["requestType"] == "GetVersion" else {"of": request["requestType"]}
                    await connection.send(answer(request) or sent(7, well(request, **data)))

    async with serve(talk, "127.0.0.1", 0) as server:
        yield next(iter(server.sockets)).getsockname()[1]
