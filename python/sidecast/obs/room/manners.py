"""The host does not begin to speak while the streamer does; but not for ever. Pure: wire it where turns are chosen."""

from __future__ import annotations

AT_MOST_S = 20.0
"""Far longer than most sentences; a microphone that hears a film must not silence the host."""
BREATH_S = 0.3
"""After the streamer's last word, beside the second for which silence must last (`voice.HANG_OVER_S`)."""


class Manners:
    """Times are `now_ns` stamps. What a person has asked the host to say waits for nobody: do not ask for it."""

    def __init__(self, at_most_s: float = AT_MOST_S, *, on: bool = True) -> None:
        self.on = on
        """`obs.wait_for_me`; may change at any time."""
        self.at_most_s = at_most_s
        self.speaks = False
        self.waited = 0
        """Turns that had to wait."""
        self.went_on = 0
        """Of those, the ones that began all the same, because it took too long."""
        self._quiet_since_ns = -(10**18)
        self._waiting_since_ns: int | None = None

    def streamer(self, speaks: bool, now_ns: int) -> None:
        """They have begun, or ended; or nobody can tell any more, which is silence."""
        if self.speaks and not speaks:
            self._quiet_since_ns = now_ns
        self.speaks = speaks

    def wait_s(self, now_ns: int) -> float:
        """How long the host has to wait at least before it may begin what it wants to say now; 0: it may.

        Ask only when there is something to say: the patience begins with the first question. While the streamer speaks the answer
        is what is left of the patience; ask again when `streamer` was told something, or after that time. Once it has run out the
        answer is 0 until `began` or `gave_up`.
        """
        if not self.on:
            return 0.0
        rest_s = 0.0 if self.speaks else BREATH_S - (now_ns - self._quiet_since_ns) / 1e9
        if not self.speaks and rest_s <= 0:
            return 0.0
        if self._waiting_since_ns is None:
            self._waiting_since_ns = now_ns
            self.waited += 1
        left_s = max(0.0, self.at_most_s - (now_ns - self._waiting_since_ns) / 1e9)
        return left_s if self.speaks else min(rest_s, left_s)

    def may_begin(self, now_ns: int) -> bool:
        return self.wait_s(now_ns) == 0.0

    def began(self, now_ns: int) -> str:
        """The host begins. Returns a sentence where it had to go on over the streamer, else nothing."""
        waited_since, self._waiting_since_ns = self._waiting_since_ns, None
        if waited_since is None or not self.speaks:
            return ""
        self.went_on += 1
        return f"Waited {(now_ns - waited_since) / 1e9:.0f} s for you to finish, then went on."

    def gave_up(self) -> None:
        """There is nothing to say any more."""
        self._waiting_since_ns = None
