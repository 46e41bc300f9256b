"""How fast Twitch lets one write and give shout-outs; kept here, because beyond it messages vanish without an error.

https://dev.twitch.tv/docs/chat/#rate-limits and https://dev.twitch.tv/docs/api/reference/#send-a-shoutout
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_S = 30.5
"""Twitch's 30 s, and what its clock and the way there may differ."""
MOST, MOST_PRIVILEGED = 20, 100
"""Messages in that time: of anybody, and of the streamer or a moderator."""
APART_S = 1.1
"""Between two messages of somebody who is neither: Twitch takes one a second."""
SHOUT_OUT_S = 125.0
"""Twitch's 2 minutes between any two shout-outs; and a little."""
SAME_SHOUT_OUT_S = 3_605.0
"""Its 60 minutes between two of the same streamer."""
KEPT = 64
"""Streamers whose shout-outs are remembered: more fit into no hour."""


class ChatPace:
    """What was written lately by one account. Times in ns of one clock."""

    def __init__(self) -> None:
        self.privileged = False
        """The account is the streamer's, or moderates."""
        self._sent: deque[int] = deque(maxlen=MOST_PRIVILEGED)
        self._last = ""

    def wait_s(self, text: str, now_ns: int) -> float:
        """Until `text` may go out; 0 = now."""
        return max(self._pace_s(now_ns), self.repeated_s(text, now_ns))

    def repeated_s(self, text: str, now_ns: int) -> float:
        """How long Twitch would still drop `text`, because it was the last thing written; 0 = it would not."""
        if self.privileged or not self._sent or text != self._last:
            return 0.0
        return max(0.0, WINDOW_S - (now_ns - self._sent[-1]) / 1e9)

    def sent(self, text: str, now_ns: int) -> None:
        """A message went out, or may have."""
        self._sent.append(now_ns)
        self._last = text

    def _pace_s(self, now_ns: int) -> float:
        most = MOST_PRIVILEGED if self.privileged else MOST
        waits = [0.0]
        if len(self._sent) >= most:
            waits.append(WINDOW_S - (now_ns - self._sent[-most]) / 1e9)
        if self._sent and not self.privileged:
            waits.append(APART_S - (now_ns - self._sent[-1]) / 1e9)
        return max(waits)


class ShoutOuts:
    """Those that were given since the show began."""

    def __init__(self) -> None:
        self._last_ns: int | None = None
        self._to: OrderedDict[str, int] = OrderedDict()

    def wait_s(self, user_id: str, now_ns: int) -> float:
        """Until this streamer may be given one; 0 = now."""
        waits = [0.0]
        if self._last_ns is not None:
            waits.append(SHOUT_OUT_S - (now_ns - self._last_ns) / 1e9)
        if user_id in self._to:
            waits.append(SAME_SHOUT_OUT_S - (now_ns - self._to[user_id]) / 1e9)
        return max(waits)

    def given(self, user_id: str, now_ns: int) -> Callable[[], None]:
        """Returns what takes it back, for one that Twitch has refused."""
        before = self._last_ns, self._to.get(user_id)

        def take_back() -> None:
            self._last_ns, to = before
            self._to.pop(user_id, None)
            if to is not None:
                self._to[user_id] = to

        self._last_ns = self._to[user_id] = now_ns
        self._to.move_to_end(user_id)
        if len(self._to) > KEPT:
            self._to.popitem(last=False)
        return take_back
