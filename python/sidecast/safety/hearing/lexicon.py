"""Forbidden words as one voice says them, and which of them something else that it says would be heard as."""

from __future__ import annotations

from collections import defaultdict

from .distance import distance, frame

FEWEST_ALONE = 3
"""Sounds of a word that is taken for a forbidden one because it is said the same: shorter ones are said by chance."""
FEWEST_TOGETHER = 4
"""The same for several words that are said like one."""
MOST_APART = {5: 0.2, 6: 0.4, 7: 0.6, 8: 0.8}
"""Sounds of a forbidden word → how far from it something may be that is still heard as it: set where, of the words that people
write, hardly any comes so near (docs/safety.md has the figures). Shorter ones have too many neighbours."""
MOST_APART_IF_LONG = 1.0
MOST_WORDS = 32_768


class Lexicon:
    """Words are only ever added; one whose rule no longer applies is found, and then breaks nothing."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._said: defaultdict[str, list[str]] = defaultdict(list)
        self._framed: defaultdict[str, list[str]] = defaultdict(list)
        self.longest = 0
        """Sounds of the longest word."""

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def add(self, word: str, sounds: str) -> None:
        """More than `MOST_WORDS` are not kept. A voice that says nothing of a word gives it no sounds."""
        if word in self._words or len(self._words) >= MOST_WORDS:
            return
        self._words.add(word)
        if not sounds:
            return
        if sounds not in self._said:
            self._framed[frame(sounds)].append(sounds)
        self._said[sounds].append(word)
        self.longest = max(self.longest, len(sounds))

    def same(self, sounds: str) -> tuple[str, ...]:
        """The words that are said exactly so."""
        return tuple(self._said.get(sounds, ()))

    def near(self, sounds: str) -> tuple[str, ...]:
        """The words that are said so, or nearly, the nearest first."""
        found = [(apart, said) for said in self._framed.get(frame(sounds), ()) if (apart := _apart(sounds, said)) is not None]
        return tuple(word for _, said in sorted(found) for word in self._said[said])


def _apart(sounds: str, said: str) -> float | None:
    most = MOST_APART_IF_LONG if len(said) > max(MOST_APART) else MOST_APART.get(len(said), 0.0)
    apart = distance(sounds, said, most)
    return apart if apart <= most else None
