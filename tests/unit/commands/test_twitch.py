"""`./sidecast twitch`: the terminal's log-in, state and log-out, against the simulated Twitch in virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from fakes.twitch_desk import Bench
from sidecast.commands.twitch import Talk, act, parser, qr
from sidecast.errors import TwitchError
from sidecast.flow.twitch import Account
from sidecast.twitch.kept import NAMES
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

BROADCASTER, BOT = Account.BROADCASTER, Account.BOT
STREAMER, BOT_LOGIN = "larkandpine", "sidecast_bot"


class Terminal:
    """What was said there, and what is answered to questions."""

    def __init__(self, *answers: str, draws: bool = False) -> None:
        self.said: list[str] = []
        self.lines: list[str] = []
        self.answers = list(answers)
        self.asked: list[str] = []
        self.talk = Talk(self.said.append, self.lines.append, self._ask if answers else None, draws)

    async def _ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


async def log_in(bench: Bench, terminal: Terminal, account: Account, *logins: str) -> int:
    """A person types each code that is shown, as one of `logins` after the other; `""` lets one run out."""
    running = asyncio.get_running_loop().create_task(act("login", account, bench.desk, terminal.talk, bench.clock))
    for login in logins:
        shown = ""
        while not shown and not running.done():
            await bench.clock.sleep(1)
            state = bench.desk.log_ins.state
            shown = state.user_code if state else ""
        if login:
            bench.sim.agree(shown, login)
            while (state := bench.desk.log_ins.state) is not None and state.user_code == shown:
                await bench.clock.sleep(1)
        else:
            await bench.clock.sleep(1801)
    return await running


def test_a_log_in_shows_the_code_and_how_long_it_is_good(tmp_path: Path) -> None:
    async def main() -> None:
        bench, terminal = Bench(tmp_path), Terminal(draws=True)
        assert await log_in(bench, terminal, BROADCASTER, STREAMER) == 0
        assert "/activate?" in terminal.text
        assert "see who follows" in terminal.text
        assert "█" in terminal.text
        assert any("30:00 more" in line or "29:59 more" in line for line in terminal.lines)
        assert terminal.said[-1].startswith("LarkAndPine is logged in.")
        assert bench.vault.get(NAMES[BROADCASTER]) is not None
        assert not any(token in terminal.text for token in bench.tokens(STREAMER))

    run_virtual(main())


def test_a_code_that_is_over_gives_another_one(tmp_path: Path) -> None:
    async def main() -> None:
        bench, terminal = Bench(tmp_path), Terminal("")
        assert await log_in(bench, terminal, BROADCASTER, "", STREAMER) == 0
        assert terminal.asked == ["Another code? [Y/n] "]
        alone = Terminal()
        assert await log_in(bench, alone, BROADCASTER, "") == 1
        assert "Nobody typed the code in time" in alone.said[-1]

    run_virtual(main())


@pytest.mark.parametrize(("answers", "code", "kept"), [(("y",), 0, True), (("n", "n"), 1, False), ((), 1, False)])
def test_a_mix_up_is_asked_about_and_without_a_yes_given_back(
    tmp_path: Path, answers: tuple[str, ...], code: int, kept: bool
) -> None:
    async def main() -> None:
        bench, terminal = Bench(tmp_path, channel=STREAMER), Terminal(*answers)
        assert await log_in(bench, terminal, BROADCASTER, "wren") == code
        assert "your channel is larkandpine" in terminal.text
        assert (bench.vault.get(NAMES[BROADCASTER]) is not None) is kept
        assert bool(bench.tokens("wren")) is kept

    run_virtual(main())


def test_the_state_says_who_and_what_is_missing_and_its_code_is_for_scripts(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path)
        nobody = Terminal()
        assert await act("status", None, bench.desk, nobody.talk, bench.clock) == 1
        assert nobody.said == ["Your account: nobody is logged in.", "Bot account: nobody is logged in."]
        await bench.log_in(BROADCASTER, STREAMER)
        fine = Terminal()
        assert await act("status", None, bench.desk, fine.talk, bench.clock) == 0
        assert fine.said[0].startswith("Your account: LarkAndPine, since ")
        more = Bench(tmp_path / "more", sim=bench.sim, vault=bench.vault, features=("run_polls",))
        lacks = Terminal()
        assert await act("status", None, more.desk, lacks.talk, bench.clock) == 1
        assert "It does not allow yet: start and end polls, start and end predictions." in lacks.text
        bench.sim.grants.disconnect(bench.sim.channel)
        gone = Terminal()
        assert await act("status", None, bench.desk, gone.talk, bench.clock) == 1
        assert "taken back" in gone.text

    run_virtual(main())


def test_logging_out_says_whether_twitch_knows(tmp_path: Path) -> None:
    async def main() -> None:
        bench, terminal = Bench(tmp_path), Terminal()
        await bench.log_in(BROADCASTER, STREAMER)
        await bench.log_in(BOT, BOT_LOGIN)
        assert await act("logout", BOT, bench.desk, terminal.talk, bench.clock) == 0
        assert terminal.said == ["Bot account: Sidecast_Bot is logged out, and Twitch knows it."]
        bench.between.instead = lambda request: httpx2.Response(503)
        assert await act("logout", None, bench.desk, terminal.talk, bench.clock) == 0
        assert "Twitch could not be told" in terminal.text
        assert terminal.said[-1] == "Bot account: nobody is logged in."
        assert bench.vault.get(NAMES[BROADCASTER]) is None

    run_virtual(main())


def test_without_a_client_id_one_is_told_how_to_get_one(tmp_path: Path) -> None:
    async def main() -> None:
        bench = Bench(tmp_path, client_id="")
        with pytest.raises(TwitchError, match=r"dev\.twitch\.tv"):
            await act("login", None, bench.desk, Terminal().talk, bench.clock)

    run_virtual(main())


def test_a_qr_code_is_dark_on_light_in_every_theme() -> None:
    lines = qr("https://www.twitch.tv/activate?device-code=ABCDEFGH").splitlines()
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)
    assert len({len(line) for line in lines}) == 1


def test_options() -> None:
    asked = parser().parse_args(["login", "--account", "bot"])
    assert (asked.what, asked.account) == ("login", BOT)
    assert parser().parse_args([]).what == "status"
    with pytest.raises(SystemExit):
        parser().parse_args(["login", "--account", "somebody"])
