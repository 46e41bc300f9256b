"""What is said of parts in trouble, from the first part that is made to the last watcher that is told."""

from __future__ import annotations

from collections.abc import Callable


class Notes:
    """Sentences about parts in trouble, by part, told to whoever shows them; who comes late is told what is known."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._told: list[Callable[[str, str], None]] = []

    def put(self, part: str, sentence: str) -> None:
        self._sentences[part] = sentence
        for tell in self._told:
            tell(part, sentence)

    def tell(self, to: Callable[[str, str], None]) -> None:
        self._told.append(to)
        for part, sentence in self._sentences.items():
            to(part, sentence)
