"""Letters that were taken apart, put together again: `k.i.t.t.e.n`, `k i t t e n`, `kit.ten`."""

from __future__ import annotations

import re

from .leet import AS_I

_SPELLED = re.compile(r"(?<![a-z0-9@$])[a-z0134578@$](?:[^a-z0-9@$]{1,4}[a-z0134578@$](?![a-z0-9@$])){2,}")
_IN_WORD = re.compile(r"(?<=[a-z])[._\-~`\"^:;,|/\\]{1,3}(?=[a-z])")
_BETWEEN = re.compile(r"[^a-z0-9@$]+")


def joined(text: str) -> str:
    """The text with single letters, and words with signs in them, as words."""
    return _IN_WORD.sub("", _SPELLED.sub(_word, text))


def _word(match: re.Match[str]) -> str:
    letters = _BETWEEN.sub("", match[0])
    spelled = sum("a" <= char <= "z" for char in letters)
    return letters.translate(AS_I) if 2 * spelled >= len(letters) else match[0]
