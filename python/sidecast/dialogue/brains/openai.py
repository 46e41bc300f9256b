"""A brain behind any server that speaks OpenAI's chat completions: vLLM, llama-server, GPT4All, Ollama, LM Studio, and others."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import httpx2

from ...clock import Clock
from ...errors import SettingsError
from ...flow.prompt import Prompt
from ...worker.backoff import Backoff
from . import completion
from .chosen import Chosen, at_home, is_loopback
from .completion import Said, ServerError
from .key import Key
from .messages import MAX_TOKENS, Message, messages_of, without_system
from .refusals import refusal
from .sse import BadStream, EventReader
from .thinking import ThinkingFilter
from .trouble import BrainTrouble

log = logging.getLogger(__name__)

MAX_REPLY_BYTES = 1024 * 1024
"""Of one answer with everything around its words."""
MAX_REPLY_PARTS = 20_000
"""Chunks of HTTP: a token has one or two, and each costs some 50 µs."""
PARTS_AT_ONCE = 32
MAX_REPLY_CHARACTERS = 4000
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds. The dialogue gives a turn up much earlier; these are for a server that loads its model while it is tried."""

    connect_s: float = 3.0
    first_token_s: float = 60.0
    between_tokens_s: float = 3.0
    wait_s: float = 1.5
    """The longest that a turn waits because the server asked for it."""
    rest_s: float = 0.2
    """For the end of a stream whose answer is complete: a connection that was read to its end can be used again."""


class OpenAIBrain:
    """`flow.ports.Brain` over HTTP. Nothing is asked twice once a word of the answer is there."""

    def __init__(
        self,
        chosen: Chosen,
        instructions: str,
        key: Key | None,
        clock: Clock,
        rng: random.Random,
        *,
        temperature: float = 0.8,
        limits: Limits | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Raises SettingsError: the key would travel unencrypted through the internet.

        Args:
            transport: in place of the network.
        """
        if key is not None and not chosen.url.startswith("https://") and not at_home(chosen.url):
            raise SettingsError(f"A key must not go to {chosen.label} unencrypted.", "Use an address that begins with https://.")
        self._chosen = chosen
        self._instructions = instructions
        self._clock = clock
        self._rng = rng
        self._limits = limits or Limits()
        self._model = chosen.model
        self._options: dict[str, Any] = {"max_tokens": MAX_TOKENS, "temperature": temperature}
        self._system = True
        """Whether the model takes a system message."""
        self._client = httpx2.AsyncClient(
            headers={"Accept-Encoding": "identity", "User-Agent": "sidecast"} | (key.header() if key else {}),
            # how long an answer may take is told below, for a server that only pings must not count as alive
            timeout=httpx2.Timeout(None, connect=self._limits.connect_s, write=self._limits.connect_s),
            limits=httpx2.Limits(max_connections=4, max_keepalive_connections=1, keepalive_expiry=30),
            follow_redirects=False,
            trust_env=not is_loopback(chosen.url),
            transport=transport,
        )

    @property
    def name(self) -> str:
        # some servers call a model by the path of its file
        return f"{self._chosen.label} ({self._model.rsplit('/', 1)[-1]})" if self._model else self._chosen.label

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """Raises BrainTrouble."""
        spoken = ThinkingFilter()
        characters = 0
        async with aclosing(self._tokens(messages_of(self._instructions, prompt))) as tokens:
            async for token in tokens:
                characters += len(token)
                if text := spoken.feed(token):
                    yield text
                if characters > MAX_REPLY_CHARACTERS:
                    raise self._trouble("talks without end", state="talks without end")
        if text := spoken.close():
            yield text

    async def close(self) -> None:
        await self._client.aclose()

    async def _tokens(self, messages: list[Message]) -> AsyncGenerator[str, None]:
        tokens, token = await self._begun(messages)
        async with aclosing(tokens):
            while token is not None:
                yield token
                try:
                    async with asyncio.timeout(self._limits.between_tokens_s):
                        token = await anext(tokens, None)
                except TimeoutError:
                    raise self._trouble(f"fell silent in the middle for {self._limits.between_tokens_s:g} s") from None

    async def _begun(self, messages: list[Message]) -> tuple[AsyncGenerator[str, None], str | None]:
        """The answer and its first token; tries again while that is not there."""
        backoff = Backoff(self._rng, first_s=0.1, most_s=1.0)
        try:
            async with asyncio.timeout(self._limits.first_token_s):
                while True:
                    tokens = self._answer(messages)
                    try:
                        return tokens, await anext(tokens, None)
                    except BrainTrouble as trouble:
                        delay_s = max(backoff.failed(), trouble.after_s * self._rng.uniform(1.0, 1.1))
                        if not trouble.worth_another_try or backoff.failures == TRIES or delay_s > self._limits.wait_s:
                            raise
                    await self._clock.sleep(delay_s)
        except TimeoutError:
            raise self._trouble(f"was silent for {self._limits.first_token_s:g} s") from None

    async def _answer(self, messages: list[Message]) -> AsyncGenerator[str, None]:
        """One request. Ends with its answer; raises BrainTrouble when that breaks off."""
        if not self._model:
            self._model = await self._first_model()
        shown = messages if self._system else without_system(messages)
        body = {"model": self._model, "messages": shown, "stream": True, **self._options}
        request = self._client.build_request("POST", f"{self._chosen.url}/chat/completions", json=body)
        response = await self._sent(request)
        try:
            if response.status_code != httpx2.codes.OK:
                raise self._refused(response, await self._whole(response))
            if "json" in response.headers.get("Content-Type", ""):
                yield self._read(completion.whole, await self._whole(response)).text
                return
            async with aclosing(self._events(response)) as events:
                async for event in events:
                    said = self._read(completion.chunk, event)
                    if said.text:
                        yield said.text
                    if said.ended:
                        await self._read_out(events)
                        return
            raise self._trouble("broke off in the middle", worth_another_try=True)
        finally:
            await response.aclose()

    async def _read_out(self, events: AsyncIterator[str]) -> None:
        with suppress(TimeoutError, BrainTrouble):
            async with asyncio.timeout(self._limits.rest_s):
                async for _ in events:
                    pass

    async def _events(self, response: httpx2.Response) -> AsyncGenerator[str, None]:
        reader = EventReader()
        async with aclosing(self._received(response)) as received:
            async for part in received:
                try:
                    events = reader.feed(part)
                except BadStream as error:
                    raise self._garbage(error) from None
                for event in events:
                    yield event

    async def _whole(self, response: httpx2.Response) -> str:
        async with aclosing(self._received(response)) as received:
            return b"".join([part async for part in received]).decode("utf-8", "replace")

    async def _received(self, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        """At most `MAX_REPLY_BYTES`, as they came: what is compressed may unfold without bounds."""
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise self._garbage(BadStream("a compressed answer that was not asked for"))
        size = parts = 0
        try:
            async for part in response.aiter_raw():
                size += len(part)
                parts += 1
                if size > MAX_REPLY_BYTES or parts > MAX_REPLY_PARTS:
                    raise self._garbage(BadStream("an answer without end"))
                yield part
                if parts % PARTS_AT_ONCE == 0:
                    await asyncio.sleep(0)  # parts that are there already come without a pause
        except (httpx2.TransportError, httpx2.StreamError) as error:
            raise self._trouble(f"broke off ({type(error).__name__})", worth_another_try=True) from None

    async def _sent(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._client.send(request, stream=True)
        except (httpx2.TransportError, httpx2.InvalidURL, OSError) as error:
            raise self._trouble(
                f"cannot be reached ({type(error).__name__})",
                "Is its server running, and is the address right?",
                worth_another_try=True,
            ) from None

    async def _first_model(self) -> str:
        response = await self._sent(self._client.build_request("GET", f"{self._chosen.url}/models"))
        try:
            text = await self._whole(response)
            if response.status_code != httpx2.codes.OK:
                raise self._refused(response, text)
        finally:
            await response.aclose()
        try:
            model = completion.first_model(text)
        except BadStream as error:
            raise self._garbage(error) from None
        if not model:
            raise self._trouble("has no model", "Load one there, or name one after a #.", state="has no model loaded")
        log.info("the brain %s offers the model %s", self._chosen.label, model)
        return model

    def _refused(self, response: httpx2.Response, text: str) -> BrainTrouble:
        trouble = refusal(self.name, response.status_code, response.headers, completion.error_kind(text), self._clock.wall_ms())
        if response.status_code == httpx2.codes.BAD_REQUEST and (self._options or self._system):
            # some servers take none of these options, and some models no system message
            self._system = bool(self._options)
            self._options = {}
            return BrainTrouble(trouble.what, trouble.remedy, state=trouble.state, worth_another_try=True)
        if response.status_code == httpx2.codes.NOT_FOUND and not self._chosen.model:
            self._model = ""  # another one may be loaded by now
        return trouble

    def _read(self, read: Callable[[str], Said], text: str) -> Said:
        try:
            return read(text)
        except BadStream as error:
            raise self._garbage(error) from None
        except ServerError as error:
            raise self._trouble(f"reports an error ({error})", worth_another_try=True) from None

    def _garbage(self, error: BadStream) -> BrainTrouble:
        return self._trouble(f"sent {error}", "Is this the address of an OpenAI-compatible server?", state="sends garbage")

    def _trouble(self, what: str, remedy: str = "", **more: Any) -> BrainTrouble:
        return BrainTrouble(f"The brain {self.name} {what}.", remedy, **more)
