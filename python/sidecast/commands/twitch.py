"""`./sidecast twitch login | status | logout`: your accounts at Twitch, from the terminal. A show that runs notices."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..clock import Clock, SystemClock
from ..desks.twitch import TwitchDesk
from ..errors import SidecastError
from ..flow.twitch import Account
from ..opened import open_here
from ..settings import Settings, data_dir, load_settings
from ..twitch.accounts import State
from ..twitch.log_in import LogInState, Step
from ..twitch.scopes import in_words
from ..vault.vault import Vault

TITLES = {Account.BROADCASTER: "Your account", Account.BOT: "Bot account"}
CTRL_C = 130
LOOK_S = 0.5
LIGHT, DARK_AGAIN = "\x1b[97;40m", "\x1b[0m"
"""A QR code is dark on light: its light parts are the ink of a terminal whose ground is dark, whatever its theme."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The terminal, or a test."""

    say: Callable[[str], None]
    again: Callable[[str], None]
    """Says a line that the next one of these replaces; nothing where there is no terminal."""
    ask: Callable[[str], Awaitable[str]] | None
    """A question and its answer; None when nobody is there to answer."""
    draws: bool
    """It can show a QR code."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./sidecast twitch", description="Your accounts at Twitch.")
    parser.add_argument("what", nargs="?", default="status", choices=["login", "status", "logout"], metavar="login|status|logout")
    parser.add_argument(
        "--account",
        type=Account,
        choices=list(Account),
        metavar="broadcaster|bot",
        help="yours, whose channel it is, or the one that the co-host writes with (login: yours; logout: both)",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="another settings file")
    return parser


async def act(what: str, account: Account | None, desk: TwitchDesk, talk: Talk, clock: Clock) -> int:
    """Does what the command says; returns the exit code.

    Raises:
        SidecastError: it cannot be done.
    """
    await desk.start()
    match what:
        case "login":
            return await log_in(desk, account or Account.BROADCASTER, talk, clock)
        case "logout":
            return await log_out(desk, [account] if account else list(Account), talk)
        case _:
            return await status(desk, talk)


async def log_in(desk: TwitchDesk, account: Account, talk: Talk, clock: Clock) -> int:
    while True:
        await desk.begin(account)
        state = desk.log_ins.state
        assert state is not None
        _show_code(state, account, desk.asked(account), talk)
        while (state := desk.log_ins.state) is not None and state.step is Step.WAITING:
            talk.again(_waiting(state, clock))
            await clock.sleep(LOOK_S)
        talk.again("")
        if state is None or state.step is Step.DONE:
            break
        talk.say(state.words)
        if state.step is Step.MIX_UP:
            name = state.who.name if state.who else "it"
            if await _yes(talk, f"Keep {name} all the same? [y/N] "):
                await desk.confirm()
                state = desk.log_ins.state
                break
            await desk.cancel()
            talk.say("It was given back. Nothing has changed.")
        if state.step is Step.REFUSED or not await _yes(talk, "Another code? [Y/n] ", otherwise=True):
            return 1
    who = desk.accounts.remembered(account)
    said = f"{who.name if who else 'The account'} is logged in. Its tokens are in the vault, and nowhere else."
    talk.say(" ".join(filter(None, [said, state.words if state else ""])))
    return 0


async def log_out(desk: TwitchDesk, accounts: list[Account], talk: Talk) -> int:
    for account in accounts:
        who = desk.accounts.remembered(account)
        if who is None:
            talk.say(f"{TITLES[account]}: nobody is logged in.")
        elif await desk.log_out(account):
            talk.say(f"{TITLES[account]}: {who.name} is logged out, and Twitch knows it.")
        else:
            talk.say(f"{TITLES[account]}: {who.name} is logged out here, but Twitch could not be told.")
            talk.say("  To be sure, disconnect Sidecast at https://www.twitch.tv/settings/connections")
    return 0


async def status(desk: TwitchDesk, talk: Talk) -> int:
    """0 when the streamer is logged in and nothing is wrong."""
    await desk.check()
    wrong = False
    for account in Account:
        shown = desk.accounts.shown(account)
        if shown.who is None and shown.state is State.NONE:
            talk.say(f"{TITLES[account]}: nobody is logged in.")
            wrong |= account is Account.BROADCASTER
            continue
        name = shown.who.name if shown.who else "not known"
        since = f", since {datetime.fromtimestamp(shown.since_ms / 1000).astimezone():%d %B %Y, %H:%M}" if shown.since_ms else ""
        talk.say(f"{TITLES[account]}: {name}{since}{'' if shown.state is State.GOOD else f'. {shown.words}'}")
        missing = in_words(desk.lacking(account)) if shown.state is State.GOOD else []
        if missing:
            talk.say(f"  It does not allow yet: {', '.join(missing)}.")
            talk.say(f"  Log in again: ./sidecast twitch login --account {account}")
        wrong |= bool(missing) or shown.state is not State.GOOD
    return int(wrong)


def _show_code(state: LogInState, account: Account, scopes: frozenset[str], talk: Talk) -> None:
    if talk.draws and (drawn := qr(state.page)):
        talk.say(drawn)
    talk.say(f"Open  {state.page}")
    talk.say(f"and type  {state.user_code}  there.")
    if account is Account.BOT:
        talk.say("Log in there as the bot's account: use a private window if your browser knows you as yourself.")
    if scopes:
        talk.say(f"It allows Sidecast to: {', '.join(in_words(scopes))}.")


def _waiting(state: LogInState, clock: Clock) -> str:
    if state.offline:
        return "Twitch does not answer right now; it is asked again…"
    left = max(0, state.expires_ms - clock.wall_ms()) // 1000
    return f"Waiting for you there… the code is good for {left // 60}:{left % 60:02} more. Ctrl-C ends it."


def qr(text: str) -> str:
    """For a terminal, two rows of modules a line."""
    import segno  # not needed for anything else here

    drawn = io.StringIO()
    segno.make_qr(text, error="l").terminal(drawn, border=2, compact=True)
    return "\n".join(f"{LIGHT}{line}{DARK_AGAIN}" for line in drawn.getvalue().splitlines())


async def _yes(talk: Talk, question: str, *, otherwise: bool = False) -> bool:
    if talk.ask is None:
        return False
    said = (await talk.ask(question)).strip().lower()
    return otherwise if not said else said in ("y", "yes")


def terminal() -> Talk:
    """Colours, a line in place and questions only where somebody looks."""
    looks = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    draws = looks and "utf" in (sys.stdout.encoding or "").lower()

    def say(line: str) -> None:
        print(line, flush=True)  # noqa: T201 - the answer to a command

    def again(line: str) -> None:
        if looks:
            print(f"\r\x1b[K{line[: os.get_terminal_size().columns - 1]}", end="", flush=True)  # noqa: T201

    return Talk(say, again, _asked if sys.stdin.isatty() else None, draws)


async def _asked(question: str) -> str:
    """Not `input`: a Ctrl-C would wait for the end of the line."""
    print(question, end="", flush=True)  # noqa: T201
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline()


async def _run(what: str, account: Account | None, settings: Settings, vault: Vault) -> int:
    clock = SystemClock()
    desk = TwitchDesk(settings, vault, clock, random.Random())  # noqa: S311 - jitter
    try:
        return await act(what, account, desk, terminal(), clock)
    finally:
        await desk.close()


def main(arguments: list[str]) -> int:
    """Exit code 0; 1 with a sentence, or when something is wrong; 130 after Ctrl-C."""
    asked = parser().parse_args(arguments)
    try:
        settings = load_settings(asked.settings)
        # before the loop: a passphrase may have to be typed
        with closing(open_here(data_dir())[0]) as vault:
            return asyncio.run(_run(asked.what, asked.account, settings, vault))
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("\nNothing has changed." if asked.what == "login" else "", file=sys.stderr)  # noqa: T201
        return CTRL_C


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
