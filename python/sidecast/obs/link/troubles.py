"""Why there is no connection, in words for the streamer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .place import Place


class Why(StrEnum):
    AWAY = "away"
    """Nothing listens there."""
    SERVER_OFF = "server_off"
    """OBS's own configuration says that its WebSocket server is off."""
    NO_HOST = "no_host"
    PASSWORD_WANTED = "password_wanted"  # noqa: S105 - a reason
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a reason
    SILENT = "silent"
    NOT_OBS = "not_obs"
    TOO_OLD = "too_old"
    BUSY = "busy"
    """It starts, or loads a scene collection."""
    LOST = "lost"
    """There was one."""


LASTING = frozenset({Why.PASSWORD_WANTED, Why.PASSWORD_WRONG, Why.TOO_OLD})
"""These do not go away by trying again at once."""
_MENU = "Tools → WebSocket Server Settings"
_SENTENCES: dict[Why, tuple[str, str]] = {
    Why.AWAY: (
        "OBS does not answer at {where}: it does not run, or its WebSocket server is off.",
        f"Start OBS; if it runs, tick “Enable WebSocket server” in OBS: {_MENU}.",
    ),
    Why.SERVER_OFF: (
        "OBS's WebSocket server is off.",
        f"Tick “Enable WebSocket server” in OBS: {_MENU}.",
    ),
    Why.NO_HOST: (
        "The computer {host} on which OBS shall run is not found.",
        "Check obs.host in the settings and the network.",
    ),
    Why.PASSWORD_WANTED: (
        "OBS at {where} asks for a password, and there is none.",
        f"Enter the one that OBS shows: {_MENU} → Show Connect Info.",
    ),
    Why.PASSWORD_WRONG: (
        "OBS at {where} does not accept the password.",
        f"Enter the one that OBS shows: {_MENU} → Show Connect Info.",
    ),
    Why.SILENT: (
        "At {where} the connection is taken and nothing is answered: OBS hangs, is older than 28, or another program is there.",
        f"Look at OBS; compare the port with OBS: {_MENU}.",
    ),
    Why.NOT_OBS: (
        "What answers at {where} is not OBS: another program has the port.",
        f"Choose another port in OBS ({_MENU}) and restart it, or end the other program.",
    ),
    Why.TOO_OLD: (
        "The OBS at {where} is too old or too new: it does not speak version 5 of its WebSocket protocol.",
        "Install OBS 28 or newer.",
    ),
    Why.BUSY: (
        "OBS at {where} is busy starting or loading scenes.",
        "Wait a moment; if OBS shows a question, answer it.",
    ),
    Why.LOST: (
        "The connection to OBS at {where} broke.",
        "It is made again as soon as OBS answers.",
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    why: Why
    what: str
    remedy: str

    @property
    def sentence(self) -> str:
        return f"{self.what} {self.remedy}"


def trouble(why: Why, place: Place) -> Trouble:
    """As far as OBS's own configuration lets it be known."""
    if why is Why.AWAY and place.own is not None and not place.own.enabled:
        why = Why.SERVER_OFF
    what, remedy = _SENTENCES[why]
    return Trouble(why, what.format(where=f"{place.host}:{place.port}", host=place.host), remedy)
