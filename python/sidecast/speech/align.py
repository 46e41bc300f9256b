"""Which word of a clause each phoneme belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..flow.clause import Word


def words_of(positions: Sequence[int], silent: Sequence[bool], words: Sequence[Word]) -> list[int]:
    """Index into `words` for each phoneme; -1 for silence.

    Args:
        positions: character of the spoken text at which the phoneme's token starts, or -1 when the engine did not tell.
        silent: whether the phoneme is a pause.

    Several tokens of one word (`42`, forty two) map to that word. A run of phonemes without a position is dealt out over
    the words between its neighbours, in proportion to the words' letters. The result never goes back.
    """
    spoken, starts, cursor = [], [], 0
    for index, word in enumerate(words):
        if word.spoken:
            spoken.append(index)
            starts.append(cursor)
            cursor += len(word.spoken) + 1
    if not spoken:
        return [-1] * len(positions)
    sounding = [i for i, quiet in enumerate(silent) if not quiet]
    ranks = [bisect_right(starts, positions[i]) - 1 if positions[i] >= 0 else -1 for i in sounding]
    _fill_gaps(ranks, [len(words[i].spoken) for i in spoken])
    result, highest = [-1] * len(positions), 0
    for i, rank in zip(sounding, ranks, strict=True):
        highest = max(highest, rank)
        result[i] = spoken[highest]
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


def _dealt(count: int, first: int, letters: Sequence[int]) -> list[int]:
    """`count` phonemes over consecutive words, by their letters."""
    total, bounds, seen = sum(letters), [], 0
    for n in letters:
        seen += n
        bounds.append(seen / total)
    return [first + min(bisect_right(bounds, (i + 0.5) / count), len(letters) - 1) for i in range(count)]
