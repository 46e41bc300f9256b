"""Every act over real sockets against the simulated Twitch: what it does there is told by EventSub, and what it undoes, too."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.acts import MIRA
from fakes.simulated import Listener, Program, simulated
from fakes.twitch_api import ALL_SCOPES
from fakes.twitch_desk import settings_of
from sidecast.clock import SystemClock
from sidecast.desks.twitch import TwitchDesk
from sidecast.flow import action as acts
from sidecast.flow.action import Act, ActLine, Ending, Hindrance, Obstacle, Performed, Target
from sidecast.flow.twitch import Account, Feature
from sidecast.twitch.acting.acting import Acting
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.peers

KINDS = (
    "channel.chat.message",
    "channel.chat.message_delete",
    "channel.ban",
    "channel.unban",
    "channel.warning.send",
    "channel.shield_mode.begin",
    "channel.shield_mode.end",
    "channel.shoutout.create",
    "channel.poll.begin",
    "channel.poll.end",
    "channel.prediction.begin",
    "channel.prediction.lock",
    "channel.prediction.end",
    "channel.channel_points_custom_reward_redemption.update",
)


class Stage:
    """Acting in the streamer's and a bot's name, and somebody else's program that hears what happens."""

    def __init__(self, program: Program, desk: TwitchDesk, listener: Listener) -> None:
        self.sim = program.sim
        self.desk = desk
        self._listener = listener
        self.lines: list[ActLine] = []
        self.features = frozenset(Feature)
        numbers = itertools.count(1)
        self.acting = Acting(
            desk.helix,
            SystemClock(),
            features=lambda: self.features,
            judge=lambda text, *, links: None,
            new_id=lambda: f"a{next(numbers)}",
            on_line=self.lines.append,
        )

    async def done(self, act: Act) -> Performed:
        performed = await self.acting.do(act, MIRA)
        assert performed.ending is Ending.DONE, performed.words
        return performed

    async def undone(self, performed: Performed) -> None:
        taken_back = await self.acting.undo(performed.action.id, MIRA)
        assert taken_back is not None
        assert taken_back.ending is Ending.DONE, taken_back.words

    async def refused(self, act: Act) -> Hindrance:
        performed = await self.acting.do(act, MIRA)
        assert performed.ending is Ending.REFUSED
        assert performed.hindrance is not None
        return performed.hindrance

    async def heard(self, kind: str) -> dict[str, Any]:
        """The next event, which must be of this type."""
        message = await self._listener.next()
        assert message["metadata"]["subscription_type"] == kind, message
        event: dict[str, Any] = message["payload"]["event"]
        return event

    def target(self, login: str) -> Target:
        user = self.sim.world.user(login)
        return Target(id=user.id, name=user.name)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with simulated(scopes=ALL_SCOPES | {"channel:moderate"}) as program:
        sim = program.sim
        settings = settings_of(api=sim.helix_url, id=sim.id_url)
        desk = TwitchDesk(settings, open_vault(folder / "vault"), SystemClock(), random.Random(3))
        for account, user in ((Account.BROADCASTER, sim.channel), (Account.BOT, sim.bot)):
            await _log_in(desk, sim, account, user.login)
        async with program.listening(*KINDS) as listener:
            yield Stage(program, desk, listener)
        await desk.close()


async def _log_in(desk: TwitchDesk, sim: Any, account: Account, login: str) -> None:
    """By a code, as a streamer does, with every feature on."""
    desk.adopt(settings_of(api=sim.helix_url, id=sim.id_url, features=tuple(Feature)))
    sim.grants.interval_s = 1
    await desk.begin(account)
    state = desk.log_ins.state
    assert state is not None
    sim.agree(state.user_code, login)
    await desk.log_ins.ended()
    assert desk.helix.identity(account) is not None
    assert PUBLIC.client_id


async def test_what_is_written_stands_in_chat_and_is_deleted_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        asked = at.sim.say("wren", "what is this game?")
        assert (await at.heard("channel.chat.message"))["message_id"] == asked.id
        long = "This is a sentence of a fair length, and another one. " * 12
        performed = await at.done(acts.Write(text=long, reply_to=asked.id))
        first, second = [await at.heard("channel.chat.message") for _ in range(2)]
        assert f"{first['message']['text']} {second['message']['text']}" == long.strip()
        assert first["reply"]["parent_message_id"] == asked.id
        assert second["reply"] is None
        assert first["chatter_user_id"] == at.sim.bot.id
        assert performed.undo == acts.Delete(
            message_ids=(first["message_id"], second["message_id"]), target=Target(id=at.sim.bot.id, name=at.sim.bot.name)
        )


async def test_a_bot_that_is_no_moderator_hears_why_its_words_are_not_shown_and_they_can_be_deleted(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.sim.world.moderation.make_moderator(at.sim.bot, on=False)
        performed = await at.done(acts.Write(text="hello"))
        written = await at.heard("channel.chat.message")
        await at.undone(performed)
        assert (await at.heard("channel.chat.message_delete"))["message_id"] == written["message_id"]
        at.sim.world.chat.set(emote_only=True)
        found = await at.refused(acts.Write(text="hello again"))
        assert found.obstacle is Obstacle.TWITCH
        assert "only emotes may be written" in found.what


async def test_deleting_timing_out_banning_and_warning_do_so_and_are_taken_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        wren = at.target("wren")
        said = at.sim.say("wren", "spoilers!")
        await at.heard("channel.chat.message")
        await at.done(acts.Delete(message_ids=(said.id,), target=wren))
        assert (await at.heard("channel.chat.message_delete"))["message_id"] == said.id
        assert "gone already" in (await at.refused(acts.Delete(message_ids=(said.id,), target=wren))).what
        timed = await at.done(acts.TimeOut(target=wren, seconds=600, reason="spoilers"))
        event = await at.heard("channel.ban")
        assert (event["user_id"], event["reason"], event["is_permanent"]) == (wren.id, "spoilers", False)
        await at.undone(timed)
        assert (await at.heard("channel.unban"))["user_id"] == wren.id
        banned = await at.done(acts.Ban(target=wren))
        assert (await at.heard("channel.ban"))["is_permanent"] is True
        assert "banned already" in (await at.refused(acts.Ban(target=wren))).what
        await at.undone(banned)
        await at.heard("channel.unban")
        assert "neither timed out nor banned" in (await at.refused(acts.LetBack(target=wren))).what
        await at.done(acts.Warn(target=wren, reason="no spoilers, please"))
        assert (await at.heard("channel.warning.send"))["reason"] == "no spoilers, please"
        moderator = at.target(at.sim.bot.login)
        assert "a moderator or its own staff" in (await at.refused(acts.TimeOut(target=moderator, seconds=60))).what
        assert at.lines[0].viewer_name == wren.name


async def test_the_shield_goes_up_and_down(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        up = await at.done(acts.Shield(on=True))
        await at.heard("channel.shield_mode.begin")
        assert (await at.acting.now()).shield is True
        await at.undone(up)
        await at.heard("channel.shield_mode.end")
        assert (await at.acting.now()).shield is False


async def test_a_shout_out_needs_a_live_stream_and_keeps_its_two_minutes(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        found = await at.acting.named("@Wren")
        assert found == at.target("wren")
        assert isinstance(found, Target)
        if at.sim.world.room().stream is not None:
            at.sim.act("offline")
        assert "needs you to be live" in (await at.refused(acts.ShoutOut(target=found))).what
        at.sim.act("online")
        await at.done(acts.ShoutOut(target=found))
        assert (await at.heard("channel.shoutout.create"))["to_broadcaster_user_id"] == found.id
        assert (await at.refused(acts.ShoutOut(target=found))).obstacle is Obstacle.LIMIT
        unknown = await at.acting.named("nobody_of_this_name")
        assert isinstance(unknown, Hindrance)


async def test_a_poll_is_opened_seen_and_ended_or_taken_away(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        poll = acts.StartPoll(title="Which way?", choices=("left", "right"), seconds=60)
        begun = await at.done(poll)
        event = await at.heard("channel.poll.begin")
        assert [choice["title"] for choice in event["choices"]] == ["left", "right"]
        now = (await at.acting.now()).poll
        assert now is not None
        assert (now.id, now.title) == (event["id"], "Which way?")
        assert "A poll is on already" in (await at.refused(poll)).what
        await at.undone(begun)
        assert (await at.heard("channel.poll.end"))["status"] == "archived"
        await at.done(poll)
        again = await at.heard("channel.poll.begin")
        await at.done(acts.EndPoll(poll_id=again["id"]))
        assert (await at.heard("channel.poll.end"))["status"] == "terminated"
        assert (await at.acting.now()).poll is None


async def test_a_prediction_is_opened_locked_resolved_or_cancelled(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        prediction = acts.StartPrediction(title="Do we make it?", outcomes=("yes", "no"), seconds=120)
        begun = await at.done(prediction)
        await at.heard("channel.prediction.begin")
        await at.undone(begun)
        assert (await at.heard("channel.prediction.end"))["status"] == "canceled"
        await at.done(prediction)
        event = await at.heard("channel.prediction.begin")
        await at.done(acts.LockPrediction(prediction_id=event["id"]))
        await at.heard("channel.prediction.lock")
        now = (await at.acting.now()).prediction
        assert now is not None
        assert now.locked
        await at.done(acts.ResolvePrediction(prediction_id=event["id"], outcome_id=now.options[0].id, outcome="yes"))
        ended = await at.heard("channel.prediction.end")
        assert (ended["status"], ended["winning_outcome_id"]) == ("resolved", now.options[0].id)
        assert "over already" in (await at.refused(acts.CancelPrediction(prediction_id=event["id"]))).what


async def test_a_reward_is_settled_once_and_only_where_the_program_made_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        ours = at.sim.world.points.add_reward("Hydrate", 100, client_id=PUBLIC.client_id)
        others = at.sim.world.points.add_reward("Dance", 100, client_id="another")
        user = at.sim.world.user("wren")
        for reward, fulfil in ((ours, True), (ours, False)):
            redeemed = at.sim.world.points.redeem(user, reward["id"])
            assert redeemed is not None
            settle = acts.Settle(redemption_id=redeemed["id"], reward_id=reward["id"], fulfil=fulfil, target=at.target("wren"))
            await at.done(settle)
            event = await at.heard("channel.channel_points_custom_reward_redemption.update")
            assert event["status"] == ("fulfilled" if fulfil else "canceled")
            assert "settled already" in (await at.refused(settle)).what
        redeemed = at.sim.world.points.redeem(user, others["id"])
        assert redeemed is not None
        act = acts.Settle(redemption_id=redeemed["id"], reward_id=others["id"], fulfil=True, target=at.target("wren"))
        assert "only by the program that made it" in (await at.refused(act)).what


async def test_a_permission_that_was_taken_back_at_twitch_is_said_in_words(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.features = frozenset(Feature) - {Feature.MODERATE}
        assert (await at.refused(acts.Shield(on=True))).obstacle is Obstacle.FEATURE
        await at.desk.log_out(Account.BROADCASTER)
        found = await at.refused(acts.StartPoll(title="Which way?", choices=("left", "right"), seconds=60))
        assert found.obstacle is Obstacle.ACCOUNT
        assert found.remedy == "Log in under Set-up → Twitch."
