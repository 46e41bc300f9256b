"""What a chat completion says, whole or in chunks. Strict about types, lenient about what is left out.

The shapes are OpenAI's “chat.completion” and “chat.completion.chunk”; servers differ in what they add, which is ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .sse import BadStream

DONE = "[DONE]"
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z_-]{0,40}")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the answer."""

    text: str = ""
    ended: bool = False


class ServerError(Exception):
    """The server reports an error in the place of an answer. Its kind only: the rest may quote what was asked."""


def chunk(data: str) -> Said:
    """Of one event's data.

    Raises:
        BadStream: it is no chunk.
        ServerError: it is an error.
    """
    if data.strip() == DONE:
        return Said(ended=True)
    return _said(_object(data), "delta")


def whole(data: str) -> Said:
    """Of an answer that was not streamed. Raises as `chunk` does."""
    return Said(_said(_object(data), "message").text, ended=True)


def first_model(data: str) -> str:
    """The first that a server lists; empty when it has none. Raises BadStream: it is no list of models."""
    models = _object(data).get("data")
    if not isinstance(models, list):
        raise BadStream("no list of models")
    names = [model.get("id") for model in models if isinstance(model, dict)]
    return next((name for name in names if isinstance(name, str) and 0 < len(name) <= 200 and name.isprintable()), "")


def error_kind(data: str) -> str:
    """What an error's body calls it, when that is an identifier; never its message."""
    try:
        return _kind(_object(data).get("error"))
    except (BadStream, ServerError):
        return ""


def _object(data: str) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise BadStream("JSON that does not parse") from None
    if not isinstance(value, dict):
        raise BadStream("JSON that is no object")
    return value


def _said(value: Mapping[str, Any], part: str) -> Said:
    if value.get("error"):
        raise ServerError(_kind(value["error"]) or "an error without a name")
    choices = value.get("choices")
    if choices is None:
        raise BadStream("an object without choices")
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise BadStream("choices of the wrong type")
    if not choices:
        return Said()  # the chunk that counts tokens has none
    delta = choices[0].get(part) or {}
    if not isinstance(delta, dict):
        raise BadStream(f"a {part} of the wrong type")
    text = delta.get("content")
    if text is not None and not isinstance(text, str):
        raise BadStream("content that is no text")
    return Said(text or "", ended=bool(choices[0].get("finish_reason")))


def _kind(error: Any) -> str:
    if isinstance(error, dict):
        for key in ("code", "type"):
            if isinstance(error.get(key), str) and _IDENTIFIER.fullmatch(error[key]):
                return str(error[key])
    return ""
