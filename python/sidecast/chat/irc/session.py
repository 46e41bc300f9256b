"""What is said on one connection: logging in, joining, PING and PONG, and the channel's lines. No socket and no clock in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from irctokens.line import Line, build

from ...flow.chat import Incoming
from .items import BadItem, gift_of, item_of, part_of_gift
from .recent import Recent
from .tally import LeftOut, Tally

_GONE = frozenset({"msg_channel_suspended", "tos_ban", "msg_room_not_found"})
"""NOTICEs that say that there is no such channel (any more)."""
_SHUT_OUT = frozenset({"msg_banned", "msg_channel_blocked"})


AWAY = "The chat is away"


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a connection is over, and how soon it makes sense to try again."""

    sentence: str = AWAY
    """For the streamer; when it will be tried again is added."""
    least_s: float = 0.0


class Over(Exception):
    """The server said something after which there is nothing to read on this connection."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.sentence)
        self.ended = ended


SLOW_S = 30.0
"""Pause before trying what the server has refused, rather than failed at."""


class Memory:
    """What outlives a connection: which lines have come, and which gifts were announced."""

    def __init__(self, limit: int = 8192) -> None:
        """`limit`: lines; more than arrive while two connections overlap."""
        self.lines = Recent(limit)
        self.gifts = Recent(256)
        self._unnamed = 0

    def new_id(self) -> str:
        self._unnamed += 1
        return f"unnamed-{self._unnamed}"


class Session:
    """Feed it every line of a connection; send what is in `to_send` after each."""

    def __init__(self, channel: str, nick: str, memory: Memory, tally: Tally) -> None:
        self.joined = False
        """The server has told of the channel."""
        self.moving = False
        """The server has asked for a new connection; this one goes on for a moment."""
        self.to_send = (
            # tags carry ids and roles, commands carry removals; any password will do
            f"CAP REQ :twitch.tv/tags twitch.tv/commands\r\nPASS SCHMOOPIIE\r\nNICK {nick}\r\n".encode()
        )
        self._logged_in = False
        self._channel = channel
        self._memory = memory
        self._tally = tally
        self._answers: dict[str, Callable[[Line], None]] = {
            "PING": self._pong,
            "001": self._join,
            "CAP": self._capabilities,
            "NOTICE": self._notice,
            "ROOMSTATE": self._room,
            "RECONNECT": self._reconnect,
        }

    @property
    def unheard(self) -> Ended:
        """Why it may be that there has been no word about the channel for long."""
        if not self._logged_in:
            return Ended("The chat does not answer")
        return Ended(f"Twitch says nothing about the channel “{self._channel}” (is the name right?)", SLOW_S)

    def sent(self) -> bytes:
        """What is to be sent now; once."""
        data, self.to_send = self.to_send, b""
        return data

    def receive(self, line: Line, arrived_ns: int) -> Incoming | None:
        """The item that the line tells of, unless it has come before.

        Raises:
            Over: the server refuses; connecting anew at once would change nothing.
        """
        answer = self._answers.get(line.command)
        if answer is not None:
            answer(line)
            return None
        return self._item(line, arrived_ns)

    def _item(self, line: Line, arrived_ns: int) -> Incoming | None:
        try:
            item = item_of(line, self._channel, arrived_ns, self._memory.new_id)
        except BadItem:
            self._tally.malformed += 1
            return None
        if item is None:
            return None
        key = _key(line)
        if key and not self._memory.lines.add(key):
            item = LeftOut.TWICE
        elif part_of_gift(line, self._memory.gifts.__contains__):
            item = LeftOut.PART_OF_GIFT
        if isinstance(item, LeftOut):
            self._tally.left_out[item] += 1
            return None
        if gift := gift_of(line):
            self._memory.gifts.add(gift)
        self.joined = True
        return item

    def _pong(self, line: Line) -> None:
        self._send("PONG", *line.params[-1:])

    def _join(self, line: Line) -> None:
        self._logged_in = True
        self._send("JOIN", f"#{self._channel}")

    def _capabilities(self, line: Line) -> None:
        if "NAK" in line.params:
            raise Over(Ended("The chat server does not give out what is needed (tags and commands)", SLOW_S))

    def _room(self, line: Line) -> None:
        if self._is_ours(line):
            self.joined = True

    def _reconnect(self, line: Line) -> None:
        self.moving = True

    def _notice(self, line: Line) -> None:
        """Most say how a room is set (slow, emotes only …) and change nothing here."""
        kind = (line.tags or {}).get("msg-id", "")
        if self._is_ours(line) and kind in _GONE:
            raise Over(Ended(f"Twitch says that there is no channel “{self._channel}”, or that it is suspended", SLOW_S))
        if self._is_ours(line) and kind in _SHUT_OUT:
            raise Over(Ended(f"Twitch does not let us read the channel “{self._channel}”", SLOW_S))
        if not self.joined and line.params[:1] == ["*"]:
            raise Over(Ended("The chat server refuses the login", SLOW_S))

    def _is_ours(self, line: Line) -> bool:
        return line.params[:1] == [f"#{self._channel}"]

    def _send(self, command: str, *parameters: str) -> None:
        self.to_send += (build(command, list(parameters)).format() + "\r\n").encode()


def _key(line: Line) -> str:
    """What tells a line from all others; empty for one that Twitch has not marked."""
    tags = line.tags or {}
    if unique := tags.get("id", ""):
        return f"{line.command} {unique}"
    sent = tags.get("tmi-sent-ts", "")
    if line.command == "PRIVMSG" or not sent:
        return ""
    return f"{line.command} {tags.get('target-msg-id') or tags.get('target-user-id', '')} {sent}"
