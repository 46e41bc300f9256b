"""What time it is at Twitch, told from its own messages: this computer's clock may be minutes off, or be set during a show."""

from __future__ import annotations

STEP_MS = 5_000.0
"""A message may correct the estimate by as much; what asks for more must be a control message, and the second that does."""
LATE_MS = 60_000.0
"""A welcome that seems older than that was not late: the clock at one end has been set, or this computer has slept."""
BUCKET_NS = 300 * 10**9
"""What a message told is forgotten after five to ten minutes: quartz clocks part by up to 0.4 s an hour."""


class TwitchTime:
    """Estimates Unix time at Twitch from the stamps of its messages.

    A stamp is older than its arrival by the message's time on the way, which is never negative: of all stamps minus
    arrivals the largest is nearest the truth (the argument of NTP's clock filter, RFC 5905 section 10). Nobody's clock
    but `Clock.now_ns()` is read. An estimate that is too early lets a stale message through; one that is too late would
    drop good ones, so that a leap forward needs two witnesses.
    """

    def __init__(self) -> None:
        self._best: float | None = None
        self._previous: float | None = None
        self._bucket_ns = 0
        self._leap: float | None = None

    @property
    def known(self) -> bool:
        return self._offset is not None

    def welcome(self, sent_ms: int, now_ns: int) -> None:
        """A fresh connection's first message: the only one that may move the estimate far back."""
        known = self._offset
        if known is not None and sent_ms - now_ns / 1e6 < known - LATE_MS:
            self._begin(sent_ms - now_ns / 1e6, now_ns)
        else:
            self.control(sent_ms, now_ns)

    def control(self, sent_ms: int, now_ns: int) -> None:
        """A keepalive or the like, stamped as it was sent."""
        sample = sent_ms - now_ns / 1e6
        known = self._offset
        if known is not None and sample - known <= STEP_MS:
            self._take(sample, now_ns)
        elif known is None or self._confirms(sample):
            self._begin(sample, now_ns)
        else:
            self._leap = sample

    def event(self, sent_ms: int, now_ns: int) -> None:
        """A notification: it may be old, and moves the estimate forward only by a little."""
        sample = sent_ms - now_ns / 1e6
        known = self._offset
        if known is not None and sample - known <= STEP_MS:
            self._take(sample, now_ns)

    def ms_at(self, at_ns: int) -> int | None:
        """Unix milliseconds at Twitch when `Clock.now_ns()` read `at_ns`; None before the first welcome."""
        known = self._offset
        return None if known is None else round(known + at_ns / 1e6)

    @property
    def _offset(self) -> float | None:
        if self._best is None:
            return self._previous
        return self._best if self._previous is None else max(self._best, self._previous)

    def _begin(self, sample: float, now_ns: int) -> None:
        self._best, self._previous, self._bucket_ns, self._leap = sample, None, now_ns, None

    def _take(self, sample: float, now_ns: int) -> None:
        if now_ns - self._bucket_ns > BUCKET_NS:
            self._previous, self._best, self._bucket_ns = self._best, None, now_ns
        self._best = sample if self._best is None else max(self._best, sample)

    def _confirms(self, sample: float) -> bool:
        return self._leap is not None and abs(sample - self._leap) <= STEP_MS
