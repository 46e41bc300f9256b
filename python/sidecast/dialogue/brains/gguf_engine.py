"""llama.cpp in a worker process: chat messages → tokens. Runs in the child (`sidecast.worker`)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...worker.engine import Reply
from . import gguf_file
from .messages import Message, without_system
from .trouble import BrainTrouble

TOO_LONG = "exceed context window"
"""Of llama-cpp-python's words for a prompt that does not fit."""

PER_MESSAGE = 8
"""Tokens that a chat template may put around each message."""


class GgufEngine:
    """`worker.engine.Engine`. One context: what a prompt shares with the one before it is not read again."""

    def __init__(self, llama: Any, version: str) -> None:
        self._llama = llama
        self._version = version
        self._system = True
        """Whether the model's template takes a system message; some know only user and assistant."""

    def about(self) -> Mapping[str, Any]:
        return {"llama_cpp": self._version, "context": self._llama.n_ctx(), "vocabulary": self._llama.n_vocab()}

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        """`call`: `max_tokens`, `temperature`; `body`: the messages as JSON. A reply a token: `text`, and `ms` since the call.

        Raises:
            BrainTrouble: the messages do not fit into the context.
        """
        began = time.monotonic()
        for token in self._tokens(json.loads(body), int(call["max_tokens"]), float(call["temperature"])):
            yield Reply({"text": token, "ms": round((time.monotonic() - began) * 1e3, 3)}, last=False)

    def _tokens(self, messages: list[Message], max_tokens: int, temperature: float) -> Iterator[str]:
        chunks = self._begun(messages, max_tokens, temperature)
        for chunk in chunks:
            text = chunk["choices"][0].get("delta", {}).get("content")
            if text:
                yield text

    def _begun(self, messages: list[Message], max_tokens: int, temperature: float) -> Iterator[Mapping[str, Any]]:
        """The model's stream; the oldest messages are left out until the others fit."""
        from jinja2 import TemplateError

        while len(messages) > 2 and self._length(messages) + max_tokens > self._llama.n_ctx():
            messages = self._shortened(messages)
        while True:
            shown = messages if self._system else without_system(messages)
            try:
                stream = self._llama.create_chat_completion(
                    shown, stream=True, max_tokens=max_tokens, temperature=temperature, repeat_penalty=1.05
                )
                first = next(stream)
            except (TemplateError, ValueError) as error:
                # what a template raises itself comes as a ValueError too
                if TOO_LONG in str(error):
                    messages = self._shortened(messages)
                elif self._system:
                    self._system = False
                else:
                    raise BrainTrouble(
                        "The model's chat template takes no messages of a user and an assistant.",
                        "Take a model that was made for chat (“instruct”).",
                        state="cannot be used",
                    ) from None
            else:
                return _again(first, stream)

    def _length(self, messages: list[Message]) -> int:
        """Tokens, about: the template's own are not known."""
        return sum(PER_MESSAGE + len(self._llama.tokenize(each["content"].encode(), add_bos=False)) for each in messages)

    def _shortened(self, messages: list[Message]) -> list[Message]:
        """Without the oldest exchange."""
        if len(messages) <= 2:
            raise BrainTrouble(
                f"The prompt does not fit into {self._llama.n_ctx()} tokens.",
                "Make [dialogue] context larger, or the persona's prompt.md shorter.",
                state="has too small a context",
            )
        return [messages[0], *messages[3:]]


def gguf(options: Mapping[str, Any]) -> GgufEngine:
    """`path`, `context`, `threads`; `seed` makes its choices repeatable.

    Raises:
        BrainTrouble: there is no llama.cpp, or the model cannot be loaded.
    """
    path = Path(options["path"])
    gguf_file.check(path)
    try:
        import llama_cpp
    except ImportError:
        raise BrainTrouble(
            "llama.cpp is not built.", "Start with  ./sidecast run --brain gguf:FILE , which builds it.", state="cannot be loaded"
        ) from None
    threads = int(options.get("threads", 1))
    try:
        llama = llama_cpp.Llama(
            model_path=str(path),
            n_ctx=int(options.get("context", 4096)),
            n_threads=threads,
            n_threads_batch=threads,
            seed=int(options.get("seed", llama_cpp.LLAMA_DEFAULT_SEED)),
            verbose=False,
        )
    except (ValueError, RuntimeError, MemoryError) as error:
        raise BrainTrouble(
            f"llama.cpp cannot load {path.name} ({type(error).__name__}).",
            "The file may be incomplete, of a kind that llama.cpp does not know yet, or too big for the memory.",
            state="cannot be loaded",
        ) from None
    return GgufEngine(llama, llama_cpp.__version__)


def _again(first: Mapping[str, Any], rest: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from rest
