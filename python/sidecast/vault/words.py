"""Recovery words: 24 words of BIP-39 that hold a key of 256 bits and a checksum, for paper."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from mnemonic import Mnemonic

from ..errors import VaultError
from . import cipher

COUNT = 24
ASKED = 3
MAX_TYPED = 600
"""Characters: 24 words have at most 215."""
_LANGUAGE = Mnemonic("english")


class NotWordsError(VaultError):
    """What was typed are no recovery words; says why, never what it was."""


def new() -> tuple[str, ...]:
    """Words that nobody has seen."""
    return tuple(_LANGUAGE.to_mnemonic(secrets.token_bytes(cipher.KEY_BYTES)).split())


def private_key(typed: str) -> bytes:
    """The X25519 private key that the words stand for.

    Args:
        typed: in their order; case, commas, line breaks and numbers before them do not matter; four letters of each are enough.

    Raises:
        NotWordsError: a word is not in the list, there are not 24, or their checksum is wrong. Says which, never what was typed.
    """
    if len(typed) > MAX_TYPED:
        raise NotWordsError("These are not recovery words: too much text.", f"Type the {COUNT} words, with spaces between.")
    plain = [word for word in typed.lower().replace(",", " ").split() if not word.rstrip(".):").isdigit()]
    found = [_nearest(word, number) for number, word in enumerate(plain, 1)]
    if len(found) != COUNT:
        raise NotWordsError(f"These are {len(found)} words, and there are {COUNT}.", "Type all of them, in their order.")
    try:
        entropy = bytes(_LANGUAGE.to_entropy(found))
    except ValueError:
        remedy = "One of them is another, or two changed places: compare them with your paper."
        raise NotWordsError("The recovery words do not fit together.", remedy) from None
    return cipher.derive(entropy, "recovery words 1")


def _nearest(word: str, number: int) -> str:
    """BIP-39's words differ in their first four letters."""
    near = [known for known in _LANGUAGE.wordlist if known == word or (len(word) >= 4 and known.startswith(word))]
    if word in near:
        return word
    if len(near) == 1:
        return str(near[0])
    raise NotWordsError(f"Word {number} is none of the list of recovery words.", "Check its spelling.")


def to_ask(chance: secrets.SystemRandom | None = None) -> tuple[int, ...]:
    """Which words to ask for, counted from 1, to see that they were written down."""
    return tuple(sorted((chance or secrets.SystemRandom()).sample(range(1, COUNT + 1), ASKED)))


def written_down(words: Sequence[str], asked: Sequence[int], answers: Sequence[str]) -> bool:
    """Whether `answers` are the words at the places `asked`."""
    wanted = " ".join(words[number - 1] for number in asked)
    return secrets.compare_digest(wanted.encode(), " ".join(answer.strip().lower() for answer in answers).encode())
