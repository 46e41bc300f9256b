"""Everything that knows who may come in, opened together."""

from __future__ import annotations

from pathlib import Path

from ...clock import Clock
from .audit import AuditBook
from .invitations import Invitations
from .keys import Keys
from .lockout import Lockout
from .log_in import LogIn
from .members import Members
from .overlay_links import OverlayLinks
from .passphrase import Passphrases
from .refused import RefusedLogIns
from .register import Register
from .runner import Runner
from .store import Store

FILE = "access.db"


class Accounts:
    """Made once a show, before its server."""

    def __init__(
        self, path: Path | None, clock: Clock, *, passphrases: Passphrases | None = None, runner: Runner | None = None
    ) -> None:
        """
        Args:
            path: of `access.db`; None keeps nothing.
            runner: where the file is worked on; tests in virtual time give one that works inline.

        Raises:
            ControlError: the file cannot be used.
        """
        self.clock = clock
        self.register = Register(Store(path), clock, runner)
        self.passphrases = passphrases or Passphrases()
        self.refused, lockout = RefusedLogIns(self.register), Lockout(clock)
        self.members = Members(self.register, self.passphrases, lockout, self.refused)
        self.invitations = Invitations(self.register)
        self.keys = Keys(self.register)
        self.overlay_links = OverlayLinks(self.register)
        self.log_in = LogIn(self.register, self.passphrases, self.invitations, lockout, self.refused)
        self.audit = AuditBook(self.register)

    async def close(self) -> None:
        self.passphrases.close()
        self.refused.write_soon()
        await self.register.close()
