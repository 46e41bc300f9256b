"""The addresses of Twitch's own mock server (`twitch-cli`), for programs that can be pointed at that one and nothing else.

Twurple is such a program: TWURPLE_MOCK_API_PORT is its only setting. Source: https://dev.twitch.tv/docs/cli/mock-api-command/ and
…/websocket-event-command/.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIXES = (("/mock/", "/helix/"), ("/auth/", "/oauth2/"), ("/eventsub/subscriptions", "/helix/eventsub/subscriptions"))


class CliPaths:
    """Hands such a request on under Twitch's own path; `/auth/authorize` and the like are the id server's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for ours, twitchs in _PREFIXES:
                if scope["path"].startswith(ours):
                    path = twitchs + scope["path"].removeprefix(ours)
                    scope = {**scope, "path": path, "raw_path": path.encode()}
                    break
        await self._app(scope, receive, send)
