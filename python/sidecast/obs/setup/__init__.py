"""What Sidecast adds to OBS for a streamer: seen before it is done, repeated without harm, and taken away again.

Everything that is made carries a mark of its own in OBS, and stands in a journal with it. What has no such mark is the
streamer's and is left alone, whatever its name.
"""

from .applying import apply
from .freshening import freshen
from .journal import Journal
from .keeping_up import KeepingUp
from .looking import look
from .plan import Plan, plan
from .undoing import undo
from .wanted import Done, Found, Overlay, Part, Voice, Wanted, Window

__all__ = [
    "Done",
    "Found",
    "Journal",
    "KeepingUp",
    "Overlay",
    "Part",
    "Plan",
    "Voice",
    "Wanted",
    "Window",
    "apply",
    "freshen",
    "look",
    "plan",
    "undo",
]
