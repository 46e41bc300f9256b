"""What was done, in a sentence."""

from __future__ import annotations

from ...flow import action as acts
from ...flow.action import Act
from .kinds import span, target_of


def done_in_words(act: Act, messages: int = 1) -> str:  # noqa: PLR0912 - one branch an act
    """For whoever had it done. `messages`: that a text became."""
    who = target_of(act).name or "This viewer"
    match act:
        case acts.Write():
            return "Written in chat." if messages == 1 else f"Written in chat, as {messages} messages."
        case acts.Delete(message_ids=ids):
            return "The message is taken out of chat." if len(ids) == 1 else "The messages are taken out of chat."
        case acts.TimeOut(seconds=seconds):
            return f"{who} is timed out for {span(seconds)}."
        case acts.LetBack():
            return f"{who} may write again."
        case acts.Ban():
            return f"{who} is banned."
        case acts.Warn():
            return f"{who} is warned, and cannot write before having read it."
        case acts.Shield(on=on):
            return f"Shield mode is {'on' if on else 'off'}."
        case acts.ShoutOut():
            return f"{who} got your shout-out."
        case acts.StartPoll():
            return "The poll is open."
        case acts.EndPoll():
            return "The poll is over."
        case acts.StartPrediction():
            return "The prediction is open."
        case acts.LockPrediction():
            return "The prediction is closed to bets."
        case acts.ResolvePrediction():
            return "The prediction is over, and the points are paid out."
        case acts.CancelPrediction():
            return "The prediction is cancelled: everybody got their points back."
        case acts.Settle(fulfil=fulfil):
            return "The reward is marked as done." if fulfil else f"The points go back to {target_of(act).name or 'the viewer'}."


def detail_of(act: Act) -> str:
    """For the ledger: what was written, why, or what it was about."""
    match act:
        case acts.Write(text=text):
            return text
        case acts.TimeOut(seconds=seconds, reason=reason):
            return f"{span(seconds)}: {reason}" if reason else span(seconds)
        case acts.Ban(reason=reason) | acts.Warn(reason=reason):
            return reason
        case acts.Shield(on=on):
            return "on" if on else "off"
        case acts.StartPoll(title=title, choices=options) | acts.StartPrediction(title=title, outcomes=options):
            return f"{title}: {' / '.join(options)}"
        case acts.ResolvePrediction(outcome=outcome):
            return outcome
        case acts.Settle(title=title, fulfil=fulfil):
            return f"{title}: {'fulfilled' if fulfil else 'refunded'}"
        case _:
            return ""
