"""What a sound server was given, compared with the ledger: every audible stretch is a clause that the gate had cleared.

A real brain server writes replies with words of the rule files in them: between clauses, at the beginning, split over two, and
mild ones that are bleeped. The app runs in the real Godot, and the clauses that its ledger names are looked for in the recording
by their own waves.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.captured_mix import RATE as CAPTURED
from benchmarks.captured_mix import CapturedMix
from benchmarks.film import RATE
from benchmarks.heard import marked_spans, not_cleared, unexplained
from benchmarks.lag import Span, sounding
from benchmarks.spoken_again import LEAST_LIKENESS, Mouths, find_all, locate, resampled, said_in
from fakes.chat_server import Answer, Call, chat_server
from fakes.until import until
from godot.real_godot import Godot
from godot.test_whole_show import LIMIT_S, app, lines_of, said
from launcher import sound
from launcher.process import Family
from sidecast.flow.line import LedgerLine
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.opening import open_vault
from unit.safety.samples import rules_with_words

pytestmark = [pytest.mark.godot, pytest.mark.quiet]

EVERY_S = 6.0
STRAY = 0.01
"""Part of the audible time that may lie outside of the marks: the mixer's blocks come late on a busy machine."""
FINE = "The lantern is warm tonight."


def word(out: str) -> str:
    """The first plain word that the gate out treats so."""
    found: str = next(
        word
        for table in rules_with_words()
        if table["out"] == out and not table.get("check")
        for word in table["words"]
        if len(word) >= 6 and word.isascii() and word.isalpha() and word.islower()
    )
    return found


BAD, MILD = word("block"), word("soften")
REPLIES = (
    f"[happy] {FINE} I like how it glows!",
    f"That is a lovely plan. He is a {BAD} if you ask me. So we go left.",
    f"What a {BAD} that one is. And now we go right.",
    f"Oh {MILD}, we fell into the river. It was cold.",
    f"Some say {BAD[: len(BAD) // 2]}. {BAD[len(BAD) // 2 :]} is what others say.",
    "Once there was a fox who walked along the river all night long, and looked for the moon in the water, and for a boat.",
)
CUT = 5
"""Number of the reply that a moderator skips in mid-sentence."""


def brain() -> Answer:
    """Answers each question with the reply of its number."""

    async def answer(call: Call) -> None:
        asked = json.dumps((call.body or {}).get("messages", [""])[-1])
        reply = next((reply for number, reply in enumerate(REPLIES) if f"number {number}" in asked), "Hello there.")
        await call.begin()
        await call.events(*(f"{each} " for each in reply.split()))
        await call.done()

    return answer


def chat(path: Path) -> Path:
    lines = [
        {
            "at": 3.0 + EVERY_S * number,
            "kind": "message",
            "author": f"viewer{number}",
            "text": f"Kit, what about number {number}?",
        }
        for number in range(len(REPLIES))
    ]
    skip = {"id": "rowan", "name": "rowan", "roles": ["moderator"]}
    lines.append({"at": 3.0 + EVERY_S * CUT + 2.0, "kind": "message", "author": skip, "text": "!skip"})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def ledger(folder: Path) -> list[LedgerLine]:
    data = folder / "data" / "sidecast"
    with contextlib.closing(open_vault(data / "vault")) as vault:
        return LedgerReader(data / "ledger.db", vault).last(100)[::-1]


def words_of(lines: Sequence[LedgerLine]) -> set[str]:
    return {word.strip(".,!?") for line in lines for text in (*line.cleared, line.heard) for word in text.casefold().split()}


def seconds(spans: Sequence[Span]) -> float:
    return sum(span.seconds for span in spans)


@pytest.mark.skipif(not shutil.which("pulseaudio") or not shutil.which("parec"), reason="needs pulseaudio and parec")
async def test_every_audible_stretch_is_a_clause_that_was_cleared(
    godot: Godot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    with Family() as family:
        for name, value in sound.start(family, tmp_path).variables().items():
            monkeypatch.setenv(name, value)
        async with chat_server(brain()) as server:
            replay = chat(tmp_path / "chat.jsonl")
            arguments = ("--brain", f"openai:{server.url}#m", "--replay", str(replay), "--trace", str(trace), "--seed", "1")
            with CapturedMix(f"{sound.SINK}.monitor") as mix, app(godot, tmp_path, *arguments, driver="PulseAudio") as process:
                await until(lambda: process.poll() is not None, LIMIT_S)
                assert process.returncode == 0, said(tmp_path)
    lines = ledger(tmp_path)
    # ---- the show was what it was meant to be
    assert [line.outcome for line in lines] == ["heard"] * CUT + ["cut"], said(tmp_path)
    assert {line.brain for line in lines} == {lines[0].brain}
    told = " ".join(verdict for line in lines for verdict in line.verdicts)
    assert "block" in told
    assert "soften" in told
    # ---- by their words
    assert [not_cleared(line) for line in lines] == [[]] * len(lines)
    assert not {BAD, MILD} & words_of(lines)
    # ---- by their sound
    heard = resampled(mix.samples(), CAPTURED, RATE)
    mouths = Mouths(RATE)
    utterances = said_in(lines_of(trace), lines)
    found = find_all(heard, RATE, utterances, mouths)
    # where the machine does much besides, the sound server's gaps make some unlike themselves
    assert len(found) >= len(utterances) / 2
    assert [each.said.number for each in found] == sorted(each.said.number for each in found)
    offset_s = statistics.median(each.at.start_s - each.said.audible_ns / 1e9 for each in found)
    spans = marked_spans(lines_of(trace), offset_s)
    assert len(spans) == len(utterances), "something sounded that the ledger does not name"
    stretches = sounding(heard, RATE, gap_s=0.02)
    audible_s = seconds(stretches)
    assert audible_s > 8
    assert seconds(unexplained(stretches, spans)) <= STRAY * audible_s
    for place, span in enumerate(spans):
        # were one clause not in the ledger, its sound would be told
        assert seconds(unexplained(stretches, spans[:place] + spans[place + 1 :])) > max(STRAY * audible_s, span.seconds / 2)
    engine = utterances[0].engine
    for text in (f"He is a {BAD} if you ask me.", f"What a {BAD} that one is."):
        likest = locate(heard, mouths.speak(engine, text).wave)
        assert likest is not None
        assert likest[1] < LEAST_LIKENESS, "a clause sounds that was not cleared"
