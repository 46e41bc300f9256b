"""One example of every type that flows. `tests/unit/flow` fails when a type of `flow/` has none here."""

from __future__ import annotations

from fakes.acts import ACT_SAMPLES
from fakes.obs_samples import OBS_SAMPLES
from sidecast.flow import cue, mark, order, streams
from sidecast.flow.board import AwaitsApproval, Queued
from sidecast.flow.candidate import Candidate, Kind, Understanding
from sidecast.flow.chat import (
    Author,
    ChannelEvent,
    ChatMessage,
    EventKind,
    Fragment,
    FragmentKind,
    Gap,
    Removal,
    RemovalScope,
    Role,
)
from sidecast.flow.clause import Clause, ClearedClause, Mood, Word
from sidecast.flow.line import LedgerLine, Outcome, Stages
from sidecast.flow.moderation import (
    CaseResult,
    Difference,
    Dossier,
    Erased,
    Found,
    FoundIn,
    HeldLine,
    Kept,
    Screened,
    Storm,
    Trial,
    TurnKept,
    VerdictCase,
    ViewerFound,
    Wanted,
)
from sidecast.flow.policy import Direction, OwnPattern, Policy, PolicyChange, PolicyVersion
from sidecast.flow.prompt import Exchange, Prompt
from sidecast.flow.rule import RunEnding, RunLine
from sidecast.flow.stop_key import Key, KeyCombination, Modifier
from sidecast.flow.turn import Priority, Turn
from sidecast.flow.twitch import Answer, Identity
from sidecast.flow.utterance import Alphabet, Segment, Utterance
from sidecast.flow.verdict import Category, Decision, Verdict

AUTHOR = Author(id="u1", name="mika", roles=frozenset({Role.SUBSCRIBER}), colour="#5ff0cf")
MESSAGE = ChatMessage(
    id="m1",
    author=AUTHOR,
    text="@Kit what are we playing? Kappa",
    arrived_ns=1_000_000_000,
    channel="sidecast",
    fragments=(
        Fragment(FragmentKind.MENTION, "@Kit", "kit"),
        Fragment(FragmentKind.TEXT, " what are we playing? "),
        Fragment(FragmentKind.EMOTE, "Kappa", "25"),
    ),
    sent_ms=1_767_225_600_000,
)
EVENT = ChannelEvent(id="e1", kind=EventKind.RAID, arrived_ns=2_000_000_000, author=AUTHOR, amount=42)
REMOVAL = Removal(scope=RemovalScope.MESSAGE, message_id="m1", arrived_ns=3_000_000_000)
UNDERSTANDING = Understanding(frozenset({Kind.QUESTION, Kind.MENTION}), 0.1, 0.2, "what are we playing?", 4)
VERDICT = Verdict(Decision.ALLOW, MESSAGE.text)
CANDIDATE = Candidate(MESSAGE, VERDICT, UNDERSTANDING, 1_001_000_000, 1.5, {"question": 1.0, "mention": 0.5})
TURN = Turn(id="t1", cause=CANDIDATE, chosen_ns=1_002_000_000, priority=Priority.MEDIUM)
CLAUSE = Clause(turn_id="t1", index=0, words=(Word("Level", "level"), Word("42!", "forty two!"), Word("🦊", "")), mood=Mood.HAPPY)
CLEARED = ClearedClause(CLAUSE, Verdict(Decision.ALLOW, CLAUSE.spoken))
SEGMENTS = (Segment("pau", 0.0, 0.1), Segment("l", 0.1, 0.2, 0), Segment("eh", 0.2, 0.4, 1))

HELD = Verdict(Decision.HOLD, MESSAGE.text, Category.LINK, "link.written")
SCREENED = Screened(number=1, at_ms=1_767_225_600_000, direction=Direction.IN, text=MESSAGE.text, verdict=HELD, item_id="m1")
CASE = VerdictCase(id="c1", at_ms=1_767_225_600_000, direction=Direction.IN, wanted=Wanted.ALLOW, viewer_id="u1", text="hi")
FOUND = ViewerFound(id="u1", name="mika", first_ms=1, last_ms=2, messages=3, answered=1)
KEPT = Kept(what="ledger", count=1, why="So that you can see what happened.", until="90 days.")

FIGURES = streams.Figures(
    minutes=120,
    messages=3_000,
    chatters=90,
    newcomers=12,
    returning=78,
    chatters_a_minute=8.5,
    chatters_peak=31,
    events=20,
    removals=3,
    answered=200,
    answered_share=0.067,
    questions=400,
    questions_answered=150,
    sentiment=0.2,
    energy=0.4,
    kept_out=25,
    not_said=2,
    turns=210,
    turns_heard=190,
    turns_cut=15,
    audible_ms_p50=160.0,
    audible_ms_p95=240.0,
    age_ms_p95=21_000.0,
)
STREAM = streams.Stream(
    id=1,
    title="Level 42",
    source="twitch:sidecast",
    rehearsal=False,
    begun_ms=1_767_225_600_000,
    until_ms=1_767_232_800_000,
    day="2026-01-01",
    live=False,
    over=True,
    figures=FIGURES,
    pulse=[10.0, None, 25.0],
)
SERIES = streams.Series(step_s=60, at=[1_767_225_600], values={"messages": [25.0]})
LATENCY = streams.Latency(stage="cleared", budget_ms=10.0, n=200, p50_ms=2.0, p95_ms=6.0, p99_ms=9.0)
TALLY = streams.Tally(kind="event", name="raid", count=2)
TOPIC = streams.TopicCount(words="boss fight", count=17)
MARKED = streams.Marked(at_ms=1_767_226_000_000, kind="raid", amount=42)
BREAK = streams.Break(from_ms=1_767_226_000_000, to_ms=1_767_226_060_000, kind="away", lines=0, why="")

SAMPLES: tuple[object, ...] = (
    *ACT_SAMPLES,
    *OBS_SAMPLES,
    Identity(user_id="141981764", login="mira", name="Mira"),
    Answer(status=403, message="The broadcaster has not allowed it."),
    Gap(source="twitch:mira", from_ms=1_767_225_600_000, to_ms=1_767_225_604_000, why="The connection was lost."),
    AUTHOR,
    *MESSAGE.fragments,
    MESSAGE,
    EVENT,
    REMOVAL,
    UNDERSTANDING,
    VERDICT,
    Verdict(Decision.BLOCK, "x", Category.SPAM, "flood", 0.9),
    CANDIDATE,
    TURN,
    *CLAUSE.words,
    CLAUSE,
    CLEARED,
    *SEGMENTS,
    Utterance(
        cleared=CLEARED,
        pcm=bytes(12_800),
        frames=6_400,
        rate=16_000,
        alphabet=Alphabet.ARPABET,
        segments=SEGMENTS,
        engine="fake",
    ),
    Exchange("mika", "hi", "Hello mika!"),
    Prompt(turn_id="t1", name="mika", text="what are we playing?", understanding=UNDERSTANDING),
    cue.TimedViseme("aa", 0.0, 0.1),
    cue.TimedWord("Level", 0.1, 0.2),
    cue.Speak(utterance=1, turn_id="t1", rate=16_000, frames=6_400, visemes=(cue.TimedViseme("aa", 0.0, 0.1),)),
    cue.Caption(utterance=1, turn_id="t1", words=(cue.TimedWord("Level", 0.1, 0.2),)),
    cue.Express(mood=Mood.HAPPY, utterance=1),
    cue.Gesture(name="wave", utterance=1),
    cue.Card(turn_id="t1", name="mika", colour="#5ff0cf", text="what are we playing?", style=cue.CardStyle.QUESTION),
    cue.Status(state=cue.HostState.LISTENING),
    cue.Mouth(shape="aa", seconds=1.6),
    cue.Window(transparent=True),
    cue.ChannelField(state=cue.FieldState.OPEN, name="mika", problem="There is no such channel."),
    mark.Ready(at_ns=1, width=1280, height=720),
    mark.Audible(utterance=1, at_ns=2),
    mark.Finished(utterance=1, at_ns=3),
    mark.Cut(utterance=1, at_ns=4, heard_frames=100, asked_ns=3),
    mark.Hotkey(name="skip", at_ns=5),
    Key("Pause", 0xFF13, 0x13, alone=True),
    KeyCombination(Key("Space", 0x20, 0x20), Modifier.CTRL | Modifier.ALT),
    mark.StopKeyStands(state="taken", at_ns=5),
    mark.ChannelAsked(name="twitch.tv/mika", at_ns=5),
    mark.FrameStats(at_ns=6, fps=60.0, frame_ms_p99=17.0, drain_ms_p99=0.1, underruns=0, dropped=0),
    Queued(candidate=CANDIDATE, deadline_ns=46_000_000_000, placed_by="Ada"),
    AwaitsApproval(turn=TURN, lines=("Level 42!",), doubts=(), until_ms=1_767_225_608_000, then_say=False),
    order.Skip(by="page", at_ns=7),
    order.Mute(by="page", at_ns=8, on=True),
    order.Stop(by="page", at_ns=9),
    order.Answer(by="Ada", at_ns=10, item_id="m1", cut=True, by_id="member:1"),
    order.Never(by="Ada", at_ns=11, item_id="m1"),
    order.Move(by="Ada", at_ns=12, item_id="m1", to=2),
    order.Say(by="Ada", at_ns=13, text="Welcome back, everybody!"),
    order.Approve(by="Ada", at_ns=14, turn_id="t1", yes=False),
    order.SetApproval(by="Ada", at_ns=15, mode=order.Approval.ALL),
    order.SetMood(by="Ada", at_ns=16, mood=Mood.HAPPY),
    Stages(arrived_ns=1, ended_ns=9),
    LedgerLine(
        turn_id="t1",
        wall_ms=1_767_225_600_000,
        author_id="u1",
        author_name="mika",
        text="what are we playing?",
        cause="message",
        score=1.5,
        parts={"question": 1.0},
        heard="Level 42!",
        outcome=Outcome.HEARD,
        reason="answered",
    ),
    RunLine(
        run_id="r1",
        at_ms=1_767_225_600_000,
        rule="Raid welcome",
        trigger="raid of 42",
        ending=RunEnding.PART,
        told="There is no scene “Rade”. The nearest is “Raid”.",
        steps=3,
        done=2,
        took_ms=1_204,
        viewer_id="u1",
    ),
    OwnPattern(name="free-coins", expression=r"free \w+ coins"),
    Policy(block=("spoiler",), levels_in={Category.SWEARING: 4}, exempt=frozenset({Role.MODERATOR})),
    PolicyChange(level_in=3, block_add=("spoiler",)),
    PolicyVersion(number=2, at_ms=1_767_225_600_000, by="Ada", what=("Chat: level 3 in place of 2.",)),
    SCREENED,
    HeldLine(item=MESSAGE, verdict=HELD, at_ms=1_767_225_600_000, until_ms=1_767_226_200_000),
    CASE,
    CaseResult(case=CASE, verdict=VERDICT, passed=True),
    Difference(screened=SCREENED, before=HELD, after=VERDICT),
    Trial(judged=1, complete=True, stricter=0, milder=1),
    Storm(),
    FoundIn(screened=SCREENED, marks=((0, 4),)),
    Found(looked=1, complete=True, found=1),
    FOUND,
    KEPT,
    TurnKept(at_ms=1, text="hi", heard="Hello!", outcome="heard"),
    Dossier(viewer=FOUND, kept=(KEPT,)),
    Erased(viewer_id="u1", removed=(KEPT,), remains=("Backups keep it until their next rotation.",)),
    FIGURES,
    STREAM,
    streams.Page(streams=[STREAM], total=1, next=None, sources=["twitch:sidecast"]),
    SERIES,
    LATENCY,
    TALLY,
    TOPIC,
    MARKED,
    BREAK,
    streams.StreamDetail(
        stream=STREAM,
        series=SERIES,
        latency=[LATENCY],
        latency_series=SERIES,
        tallies=[TALLY],
        topics=[TOPIC],
        marked=[MARKED],
        breaks=[BREAK],
    ),
    streams.Compared(stream=STREAM, series=SERIES, latency=[LATENCY]),
    streams.Period(begins="2026-01-01", streams=1, figures=FIGURES),
    streams.OverTime(unit=streams.Unit.DAY, periods=[], cut=False),
)
