"""A word → an expression for the ways in which people write it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

_SIBILANTS = ("s", "x", "z", "ch", "sh", "o")


def word_expression(word: str, *, lenient: bool = False) -> str:
    """An re2 expression for a folded word: letters may be stretched, inner ones starred out, parts joined or apart.

    In a short word a letter written twice makes another word, so there only a real stretch counts, unless `lenient`.
    """
    runs = [(char, len(list(group))) for char, group in groupby(word)]
    letters = sum(char.isalpha() for char in word)
    out = []
    for index, (char, count) in enumerate(runs):
        if not char.isalnum():
            out.append("[^a-z0-9]{0,3}")
            continue
        starred = letters >= 4 and 0 < index < len(runs) - 1
        symbol = f"[{char}*#]" if starred else char
        out.append(f"{symbol}{{{count},}}" if lenient or letters > 4 else f"(?:{symbol}{{{count}}}|{symbol}{{3,}})")
    return "".join(out)


def words_expression(words: Iterable[str]) -> str:
    """Any of `words` as a whole word, with a plural or possessive ending or not."""
    return rf"(?:^|[^a-z])(?:{'|'.join(map(with_endings, words))})(?:$|[^a-z])"


def with_endings(word: str) -> str:
    """The word, its plural and its possessive."""
    expression = word_expression(word) + ("(?:'?[sz]|es)?" if word.endswith(_SIBILANTS) else "(?:'?[sz])?")
    if _has_ies(word):
        expression += "|" + word_expression(word[:-1] + "ies")
    return expression


def ending_forms(word: str) -> tuple[str, ...]:
    """What `with_endings` matches, spelled out, without stretches and stars."""
    forms = [word, f"{word}s", f"{word}z", f"{word}'s", f"{word}'z"]
    if word.endswith(_SIBILANTS):
        forms.append(f"{word}es")
    if _has_ies(word):
        forms.append(f"{word[:-1]}ies")
    return tuple(forms)


def _has_ies(word: str) -> bool:
    return word.endswith("y") and len(word) > 3
