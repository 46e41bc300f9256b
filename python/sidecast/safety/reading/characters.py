"""Characters → ASCII: by what they look like, by what they sound like, and by what they picture.

Unicode's own decompositions and anyascii know styled letters and sounds; the tables here know looks, which neither does.
"""

from __future__ import annotations

import unicodedata

from anyascii import anyascii

_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
_SYMBOLS = frozenset({"So", "Sc", "Sm", "Sk", "Co"})


def _pairs(text: str) -> dict[int, str]:
    """Each piece is a character and the letter that it stands for; the first of a character counts."""
    table: dict[int, str] = {}
    for piece in text.split():
        table.setdefault(ord(piece[0]), piece[1:])
    return table


_FILLERS = dict.fromkeys(map(ord, "\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0"))
"""Letters and spaces by their category that show nothing."""

_LOOKS = _pairs(
    # Cyrillic, and letters of languages that write with it
    "аa вb еe ёe кk мm нh оo рp сc тt уy хx іi їi јj ѕs ԁd һh ԛq ԝw ьb ъb пn гr з3 ч4 яr иn цu шw щw эe өo ҽe ғf "
    "ҝk ҡk үy ұy ңh ҳx "
    # Greek
    "αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw δd λa σo ςc θo μu ζz ϲc ϳj "
    # Armenian
    "օo ոn սu հh ցg զq յj լl իh ւi աw քp տs կk եt "
    # Cherokee
    "Ꭺa Ᏼb Ꮟb Ꮯc Ꭰd Ꭼe Ꮐg Ᏻg Ꮋh Ꮒh Ꭵi Ꭻj Ꮶk Ꮮl Ꮇm Ꮎo Ꮲp Ꭱr Ꮢr Ꮪs Ꮥs Ꭲt Ꮩv Ꮴv Ꮃw Ꮤw Ꭹy Ꮍy Ꮓz "
    # Coptic
    "ⲁa ⲃb ⲅr ⲉe ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲥc ⲧt ⲩy ⲭx "
    # Canadian syllabics, Thai, Hebrew and Chinese signs, as fancy writing has them
    "ᗩa ᗷb ᑕc ᗪd ᖴf ᘜg ᕼh ᓰi ᒍj ᛕk ᒪl ᗰm ᑎn ᑭp ᑫq ᖇr ᔕs ᑌu ᐯv ᗯw ᙭x "
    "คa ๒b ๔d єe ﻮg ђh เi ๓m ภn ๏o ๐o รs ยu ฬw קp שw אx ץy סo טu חn ן1 "
    "卂a 乃b 匚c 乇e 千f 卄h 丨i ﾌj ㄥl 爪m 几n ㄖo 口o 卩p 尺r 丂s 丅t ㄒt ㄩu 山w 乂x ㄚy 乙z "
    # Latin letters that anyascii reads by their sound
    "ʃs ʒz ƽs ƨs ʗc ȣo ɵo ƍg ƅb"
)
_PICTURED = {
    **_pairs(
        "€e £l ¥y ₪n ₦n ₩w ₫d ₭k ₱p ₲g ₳a ₴s ₵c ₸t ₽p ₿b ¢c ©c ®r ×x ✕x ✖x ✗x ✘x ❌x ❎x ⭕o ⚪o ⚫o 🔴o 🔵o ⓪o 💲s ✝t ☦t ➕t ℹi"
    ),
    **_pairs("❗i ❕i ⛎u Ⓜm 🅰a 🅱b 🅾o 🅿p 🆎ab 🆑cl 🆒cool 🆓free 🆔id 🆕new 🆖ng 🆗ok 🆘sos 🆙up 🆚vs ⚡s 🐍s 🌙c 🪝j 🔱w"),
}
_PARENTHESISED = {0x249C + at: chr(97 + at) for at in range(26)}

_TURNED = "ɐaɔcǝeɟfƃgɥhᴉiıiɾjʞkןlɯmɹrʇtʌvʍwʎy"
_TURNED_BACK = {ord(turned): letter for turned, letter in zip(_TURNED[::2], _TURNED[1::2], strict=True)}
_TURNED_PLAIN = str.maketrans("bdnpquwm69", "qpudbnmw96")
"""Plain letters, upside down."""
FEWEST_TURNED = 2


def to_ascii(text: str) -> tuple[str, str]:
    """By look and, where that differs, by sound. Lower case; what is invisible is gone."""
    bare = _bare(text.translate(_PARENTHESISED))
    looks = anyascii(bare.translate(_LOOKS)).lower()
    sounds = anyascii(bare).lower()
    return looks, sounds if sounds != looks else ""


def pictured(text: str) -> str:
    """With signs and emoji that show a letter as that letter, and others as a dot; empty when there are none."""
    if not any(char > "\x7f" and unicodedata.category(char) in _SYMBOLS for char in text):
        return ""
    drawn = text.translate(_PARENTHESISED).translate(_PICTURED)
    # styled letters are symbols too: what decomposes, or has a letter's name, is no joint
    spread = "".join("." if _is_joint(char) else char for char in drawn)
    return anyascii(_bare(spread).translate(_LOOKS)).lower()


def turned_back(text: str) -> tuple[str, ...]:
    """Of a text that stands on its head: what it says, from either end; nothing when it does not."""
    text = text.casefold()
    if sum(ord(char) in _TURNED_BACK for char in text) < FEWEST_TURNED:
        return ()
    upright = text.translate(_TURNED_PLAIN).translate(_TURNED_BACK)
    plain = anyascii(_bare(upright)).lower()
    return plain, plain[::-1]


def _bare(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_FILLERS))
    visible = "".join(char for char in spread if unicodedata.category(char) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", visible).casefold()


def _is_joint(char: str) -> bool:
    if char <= "\x7f" or unicodedata.category(char) not in _SYMBOLS:
        return False
    return unicodedata.normalize("NFKD", char) == char and "LETTER" not in unicodedata.name(char, "")
