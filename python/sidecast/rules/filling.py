"""Placeholders: `{who}`, `{amount}` … in a text that is only ever shown or written, and what is put in their place.

Nothing but `SetText.text` and `Write.text` is filled: no name of a scene, source, filter or hotkey ever comes of viewers' words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from ..flow.action import NOBODY, Act, Settle, ShoutOut, Target, TimeOut, Write
from ..flow.obs_act import ObsAct, SetText
from .happening import Happening, Situation
from .model import Do

OF_VIEWERS = frozenset({"who", "text", "title"})
"""Filled with what viewers have written or are called."""
PLACEHOLDERS = (*sorted(OF_VIEWERS), "amount", "scene")
NAMELESS = "somebody"
LONGEST_NAME = 40
LONGEST_TEXT = 200
"""Characters of a viewer's that are shown."""
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def placeholders_in(text: str) -> set[str]:
    """
    Raises:
        ValueError: a brace stands alone, or a placeholder is not known; says which.
    """
    found = set()
    for piece in _PIECE.finditer(text):
        if piece[0] in {"{{", "}}"}:
            continue
        if piece[1] is None:
            raise ValueError(f"a single {piece[0]} stands in it")
        if piece[1] not in PLACEHOLDERS:
            raise ValueError(f"{{{piece[1][:40]}}} is no placeholder")
        found.add(piece[1])
    return found


def holds_viewers_words(act: ObsAct | Act) -> bool:
    """Such an act goes through the gate, and is taken back or not done at all when the words are removed."""
    return isinstance(act, SetText | Write) and not OF_VIEWERS.isdisjoint(placeholders_in(act.text))


def filled_text(text: str, happening: Happening, situation: Situation) -> str:
    """`text` was checked with `placeholders_in` before."""
    viewer = happening.viewer
    values = {
        "who": shown(viewer.name if viewer else "", LONGEST_NAME) or NAMELESS,
        "text": shown(happening.text, LONGEST_TEXT),
        "title": shown(happening.title, LONGEST_TEXT),
        "amount": str(happening.amount),
        "scene": situation.scene,
    }
    return _PIECE.sub(lambda piece: piece[0][0] if piece[1] is None else values[piece[1]], text)


def filled(step: Do, happening: Happening, situation: Situation) -> ObsAct | Act:
    """The act as it is to be done. Whom it is about is who caused the run, by id."""
    match step.act:
        case SetText(text=text) as act:
            return replace(act, text=filled_text(text, happening, situation))
        case Write(text=text) as act:
            reply_to = happening.item_id if step.reply else ""
            return replace(act, text=filled_text(text, happening, situation), reply_to=reply_to)
        case ShoutOut() | TimeOut() as act:
            return replace(act, target=_causer(happening))
        case Settle() as act:
            return replace(
                act,
                redemption_id=happening.about,
                reward_id=happening.reward_id,
                target=_causer(happening),
                title=shown(happening.title, LONGEST_TEXT),
            )
        case act:
            return act


def shown(text: str, most: int) -> str:
    """On one line, without what cannot be seen or turns the reading direction, and not longer than `most`."""
    seen = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or _is_seen(letter))
    plain = " ".join(seen.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _is_seen(letter: str) -> bool:
    # the joiner makes one emoji of several
    return letter == "\u200d" or not unicodedata.category(letter).startswith("C")


def _causer(happening: Happening) -> Target:
    viewer = happening.viewer
    return Target(id=viewer.id, name=viewer.name) if viewer else NOBODY
