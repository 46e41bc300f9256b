# mypy: ignore-errors
"""pyTwitchAPI's chat as a peer: reads and writes over IRC with a token, and tells what it understood, one JSON object a line."""

from __future__ import annotations

import asyncio
import json
import sys
import threading

from twitchAPI.chat import Chat
from twitchAPI.twitch import Twitch
from twitchAPI.type import AuthScope, ChatEvent

_lock = threading.Lock()


def tell(kind, **fields):
    with _lock:
        sys.stdout.write(json.dumps({"kind": kind, **fields}) + "\n")
        sys.stdout.flush()


async def message(said):
    if said.is_me:
        tell("irc_action", login=said.user.name, text=said.text)
        return
    reply = said.reply_parent_msg_id or ""
    tell("irc_chat", id=said.id, login=said.user.name, text=said.text, mod=said.user.mod, bits=said.bits, reply=reply)


async def raid(event):
    tell("irc_raid", viewers=int(event["tags"]["msg-param-viewerCount"]))


async def deleted(event):
    tell("irc_deleted", id=event.message_id)


async def cleared(event):
    if not event.user_name:
        tell("irc_cleared")
    elif event.duration is None:
        tell("irc_ban", login=event.user_name)
    else:
        tell("irc_timeout", login=event.user_name, seconds=event.duration)


async def joined(event):
    tell("irc_joined", channel=event.room_name, login=event.user_name)


async def orders():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)


async def main():
    config = json.loads(sys.stdin.readline())
    at = f"http://127.0.0.1:{config['port']}"
    scopes = [AuthScope(scope) for scope in config["scopes"]]
    twitch = await Twitch(config["client_id"], authenticate_app=False, base_url=f"{at}/helix/", auth_base_url=f"{at}/oauth2/")
    await twitch.set_user_authentication(config["token"], scopes, config["refresh"])
    chat = await Chat(twitch, connection_url=f"ws://127.0.0.1:{config['port']}/irc", initial_channel=[config["channel"]])
    for event, callback in (
        (ChatEvent.MESSAGE, message),
        (ChatEvent.RAID, raid),
        (ChatEvent.MESSAGE_DELETE, deleted),
        (ChatEvent.CHAT_CLEARED, cleared),
        (ChatEvent.JOINED, joined),
    ):
        chat.register_event(event, callback)
    chat.start()
    async for order in orders():
        await chat.send_message(config["channel"], order["text"])
        tell("irc_sent")
    chat.stop()
    await twitch.close()


asyncio.run(main())
