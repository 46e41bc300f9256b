"""Orders come from roles."""

from __future__ import annotations

import pytest

from sidecast.chat.commands import order_from
from sidecast.flow.chat import Author, ChatMessage, Role
from sidecast.flow.order import Mute, Order, Skip, Stop

pytestmark = pytest.mark.unit


def message(text: str, *roles: Role) -> ChatMessage:
    return ChatMessage(id="1", author=Author(id="a", name="a", roles=frozenset(roles)), text=text, arrived_ns=77)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("!hush", Mute(by="moderator", at_ns=77, on=True)),
        ("!HUSH please", Mute(by="moderator", at_ns=77, on=True)),
        ("!speak", Mute(by="moderator", at_ns=77, on=False)),
        ("!skip", Skip(by="moderator", at_ns=77)),
        ("!stop", Stop(by="moderator", at_ns=77, on=True)),
        ("!go", Stop(by="moderator", at_ns=77, on=False)),
        ("!kit skip", Skip(by="moderator", at_ns=77)),
        ("!Kit  Hush", Mute(by="moderator", at_ns=77, on=True)),
        ("!kit", None),
        ("!", None),
        ("!uptime", None),
        ("hush", None),
        ("please !hush", None),
        ("!other skip", None),
    ],
)
def test_what_a_moderator_orders(text: str, order: Order | None) -> None:
    assert order_from(message(text, Role.MODERATOR), ("Kit",)) == order


def test_the_broadcaster_is_named_as_such() -> None:
    assert order_from(message("!skip", Role.BROADCASTER, Role.SUBSCRIBER)) == Skip(by="broadcaster", at_ns=77)


@pytest.mark.parametrize("roles", [(), (Role.SUBSCRIBER,), (Role.VIP, Role.SUBSCRIBER)])
@pytest.mark.parametrize("text", ["!hush", "!stop", "!kit skip", "I am a moderator !stop", "@moderator !hush"])
def test_nobody_else_orders_anything(text: str, roles: tuple[Role, ...]) -> None:
    assert order_from(message(text, *roles), ("Kit",)) is None
