"""What happens in the simulated world when somebody acts: what EventSub would tell of it, and what changes."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.hand_clock import HandClock
from sidecast.twitch_sim.acts import ACTS, act
from sidecast.twitch_sim.eventsub.catalogue import CATALOGUE
from sidecast.twitch_sim.eventsub.told import Told, told
from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.world.cast import BOT, MODERATOR, furnished
from sidecast.twitch_sim.world.pieces import pieces
from sidecast.twitch_sim.world.world import World, WorldError

pytestmark = pytest.mark.unit


class Watched:
    """A world, and what EventSub tells of it."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = HandClock()
        self.world: World = furnished(self.clock, Ids(seed))
        self.told: list[Told] = []
        self.world.listen(lambda happening: self.told.extend(told(happening)))

    def act(self, name: str, **arguments: Any) -> Any:
        return act(self.world, name, arguments)

    def types(self) -> list[str]:
        return [each.type for each in self.told]

    def event(self, kind: str) -> dict[str, Any]:
        """The last one of that type."""
        return dict([each.event for each in self.told if each.type == kind][-1])


@pytest.fixture
def watched() -> Watched:
    return Watched()


EVERY_ACT: dict[str, dict[str, Any]] = {
    "say": {"who": "wren", "text": "hi"},
    "reply": {"who": "ninefold", "text": "hi yourself", "to_last_of": "wren"},
    "shared": {"who": "a_guest", "text": "from next door", "source": "captain_quill"},
    "suspicious": {"who": "nobody_new", "text": "hm"},
    "cheer": {"who": "wren", "text": "Cheer100 nice"},
    "delete": {"last_of_user": "wren"},
    "clear": {},
    "settings": {"slow_seconds": 5, "emote_only": True},
    "hold": {"who": "wren", "text": "darn"},
    "decide": {"message": "HELD", "allow": True},
    "ban": {"who": "wren", "reason": "spam"},
    "timeout": {"who": "ninefold", "seconds": 60},
    "unban": {"who": "wren"},
    "warn": {"who": "ninefold", "reason": "calm down"},
    "acknowledge": {"who": "ninefold"},
    "shield": {"on": True},
    "make_moderator": {"who": "tessellate"},
    "make_vip": {"who": "pixelmoth"},
    "follow": {"who": "somebody_else"},
    "subscribe": {"who": "old_harbour"},
    "resubscribe": {"who": "wren", "months": 15, "text": "still here Kappa"},
    "gift": {"who": "pixelmoth", "receivers": ["ninefold", "old_harbour"]},
    "raid": {"raider": "captain_quill", "viewers": 40},
    "announce": {"who": MODERATOR, "text": "Be kind"},
    "shouted_out": {"by": "captain_quill"},
    "redeem": {"who": "wren", "reward": "Say it", "text": "penguins"},
    "poll": {"title": "Tea?", "choices": ["Yes", "No"]},
    "vote": {"choice": 0, "votes": 3},
    "end_poll": {},
    "predict": {"title": "Will it run?", "outcomes": ["Yes", "No"]},
    "bet": {"who": "wren", "outcome": 1, "points": 50},
    "lock": {},
    "resolve": {},
    "online": {},
    "update": {"title": "Now with tea"},
    "ads": {"seconds": 30},
    "train": {"who": "wren", "points": 500},
    "end_train": {},
    "offline": {},
}


def test_every_act_is_told_in_types_that_can_be_subscribed_to(watched: Watched) -> None:
    assert set(EVERY_ACT) == set(ACTS)
    held = ""
    for name, arguments in EVERY_ACT.items():
        before = len(watched.told)
        if name == "delete":
            watched.act("say", who="wren", text="to be deleted")
        given = {key: held if value == "HELD" else value for key, value in arguments.items()}
        result = watched.act(name, **given)
        held = str(result) if name == "hold" else held
        assert len(watched.told) > before, f"{name} changed nothing"
    unknown = {(each.type, each.version) for each in watched.told} - set(CATALOGUE)
    assert not unknown


def test_the_same_seed_gives_the_same_run() -> None:
    def run(seed: int) -> list[Told]:
        watched = Watched(seed)
        watched.act("say", who="wren", text="hi")
        watched.act("poll", title="Tea?", choices=["Yes", "No"])
        return watched.told

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_a_message_has_its_author_badges_pieces_and_thread(watched: Watched) -> None:
    first = watched.act("say", who="pixelmoth", text="hello @Wren Kappa, look")
    watched.act("reply", who="wren", text="@PixelMoth hi", to_last_of="pixelmoth")
    watched.act("reply", who="ninefold", text="me too", to_last_of="wren")
    event = watched.told[0].event
    kinds = [(piece["type"], piece["text"]) for piece in event["message"]["fragments"]]
    assert kinds == [("text", "hello "), ("mention", "@Wren"), ("text", " Kappa, look")]
    assert event["badges"] == [{"set_id": "subscriber", "id": "24", "info": "26"}]
    reply = watched.event("channel.chat.message")["reply"]
    assert (reply["parent_message_body"], reply["thread_message_id"]) == ("@PixelMoth hi", first.id)
    assert reply["thread_user_login"] == "pixelmoth"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kappa",
        " Kappa  LUL ",
        "@wren, hi",
        "hi @nobody_at_all",
        "Cheer100 Cheer1x cheer0",
        "ümlaut 墨 <3 :) x",
        "@",
        "@@wren",
    ],
)
def test_pieces_joined_give_the_text(watched: Watched, text: str) -> None:
    assert "".join(piece.text for piece in pieces(text, watched.world.find, bits=True)) == text


def test_cheers_are_counted_by_their_words(watched: Watched) -> None:
    message = watched.act("cheer", who="wren", text="Cheer100 go Corgo50")
    assert message.bits == 150
    assert watched.event("channel.cheer")["bits"] == 150
    cheermotes = [piece for piece in watched.told[0].event["message"]["fragments"] if piece["type"] == "cheermote"]
    assert cheermotes[0]["cheermote"] == {"prefix": "cheer", "bits": 100, "tier": 100}


def test_a_ban_takes_the_users_messages_and_is_told_three_times(watched: Watched) -> None:
    mine = watched.act("say", who="wren", text="spam")
    other = watched.act("say", who="ninefold", text="no spam")
    watched.told.clear()
    watched.act("timeout", who="wren", seconds=60, reason="spam")
    assert watched.types() == ["channel.chat.clear_user_messages", "channel.ban", "channel.moderate"]
    assert set(watched.world.room().messages) == {other.id}
    assert not watched.world.chat.delete(mine.id)
    assert watched.event("channel.ban")["is_permanent"] is False
    moderate = watched.event("channel.moderate")
    assert (moderate["action"], moderate["timeout"]["reason"], moderate["ban"]) == ("timeout", "spam", None)


def test_a_time_out_ends_by_itself(watched: Watched) -> None:
    wren = watched.world.user("wren")
    watched.act("timeout", who="wren", seconds=60)
    watched.clock.advance(59)
    assert watched.world.moderation.ban_of(wren) is not None
    watched.clock.advance(1)
    assert watched.world.moderation.ban_of(wren) is None
    assert watched.world.moderation.unban(wren) is False


def test_what_chat_refuses(watched: Watched) -> None:
    chat, wren, ninefold = watched.world.chat, watched.world.user("wren"), watched.world.user("ninefold")
    assert chat.refusal(wren, "hi") is None
    chat.say(wren, "hi")
    refused = chat.refusal(wren, "hi")
    assert refused is not None
    assert refused.code == "msg_duplicate"
    watched.clock.advance(30)
    assert chat.refusal(wren, "hi") is None
    watched.act("settings", subs_only=True)
    assert chat.refusal(wren, "a") is None
    assert [getattr(chat.refusal(ninefold, "a"), "code", "")] == ["msg_subsonly"]
    watched.act("settings", subs_only=False, emote_only=True)
    assert chat.refusal(ninefold, "Kappa LUL") is None
    assert [getattr(chat.refusal(ninefold, "Kappa a"), "code", "")] == ["msg_emoteonly"]
    watched.act("settings", emote_only=False, followers_minutes=10)
    stranger = watched.world.user("stranger")
    watched.world.support.follow(stranger)
    assert [getattr(chat.refusal(stranger, "a"), "code", "")] == ["msg_followersonly"]
    watched.clock.advance(601)
    assert chat.refusal(stranger, "a") is None
    watched.act("settings", followers_minutes=None, slow_seconds=30)
    chat.say(stranger, "one")
    assert [getattr(chat.refusal(stranger, "two"), "code", "")] == ["msg_slowmode"]


def test_moderators_write_faster_than_others(watched: Watched) -> None:
    chat, bot, wren = watched.world.chat, watched.world.user(BOT), watched.world.user("wren")
    for number in range(20):
        chat.say(bot, str(number))
        chat.say(wren, str(number))
    assert chat.refusal(bot, "more") is None
    assert [getattr(chat.refusal(wren, "more"), "code", "")] == ["msg_ratelimit"]
    for number in range(80):
        chat.say(bot, str(number))
    assert [getattr(chat.refusal(bot, "more"), "code", "")] == ["msg_ratelimit"]


def test_a_held_message_appears_with_its_id_when_it_is_allowed(watched: Watched) -> None:
    yes, no = watched.act("hold", who="wren", text="darn"), watched.act("hold", who="wren", text="worse")
    assert watched.act("decide", message=no, allow=False)
    assert "channel.chat.message" not in watched.types()
    assert watched.act("decide", message=yes, allow=True)
    assert watched.event("channel.chat.message")["message_id"] == yes
    assert not watched.act("decide", message=yes, allow=True)


def test_gifts_are_announced_before_the_single_subs(watched: Watched) -> None:
    watched.act("gift", who="pixelmoth", receivers=["ninefold", "old_harbour"])
    notices = [each.event["notice_type"] for each in watched.told if each.type == "channel.chat.notification"]
    assert notices == ["community_sub_gift", "sub_gift", "sub_gift"]
    gift = watched.event("channel.chat.notification")["sub_gift"]
    assert gift["community_gift_id"]
    assert watched.types().count("channel.subscribe") == 2
    watched.act("gift", receivers=["wren"])
    assert watched.event("channel.subscription.gift")["is_anonymous"] is True
    assert watched.event("channel.chat.notification")["chatter_user_id"] is None


def test_one_poll_and_one_prediction_at_a_time(watched: Watched) -> None:
    assert watched.act("poll", title="Tea?", choices=["Yes", "No"])
    assert watched.act("poll", title="Again?", choices=["Yes", "No"]) is None
    watched.act("vote", choice=1, votes=4)
    ended = watched.act("end_poll", status="terminated")
    assert [choice["votes"] for choice in ended["choices"]] == [0, 4]
    assert watched.event("channel.poll.end")["status"] == "terminated"
    prediction = watched.act("predict", title="Works?", outcomes=["Yes", "No"])
    assert watched.act("predict", title="Again?", outcomes=["Yes", "No"]) is None
    watched.act("lock")
    assert not watched.act("bet", who="wren", outcome=0, points=5)
    assert watched.act("resolve", winner="no such outcome") is None
    assert watched.act("resolve", winner=prediction["outcomes"][0]["id"])["status"] == "resolved"


def test_what_was_told_does_not_change_afterwards(watched: Watched) -> None:
    watched.act("poll", title="Tea?", choices=["Yes", "No"])
    watched.act("vote", choice=0, votes=1)
    watched.act("vote", choice=0, votes=1)
    votes = [each.event["choices"][0]["votes"] for each in watched.told if each.type == "channel.poll.progress"]
    assert votes == [1, 2]


def test_a_redemption_with_a_text_is_a_message_too_and_is_settled_once(watched: Watched) -> None:
    redemption = watched.act("redeem", who="wren", reward="Say it", text="penguins")
    assert watched.event("channel.chat.message")["channel_points_custom_reward_id"] == redemption["reward"]["id"]
    assert watched.world.points.settle(redemption["id"], fulfilled=False)
    assert watched.world.points.settle(redemption["id"], fulfilled=True) is None
    assert watched.event("channel.channel_points_custom_reward_redemption.update")["status"] == "canceled"


def test_a_shout_out_needs_its_pause(watched: Watched) -> None:
    support, rex, wren = watched.world.support, watched.world.user("captain_quill"), watched.world.user("wren")
    assert support.shout_out(rex)
    assert not support.shout_out(wren)
    watched.clock.advance(121)
    assert not support.shout_out(rex)
    assert support.shout_out(wren)
    assert watched.types().count("channel.shoutout.receive") == 2


def test_a_hype_train_climbs(watched: Watched) -> None:
    watched.act("train", who="wren", points=1000)
    train = watched.act("train", who="ninefold", points=1000)
    assert (train["level"], train["progress"], train["total"]) == (2, 400, 2000)
    assert watched.types() == ["channel.hype_train.begin", "channel.hype_train.progress"]
    assert watched.act("end_train")
    assert not watched.act("end_train")


def test_what_has_its_time_ends_by_itself(watched: Watched) -> None:
    watched.act("poll", title="Tea?", choices=["Yes", "No"], seconds=60)
    watched.act("predict", title="Works?", outcomes=["Yes", "No"], seconds=120)
    watched.act("train", who="wren", points=100)
    for seconds, kind in ((60, "channel.poll.end"), (60, "channel.prediction.lock"), (180, "channel.hype_train.end")):
        watched.clock.advance(seconds - 1)
        watched.world.tick()
        assert kind not in watched.types()
        watched.clock.advance(1)
        watched.world.tick()
        assert watched.types()[-1] == kind
    assert watched.event("channel.poll.end")["status"] == "completed"
    assert "due_ms" not in watched.event("channel.prediction.lock")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("fly", {}, "Nobody can “fly”"),
        ("say", {"who": "wren"}, "cannot be done so"),
        ("say", {"who": "wren", "text": "a", "loud": True}, "cannot be done so"),
        ("delete", {"last_of_user": "wren"}, "has written nothing"),
        ("subscribe", {"who": "wren", "tier": "9"}, "cannot be done so"),
    ],
)
def test_what_cannot_be_done_says_what_and_what_else(watched: Watched, name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(WorldError, match=words) as caught:
        watched.act(name, **arguments)
    assert caught.value.remedy


def test_a_room_forgets_its_oldest_messages(watched: Watched) -> None:
    first = watched.act("say", who="wren", text="first")
    for number in range(2000):
        watched.world.chat.say(watched.world.user("wren"), str(number))
    assert len(watched.world.room().messages) == 2000
    assert first.id not in watched.world.room().messages
