"""What Twitch would never take, said before it is asked. https://dev.twitch.tv/docs/api/reference/"""

from __future__ import annotations

from collections.abc import Sequence

from ...flow import action as acts
from ...flow.action import Act, Hindrance, Obstacle, Target
from .kinds import span, target_of
from .splitting import LONGEST, plain, size, split

MOST_MESSAGES = 5
"""That one text may become."""
LONGEST_TIME_OUT_S = 1_209_600
"""Two weeks."""
LONGEST_REASON = 500
MOST_DELETED = 20


def wrong_with(act: Act) -> Hindrance | None:  # noqa: PLR0912 - one branch an act
    """The first thing that is wrong with it, or None."""
    match act:
        case acts.Write(text=text):
            found = _text(text)
        case acts.Delete(message_ids=ids, target=target):
            found = _count("A deletion", "message", len(ids), 1, MOST_DELETED) or (None if all(ids) else _no_id("message"))
            found = found or (_target(target) if target.id else None)
        case acts.TimeOut(target=target, seconds=seconds, reason=reason):
            found = _target(target) or _seconds("A time-out", seconds, 1, LONGEST_TIME_OUT_S) or _reason(reason)
        case acts.Ban(target=target, reason=reason):
            found = _target(target) or _reason(reason)
        case acts.Warn(target=target, reason=reason):
            found = _target(target) or _words("A warning", "reason", reason, LONGEST_REASON)
        case acts.StartPoll(title=title, choices=choices, seconds=seconds, points=points):
            found = _words("A poll", "question", title, 60) or _choices("A poll", "choice", choices, 5)
            found = found or _seconds("A poll", seconds, 15, 1800) or _points(points)
        case acts.StartPrediction(title=title, outcomes=outcomes, seconds=seconds):
            found = _words("A prediction", "question", title, 45) or _choices("A prediction", "outcome", outcomes, 10)
            found = found or _seconds("A prediction", seconds, 30, 1800)
        case acts.EndPoll(poll_id=poll_id):
            found = None if poll_id else _no_id("poll")
        case acts.LockPrediction(prediction_id=id_) | acts.CancelPrediction(prediction_id=id_):
            found = None if id_ else _no_id("prediction")
        case acts.ResolvePrediction(prediction_id=id_, outcome_id=outcome):
            found = None if id_ and outcome else _no_id("prediction or outcome")
        case acts.Settle(redemption_id=redemption, reward_id=reward):
            found = None if redemption and reward else _no_id("redeemed reward")
        case acts.LetBack() | acts.ShoutOut():
            found = _target(target_of(act))
        case acts.Shield():
            found = None
    return found


def _text(text: str) -> Hindrance | None:
    if not plain(text):
        return _wrong("There is nothing to write.")
    try:
        pieces = split(text)
    except ValueError:
        return _wrong(f"This has a link of more than {LONGEST} characters.", "Twitch cannot send it: use a shorter one.")
    if len(pieces) > MOST_MESSAGES:
        return _wrong(f"This would be {len(pieces)} messages; at most {MOST_MESSAGES} are written at once.", "Write less.")
    if any(piece.startswith("/") for piece in pieces):
        return _wrong(
            "A line that begins with “/” is a command for Twitch.", "Use the buttons for those, or begin with another sign."
        )
    return None


def _words(what: str, part: str, text: str, longest: int) -> Hindrance | None:
    if not plain(text):
        return _wrong(f"{what} needs a {part}.")
    if size(text) > longest:
        return _wrong(f"The {part} has {size(text)} characters; Twitch takes {longest}.", "Make it shorter.")
    return None


def _reason(reason: str) -> Hindrance | None:
    return _words("It", "reason", reason, LONGEST_REASON) if reason else None


def _choices(what: str, part: str, choices: Sequence[str], most: int) -> Hindrance | None:
    named = [plain(choice) for choice in choices]
    found = _count(what, part, len(named), 2, most)
    for choice in named:
        found = found or _words(what, part, choice, 25)
    if found is None and len({choice.casefold() for choice in named}) < len(named):
        found = _wrong(f"Two {part}s are the same.", "Give each its own words.")
    return found


def _count(what: str, part: str, count: int, least: int, most: int) -> Hindrance | None:
    if least <= count <= most:
        return None
    return _wrong(f"{what} has {least} to {most} {part}s, not {count}.")


def _seconds(what: str, seconds: int, least: int, most: int) -> Hindrance | None:
    if least <= seconds <= most:
        return None
    return _wrong(f"{what} lasts {span(least)} to {span(most)}.")


def _points(points: int) -> Hindrance | None:
    return None if 0 <= points <= 1_000_000 else _wrong("A vote more costs 1 to 1,000,000 channel points.")


def _target(target: Target) -> Hindrance | None:
    # an id goes into an address and into Twitch's own tables: it is a number there
    if target.id.isascii() and target.id.isdigit() and len(target.id) <= 32:
        return None
    remedy = "Only those who have an account at Twitch can be meant: choose somebody from a live channel's chat."
    return Hindrance(
        obstacle=Obstacle.TARGET, what=f"Twitch does not know {target.name or 'this viewer'} by an id.", remedy=remedy
    )


def _no_id(what: str) -> Hindrance:
    return _wrong(f"It is not said which {what} is meant.")


def _wrong(what: str, remedy: str = "") -> Hindrance:
    return Hindrance(obstacle=Obstacle.WRONG, what=what, remedy=remedy)
