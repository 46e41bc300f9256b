"""How people disguise a word: one generator a trick, each from a word (or a few) and a seeded generator to its disguise.

They are written from what people do and what Unicode offers, with tables of their own: nothing here is taken from the code that
undoes it (`sidecast.safety.reading`), so that a hole there shows here. `TRICKS` keeps the order in which the docs list them.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Trick = Callable[[str, random.Random], str]


def _named(*patterns: str) -> Mapping[str, str]:
    """Letter → the character of one of these Unicode names, with the letter in place of `?`; the first there is."""
    table = {}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for pattern in patterns:
            try:
                table[letter] = unicodedata.lookup(pattern.replace("?", letter.upper()))
                break
            except KeyError:
                continue
    return table


def _by_letter(words: str) -> Mapping[str, str]:
    return dict(zip("abcdefghijklmnopqrstuvwxyz", words.split(), strict=True))


def _letters(table: Mapping[str, str], joint: str = "") -> Trick:
    return lambda word, _: joint.join(table.get(char, char) for char in word.lower())


def _pairs(text: str) -> Mapping[str, str]:
    return {pair[0]: pair[1:] for pair in text.split()}


def _some(table: Mapping[str, str], share: float) -> Trick:
    """Replaces that share of the letters that can be replaced, and at least one."""

    def disguise(word: str, rng: random.Random) -> str:
        word = word.lower()
        places = [at for at, char in enumerate(word) if char in table]
        chosen = set(rng.sample(places, max(1, round(share * len(places))))) if places else set()
        return "".join(rng.choice(table[char].split("/")) if at in chosen else char for at, char in enumerate(word))

    return disguise


def _between(*joints: str, every: bool = True) -> Trick:
    """Joints between the letters of each word: everywhere, or in one place."""

    def one(word: str, rng: random.Random) -> str:
        if len(word) < 3:
            return word
        if every:
            return "".join(char + rng.choice(joints) for char in word[:-1]) + word[-1]
        at = rng.randrange(1, len(word))
        return word[:at] + rng.choice(joints) + word[at:]

    return _each(one)


def _each(trick: Trick) -> Trick:
    """Word by word."""
    return lambda text, rng: re.sub(r"[^\W_]+", lambda found: trick(found[0], rng), text)


def _stretched_once(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]


def _squashed(word: str, rng: random.Random) -> str:
    """Doubled letters once; in a word without one, a letter doubled."""
    once = re.sub(r"(.)\1", r"\1", word)
    at = rng.randrange(len(word))
    return once if once != word else word[:at] + word[at] * 2 + word[at + 1 :]


def _zalgo(word: str, rng: random.Random) -> str:
    marks = [chr(code) for code in range(0x300, 0x370) if unicodedata.category(chr(code)) == "Mn"]
    return "".join(char + "".join(rng.choices(marks, k=rng.randint(1, 4))) for char in word)


def _starred(word: str, rng: random.Random) -> str:
    inner = [at for at in range(1, len(word) - 1) if word[at] in "aeiou"] or list(range(1, len(word) - 1))
    if not inner:
        return word
    at = rng.choice(inner)
    return word[:at] + rng.choice("*#") + word[at + 1 :]


_RESPELLED = (
    ("ck", "kk"), ("ph", "f"), ("qu", "kw"), ("x", "cks"), ("igh", "ai"), ("er", "ah"), ("ar", "ah"), ("or", "awr"),
    ("ee", "ea"), ("oo", "u"), ("ou", "ow"), ("f", "ph"), ("k", "c"), ("c", "k"), ("s", "z"), ("z", "s"), ("y", "ee"), ("i", "y"),
    ("gg", "g"), ("tt", "t"), ("ai", "ay"), ("w", "wh"), ("u", "oo"), ("a", "ah"),
)  # fmt: skip
"""Letters and others that are read (nearly) alike."""


def _respelled(word: str, rng: random.Random) -> str:
    """One or two places written as they sound."""
    fitting = [pair for pair in _RESPELLED if pair[0] in word]
    for old, new in rng.sample(fitting, min(len(fitting), 2)):
        word = word.replace(old, new, 1)
    return word


_KEYS = _pairs(
    "aqwsz bvghn cxdfv dserfcx ersdfw fdrtgvc gftyhbv hgyujnb iujko jhuikmn kjiolm lkop mnjk nbhjm oiklp pol qwas "
    "redft swaedxz trfgy uyhji vcfgb wqase xzsdc ytghu zasx"
)


def _slipped(word: str, rng: random.Random) -> str:
    """One slip of the finger: a neighbouring key, two letters swapped, a letter left out or in twice."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + rng.choice(_KEYS.get(word[at], word[at])) + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + word[at + 1 :]
        case _:
            return word[:at] + word[at] + word[at:]


def _vowels_out(word: str, rng: random.Random) -> str:
    kept = word[0] + re.sub(r"[aeiou]", "", word[1:])
    return kept if len(kept) >= 3 else _slipped(word, rng)


_NAMES = _by_letter("ay bee see dee ee eff gee aitch eye jay kay ell em en oh pee cue ar ess tee you vee double-you ex why zee")
_RADIO = _by_letter(
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango "
    "uniform victor whiskey x-ray yankee zulu"
)
_TURNED = _pairs("aɐ bq cɔ dp eǝ fɟ gƃ hɥ iᴉ jɾ kʞ lן mɯ nu oo pd qb rɹ ss tʇ un vʌ wʍ xx yʎ zz")
_SMALL = {**_named("LATIN LETTER SMALL CAPITAL ?"), "f": "ꜰ", "q": "ǫ", "s": "ꜱ", "x": "x"}
_CYRILLIC = _pairs("aа cс eе iі jј oо pр sѕ xх yу kк mм tт hһ bЬ nп rг uц wш dԁ qԛ")
_GREEK = _pairs("aα bβ eε iι kκ nη oο pρ tτ uυ vν wω xχ yγ sσ dδ lλ zζ")
_OTHER_SCRIPTS = _pairs("aꭺ bᏏ cᏟ dᎠ eᎬ gᏀ hһ iᎥ kᏦ lᏞ mᎷ nո oօ pᏢ rᎡ sႽ tᎢ uս vᏙ wᎳ yᎽ zᏃ")
_ACCENTS = _pairs("aàáâäãå cçćč eèéêëě gğ iìíîï lł nñńň oòóôöõø rřŕ sśš tťţ uùúûüů yýÿ zźžż")
_DIGITS = _pairs("a4 b8 e3 g9/6 i1 l1 o0 s5 t7 z2")
_SYMBOLS = _pairs("a@ c( e€ i!/| l| o0 s$ t+ x× y¥ h# n₪")
_HEAVY = _pairs("a/\\/4 b|3 d|) e3 f|= h|-| i!/1 k|< l|_ m|\\/| n|\\| o() p|> r|2 t7 u|_| v\\/ w\\/\\/ x>< y'/").items()


def _heavy(word: str, rng: random.Random) -> str:
    """Letters drawn with several signs, about half of them."""
    drawn = {letter: drawing.removesuffix("/4") or drawing for letter, drawing in _HEAVY}
    places = {at for at in range(len(word)) if rng.random() < 0.5} or {0}
    return "".join(drawn.get(char, char) if at in places else char for at, char in enumerate(word))


def _tags(word: str, rng: random.Random) -> str:
    """Invisible characters of several kinds in between."""
    return "".join(char + rng.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\ufe0f\u034f\u2063") for char in word)


STYLES: Mapping[str, Trick] = {
    "bold": _letters(_named("MATHEMATICAL BOLD SMALL ?")),
    "italic": _letters(_named("MATHEMATICAL ITALIC SMALL ?", "PLANCK CONSTANT")),
    "script": _letters(_named("MATHEMATICAL BOLD SCRIPT CAPITAL ?")),
    "fraktur": _letters(_named("MATHEMATICAL FRAKTUR SMALL ?")),
    "double_struck": _letters(_named("MATHEMATICAL DOUBLE-STRUCK SMALL ?")),
    "sans": _letters(_named("MATHEMATICAL SANS-SERIF BOLD ITALIC CAPITAL ?")),
    "monospace": _letters(_named("MATHEMATICAL MONOSPACE SMALL ?")),
    "fullwidth": _letters(_named("FULLWIDTH LATIN SMALL LETTER ?")),
    "circled": _letters(_named("CIRCLED LATIN SMALL LETTER ?")),
    "circled_black": _letters(_named("NEGATIVE CIRCLED LATIN CAPITAL LETTER ?")),
    "squared": _letters(_named("SQUARED LATIN CAPITAL LETTER ?")),
    "squared_black": _letters(_named("NEGATIVE SQUARED LATIN CAPITAL LETTER ?")),
    "parenthesised": _letters(_named("PARENTHESIZED LATIN SMALL LETTER ?")),
    "small_capitals": _letters(_SMALL),
    "raised": _letters(_named("MODIFIER LETTER SMALL ?", "SUPERSCRIPT LATIN SMALL LETTER ?")),
    "upside_down": lambda word, _: "".join(_TURNED.get(char, char) for char in reversed(word.lower())),
}
_CUT_OUT = [trick for name, trick in STYLES.items() if name != "upside_down"]

TRICKS: Mapping[str, Trick] = {
    **STYLES,
    "ransom_note": lambda word, rng: "".join(rng.choice(_CUT_OUT)(char, rng) for char in word),
    "flag_letters": _letters(_named("REGIONAL INDICATOR SYMBOL LETTER ?"), "\u200b"),
    "emoji_letters": lambda word, _: "".join(
        {"a": "🅰️", "b": "🅱️", "o": "⭕", "m": "Ⓜ️", "p": "🅿️", "x": "❌", "i": "ℹ️", "s": "💲", "t": "✝️"}.get(c, c) for c in word
    ),
    "cyrillic": _letters(_CYRILLIC),
    "cyrillic_some": _some(_CYRILLIC, 0.4),
    "greek": _letters(_GREEK),
    "other_scripts": _some(_OTHER_SCRIPTS, 0.6),
    "accents": _some({letter: "/".join(forms) for letter, forms in _ACCENTS.items()}, 0.7),
    "leet_digits": _some(_DIGITS, 1.0),
    "leet_some": _some(_DIGITS, 0.5),
    "leet_symbols": _some(_SYMBOLS, 0.7),
    "leet_drawn": _each(_heavy),
    "spaces": _between(" "),
    "dots": _between("."),
    "dashes": _between("-"),
    "underscores": _between("_"),
    "mixed_joints": _between(" ", ".", "-", "_", "*", "~", "/", "|", ","),
    "emoji_joints": _between("👏", "🔥", " 😂 "),
    "one_space": _between(" ", every=False),
    "one_joint": _between(".", "-", "_", "'", "*", "~", every=False),
    "stretched": _each(_stretched_once),
    "stretched_all": _each(lambda word, rng: "".join(char * rng.randint(2, 5) for char in word)),
    "squashed": _each(_squashed),
    "zalgo": _each(_zalgo),
    "struck_out": lambda word, _: "".join(char + "\u0336" for char in word),
    "invisible": _each(_tags),
    "reversed": lambda word, _: word[::-1],
    "letter_names": _each(lambda word, _: " ".join(_NAMES.get(char, char) for char in word.lower())),
    "radio_letters": _each(lambda word, _: " ".join(_RADIO.get(char, char) for char in word.lower())),
    "respelled": _each(_respelled),
    "slip": _each(_slipped),
    "vowels_out": _each(_vowels_out),
    "starred": _each(_starred),
    "joined": lambda text, _: re.sub(r"\s+", "", text),
}
"""Everything that can be done to the words of one text."""

_MIXABLE = ("leet_some", "cyrillic_some", "accents", "one_joint", "stretched", "starred", "invisible", "respelled")


def mixed(word: str, rng: random.Random) -> str:
    """Two tricks, one after the other."""
    first, second = rng.sample(_MIXABLE, 2)
    return TRICKS[second](TRICKS[first](word, rng), rng)


def acrostic(word: str, rng: random.Random) -> list[str]:
    """Clauses whose first letters spell the word; what they say is harmless."""
    endings = ("is what I like", "comes to mind", "would be nice", "makes me smile", "sounds right to me")
    return [f"{_STARTS[char]} {rng.choice(endings)}" for char in word.lower() if char in _STARTS]


_STARTS = _by_letter(
    "apple bread cheese dinner evening food garden honey ice juice kindness lemon music night orange pepper quiet rain summer "
    "tea umbrella violet water xylophone yellow zebra"
)


def cut(word: str, rng: random.Random, parts: int = 2) -> list[str]:
    """The word in pieces, for clauses or messages that follow one another."""
    places = sorted(rng.sample(range(1, len(word)), min(parts, len(word)) - 1))
    return [word[start:end] for start, end in zip([0, *places], [*places, len(word)], strict=True)]
