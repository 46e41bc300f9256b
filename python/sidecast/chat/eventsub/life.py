"""A socket that is being read, as the keeper holds it."""

from __future__ import annotations

import asyncio

from .closes import Ended
from .link import Link


class Life:
    """A link, the task that reads it, and what the keeper waits for."""

    def __init__(self, link: Link, task: asyncio.Task[Ended]) -> None:
        self.link = link
        self.task = task
        self.welcome = asyncio.create_task(link.welcomed.wait())
        self.moving = asyncio.create_task(link.moving.wait())
        task.add_done_callback(self._over)

    @property
    def is_opening(self) -> bool:
        """Neither welcomed nor over."""
        return not self.task.done() and not self.link.welcomed.is_set()

    async def is_welcomed(self) -> bool:
        """Waits for the welcome or the end."""
        await asyncio.wait({self.task, self.welcome}, return_when=asyncio.FIRST_COMPLETED)
        return self.link.welcomed.is_set()

    def ended(self) -> Ended:
        """Why it is over, which it must be."""
        return self.task.result()

    def _over(self, _: asyncio.Task[Ended]) -> None:
        self.welcome.cancel()
        self.moving.cancel()
