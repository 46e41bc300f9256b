"""What texts have in common that are nearly the same, and names that were made by one pattern. Only hashes leave."""

from __future__ import annotations

import re
from collections.abc import Callable

ENOUGH = 20
"""Letters below which a text is no evidence: many say `GG` or the same emote at once, and mean no harm.

In eight logs of real chat (24.5 hours) at most four people wrote the same 20 letters within 30 s, but fourteen the same 17.
"""
DIFFERENT = 7
"""Letters that such a text has at least: `noooooooooooooooooo` and `hahahahahahahahahaha` have fewer."""
END = 24
"""Letters of a text's beginning or end that are enough to be the same."""
COMPARED = 500
"""Characters of a text that count."""
STEM = 3
"""Letters that a name's pattern has at least."""

_WORDS = re.compile(r"[^\W\d_]+").findall
_MENTION = re.compile(r"@\w+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def text_keys(text: str, plain: Callable[[str], str] = str.casefold) -> tuple[int, ...]:
    """One or two numbers; two texts are nearly the same when they share one.

    Copies differ in a number, a mention or a few words at one place: then their beginnings or their ends stay the same.
    Commands to bots, and what is too short to be evidence, have none.

    Args:
        plain: undoes look-alikes and invisible characters; asked only about what is not ASCII.
    """
    if len(text) < ENOUGH or text.startswith("!"):
        return ()
    text = text[:COMPARED]
    folded = text.casefold() if text.isascii() else plain(text)
    if "@" in folded:
        folded = _MENTION.sub("", folded)
    # a word that is repeated counts once: `PogChamp PogChamp PogChamp` is short
    letters = "".join(dict.fromkeys(_WORDS(folded)))
    if len(letters) < ENOUGH or len(set(letters)) < DIFFERENT:
        return ()
    first, last = hash(letters[:END]), hash(letters[-END:])
    return (first,) if first == last else (first, last)


def name_key(name: str) -> int | None:
    """The same for names that are one word and any digits, such as `coolname12`, `coolname_77`; None for names without digits."""
    if name.isalpha():
        return None
    letters = _NOT_LETTERS.sub("", name.casefold())
    return hash(letters) if len(letters) >= STEM and any(map(str.isdigit, name)) else None
