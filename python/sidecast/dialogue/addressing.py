"""What a viewer is called: by name if it may be said and can be read, else a friendly word."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from ..flow.candidate import Candidate
from ..flow.prompt import MAX_NAME
from .spoken_names import name_aloud

_FRAME = "\"'“”‘’«»([{}])*_~`¿¡<>.,!?;:…。！？、@"


class Address:
    """`speakable` is the gate's answer to "may this name be said?"."""

    def __init__(self, friend: Sequence[str], speakable: Callable[[str], bool]) -> None:
        self._friend = tuple(friend)
        self._speakable = speakable

    def name_of(self, candidate: Candidate) -> str:
        """The name as a reply may write it: without signs that a reply uses for moods and slots."""
        author = candidate.item.author
        name = " ".join(author.name[:MAX_NAME].translate(_NO_TAGS).split()) if author is not None else ""
        spoken = name_aloud(name)
        allowed = candidate.verdict.passes and bool(spoken) and self._speakable(name) and self._speakable(spoken)
        return name if allowed else self._stand_in(author.id if author is not None else "")

    def readings(self, name: str) -> Mapping[str, str]:
        """Each written word of the name, as it stands in a reply, and how it is read."""
        if name in self._friend:
            return {}
        return {part.strip(_FRAME): name_aloud(part) for part in name.split() if part.strip(_FRAME)}

    def _stand_in(self, author_id: str) -> str:
        # the same viewer is called the same all the time
        number = int.from_bytes(hashlib.blake2b(author_id.encode(), digest_size=4).digest(), "big")
        return self._friend[number % len(self._friend)]


_NO_TAGS = {ord(sign): " " for sign in "[](){}<>"}
