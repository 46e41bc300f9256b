"""The command line of `./sidecast`."""

from __future__ import annotations

import difflib
import os
import signal
import subprocess
import sys
from collections.abc import Callable

from . import bench, brains, causes, checks, clean, keeping, options, setup, show
from .console import BOLD, DIM, Console
from .options import WRONG
from .places import Places
from .process import raise_on_signals
from .trouble import Interrupted, Trouble

FAILED = 1
"""Exit code when set-up or the app failed and nobody knows more than the sentence that it said."""
COMMANDS = {
    "run": "set up what is missing and run the show",
    "test": "every linter and every test (arguments go to pytest)",
    "bench": "one benchmark: --json FILE, --raw FILE",
    "doctor": "what a show needs, what is missing, what to do (--json)",
    "key": "keep the key of your model server in the vault",
    "vault": "where your secrets' key is; recovery words; a new key",
    "backup": "everything into one encrypted FILE, while the show runs",
    "restore": "everything back from FILE, here or on another machine",
    "twitch": "your Twitch accounts: login, status, logout",
    "obs": "OBS: setup (shown first), undo, status, password",
    "certificate": "HTTPS, to open the control page from a phone",
    "cases": "moderation's test cases, judged by the policy in force",
    "score": "safety: verdict and score of every text of a file",
    "twitch-sim": "a Twitch of your own: rehearse a raid, test programs",
    "settings": "every setting with its meaning, and where your file is",
    "clean": "remove what was set up; never your settings and data",
}
TRY = (
    ("./sidecast run", "a chat to try it with"),
    ("./sidecast run --replay chat.tsv.gz --speed 10", "a recorded chat"),
    ("./sidecast run --for 120 --record show.mp4", "two minutes, filmed"),
)


def main(arguments: list[str]) -> int:
    """Returns the exit code; every trouble is one sentence and a remedy."""
    console = Console()
    places = Places.of_this_user()
    raise_on_signals()
    try:
        return _command(arguments, places, console)
    except Trouble as trouble:
        return _told(trouble, console)
    except Interrupted as interrupted:
        console.line("Stopped.")
        return interrupted.code
    except BrokenPipeError:
        # whoever read our output has seen enough; the interpreter must not try to flush it again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        known = causes.of_error(error, places)
        if known is None:
            raise
        return _told(known, console)


def _told(trouble: Trouble, console: Console) -> int:
    console.trouble(trouble.what, trouble.remedy)
    return trouble.code


def _command(arguments: list[str], places: Places, console: Console) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(overview(console))
        return 0
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean ./sidecast {near[0]}?" if near else "See ./sidecast --help."
        raise Trouble(f"There is no command “{name}”.", hint, code=WRONG)
    if name in WITH_OPTIONS:
        return WITH_OPTIONS[name](rest, places, console)
    if rest and rest[0] in {"-h", "--help"}:
        sys.stdout.write(f"./sidecast {name}: {COMMANDS[name]}\n")
        return 0
    if name == "bench":
        if not rest:
            raise Trouble("Which benchmark?", f"There are: {', '.join(bench.names(places))}.", code=WRONG)
        return bench.run(rest[0], rest[1:], places, console)
    known = ["--yes"] if name == "clean" else []
    if unknown := [argument for argument in rest if argument not in known]:
        hint = f"./sidecast {name} knows only --yes." if known else f"./sidecast {name} takes none."
        raise Trouble(f"Unknown option “{unknown[0]}”.", hint, code=WRONG)
    if name == "settings":
        return _python(["-c", "import sidecast.settings as s; print(s.describe())"], places, console)
    if name == "key":
        return _python(["-m", "sidecast.commands.key"], places, console)
    return clean.run(places, console, yes="--yes" in rest)


def _run(arguments: list[str], places: Places, console: Console) -> int:
    if {"-h", "--help"} & set(arguments):
        sys.stdout.write(options.parser().format_help())
        return 0
    asked = options.read(arguments)
    brain = brains.chosen(asked.brain, asked.settings or places.settings)
    plan = show.Plan.of(picture=asked.picture, film=asked.record, brain=brain)
    failure = None
    try:
        code = show.run([*asked.app, *brains.for_app(brain)], plan, places, console)
    except Trouble as trouble:
        if trouble.code != FAILED:
            raise
        code, failure = _told(trouble, console), trouble
    if code == FAILED:
        from .doctor import Case, report  # what it imports costs as much as the rest of a quick start

        report.explain(Case(places, asked.settings, asked.brain, picture=asked.picture), failure, console)
    return code


def _doctor(arguments: list[str], places: Places, console: Console) -> int:
    from .doctor import report

    if {"-h", "--help"} & set(arguments):
        sys.stdout.write(report.parser().format_help())
        return 0
    return report.run(arguments, places)


def _kept(name: str) -> Callable[[list[str], Places, Console], int]:
    def run(arguments: list[str], places: Places, console: Console) -> int:
        with keeping.alone(name, arguments, places):
            return _python(keeping.call(name, arguments), places, console)

    return run


WITH_OPTIONS = {"run": _run, "test": checks.run, "doctor": _doctor, **{name: _kept(name) for name in keeping.MODULES}}
"""Commands that read their options themselves."""


def _python(arguments: list[str], places: Places, console: Console) -> int:
    """A part of the app that needs neither picture nor voices."""
    ready = setup.only_python(places, console)
    variables = {**ready.environment(), "PYTHONPATH": str(places.repository / "python")}
    sys.stdout.flush()
    process = subprocess.Popen([places.python, *arguments], env=variables)
    try:
        return process.wait()
    except Interrupted as interrupted:
        _let_end(process, interrupted.code - 128)
        raise


def _let_end(process: subprocess.Popen[bytes], number: int) -> None:
    """The terminal has sent it the signal, too; whoever sent it to us alone has not. It may tidy up."""
    for seconds, send in ((0.5, number), (3.0, signal.SIGKILL), (3.0, None)):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            if send is not None:
                process.send_signal(send)
        else:
            return


def overview(console: Console) -> str:
    """The help of `./sidecast`."""
    width = max(len(command) for command, _ in TRY)
    lines = [console.paint(BOLD, "Sidecast") + ", a co-host for live streams: it reads the chat and answers aloud.", ""]
    lines += [f"  ./sidecast {name:<12}{words}" for name, words in COMMANDS.items()]
    lines += ["", console.paint(DIM, "Try:")]
    lines += [f"  {command:<{width}}   {words}" for command, words in TRY]
    lines += ["", "Options of a command: ./sidecast run --help"]
    return "\n".join(lines) + "\n"
