from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sidecast.dialogue.clauses import ClauseSplitter
from sidecast.dialogue.persona import SHIPPED, Persona, load_persona
from sidecast.dialogue.spoken import words_of
from sidecast.errors import PersonaError
from sidecast.flow.chat import EventKind
from sidecast.flow.clause import Clause
from sidecast.safety.gate_out import GateOut
from sidecast.settings import Safety

pytestmark = pytest.mark.unit

MAIN = """
name = "Pip"
moods = ["neutral", "happy"]
gestures = ["wave"]
[facts]
streamer = "Ana"
[lines]
deflections = ["One.", "Two."]
closings = ["One.", "Two."]
"""
REPLIES = """
[topics.tea]
examples = ["tea or coffee", "do you like tea"]
replies = ["[happy] Tea, {name}!", "(wave) Tea with {streamer}."]
[otherwise]
question = ["Hm, {name}."]
statement = ["Oh, {name}."]
[events]
raid = ["{name} with {amount:viewer}!"]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(main: str = MAIN, replies: str = REPLIES) -> Path:
        (tmp_path / "replies").mkdir(exist_ok=True)
        (tmp_path / "persona.toml").write_text(main, encoding="utf-8")
        (tmp_path / "replies" / "all.toml").write_text(replies, encoding="utf-8")
        return tmp_path

    return write


def test_a_small_pack_is_enough(pack: Callable[..., Path]) -> None:
    persona = load_persona(pack())
    assert persona.name == "Pip"
    assert [topic.name for topic in persona.topics] == ["tea"]
    assert persona.fill("{host} and {streamer}: {amount:viewer} {amount:raider}, {name}", {"amount": "1", "name": "Bo"}) == (
        "Pip and Ana: 1 viewer 1 raider, Bo"
    )
    assert persona.fill("{amount:viewer}", {"amount": "12"}) == "12 viewers"


def test_what_a_viewer_is_called_is_never_taken_for_a_slot(pack: Callable[..., Path]) -> None:
    assert load_persona(pack()).fill("{name}!", {"name": "{streamer}"}) == "{streamer}!"


@pytest.mark.parametrize(
    ("main", "replies", "says"),
    [
        (MAIN.replace('name = "Pip"', ""), REPLIES, "persona.toml.*“name”"),
        (MAIN.replace("[facts]", "[fakts]"), REPLIES, "persona.toml.*“fakts”"),
        (MAIN.replace('streamer = "Ana"', 'name = "Ana"'), REPLIES, "persona.toml.*“facts.name”"),
        (MAIN.replace('["One.", "Two."]', '["One."]', 1), REPLIES, "“lines.deflections”"),
        (MAIN.replace("One.", "{name}", 1), REPLIES, "“lines.deflections”, line 1.*{name}"),
        (MAIN + "=", REPLIES, "persona.toml is not valid TOML"),
        (MAIN, REPLIES.replace("{streamer}", "{stremer}"), "all.toml.*“topics.tea.replies”, line 2.*{stremer}"),
        (MAIN, REPLIES.replace("[happy]", "[hapy]"), "“topics.tea.replies”, line 1.*hapy"),
        (MAIN, REPLIES.replace("Tea, {name}", "Tea, {name"), "“topics.tea.replies”, line 1"),
        (MAIN, REPLIES.replace("Hm, {name}.", "{amount} of them."), "“otherwise.question”, line 1.*{amount}"),
        (MAIN, REPLIES.replace("question =", "questions ="), "“otherwise.questions”"),
        (MAIN, REPLIES.replace('question = ["Hm, {name}."]', ""), "“otherwise.question” is missing"),
        (MAIN, REPLIES.replace("raid =", "rade ="), "“events.rade"),
        (MAIN, REPLIES.replace("Hm, {name}.", "x" * 300), "“otherwise.question”, line 1 is empty or longer"),
        (MAIN, REPLIES.replace("Hm, {name}.", " "), "“otherwise.question”, line 1 is empty or longer"),
        (MAIN, REPLIES.replace('examples = ["tea or coffee", "do you like tea"]', ""), "“topics.tea.examples”"),
        (MAIN, "", "“otherwise.question” is missing"),
    ],
)
def test_a_wrong_pack_says_which_file_and_key(pack: Callable[..., Path], main: str, replies: str, says: str) -> None:
    with pytest.raises(PersonaError, match=says):
        load_persona(pack(main, replies))


def test_a_topic_that_is_there_twice_and_missing_files_are_named(pack: Callable[..., Path], tmp_path: Path) -> None:
    folder = pack()
    shutil.copy(folder / "replies" / "all.toml", folder / "replies" / "more.toml")
    with pytest.raises(PersonaError, match="“tea” is there twice"):
        load_persona(folder)
    shutil.rmtree(folder / "replies")
    with pytest.raises(PersonaError, match=r"has no \.toml file"):
        load_persona(folder)
    with pytest.raises(PersonaError, match=r"no file .*persona\.toml"):
        load_persona(tmp_path / "nowhere")


def lines_of(persona: Persona) -> list[str]:
    topics = [line for topic in persona.topics for line in topic.replies]
    others = [line for lines in (*persona.otherwise.values(), *persona.events.values()) for line in lines]
    return [*topics, *others, *persona.deflections, *persona.closings]


def test_kit_is_rich_enough(kit: Persona) -> None:
    assert len(kit.topics) >= 60
    assert all(len(topic.examples) >= 3 for topic in kit.topics)
    assert sum(len(topic.replies) for topic in kit.topics) >= 3 * len(kit.topics) - 5
    thanked = {
        EventKind.RAID,
        EventKind.SUB,
        EventKind.RESUB,
        EventKind.GIFT,
        EventKind.CHEER,
        EventKind.REDEMPTION,
        EventKind.FOLLOW,
    }
    assert thanked <= kit.events.keys()


def test_kit_is_brief(kit: Persona) -> None:
    for line in lines_of(kit):
        said = re.sub(r"[\[(][a-z_]+[\])]", "", kit.fill(line, {"name": "Mossy", "amount": "12", "title": "Hydrate"}))
        assert len(said.split()) <= 26, line


def test_kit_says_nothing_that_the_gate_would_stop(kit: Persona) -> None:
    gate = GateOut(Safety())
    for number, line in enumerate(lines_of(kit)):
        splitter = ClauseSplitter(kit.gestures)
        filled = kit.fill(line, {"name": "Mossy", "amount": "42", "title": "Hydrate"})
        for index, piece in enumerate(splitter.feed(filled) + splitter.close()):
            cleared, verdict = gate.clear(Clause(turn_id=str(number), index=index, words=words_of(piece.text)))
            assert cleared is not None, (line, verdict)


def test_kit_has_no_line_twice(kit: Persona) -> None:
    lines = lines_of(kit)
    assert len(lines) == len(set(lines))


def test_the_shipped_folder_holds_only_what_a_streamer_may_edit() -> None:
    assert {path.suffix for path in SHIPPED.rglob("*") if path.is_file()} == {".toml", ".md"}


def test_the_instructions_are_the_packs_own_words(kit: Persona) -> None:
    assert kit.instructions.startswith("You are Kit, the co-host of a live stream.")
    assert kit.about in kit.instructions
    assert "one of: neutral, happy, laughing" in kit.instructions
    assert "one of: (wave), (nod), (shake)" in kit.instructions
    assert "{" not in kit.instructions


def test_a_pack_may_have_instructions_of_its_own_or_none(tmp_path: Path) -> None:
    pack = tmp_path / "pip"
    shutil.copytree(SHIPPED, pack)
    (pack / "prompt.md").write_text("Be {host}, and know of {game}.", encoding="utf-8")
    assert load_persona(pack).instructions == "Be Kit, and know of this cosy little game."
    assert load_persona(pack, "Robo").instructions == "Be Robo, and know of this cosy little game."
    (pack / "prompt.md").write_text("Be {nobody}.", encoding="utf-8")
    with pytest.raises(PersonaError, match=r"prompt\.md has the slot \{nobody\}"):
        load_persona(pack)
    (pack / "prompt.md").write_text("x" * 20_000, encoding="utf-8")
    with pytest.raises(PersonaError, match="more than 16000 characters"):
        load_persona(pack)
    (pack / "prompt.md").unlink()
    assert load_persona(pack).instructions == load_persona().instructions


def test_the_shipped_persona_takes_another_name_everywhere() -> None:
    robo = load_persona(called="Robo")
    assert robo.name == "Robo"
    assert robo.fill("I am {host}.", {}) == "I am Robo."
    assert "Robo is a small fox-like" in robo.about
    assert "Robo is a small fox-like" in robo.instructions
    assert "Kit" not in robo.about + robo.instructions
    assert load_persona().name == "Kit"
