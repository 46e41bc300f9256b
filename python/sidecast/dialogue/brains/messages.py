"""A prompt as chat messages: the persona's instructions alone are the system's; what viewers wrote is quoted data.

Every viewer field sits in a JSON object of a user message, so that nothing it holds can end the quotation; what looks like
a model's own control token (`<|im_start|>`, `[INST]`, `</s>`) is broken, because some servers read those inside of text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypedDict

from ...flow.chat import EventKind
from ...flow.prompt import MAX_NAME, MAX_TEXT, Exchange, Prompt

MAX_TITLE = 60
MAX_HEARD = 400
MAX_TOKENS = 160
"""Of an answer; a little more than six clauses."""
AMOUNTS = {
    EventKind.RAID: "viewers",
    EventKind.CHEER: "bits",
    EventKind.RESUB: "months",
    EventKind.GIFT: "gifts",
}
_CONTROL = re.compile(r"[<＜](?=[^\s\d])|\[(?=[A-Z_/])")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]+")


class Message(TypedDict):
    """`role`: `system`, `user` or `assistant`."""

    role: str
    content: str


def messages_of(instructions: str, prompt: Prompt) -> list[Message]:
    """System, then the past as it was heard, then what is to be answered."""
    return [
        {"role": "system", "content": instructions},
        *_past(prompt.history),
        {"role": "user", "content": _asked(prompt)},
    ]


def without_system(messages: Sequence[Message]) -> list[Message]:
    """The same for a model that knows no system messages: the instructions open the first user message."""
    if len(messages) < 2 or messages[0]["role"] != "system":
        return list(messages)
    system, first, *rest = messages
    return [{"role": first["role"], "content": f"{system['content']}\n\n# The chat\n\n{first['content']}"}, *rest]


def _past(history: Sequence[Exchange]) -> list[Message]:
    messages: list[Message] = []
    for exchange in history:
        messages.append({"role": "user", "content": _quoted({"viewer": exchange.name, "says": exchange.text})})
        messages.append({"role": "assistant", "content": _data(exchange.heard, MAX_HEARD)})
    return messages


def _asked(prompt: Prompt) -> str:
    fields: dict[str, str | int | bool] = {}
    if prompt.event is not None:
        fields["event"] = prompt.event.value
        if prompt.amount:
            fields[AMOUNTS.get(prompt.event, "amount")] = prompt.amount
        if prompt.title:
            fields["reward"] = prompt.title[:MAX_TITLE]
    fields["viewer"] = prompt.name[:MAX_NAME]
    if prompt.newcomer:
        fields["first_message"] = True
    if prompt.text:
        fields["says"] = prompt.text
    return _quoted(fields)


def _quoted(fields: dict[str, str | int | bool]) -> str:
    safe = {key: _data(value, MAX_TEXT) if isinstance(value, str) else value for key, value in fields.items()}
    return json.dumps({key: value for key, value in safe.items() if value != ""}, ensure_ascii=False)


def _data(text: str, limit: int) -> str:
    """One line of text without control tokens or signs that cannot be seen."""
    seen = _INVISIBLE.sub(" ", text[:limit])
    return _CONTROL.sub(lambda match: "‹" if match[0] != "[" else "(", seen).encode("utf-8", "replace").decode("utf-8").strip()
