"""The launcher's one error: a sentence that says what is wrong and one that says what to do."""

from __future__ import annotations


class Trouble(Exception):
    """Ends the launcher with `code`; `what` and `remedy` are printed, never a trace."""

    def __init__(self, what: str, remedy: str = "", *, code: int = 1) -> None:
        super().__init__(f"{what} {remedy}".rstrip())
        self.what = what
        self.remedy = remedy
        self.code = code


class Interrupted(BaseException):
    """A signal asked the launcher to end. Not an `Exception`, so that only clean-up handles it on its way up."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.code = 128 + signal_number
