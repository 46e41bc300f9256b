"""Knows who is behind a request, and believes a change only when our own page asks for it."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ..entrance import Entrance
from .permission import GRANTS, Caller, Role


class Desk:
    """See `api.declared.Access`."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """See `api.declared.Access`."""
        if not self._entrance.knows(connection.cookies.get(cookie_name(connection), "")):
            return None
        return Caller(id="member:local", name="Owner", permissions=GRANTS[Role.OWNER], role=Role.OWNER, by_cookie=True)


def cookie_name(connection: HTTPConnection) -> str:
    """Cookies ignore ports: the name keeps two shows on one machine apart."""
    return f"sidecast_{connection.scope['server'][1]}"
