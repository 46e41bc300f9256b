"""Lines of IRC to measure and to break: real ones where they are at hand (SIDECAST_DATA), and always a few of our own."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SNAPSHOTS = (
    Path(os.environ.get("SIDECAST_DATA", REPOSITORY.parent / "shared" / "data")) / "chatterino-snapshots" / "IrcMessageHandler"
)

_TAGS = (
    "badge-info=subscriber/24;badges=moderator/1,subscriber/24;color=#FF0000;display-name=Mika;emotes={emotes};first-msg=0;flags=;"
    "id=97c28382-e8d2-45a0-bb5d-2305fc4ef139;mod=1;room-id=1;subscriber=1;tmi-sent-ts=1590922036771;user-id=2;user-type=mod"
)
OWN = (
    f"@{_TAGS.format(emotes='')} :mika!mika@mika.tmi.twitch.tv PRIVMSG #kit :hello there, how is everybody?",
    f"@{_TAGS.format(emotes='25:0-4,12-16/1902:6-10')} :mika!mika@mika.tmi.twitch.tv PRIVMSG #kit :Kappa Keepo Kappa 😂",
    f"@bits=5;{_TAGS.format(emotes='25:04')} :mika!mika@mika.tmi.twitch.tv PRIVMSG #kit :\x01ACTION Cheer5 @bo über\x01",
    r"@login=bo;id=n;msg-id=raid;msg-param-viewerCount=2;room-id=1;user-id=3;system-msg=2\sraiders\sfrom\sbo!"
    " :tmi.twitch.tv USERNOTICE #kit",
    "@room-id=1;target-user-id=2;ban-duration=600;tmi-sent-ts=1736968967813 :tmi.twitch.tv CLEARCHAT #kit :mika",
    "@login=mika;room-id=1;target-msg-id=97c28382;tmi-sent-ts=1736968967813 :tmi.twitch.tv CLEARMSG #kit :hello",
    "@emote-only=0;room-id=1;slow=0 :tmi.twitch.tv ROOMSTATE #kit",
    "@msg-id=slow_off :tmi.twitch.tv NOTICE #kit :This room is no longer in slow mode.",
    "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #kit :This channel does not exist or has been suspended.",
    ":tmi.twitch.tv NOTICE * :Login authentication failed",
    ":tmi.twitch.tv CAP * NAK :twitch.tv/tags",
    "PING :tmi.twitch.tv",
    ":tmi.twitch.tv RECONNECT",
    ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands",
    ":tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!",
)
CHANNEL = re.compile(r"( (?:PRIVMSG|USERNOTICE|CLEARCHAT|CLEARMSG) #)\w+")


def snapshots(folder: Path = SNAPSHOTS) -> Iterator[tuple[str, str]]:
    """File name and line of every real line that is at hand."""
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        earlier = (content.get("params") or {}).get("prevMessages") or []
        for line in (*earlier, content["input"]):
            yield path.name, line


def lines() -> list[str]:
    """All of them, addressed to the channel `kit`."""
    return [*OWN, *(CHANNEL.sub(r"\1kit", line) for _, line in snapshots())]


def numbered(count: int) -> list[bytes]:
    """`count` messages, events and removals in turn, each with an id of its own, so that none is left out as a double."""
    real = [line for line in lines() if CHANNEL.search(line)]
    unique = re.compile(r"(?<![\w-])(id|target-msg-id|tmi-sent-ts)=[^; ]*")
    return [
        unique.sub(lambda tag, number=number: f"{tag[1]}={number}", real[number % len(real)]).encode() + b"\r\n"  # type: ignore[misc]
        for number in range(count)
    ]


class Breaker:
    """Frames as no server sends them: bytes flipped, cut, doubled, moved, swapped between lines, numbers blown up."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._whole = [line.encode() + b"\r\n" for line in lines()]
        self._ways = (self._flip, self._cut, self._double, self._insert, self._cross, self._number, self._whole_line, self._noise)

    def frames(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            data = bytearray(self._rng.choice(self._whole))
            for _ in range(self._rng.randint(1, 3)):
                data = self._rng.choice(self._ways)(data)
            yield bytes(data)

    def _at(self, data: bytearray) -> int:
        return self._rng.randint(0, len(data))

    def _flip(self, data: bytearray) -> bytearray:
        for _ in range(min(len(data), 3)):
            data[self._at(data) - 1] = self._rng.randrange(256)
        return data

    def _cut(self, data: bytearray) -> bytearray:
        return data[: self._at(data)] if self._rng.random() < 0.5 else data[self._at(data) :]

    def _double(self, data: bytearray) -> bytearray:
        start, end = sorted((self._at(data), self._at(data)))
        return data[:end] + data[start:end] * self._rng.randint(1, 20) + data[end:]

    def _insert(self, data: bytearray) -> bytearray:
        at = self._at(data)
        sign = self._rng.choice(
            [b"\0", b"\r", b"\n", b" ", b" :", b";", b"=", b"@", b"/", b",", b"\\", b"\x01", b"\xf0\x9f", "💀".encode()]
        )
        return data[:at] + sign + data[at:]

    def _cross(self, data: bytearray) -> bytearray:
        other = self._rng.choice(self._whole)
        return data[: self._at(data)] + other[self._rng.randint(0, len(other)) :]

    def _number(self, data: bytearray) -> bytearray:
        number = self._rng.choice(
            [b"-1", b"0", b"99999999999999999999", b"1e9", b"NaN", "²".encode(), "٣".encode(), b"", b"0x10"]
        )
        found = list(re.finditer(rb"\d+", bytes(data)))
        if not found:
            return data
        match = self._rng.choice(found)
        return data[: match.start()] + number + data[match.end() :]

    def _whole_line(self, data: bytearray) -> bytearray:
        return data + self._rng.choice(self._whole)

    def _noise(self, data: bytearray) -> bytearray:
        return bytearray(self._rng.randbytes(self._rng.choice((1, 10, 100, 20_000 if self._rng.random() < 0.02 else 50)))) + data
