"""Logins for viewers who are made up."""

from __future__ import annotations

_WORDS = (
    "amber brisk cobalt dusty echo fable gentle hazel indigo jolly kelp lunar mossy nimble ochre pepper quiet rusty silver tidal "
    "umber velvet wild xeno yonder zesty",
    "badger comet dumpling ember falcon goblin heron iris jester kettle lantern marble noodle otter pickle quartz raven socks "
    "teapot urchin vixen walnut yak zephyr anvil biscuit cello dragon",
)
"""As there are 26 and 28 of them, pairs come again only after 364."""
_FIRST, _SECOND = (words.split() for words in _WORDS)


def viewer(number: int) -> str:
    """As people choose them: two words, run together or not, some with a number."""
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number % len(_SECOND)]
    joint = "" if number % 3 else "_"
    behind = str(number * 37 % 1000) if number > 364 or number % 4 == 1 else ""
    return f"{first}{joint}{second}{behind}"


def made(number: int) -> str:
    """As somebody makes them by the hundred: all of one pattern."""
    return f"acct_{number:05}"
