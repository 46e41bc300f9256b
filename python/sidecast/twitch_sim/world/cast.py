"""The people with whom every run begins: a streamer with a bot, a moderator and a community."""

from __future__ import annotations

from ...clock import Clock
from ..ids import Ids
from .people import Sub
from .world import World

STREAMER, BOT, MODERATOR, RAIDER = "larkandpine", "sidecast_bot", "marlow_mods", "captain_quill"

_VIEWERS = {
    # login: name, colour, months as a subscriber, VIP
    "wren": ("Wren", "#1E90FF", 14, False),
    "tessellate": ("Tessellate", "#9ACD32", 3, True),
    "old_harbour": ("Old_Harbour", "#DAA520", 0, False),
    "pixelmoth": ("PixelMoth", "#FF69B4", 26, False),
    "ninefold": ("ninefold", "", 0, False),
    "sumi_e": ("墨絵", "#8A2BE2", 1, False),
}
_DAY_MS = 86_400_000


def furnished(clock: Clock, ids: Ids) -> World:
    """The channel's id is 100001, the bot's 100002, the moderator's 100003; the bot moderates, as most do."""
    world = World(clock, ids)
    channel = world.add_user(STREAMER, name="LarkAndPine", colour="#8A2BE2", kind="affiliate")
    bot = world.add_user(BOT, name="Sidecast_Bot", colour="#00FF7F")
    moderator = world.add_user(MODERATOR, name="Marlow_Mods", colour="#5F9EA0")
    world.add_user(RAIDER, name="CaptainQuill", colour="#FF7F50", kind="partner")
    standing = world.room(channel).standing
    standing.moderators |= {bot.id, moderator.id}
    standing.have_chatted |= {bot.id, moderator.id}
    now = clock.wall_ms()
    for age, (login, (name, colour, months, vip)) in enumerate(_VIEWERS.items(), 2):
        user = world.add_user(login, name=name, colour=colour)
        standing.followers[user.id] = now - age * 30 * _DAY_MS
        standing.have_chatted.add(user.id)
        if months:
            standing.subs[user.id] = Sub(months=months)
        if vip:
            standing.vips.add(user.id)
    return world
