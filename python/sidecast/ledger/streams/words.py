"""What a chat talks about: words and phrases that several viewers use. Counted on the ledger's thread, bounded, without names.

Only what the gate has let in is counted, and only what at least `ENOUGH` different chatters have said is ever kept: the words
of one person never are. Words that are a chatter's name are left out. English stop words; other languages keep theirs.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from .piece import Topic

ENOUGH = 3
"""Different chatters who must have said it."""
WAITING = 4096
"""Messages that wait to be read; more are left out and counted in `skipped`."""
REMEMBERED = 20_000
"""Words and phrases that are counted at once."""
NAMES = 50_000
TOP = 40
LONGEST = 28
"""Characters of a word; longer ones are spam or a link."""
MOSTLY = 0.6
"""A word that stands in a phrase more often than this is only shown in the phrase."""

_WORD = re.compile(r"[^\W\d_][\w'’-]*|[.,;:!?()]")
_NO_WORD = re.compile(r"(?:https?://|www\.)\S+|[@#!]\w+|\S*\w\.\w{2,}\S*")
_CHAT = (
    "yeah yes yep nope nah lol lmao xd haha ok okay pls plz please thx thanks thank hey hello guys dude bro man gonna gotta "
    "wanna "
    "just like really got get gets going know think want need im ive dont doesnt didnt isnt cant wont thats whats hes shes lets "
    "youre theyre were good nice cool great today time stream chat day oh ah uh um hmm wow damn ya yo u ur r gg ez pog tho idk "
    "cuz "
    "i'm i've i'll i'd it's don't can't that's what's you're doesn't didn't isn't won't he's she's let's they're we're there's"
)


@cache
def _stop_words() -> frozenset[str]:
    # not at the top: the understander decides how spaCy is imported
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | frozenset(_CHAT.split())


class _Known:
    __slots__ = ("chatters", "count")

    def __init__(self) -> None:
        self.count = 0
        self.chatters: tuple[int, ...] = ()


class Words:
    """`put` never waits; `read` and `rank` are slow and run on the ledger's thread."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, str, str]] = deque()
        self._gone: set[str] = set()
        self._known: dict[str, _Known] = {}
        self._names: dict[int, None] = {}
        self._lock = threading.Lock()
        self.ranked: tuple[Topic, ...] = ()
        """The most used words first, at most `TOP`; as they were when `rank` was called last."""
        self.skipped = 0
        """Messages that were not read because too many came at once."""

    def put(self, subject: str, author_id: str, name: str) -> None:
        """A message that the gate has let in: its text without the host's name and emotes, and who wrote it."""
        if len(self._waiting) < WAITING:
            self._waiting.append((subject, author_id, name))
        else:
            self.skipped += 1

    def __len__(self) -> int:
        """Words and phrases that are counted."""
        return len(self._known)

    def take_away(self, author_id: str | None) -> None:
        """What waits of this author is not read any more; of nobody with None."""
        if author_id is None:
            self._waiting.clear()
        else:
            self._gone.add(author_id)

    def read(self) -> None:
        """Count what waits."""
        with self._lock:
            self._read()

    def rank(self) -> None:
        """Find `ranked` anew."""
        with self._lock:
            self.ranked = self._top()

    def _read(self) -> None:
        while True:
            try:
                subject, author_id, name = self._waiting.popleft()
            except IndexError:
                break
            if author_id not in self._gone:
                self._add(subject, hash(author_id), name)
        self._gone.clear()
        if len(self._known) > REMEMBERED:
            self._forget_rare()

    def _top(self) -> tuple[Topic, ...]:
        shown = {words: known for words, known in self._known.items() if len(known.chatters) >= ENOUGH and not self._named(words)}
        for words, known in list(shown.items()):
            for part in words.split(" ") if " " in words else ():
                alone = shown.get(part)
                if alone is not None and known.count > MOSTLY * alone.count:
                    del shown[part]
        best = sorted(shown.items(), key=lambda each: (-each[1].count, each[0]))[:TOP]
        return tuple(Topic(words, known.count, len(known.chatters)) for words, known in best)

    def _add(self, subject: str, author: int, name: str) -> None:
        self._names.pop(folded := hash(name.lower()), None)
        self._names[folded] = None
        if len(self._names) > NAMES:
            del self._names[next(iter(self._names))]
        for words in set(_phrases(subject)):
            known = self._known.get(words)
            if known is None:
                known = self._known[words] = _Known()
            known.count += 1
            if len(known.chatters) < ENOUGH and author not in known.chatters:
                known.chatters = (*known.chatters, author)

    def _named(self, words: str) -> bool:
        return any(hash(word) in self._names for word in words.split(" "))

    def _forget_rare(self) -> None:
        """The less used half: what is used much more later comes back and is counted from there."""
        kept = sorted(self._known.items(), key=lambda each: -each[1].count)[: REMEMBERED // 2]
        self._known = dict(kept)


def _phrases(subject: str) -> Iterator[str]:
    """Words that carry meaning, and pairs of neighbours among them."""
    stop = _stop_words()
    words = [
        "" if len(word) < 3 or len(word) > LONGEST or word in stop or "_" in word else word
        for word in _WORD.findall(_NO_WORD.sub(" . ", subject.lower()).replace("’", "'"))
    ]
    yield from filter(None, words)
    for first, second in pairwise(words):
        if first and second and first != second:
            yield f"{first} {second}"
