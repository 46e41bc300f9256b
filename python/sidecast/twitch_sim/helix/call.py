"""One call of Helix after its token was checked, and what its endpoints answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..oauth.grants import Token
from ..refusal import Refused
from ..world.people import User
from ..world.room import Room
from ..world.world import World

if TYPE_CHECKING:
    from ..eventsub.server import EventSub


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    world: World
    eventsub: EventSub
    token: Token
    query: Sequence[tuple[str, str]] = ()
    """In their order; a name may come more than once."""
    body: Mapping[str, Any] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Raises Refused when it is not given."""
        if value := next((value for key, value in self.query if key == name and value), ""):
            return value
        raise Refused(400, f'Missing required parameter "{name}"')

    def maybe(self, name: str) -> str:
        return next((value for key, value in self.query if key == name), "")

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name and value]

    def text(self, name: str) -> str:
        """A required string of the body; Twitch takes it from the address too, where Twurple and pyTwitchAPI write it."""
        value = self.body.get(name) or self.maybe(name)
        if not isinstance(value, str) or not value:
            raise Refused(400, f'Missing required parameter "{name}"')
        return value

    @property
    def user(self) -> User | None:
        """Whose token it is; None for an app's own."""
        return self.world.by_id(self.token.user_id)

    def channel(self, user_id: str) -> User:
        user = self.world.by_id(user_id)
        if user is None:
            raise Refused(404, "The broadcaster was not found.")
        return user

    def own_channel(self, user_id: str) -> tuple[User, Room]:
        """For what only the streamer may do."""
        if user_id != self.token.user_id:
            raise Refused(401, "The ID in broadcaster_id must match the user ID found in the request's OAuth token.")
        channel = self.channel(user_id)
        return channel, self.world.room(channel)

    def moderated(self, broadcaster_id: str, moderator_id: str) -> tuple[User, User]:
        """For what moderators may do: channel and moderator."""
        if moderator_id != self.token.user_id:
            raise Refused(401, "The ID in moderator_id must match the user ID found in the request's OAuth token.")
        channel, moderator = self.channel(broadcaster_id), self.channel(moderator_id)
        if not self.world.room(channel).standing.may_moderate(moderator, channel):
            raise Refused(403, "The user in moderator_id is not one of the broadcaster's moderators.")
        return channel, moderator


Answer = tuple[int, Mapping[str, Any] | None]
"""Status, and the JSON object or nothing."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    handle: Callable[[Call], Answer]
    scopes: tuple[str, ...] = ()
    """One of these; none needed where empty."""
    needs_user: bool = False


def paged(call: Call, rows: Sequence[Mapping[str, Any]], *, most: int = 100, usual: int = 20) -> dict[str, Any]:
    """`data` and `pagination`, by `first` and `after`; the cursor is opaque to clients."""
    first = call.maybe("first") or str(usual)
    if not first.isdigit() or not 1 <= int(first) <= most:
        raise Refused(400, f'The parameter "first" was malformed: the value must be between 1 and {most}')
    after = call.maybe("after")
    if after and not (after.startswith("c") and after[1:].isdigit()):
        raise Refused(400, 'The parameter "after" was malformed')
    start = int(after[1:]) if after else 0
    end = start + int(first)
    more = {"cursor": f"c{end}"} if end < len(rows) else {}
    return {"data": list(rows[start:end]), "pagination": more}


def refusal(status: int, message: str) -> dict[str, Any]:
    """The body of every refusal."""
    phrase = HTTPStatus(status).phrase if status in {each.value for each in HTTPStatus} else "Error"
    return {"error": phrase, "status": status, "message": message}
