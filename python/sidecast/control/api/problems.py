"""One form for every error of the API: `{"what": a sentence, "remedy": a sentence}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from ...errors import SettingsError, SidecastError
from ..guard import HEADERS

log = logging.getLogger(__name__)

MAX_NAMED = 5
"""Wrong fields that one answer names."""
REMEDIES = {
    401: "Log in, or send a key that is still valid.",
    403: "Ask an owner of this control room.",
    404: "Check the address.",
    405: "The API's document at /api/v1/openapi.json says what can be asked here.",
    413: "Send less.",
    429: "Wait a moment, then try again.",
}


class Problem(BaseModel):
    """What went wrong, and what to do about it. Both are sentences for people."""

    what: str = Field(max_length=2000)
    remedy: str = Field(max_length=2000)


class Refusal(SidecastError):
    """An answer of the API that is not a yes, with its status."""

    code = "refused"

    def __init__(self, status: int, what: str, remedy: str = "", *, wait_s: int | None = None) -> None:
        """`wait_s` becomes the header Retry-After."""
        super().__init__(what, remedy)
        self.status = status
        self.wait_s = wait_s


def problem(status: int, what: str, remedy: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    content = Problem(what=what[:2000], remedy=(remedy or REMEDIES.get(status, ""))[:2000]).model_dump()
    return JSONResponse(content, status, headers=dict(headers or {}))


def speak_of_problems(app: FastAPI) -> None:
    """Gives the app its handlers: whatever a route raises on purpose is answered in this form."""
    app.add_exception_handler(SidecastError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(WebSocketRequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_fault)


async def _on_ours(connection: Any, error: Exception) -> Any:
    assert isinstance(error, SidecastError)
    headers = {}
    if isinstance(error, Refusal):
        status = error.status
        if error.wait_s is not None:
            headers["retry-after"] = str(error.wait_s)
    else:
        status = 400 if isinstance(error, SettingsError) else 409
    return await _answer(connection, problem(status, error.what, error.remedy, headers))


async def _on_http(connection: Any, error: Exception) -> Any:
    assert isinstance(error, HTTPException)
    if error.status_code in (204, 304):
        return Response(status_code=error.status_code, headers=error.headers)
    what = {404: "There is nothing here.", 405: "This cannot be done here."}.get(error.status_code, str(error.detail))
    if error.status_code == 404 and error.detail != "Not Found":
        what = str(error.detail)
    return await _answer(connection, problem(error.status_code, what, headers=error.headers))


async def _on_fault(connection: Any, error: Exception) -> Any:
    """A fault of ours. The server logs it; this answer is sent past the guard, so it brings the headers itself."""
    what = "Something went wrong here that should not have."
    return problem(500, what, "Try again. The log says what it was: please report it.", HEADERS)


async def _on_invalid(connection: Any, error: Exception) -> Any:
    assert isinstance(error, RequestValidationError | WebSocketRequestValidationError)
    errors = error.errors()
    sentences = [_in_words(each) for each in errors[:MAX_NAMED]]
    if len(errors) > MAX_NAMED:
        sentences.append(f"{len(errors) - MAX_NAMED} more things are wrong.")
    remedy = "The API's document at /api/v1/openapi.json says what is taken here."
    return await _answer(connection, problem(422, " ".join(sentences), remedy))


async def _answer(connection: Request | WebSocket, answer: Response) -> Response | None:
    if isinstance(connection, Request):
        return answer
    await connection.send_denial_response(answer)
    return None


def _in_words(error: Mapping[str, Any]) -> str:
    """Names the field, never what was sent: that may be a passphrase."""
    place = [str(part)[:60] for part in error["loc"]]
    kind, field = place[0], ".".join(place[1:])
    if error["type"] == "json_invalid":
        return "The body is not JSON."
    if not field:
        return "The body is missing." if error["type"] == "missing" else f"The {kind} is wrong: {error['msg']}."
    if error["type"] == "missing":
        return f"“{field}” is missing in the {kind}."
    if error["type"] == "extra_forbidden":
        return f"“{field}” is not known here."
    return f"“{field}” in the {kind} is wrong: {error['msg']}."
