"""Which word of a clause each phoneme belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from ..flow.clause import Word


def words_of(positions: Sequence[int], silent: Sequence[bool], words: Sequence[Word]) -> list[int]:
    """Index into `words` for each phoneme; -1 for silence.

    Args:
        positions: character of the spoken text at which the phoneme's token starts, or -1 when the engine did not tell.
        silent: whether the phoneme is a pause.

    Several tokens of one word (`42`, forty two) map to that word. A run of phonemes without a position is dealt out over
    the words between its neighbours, in proportion to the words' letters. So are the phonemes of several words that the
    engine speaks as one (eSpeak NG: `for the`). The result never goes back.
    """
    spoken, starts, cursor = [], [], 0
    for index, word in enumerate(words):
        if word.spoken:
            spoken.append(index)
            starts.append(cursor)
            cursor += len(word.spoken) + 1
    if not spoken:
        return [-1] * len(positions)
    letters = [sum(c.isalnum() for c in words[i].spoken) for i in spoken]
    sounding = [i for i, quiet in enumerate(silent) if not quiet]
    ranks = [bisect_right(starts, positions[i]) - 1 if positions[i] >= 0 else -1 for i in sounding]
    _fill_gaps(ranks, letters)
    ranks = list(accumulate(ranks, max))
    _share_runs(ranks, letters)
    result = [-1] * len(positions)
    for i, rank in zip(sounding, ranks, strict=True):
        result[i] = spoken[rank]
    return result


def _fill_gaps(ranks: list[int], letters: Sequence[int]) -> None:
    """Replace each run of -1 by ranks of spoken words, from the known one before it to the known one after it."""
    start = 0
    while start < len(ranks):
        if ranks[start] >= 0:
            start += 1
            continue
        end = start
        while end < len(ranks) and ranks[end] < 0:
            end += 1
        first = ranks[start - 1] + 1 if start else 0
        last = ranks[end] - 1 if end < len(ranks) else len(letters) - 1
        if first > last:
            # no word is left between the neighbours, so the run belongs to the one before (or after) it
            first = last = min(max(first - 1, 0), len(letters) - 1)
        ranks[start:end] = _dealt(end - start, first, letters[first : last + 1])
        start = end


def _share_runs(ranks: list[int], letters: Sequence[int]) -> None:
    """Deal the phonemes of a word out over it and the words after it that got none."""
    start = 0
    while start < len(ranks):
        end = start
        while end < len(ranks) and ranks[end] == ranks[start]:
            end += 1
        following = ranks[end] if end < len(ranks) else len(letters)
        if following - ranks[start] > 1:
            ranks[start:end] = _dealt(end - start, ranks[start], letters[ranks[start] : following])
        start = end


def _dealt(count: int, first: int, letters: Sequence[int]) -> list[int]:
    """`count` phonemes over consecutive words, by their letters; a word without any (`&` left unread) gets none."""
    bounds = list(accumulate(letters))
    total = bounds[-1] or 1
    return [first + min(bisect_right(bounds, (i + 0.5) / count * total), len(letters) - 1) for i in range(count)]
