"""What judging by the voice's phonemes adds to judging by letters.

Respelt words that only it catches, ordinary words that it takes for forbidden ones, and the time that a clause waits for it. With
the real voices in their workers, and all layers of the gate.

A word is disguised by writing each of its sounds in another usual way, whole or as two words, and by `benchmarks/evasion.py`'s
respelling of letters. Only disguises that the voice says exactly like the word can be heard as it by everybody: they are counted
apart. No text is printed or kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import evasion, ingest
from benchmarks.report import Report, percentile
from benchmarks.safety import share
from sidecast.clock import SystemClock
from sidecast.flow.clause import Clause, Word
from sidecast.flow.policy import Policy
from sidecast.flow.verdict import Decision
from sidecast.safety.classify.scorer import LazyScorer
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_out import GateOut
from sidecast.safety.hearing.ear import Ear, forbidden_words
from sidecast.safety.hearing.heard import HeardBy
from sidecast.safety.hearing.sounds import sounds_of
from sidecast.safety.holder import PolicyHolder
from sidecast.safety.reading.known import vocabulary
from sidecast.settings import Speech
from sidecast.speech.voices import OwnVoices, build_voice

SEED = 20261123
VOICES = ("flite", "espeak")
WORDS = 300
AT_ONCE = 64
SPELLED = {
    "y": "ee ea ie", "i": "i y", "A": "ay ai ei", "e": "e eh", "æ": "a", "a": "o ah", "ɔ": "aw au", "O": "oh oa ow", "U": "oo u",
    "u": "oo ew ue", "ə": "u uh a", "R": "er ur ir", "W": "ow ou", "I": "igh y ie", "Y": "oy oi", "b": "b bb", "d": "d dd",
    "f": "f ph ff", "g": "g gg gh", "h": "h", "j": "y", "k": "k c ck", "l": "l ll", "m": "m mm", "n": "n nn kn", "p": "p pp",
    "r": "r wr", "s": "s ss c", "t": "t tt", "v": "v vv", "w": "w wh", "z": "z s", "C": "ch tch", "D": "th", "J": "j dg",
    "N": "ng", "S": "sh", "T": "th", "Z": "zh",
}  # fmt: skip
"""Ways to write each sound of `sidecast.safety.hearing.sounds`."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench sounded", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--clauses", type=int, default=12_000, help="ordinary clauses (default 12,000)")
    options = parser.parse_args()
    clauses = ordinary(options.clauses)
    if not clauses:
        sys.stderr.write("There are no ordinary texts. Set SIDECAST_DATA to the folder that holds the sets.\n")
        return 1
    report = Report("sounded")
    classifiers = LazyScorer()
    classifiers.wait()
    policy = PolicyHolder(Compiled(Policy(), classifiers=classifiers))
    for name in VOICES:
        asyncio.run(with_voice(report, name, policy, clauses))
    report.finish(options.json)
    return 0


async def with_voice(report: Report, name: str, policy: PolicyHolder, clauses: Sequence[str]) -> None:
    clock = SystemClock()
    settings = Speech.model_validate({"voice": name, "timeout_s": 20})
    voice = build_voice(settings, clock, random.Random(SEED))  # noqa: S311 - jitter
    await voice.start()
    ear = Ear(lambda: voice.in_use, policy, clock)
    running = asyncio.create_task(ear.run())
    try:
        start = time.perf_counter()
        await ear.prepared()
        report.figure(f"{name}_prepared_s", time.perf_counter() - start)
        await caught(report, name, policy, ear, voice)
        await taken_wrongly(report, name, policy, voice)
        await waited(report, name, policy, ear, clauses)
        report.figure(f"{name}_unanswered", ear.unanswered)
        report.figure(f"{name}_asked", ear.asked)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await voice.close()


async def caught(report: Report, name: str, policy: PolicyHolder, ear: Ear, voice: OwnVoices) -> None:
    """Of respelt words: by the letters alone, and with the sound."""
    rng = random.Random(SEED)  # noqa: S311 - the same words each time
    refused = [word for word in dict.fromkeys(forbidden_words(policy.now.rules)) if len(word) >= 4 and not passes(policy, word)]
    words = rng.sample(refused, min(WORDS, len(refused)))
    said = dict(zip(words, await sounds(voice, words), strict=True))
    tricks: dict[str, Callable[[str], str]] = {
        "letters": lambda word: evasion.TRICKS["respelled"](word, rng),
        "sounds": lambda word: "".join(rng.choice(SPELLED[sound].split()) for sound in said[word]),
        "two_words": lambda word: in_two(said[word], rng),
    }
    for trick, disguise in tricks.items():
        disguised = [(word, disguise(word)) for word in words if len(said[word]) >= 3]
        disguised = [pair for pair in disguised if pair[0] != pair[1]]
        heard = await sounds(voice, [text for _, text in disguised])
        alike = [one == said[word] for (word, _), one in zip(disguised, heard, strict=True)]
        by_letters, by_both = [], []
        for _, text in disguised:
            clause = clause_of(f"you said {text} again")
            by_letters.append(GateOut(policy).clear(clause)[1].decision is not Decision.ALLOW)
            gate = GateOut(policy, ear=ear)
            # as later clauses do, which have more time: what is missed shall not be for a busy machine
            await ear.listen("", clause.spoken, first=False)
            by_both.append(gate.clear(clause)[1].decision is not Decision.ALLOW)
        for kind, chosen in (("", [True] * len(alike)), ("_said_alike", alike)):
            for layer, found in (("letters", by_letters), ("with_sound", by_both)):
                key = f"{name}_{trick}{kind}_{layer}"
                report.figure(key, share(report, key, [hit for hit, counts in zip(found, chosen, strict=True) if counts]))
        report.n += len(disguised)


async def taken_wrongly(report: Report, name: str, policy: PolicyHolder, voice: OwnVoices) -> None:
    """Of the words that people write, as if nobody knew them: said exactly like a forbidden one, and nearly like one."""
    heard = HeardBy()
    forbidden = list(dict.fromkeys(forbidden_words(policy.now.rules)))
    for word, said in zip(forbidden, await sounds(voice, forbidden), strict=True):
        heard.lexicon.add(word, said)
    words = [word for word in sorted(vocabulary()) if len(word) > 2 and passes(policy, word)]
    counted: dict[str, list[bool]] = {"alike": [], "nearly": []}
    for word, said in zip(words, await sounds(voice, words), strict=True):
        alike = said and any(not passes(policy, other) for other in heard.lexicon.same(said) if other != word)
        near = len(said) >= 3 and any(not passes(policy, other) for other in heard.lexicon.near(said) if other != word)
        counted["alike"].append(bool(alike))
        counted["nearly"].append(near and not alike)
    for kind, found in counted.items():
        report.figure(f"{name}_words_{kind}", share(report, f"{name}_words_{kind}", found))


async def waited(report: Report, name: str, policy: PolicyHolder, ear: Ear, clauses: Sequence[str]) -> None:
    """Ordinary clauses, each once: which are refused for their sound, and what is added to their time."""
    rules = PolicyHolder(Compiled(Policy()))
    wrong, waits_ms, asked_ms, judged_us = [], [], [], []
    for number, text in enumerate(clauses):
        clause = Clause(turn_id=str(number), index=0, words=clause_of(text).words)
        gate = GateOut(rules, ear=ear)
        before, start = ear.asked, time.perf_counter_ns()
        await gate.listen(clause)
        wait_ms = (time.perf_counter_ns() - start) / 1e6
        waits_ms.append(wait_ms)
        if ear.asked > before:
            asked_ms.append(wait_ms)
        start = time.perf_counter_ns()
        for _ in ear.meant("", text, policy.now.outward.spares):
            pass
        judged_us.append((time.perf_counter_ns() - start) / 1e3)
        wrong.append(gate.clear(clause)[1].rule.startswith("sound."))
    report.figure(f"{name}_clauses_refused", share(report, f"{name}_clauses_refused", wrong))
    report.figure(f"{name}_clauses_asked", len(asked_ms) / len(clauses))
    for key, values in (("wait_ms", waits_ms), ("asked_wait_ms", asked_ms), ("compare_us", judged_us)):
        for at in (50, 95):
            report.figure(f"{name}_{key}_p{at}", percentile(values, at))
    report.n += len(clauses)


async def sounds(voice: OwnVoices, texts: Sequence[str]) -> list[str]:
    """Each as it is said, in one go."""
    found: list[str] = []
    for start in range(0, len(texts), AT_ONCE):
        answers = await voice.in_use.pronounce(texts[start : start + AT_ONCE])
        found += [sounds_of(phonemes, voice.alphabet) for phonemes in answers]
    return found


def in_two(said: str, rng: random.Random) -> str:
    """Written as two words of two sounds or more, where there are so many."""
    cut = rng.randrange(2, len(said) - 1) if len(said) > 3 else 1
    return " ".join("".join(rng.choice(SPELLED[sound].split()) for sound in part) for part in (said[:cut], said[cut:]))


def passes(policy: PolicyHolder, word: str) -> bool:
    return policy.now.outward.find(word) is None


def clause_of(text: str) -> Clause:
    return Clause(turn_id="t", index=0, words=tuple(Word(word, word) for word in text.split()))


def ordinary(count: int) -> list[str]:
    """Clauses of product reviews, tweets and prompts in which the rules find nothing."""
    data = Path(os.environ.get("SIDECAST_DATA", "")) if os.environ.get("SIDECAST_DATA") else ingest.LOGS.parent
    texts = [line for file in sorted((data / "vader-groundtruth").glob("*.txt")) for line in _lines(file)]
    prompts = data / "wildguard-benign" / "wildguard.json"
    if prompts.exists():
        texts += _strings(json.loads(prompts.read_text("utf-8")))
    policy = PolicyHolder(Compiled(Policy()))
    clauses = [each.strip() for text in texts for each in re.split(r"(?<=[.!?;,])\s+|\n", text)]
    clauses = [each for each in clauses if len(each.split()) >= 2 and len(each) < 300]
    random.Random(SEED).shuffle(clauses)  # noqa: S311 - the same each time
    return [each for each in clauses[:count] if GateOut(policy).clear(clause_of(each))[1].decision is Decision.ALLOW]


def _lines(file: Path) -> Iterator[str]:
    """The text of each line: id, mean, text."""
    for line in file.read_text("utf-8", "replace").splitlines():
        yield max(line.split("\t"), key=len)


def _strings(tree: object) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [text for part in inner for text in _strings(part)]


if __name__ == "__main__":
    sys.exit(main())
