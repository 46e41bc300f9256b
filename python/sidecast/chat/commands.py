"""What a moderator or the streamer may order in chat. The author's role decides, never what a text claims."""

from __future__ import annotations

from collections.abc import Collection

from ..flow.chat import ChatMessage, Role
from ..flow.order import Mute, Order, Skip, Stop

_MAY_ORDER = frozenset({Role.BROADCASTER, Role.MODERATOR})
_WORDS = frozenset({"hush", "speak", "skip", "stop", "go"})


def order_from(message: ChatMessage, host_names: Collection[str] = ()) -> Order | None:
    """The order that a message gives, if its author may give any; stamped with the message's arrival.

    `!hush` / `!speak` mute and unmute, `!skip` ends the running turn, `!stop` / `!go` stop and start the host.
    Each also as `!<host name> hush`, for channels where another bot owns the short word.
    """
    if not message.text.startswith("!") or not _MAY_ORDER & message.author.roles:
        return None
    words = message.text[1:65].casefold().split()
    if len(words) > 1 and words[0] in {name.casefold() for name in host_names}:
        words = words[1:]
    if not words or words[0] not in _WORDS:
        return None
    by = "broadcaster" if Role.BROADCASTER in message.author.roles else "moderator"
    at_ns = message.arrived_ns
    match words[0]:
        case "skip":
            return Skip(by=by, at_ns=at_ns)
        case "hush" | "speak":
            return Mute(by=by, at_ns=at_ns, on=words[0] == "hush")
        case _:
            return Stop(by=by, at_ns=at_ns, on=words[0] == "stop")
