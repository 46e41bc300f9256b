"""Sessions: begun with a new token at every log-in, known by its digest, over by age, by rest or by somebody's word."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .register import Register
from .rows import Member, Session
from .store import Change
from .tokens import digest, new_id, new_token

REST_DAYS = 30
"""A session that is not used for so long is over."""
LONGEST_DAYS = 90
"""And after so long in any case."""
MAX_OF_ONE = 20
"""Sessions of one member; the one that rested longest makes room."""
SEEN_EVERY_MS = 60_000
_DAY_MS = 86_400_000
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a log-in comes from."""

    address: str
    browser: str = ""
    old_token: str = ""
    """Of the session that the browser had until now: it ends with the log-in."""


def begin(register: Register, member: Member, how: str, where: Where) -> tuple[str, Session, tuple[Session, ...]]:
    """A new session's token, its row to put, and the rows to drop. Nothing is changed yet."""
    now = register.clock.wall_ms()
    token = new_token()
    session = Session(
        id=new_id(),
        digest=digest(token),
        member_id=member.id,
        created_ms=now,
        seen_ms=now,
        how=how,
        browser=where.browser,
        address=where.address,
    )
    old = register.sessions.get(digest(where.old_token)) if where.old_token else None
    own = sorted((each for each in register.sessions.values() if each.member_id == member.id), key=lambda each: each.seen_ms)
    over = [each for each in register.sessions.values() if is_over(each, now)]
    drop = {each.digest: each for each in [*over, *own[: max(0, len(own) - MAX_OF_ONE + 1)], *([old] if old else [])]}
    return token, session, tuple(drop.values())


def find(register: Register, token: str) -> Session | None:
    """The session of a cookie's token, if it goes on; notes that it was seen."""
    session = register.sessions.get(digest(token)) if token else None
    now = register.clock.wall_ms()
    if session is None or is_over(session, now):
        return None
    if now - session.seen_ms >= SEEN_EVERY_MS:
        known = session.digest
        # in memory at once, so that a hundred requests make one write
        register.sessions[known] = replace(session, seen_ms=now)
        register.change_soon(lambda: Change(put=tuple(each for each in [register.sessions.get(known)] if each)))
    return session


def is_over(session: Session, now_ms: int) -> bool:
    rested, lasted = now_ms - session.seen_ms, now_ms - session.created_ms
    return rested >= REST_DAYS * _DAY_MS or lasted >= LONGEST_DAYS * _DAY_MS


def browser_in_words(user_agent: str) -> str:
    """`Firefox on Linux`; only words of ours, whatever the header holds."""
    agent = user_agent[:400]
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in agent), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    if not browser:
        tool = re.match(r"[A-Za-z][A-Za-z-]{0,19}(?=/)", agent)
        browser = tool[0] if tool else "an unknown browser"
    return f"{browser} on {'macOS' if system == 'Mac OS' else system}" if system else browser
