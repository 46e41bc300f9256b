"""Helix as a program meets it: who may do what, what comes of it, and how Twitch says no."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fakes.hand_clock import HandClock
from fakes.simulated import EVERY_SCOPE, Program, simulated
from sidecast.twitch_sim.helix.gate import ENDPOINTS
from sidecast.twitch_sim.helix.points import LIMIT
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL
from sidecast.twitch_sim.world.cast import BOT, MODERATOR


def me(program: Program) -> dict[str, str]:
    return {"broadcaster_id": program.sim.channel.id, "moderator_id": program.token.user_id}


def writes(program: Program, text: Any, **more: Any) -> dict[str, Any]:
    return {"broadcaster_id": program.sim.channel.id, "sender_id": program.token.user_id, "message": text, **more}


async def test_nobody_is_answered_without_a_token_of_the_right_client() -> None:
    async with simulated() as program:
        url, good = f"{program.sim.helix_url}/users", program.headers
        for headers, words in (
            ({}, "OAuth token is missing"),
            ({**good, "Authorization": "Bearer nonsense"}, "Invalid OAuth token"),
            ({"Authorization": good["Authorization"]}, "Client ID is missing"),
            ({**good, "Client-Id": CONFIDENTIAL.client_id}, "Client ID and OAuth token do not match"),
        ):
            answer = await program.http.get(url, headers=headers)
            assert answer.json() == {"error": "Unauthorized", "status": 401, "message": words}
        program.sim.faults.expire_tokens()
        assert (await program.ask("GET", "users")).status_code == 401


async def test_every_endpoint_that_needs_a_scope_says_so() -> None:
    async with simulated(scopes=()) as program:
        for (method, path), endpoint in ENDPOINTS.items():
            answer = await program.ask(method, path)
            assert (answer.status_code == 401) == bool(endpoint.scopes), path
            assert answer.status_code < 500
            if endpoint.scopes:
                assert answer.json()["message"].startswith("Missing scope: ")


@pytest.mark.parametrize("body", [None, {}, [], "text", {"data": []}, {"data": {"user_id": 7}}, {"message": 7}, {"choices": [1]}])
async def test_whatever_is_sent_the_answer_is_no_failure(body: Any) -> None:
    async with simulated() as program:
        for method, path in ENDPOINTS:
            for query in (
                {},
                {**me(program), "id": "x", "first": "0", "after": "z", "user_id": "", "message_id": "x", "reward_id": "y"},
            ):
                answer = await program.ask(method, path, body, **query)
                assert answer.status_code < 500, (method, path, answer.text)


async def test_what_is_not_json_is_refused() -> None:
    async with simulated() as program:
        url = f"{program.sim.helix_url}/chat/messages"
        for data, status in ((b"{", 400), (b"[" * 60_000, 400), (b"\xff", 400), (b"x" * 70_000, 413)):
            assert (await program.http.post(url, headers=program.headers, content=data)).status_code == status
        assert (await program.ask("GET", "no/such/thing")).status_code == 404
        assert (await program.ask("PUT", "users")).status_code == 405


async def test_points_are_counted_and_come_back() -> None:
    clock = HandClock()
    async with simulated(clock) as program:
        first = await program.ask("GET", "users")
        assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("800", "799")
        for _ in range(LIMIT - 1):
            last = await program.ask("GET", "users")
        assert (last.status_code, last.headers["ratelimit-remaining"]) == (200, "0")
        refused = await program.ask("GET", "users")
        assert (refused.status_code, refused.json()["error"]) == (429, "Too Many Requests")
        assert int(refused.headers["ratelimit-reset"]) == clock.wall_ms() // 1000 + 60
        program.token = program.sim.token(BOT, EVERY_SCOPE)
        assert (await program.ask("GET", "users")).status_code == 200  # somebody else's bucket
        program.token = program.sim.token(program.sim.channel, EVERY_SCOPE)
        clock.advance(3)
        assert [(await program.ask("GET", "users")).status_code for _ in range(41)].count(200) == 40


async def test_a_message_that_is_sent_is_heard() -> None:
    async with simulated(who=BOT) as program, program.listening("channel.chat.message") as listener:
        sent = (await program.ask("POST", "chat/messages", writes(program, "hello"))).json()["data"][0]
        event = await listener.event()
        assert (event["message_id"], event["chatter_user_login"]) == (sent["message_id"], BOT)
        assert sent == {"message_id": event["message_id"], "is_sent": True}
        parent = sent["message_id"]
        await program.ask("POST", "chat/messages", writes(program, "and more", reply_parent_message_id=parent))
        assert (await listener.event())["reply"]["parent_message_id"] == parent


async def test_a_message_that_is_not_sent_says_why() -> None:
    async with simulated(who="wren") as program:
        send = "chat/messages"
        assert (await program.ask("POST", send, writes(program, "x" * 500))).json()["data"][0]["is_sent"]
        assert (await program.ask("POST", send, writes(program, "x" * 501))).status_code == 422
        assert (await program.ask("POST", send, writes(program, "  "))).status_code == 400
        await program.ask("POST", send, writes(program, "hi"))
        [dropped] = (await program.ask("POST", send, writes(program, "hi"))).json()["data"]
        assert (dropped["is_sent"], dropped["drop_reason"]["code"], dropped["message_id"]) == (False, "msg_duplicate", "")
        other = {**writes(program, "hi"), "sender_id": program.sim.channel.id}
        assert (await program.ask("POST", send, other)).status_code == 401
        program.sim.act("ban", who="wren")
        assert (await program.ask("POST", send, writes(program, "let me"))).status_code == 403


async def test_deleting() -> None:
    kinds = ("channel.chat.message_delete", "channel.chat.clear")
    async with simulated(who=BOT) as program, program.listening(*kinds) as listener:
        message = program.sim.say("wren", "oops")
        path, query = "moderation/chat", me(program)
        assert (await program.ask("DELETE", path, **query, message_id=message.id)).status_code == 204
        assert (await listener.event())["message_id"] == message.id
        assert (await program.ask("DELETE", path, **query, message_id=message.id)).status_code == 404
        of_streamer = program.sim.say(program.sim.channel, "mine")
        assert (await program.ask("DELETE", path, **query, message_id=of_streamer.id)).status_code == 400
        assert (await program.ask("DELETE", path, **query)).status_code == 204
        assert (await listener.event())["broadcaster_user_id"] == program.sim.channel.id


async def test_bans_and_time_outs() -> None:
    async with simulated(who=BOT) as program, program.listening("channel.chat.clear_user_messages") as listener:
        wren = program.sim.world.user("wren")

        async def ban(**data: Any) -> httpx2.Response:
            return await program.ask("POST", "moderation/bans", {"data": data}, **me(program))

        [row] = (await ban(user_id=wren.id, duration=60, reason="spam")).json()["data"]
        assert row["end_time"] > row["created_at"]
        assert (await listener.event())["target_user_id"] == wren.id
        assert (await ban(user_id=wren.id)).json()["data"][0]["end_time"] is None
        assert (await ban(user_id=wren.id)).status_code == 400
        assert (await ban(user_id=program.sim.channel.id)).status_code == 400
        assert (await ban(user_id="nobody")).status_code == 400
        assert (await ban(user_id=wren.id, duration=1_209_601)).status_code == 400
        assert (await program.ask("DELETE", "moderation/bans", **me(program), user_id=wren.id)).status_code == 204
        assert (await program.ask("DELETE", "moderation/bans", **me(program), user_id=wren.id)).status_code == 400


async def test_who_moderates_nothing_may_do_nothing() -> None:
    async with simulated(who="wren") as program:
        assert (await program.ask("DELETE", "moderation/chat", **me(program))).status_code == 403
        as_other = {**me(program), "moderator_id": program.sim.world.user(MODERATOR).id}
        assert (await program.ask("DELETE", "moderation/chat", **as_other)).status_code == 401


async def test_warnings_and_the_shield() -> None:
    kinds = ("channel.warning.send", "channel.shield_mode.begin", "channel.shield_mode.end")
    async with simulated(who=BOT) as program, program.listening(*kinds) as listener:
        wren = program.sim.world.user("wren")
        body = {"data": {"user_id": wren.id, "reason": "be kind"}}
        assert (await program.ask("POST", "moderation/warnings", body, **me(program))).status_code == 200
        assert (await listener.event())["reason"] == "be kind"
        for on, key in ((True, "started_at"), (False, "ended_at")):
            [row] = (await program.ask("PUT", "moderation/shield_mode", {"is_active": on}, **me(program))).json()["data"]
            assert row["is_active"] is on
            assert key in await listener.event()
        [row] = (await program.ask("GET", "moderation/shield_mode", **me(program))).json()["data"]
        assert (row["is_active"], row["moderator_login"]) == (False, BOT)


async def test_shout_outs_need_a_stream_and_a_pause() -> None:
    async with simulated(who=BOT) as program:
        to = program.sim.world.user("captain_quill")
        query = {
            "from_broadcaster_id": program.sim.channel.id,
            "to_broadcaster_id": to.id,
            "moderator_id": program.token.user_id,
        }
        assert (await program.ask("POST", "chat/shoutouts", **query)).status_code == 400
        program.sim.act("online")
        assert (await program.ask("POST", "chat/shoutouts", **query)).status_code == 204
        assert (await program.ask("POST", "chat/shoutouts", **query)).status_code == 429


async def test_polls_and_predictions() -> None:
    async with simulated() as program, program.listening("channel.poll.end", "channel.prediction.end") as listener:
        own = {"broadcaster_id": program.sim.channel.id}
        titles = [{"title": "Yes"}, {"title": "No"}]
        poll = {**own, "title": "Tea?", "choices": titles, "duration": 60}
        [begun] = (await program.ask("POST", "polls", poll)).json()["data"]
        assert (begun["status"], begun["duration"]) == ("ACTIVE", 60)
        assert (await program.ask("POST", "polls", poll)).status_code == 400
        ending = {**own, "id": begun["id"], "status": "TERMINATED"}
        assert (await program.ask("PATCH", "polls", ending)).json()["data"][0]["status"] == "TERMINATED"
        assert (await listener.event())["status"] == "terminated"
        assert (await program.ask("PATCH", "polls", ending)).status_code == 400
        prediction = {**own, "title": "Works?", "outcomes": titles, "prediction_window": 60}
        [begun] = (await program.ask("POST", "predictions", prediction)).json()["data"]
        ending = {**own, "id": begun["id"], "status": "RESOLVED"}
        assert (await program.ask("PATCH", "predictions", ending)).status_code == 400
        ending["winning_outcome_id"] = begun["outcomes"][0]["id"]
        assert (await program.ask("PATCH", "predictions", ending)).json()["data"][0]["status"] == "RESOLVED"
        assert (await listener.event())["winning_outcome_id"] == begun["outcomes"][0]["id"]
        [listed] = (await program.ask("GET", "predictions", **own)).json()["data"]
        assert listed["id"] == begun["id"]


async def test_redemptions_are_settled_by_the_app_that_made_the_reward() -> None:
    kind = "channel.channel_points_custom_reward_redemption.update"
    async with simulated() as program, program.listening(kind) as listener:
        own = {"broadcaster_id": program.sim.channel.id}
        path = "channel_points/custom_rewards"
        body = {"title": "Say it", "cost": 50, "is_user_input_required": True}
        [reward] = (await program.ask("POST", path, body, **own)).json()["data"]
        assert (await program.ask("POST", path, body, **own)).status_code == 400
        redeemed = program.sim.act("redeem", who="wren", reward="Say it", text="penguins")
        query = {**own, "reward_id": reward["id"]}
        [waiting] = (await program.ask("GET", f"{path}/redemptions", **query, status="UNFULFILLED")).json()["data"]
        assert waiting["id"] == redeemed["id"]
        settle = {**query, "id": redeemed["id"]}
        assert (await program.ask("PATCH", f"{path}/redemptions", {"status": "DONE"}, **settle)).status_code == 400
        [done] = (await program.ask("PATCH", f"{path}/redemptions", {"status": "CANCELED"}, **settle)).json()["data"]
        assert done["status"] == "CANCELED"
        assert (await listener.event())["status"] == "canceled"
        assert (await program.ask("PATCH", f"{path}/redemptions", {"status": "FULFILLED"}, **settle)).status_code == 404
        program.token = program.sim.token(program.sim.channel, EVERY_SCOPE, app=CONFIDENTIAL)
        assert (await program.ask("PATCH", f"{path}/redemptions", {"status": "FULFILLED"}, **settle)).status_code == 403


async def test_lists_come_in_pages() -> None:
    async with simulated() as program:
        for number in range(25):
            program.sim.act("follow", who=f"fan{number}")
        own, found, cursor = {"broadcaster_id": program.sim.channel.id, "first": "10"}, [], ""
        while True:
            page = (await program.ask("GET", "channels/followers", **own, **({"after": cursor} if cursor else {}))).json()
            found += [row["user_login"] for row in page["data"]]
            cursor = page["pagination"].get("cursor", "")
            if not cursor:
                break
        assert len(found) == len(set(found)) == page["total"] == 31
        assert (await program.ask("GET", "channels/followers", **own, after="nonsense")).status_code == 400


async def test_chat_settings_streams_and_channels() -> None:
    async with simulated(who=BOT) as program, program.listening("channel.chat_settings.update") as listener:
        body = {"slow_mode": True, "slow_mode_wait_time": 10, "follower_mode": True, "follower_mode_duration": 5}
        [row] = (await program.ask("PATCH", "chat/settings", body, **me(program))).json()["data"]
        assert (row["slow_mode_wait_time"], row["follower_mode_duration"]) == (10, 5)
        assert (await listener.event())["slow_mode_wait_time_seconds"] == 10
        assert (await program.ask("PATCH", "chat/settings", {"slow_mode": "yes"}, **me(program))).status_code == 400
        assert (await program.ask("GET", "streams")).json()["data"] == []
        program.sim.act("online", viewers=77)
        [stream] = (await program.ask("GET", "streams", user_login=program.sim.channel.login)).json()["data"]
        assert (stream["viewer_count"], stream["type"]) == (77, "live")
        [channel] = (await program.ask("GET", "channels", broadcaster_id=program.sim.channel.id)).json()["data"]
        assert channel["title"] == "Just a rehearsal"


async def test_helix_fails_as_asked() -> None:
    clock = HandClock()
    async with simulated(clock) as program:
        program.sim.faults.helix(503, 2, path="users")
        assert [(await program.ask("GET", path)).status_code for path in ("users", "streams", "users", "users")] == [
            503,
            200,
            503,
            200,
        ]
        program.sim.faults.helix(0)
        with pytest.raises(httpx2.RemoteProtocolError):
            await program.ask("GET", "users")
        program.sim.faults.rate_limit(2)
        limited = await program.ask("GET", "users")
        assert (limited.status_code, limited.headers["ratelimit-remaining"]) == (429, "0")
        assert int(limited.headers["ratelimit-reset"]) == clock.wall_ms() // 1000 + 3
        clock.advance(2)
        assert (await program.ask("GET", "users")).status_code == 200


async def test_an_apps_own_token_reads_and_does_not_act() -> None:
    async with simulated() as program:
        program.token = program.sim.token(None, app=CONFIDENTIAL)
        assert (await program.ask("GET", "users")).status_code == 400
        assert len((await program.ask("GET", "users", login="wren")).json()["data"]) == 1
        assert (await program.ask("POST", "chat/messages", writes(program, "hi"))).status_code == 401
        assert (await program.ask("GET", "eventsub/subscriptions")).json()["total"] == 0
