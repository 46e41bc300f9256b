"""One example of every type that flows. `tests/unit/flow` fails when a type of `flow/` has none here."""

from __future__ import annotations

from sidecast.flow import cue, mark, order
from sidecast.flow.board import AwaitsApproval, Queued
from sidecast.flow.candidate import Candidate, Kind, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Fragment, FragmentKind, Removal, RemovalScope, Role
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
from sidecast.flow.turn import Priority, Turn
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

SAMPLES: tuple[object, ...] = (
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
    cue.ChannelField(state=cue.FieldState.OPEN, name="mika", problem="There is no such channel."),
    mark.Ready(at_ns=1, width=1280, height=720),
    mark.Audible(utterance=1, at_ns=2),
    mark.Finished(utterance=1, at_ns=3),
    mark.Cut(utterance=1, at_ns=4, heard_frames=100, asked_ns=3),
    mark.Hotkey(name="skip", at_ns=5),
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
)
