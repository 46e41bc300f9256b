"""spaCy components, one a kind of message. Each reads the tokens once and adds its kind to `doc.user_data[KINDS]`.

Importing this module imports spaCy; `understanding.py` does so only when an understander is made.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

from ..flow.candidate import Kind
from .sentiment import LONG, fold

KINDS = "kinds"
TEXT = "text"
"""The text itself: `doc.text` puts it together anew from the tokens each time."""
TEXTS = "texts"
"""Each token's text."""
FOLDED = "folded"
"""Each token's text, folded."""
WORDS = "words"
"""Indices of the tokens that have a letter or a digit."""
OUTSIDE = "outside"
"""Indices of tokens that are not part of the subject."""
EMOTES = "emotes"
"""Folded names of the emotes that the platform marked in this message."""

OWN_COMPONENTS = ("sidecast_begin", "sidecast_mention", "sidecast_command", "sidecast_greeting", "sidecast_question")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


GREETINGS = _words("hi hii hello helloo hey heyy heya hiya hai haii yo yoo sup wassup hola howdy greetings ahoy gm o/ salut")
DAY_TIMES = _words("morning afternoon evening day")

WHAT_WORDS = _words("who what when where why how which whose whom whats wheres hows whos wut wat")
ASKING = _words(
    "is are was were am do does did can could will would should have has had 's 're s r u you ya many much long old far often "
    "kind game happened about come"
)
"""What stands near the start of a question that begins with a question word."""
EXCLAIMING = _words("a an the dare")
"""`what a play`, `how dare you`, `when the ...`."""
STARTERS = _words("is are was were am do does did can could will would should have has had anyone any ca")
ASKED = _words("you u ya we i he she it they this that there the your ur my anyone anybody someone n't not it's these those")
COMMANDING = frozenset({("do", "it"), ("do", "the"), ("do", "this"), ("do", "that"), ("do", "not"), ("do", "n't"), ("have", "a")})

LAUGHTER = re.compile(r"^(?:b?w?a*(?:h+[aeiou]+)+h*|x+d+|l+o+l+(?:o+l+)*|l+m+f*a+o+|ro+fl+|(?:ja|je|ji){2,}|k+e+k+w*|5{3,})$")
_COMMAND = re.compile(r"!\w")


@Language.component("sidecast_begin")
def begin(doc: Doc) -> Doc:
    """Lays the blackboard that the other components write on: walking a `Doc` costs more than all of them together."""
    texts = [token.text for token in doc]
    noted = doc.user_data
    noted[KINDS] = set()
    noted[TEXTS] = texts
    noted[FOLDED] = folded = [*map(fold, texts)] if LONG.search(noted[TEXT]) else [*map(str.lower, texts)]
    noted[WORDS] = [index for index, text in enumerate(folded) if text.isalnum() or is_word(text)]
    noted[OUTSIDE] = set()
    return doc


def is_word(text: str) -> bool:
    """It has a letter or a digit."""
    return text.isalnum() or any(map(str.isalnum, text))


def _said(doc: Doc) -> list[int]:
    """Indices of the words that belong to the subject so far."""
    outside: set[int] = doc.user_data[OUTSIDE]
    words: list[int] = doc.user_data[WORDS]
    return [index for index in words if index not in outside] if outside else words


@Language.component("sidecast_command")
def command(doc: Doc) -> Doc:
    """`!word` at the start."""
    if _COMMAND.match(doc.user_data[TEXT]):
        doc.user_data[KINDS].add(Kind.COMMAND)
    return doc


@Language.component("sidecast_greeting")
def greeting(doc: Doc) -> Doc:
    """A greeting among the first words. It is no part of the subject when something follows it."""
    words: list[str] = doc.user_data[FOLDED]
    start = _said(doc)[:3]
    for place, index in enumerate(start):
        dated = words[index] == "good" and index + 1 < len(words) and words[index + 1] in DAY_TIMES
        if words[index] in GREETINGS or dated or (place == 0 and words[index] in DAY_TIMES and len(start) < 3):
            doc.user_data[KINDS].add(Kind.GREETING)
            doc.user_data[OUTSIDE].update({index, index + 1} if dated else {index})
            break
    return doc


@Language.component("sidecast_question")
def question(doc: Doc) -> Doc:
    """A question mark after a word, or the word order of a question."""
    words: list[str] = doc.user_data[FOLDED]
    said = [words[index] for index in _said(doc)]
    if said and (_marked(doc) or _ordered(said)):
        doc.user_data[KINDS].add(Kind.QUESTION)
    return doc


def _marked(doc: Doc) -> bool:
    if "?" not in doc.user_data[TEXT]:
        return False
    texts: list[str] = doc.user_data[TEXTS]
    return any(text[-1] == "?" for text in texts) and any(text[0].isalpha() for text in texts)


def _ordered(said: list[str]) -> bool:
    first, rest = said[0], said[1:5]
    if first in WHAT_WORDS:
        return (
            bool(rest) and rest[0] not in EXCLAIMING and (first != "when" or rest[0] in STARTERS) and not ASKING.isdisjoint(rest)
        )
    return first in STARTERS and bool(rest) and rest[0] in ASKED and (first, rest[0]) not in COMMANDING


@Language.factory("sidecast_mention", default_config={"names": []})
class Mention:
    """Names the host: `Kit`, `@kit`, `KIIIT`, a name of several words."""

    def __init__(self, nlp: Language, name: str, names: list[str]) -> None:
        self._names = [tuple(fold(token.text) for token in nlp.make_doc(each)) for each in names]
        self._squeezed = {_squeeze(parts[0]) for parts in self._names if len(parts) == 1}
        self._initials = {parts[0][0].lower() for parts in self._names} | {"@"}

    def __call__(self, doc: Doc) -> Doc:
        words: list[str] = doc.user_data[FOLDED]
        for index, word in enumerate(words):
            if word[0] in self._initials and (length := self._length(words, index)):
                doc.user_data[KINDS].add(Kind.MENTION)
                possessive = words[index + length : index + length + 1] in (["'s"], ["’s"])
                doc.user_data[OUTSIDE].update(range(index, index + length + possessive))
        return doc

    def _length(self, words: list[str], index: int) -> int:
        """Tokens that the name takes from here on; 0 = it is none."""
        bare = words[index].lstrip("@")
        if _squeeze(bare) in self._squeezed:
            return 1
        for parts in self._names:
            if len(parts) > 1 and bare == parts[0] and tuple(words[index + 1 : index + len(parts)]) == parts[1:]:
                return len(parts)
        return 0


def _squeeze(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


@Language.factory("sidecast_reaction", default_config={"words": [], "emotes": []})
class Reaction:
    """Nothing but emotes, laughter, cheers and signs. Emotes are taken out of the subject."""

    def __init__(self, nlp: Language, name: str, words: list[str], emotes: list[str]) -> None:
        self._words = frozenset(words)
        self._emotes = frozenset(emotes)

    def __call__(self, doc: Doc) -> Doc:
        words: list[str] = doc.user_data[FOLDED]
        outside: set[int] = doc.user_data[OUTSIDE]
        emotes = self._emotes | marked if (marked := doc.user_data[EMOTES]) else self._emotes
        if not emotes.isdisjoint(words):
            outside.update(index for index, word in enumerate(words) if word in emotes)
        if all(self._is_noise(word) for index, word in enumerate(words) if index not in outside):
            doc.user_data[KINDS].add(Kind.REACTION)
        return doc

    def _is_noise(self, word: str) -> bool:
        if word in self._words or not is_word(word):
            return True
        return len(set(word)) == 1 or LAUGHTER.match(word) is not None
