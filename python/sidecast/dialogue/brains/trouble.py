"""What can be wrong with a brain of somebody else's."""

from __future__ import annotations

from ...errors import BrainError


class BrainTrouble(BrainError):
    """Why it gave no answer, and what that means for the next try. Its words never quote the server or a viewer."""

    def __init__(
        self, what: str, remedy: str = "", *, state: str = "is away", worth_another_try: bool = False, after_s: float = 0.0
    ) -> None:
        super().__init__(what, remedy)
        self.state = state
        """Ends the streamer's sentence “The brain X …”."""
        self.worth_another_try = worth_another_try
        """It may be well a moment later."""
        self.after_s = after_s
        """The server asked not to be tried before."""
