"""spaCy's tokenizer with rules for chat: its own exceptions (contractions, emoticons) but far simpler affixes.

The affix rules that come with English know currencies, units and abbreviations that nothing here asks about, and cost
three times as much on words that are new.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without stubs

_PREFIX = re.compile(r"""^[\(\[\{"'“”‘’«*~`,.;:!?…¿¡<>]+""")
_SUFFIX = re.compile(r"""(?:[\)\]\}"'“”‘’»*~`,.;:!?…<>]+|['’][sS])$""")
_INFIX = re.compile(r"""(?<=[^\W\d_])(?:[,!?;/]+|\.{2,}|…)(?=[^\W\d_])""")
_URL = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)

CACHED_CHUNKS = 50_000
"""Runs of text between spaces whose tokens are remembered."""


def chat_tokenizer(nlp: Language) -> Tokenizer:
    tokenizer = Tokenizer(
        nlp.vocab,
        rules=nlp.Defaults.tokenizer_exceptions,
        prefix_search=_PREFIX.search,
        suffix_search=_SUFFIX.search,
        infix_finditer=_INFIX.finditer,
        url_match=_URL.match,
    )
    tokenizer.max_cache_size = CACHED_CHUNKS
    return tokenizer
