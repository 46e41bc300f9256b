"""What a message means: a rule-based spaCy pipeline and a sentiment lexicon. No model, no network."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from ..flow.candidate import Kind, Understanding
from ..flow.chat import ChannelEvent, ChatMessage, FragmentKind
from .sentiment import Lexicon, Sentiment, energy, fold, read_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc

MAX_TEXT = 500
"""Characters of a message that are read; Twitch's own limit."""
MAX_WORDS = 150_000
"""Different words that spaCy keeps; later ones are read and forgotten, so that a long show does not grow."""

_TRIM = " \t\n,.;:!-–—~*_@#\"'`()[]"


class SpacyUnderstander:
    """`flow.ports.Understander`: spaCy's blank English tokenizer with our own components, and VADER.

    Not thread-safe. `host_names` are what the host answers to; at least one.
    """

    name = "spaCy rules + VADER"

    def __init__(self, host_names: Sequence[str], lexicon: Lexicon | None = None) -> None:
        with _without_torch():
            import spacy

            from . import components, tokens
        self._keys = components
        words = lexicon or read_lexicon()
        self._sentiment = Sentiment(words)
        self._nlp = spacy.blank("en")
        self._nlp.tokenizer = self._tokenizer = tokens.chat_tokenizer(self._nlp)
        for name in components.OWN_COMPONENTS:
            self._nlp.add_pipe(name, config={"names": list(host_names)} if name == "sidecast_mention" else {})
        noise = sorted(words.words("emote", "laugh", "cheer"))
        self._nlp.add_pipe("sidecast_reaction", config={"words": noise, "emotes": sorted(words.words("emote"))})
        # in their order, without what `nlp(text)` does around each for pipelines that are trained or may fail
        self._components = [component for _, component in self._nlp.pipeline]

    def understand(self, items: Sequence[ChatMessage | ChannelEvent]) -> list[Understanding]:
        """One understanding an item, in the same order."""
        # outside a zone words are learnt, which makes the next message four times cheaper
        with self._nlp.memory_zone() if len(self._nlp.vocab.strings) > MAX_WORDS else nullcontext():
            return [self._understanding(self._doc(item)) for item in items]

    def _doc(self, item: ChatMessage | ChannelEvent) -> Doc:
        keys = self._keys
        text = " ".join(item.text[:MAX_TEXT].split())
        doc: Doc = self._tokenizer(text)
        doc.user_data[keys.TEXT] = text
        doc.user_data[keys.EMOTES] = _emotes(item) if isinstance(item, ChatMessage) and item.fragments else frozenset()
        for component in self._components:
            component(doc)
        return doc

    def _understanding(self, doc: Doc) -> Understanding:
        keys, noted = self._keys, doc.user_data
        text: str = noted[keys.TEXT]
        kinds: set[Kind] = noted[keys.KINDS]
        outside: set[int] = noted[keys.OUTSIDE]
        words: list[int] = noted[keys.WORDS]
        sentiment = self._sentiment.of(text)
        subject = text if not outside else "".join(token.text_with_ws for token in doc if token.i not in outside)
        return Understanding(
            kinds=frozenset(kinds),
            sentiment=sentiment,
            energy=energy(text, sentiment),
            subject="" if Kind.COMMAND in kinds else subject.strip(_TRIM),
            tokens=len(words) - len(outside.intersection(words)),
        )


def _emotes(message: ChatMessage) -> frozenset[str]:
    return frozenset(fold(part.text.strip()) for part in message.fragments if part.kind is FragmentKind.EMOTE)


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy imports torch wherever it is installed and only to look: 2 s and 180 MB for nothing that is used here."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        del sys.modules["torch"]
