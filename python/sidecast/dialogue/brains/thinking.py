"""Takes out what a reasoning model writes for itself: `<think>…</think>` is not for the audience."""

from __future__ import annotations

OPENINGS = ("<think>", "<thinking>", "<reasoning>")
CLOSINGS = {opening: f"</{opening[1:]}" for opening in OPENINGS}
LONGEST = max(map(len, CLOSINGS.values()))


class ThinkingFilter:
    """`feed` returns what may be said, as early as it is known not to be the beginning of a tag. One filter a reply."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""

    def feed(self, text: str) -> str:
        self._held += text
        said: list[str] = []
        while self._held:
            if self._closing:
                _, found, after = self._held.partition(self._closing)
                if not found:
                    self._held = self._held[-LONGEST:]
                    break
                self._held, self._closing = after, ""
                continue
            start = self._held.find("<")
            if start < 0:
                said.append(self._held)
                self._held = ""
                break
            said.append(self._held[:start])
            self._held = self._held[start:]
            opening = next((each for each in OPENINGS if self._held.startswith(each)), "")
            if opening:
                self._held, self._closing = self._held[len(opening) :], CLOSINGS[opening]
            elif any(each.startswith(self._held) for each in OPENINGS):
                break
            else:
                said.append("<")
                self._held = self._held[1:]
        return "".join(said)

    def close(self) -> str:
        """What was held back and is no tag."""
        held, self._held = self._held, ""
        return "" if self._closing else held
