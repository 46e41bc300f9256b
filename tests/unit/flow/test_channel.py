"""What people type when they mean a channel."""

from __future__ import annotations

import pytest

from sidecast.errors import SettingsError
from sidecast.flow.channel import channel_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "kit_live",
        " Kit_Live ",
        "#kit_live",
        "@Kit_Live",
        "twitch.tv/kit_live",
        "https://www.twitch.tv/Kit_Live",
        "https://m.twitch.tv/kit_live/?sr=a",
        "https://www.twitch.tv/kit_live/videos",
        "https://www.twitch.tv/popout/kit_live/chat?popout=",
        "https://dashboard.twitch.tv/moderator/kit_live",
    ],
)
def test_a_channel_is_meant(text: str) -> None:
    assert channel_name(text) == "kit_live"


@pytest.mark.parametrize(
    "text", ["", "#", "a b", "kit-live", "x" * 26, "ünal", "https://example.org/kit", "twitch.tv/", "kit\r\nJOIN #b", "²"]
)
def test_no_channel_has_such_a_name(text: str) -> None:
    with pytest.raises(SettingsError, match=r"no name of a Twitch channel.*to 25 letters"):
        channel_name(text)
