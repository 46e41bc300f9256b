"""The error tree. Each error has a stable code, and says what happened, to what, and what to do."""

from __future__ import annotations

from typing import ClassVar


class SidecastError(Exception):
    """Root of every error that Sidecast raises on purpose.

    `code` is stable: scripts, the control page and tests may match on it.
    """

    code: ClassVar[str] = "sidecast"

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".rstrip())
        self.what = what
        self.remedy = remedy


class SettingsError(SidecastError):
    """A settings file or an option that cannot be used as it is."""

    code = "settings"


class PolicyError(SidecastError):
    """A moderation policy, or a change of one, that cannot be used as it is."""

    code = "policy"

    def __init__(self, what: str, remedy: str = "", *, key: str = "", at: int | None = None) -> None:
        """`key`: of the policy file (`levels_in.swearing`); `at`: place of the first wrong character of an expression."""
        super().__init__(what, remedy)
        self.key = key
        self.at = at


class SourceError(SidecastError):
    """A chat source (file, socket) that cannot be read."""

    code = "source"


class OrderRefused(SidecastError):
    """An order that cannot be obeyed as things are; nothing has changed."""

    code = "order"


class BadFrame(SidecastError):
    """A frame on the wire between Godot, Python and workers that does not parse or is too large."""

    code = "frame"


class NotCleared(SidecastError):
    """Somebody tried to make speech out of a clause that the gate has not allowed."""

    code = "not_cleared"


class BrainError(SidecastError):
    """A brain that failed to answer; the dialogue falls back."""

    code = "brain"


class PersonaError(SidecastError):
    """A persona pack with a file that is missing or malformed."""

    code = "persona"


class VoiceError(SidecastError):
    """A voice engine that is missing, crashed, hung or gave no sound; the voice falls back."""

    code = "voice"


class WorkerError(SidecastError):
    """A worker process that cannot start, crashed, hung, or answered with an error."""

    code = "worker"


class StageError(SidecastError):
    """The stage (Godot or its stand-in) cannot be reached or has ended."""

    code = "stage"


class LedgerError(SidecastError):
    """The ledger cannot be written or read."""

    code = "ledger"


class VaultError(SidecastError):
    """A secret or a sealed field that cannot be read or written."""

    code = "vault"


class ControlError(SidecastError):
    """The control page cannot be served."""

    code = "control"


class TwitchError(SidecastError):
    """Twitch cannot be asked, or refuses; holds no token."""

    code = "twitch"


class KeepError(SidecastError):
    """A backup that cannot be made, opened or put back."""

    code = "keep"


class ObsError(SidecastError):
    """OBS did not do what it was asked for."""

    code = "obs"


class ObsAwayError(ObsError):
    """There is no connection, or it ended before the answer came: whether it was done is not known."""

    code = "obs_away"


class ObsRefusedError(ObsError):
    """OBS answered that it will not."""

    code = "obs_refused"

    def __init__(self, what: str, remedy: str = "", *, status: int = 0) -> None:
        """`status`: the protocol's `RequestStatus`, such as 600 for a scene or source that is not there."""
        super().__init__(what, remedy)
        self.status = status


class ObsLacksError(ObsError):
    """The OBS that runs does not know this request; the sentence names its version."""

    code = "obs_lacks"


class RulesError(SidecastError):
    """A rules file that cannot be used as it is."""

    code = "rules"

    def __init__(self, what: str, remedy: str = "", *, problems: tuple[object, ...] = ()) -> None:
        """`problems`: each that was found, with its line (`rules.table.Problem`)."""
        super().__init__(what, remedy)
        self.problems = problems
