"""Where a person types a device's code, logs in and agrees: `/activate` and `/oauth2/authorize`, as plain as can be."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ..refusal import Refused
from ..world.people import User
from ..world.world import World
from .answers import fields
from .apps import App
from .grants import Device, Grants

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · simulated Twitch</title>
<style>body{{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}}
input,button{{font:inherit;padding:.5rem .8rem;margin:.3rem 0}}label{{display:block}}</style></head>
<body><p><small>This is the simulated Twitch of this machine. No real account is involved.</small></p>
<h1>{title}</h1>{body}</body></html>"""


class Pages:
    def __init__(self, grants: Grants, world: World) -> None:
        self._grants = grants
        self._world = world

    async def activate(self, request: Request) -> Response:
        """GET shows the form with the code of the address; POST is the person's answer."""
        try:
            given = await fields(request)
        except Refused as refused:
            return _page("Activate a device", f"<p>{escape(refused.message)}</p>", refused.status)
        code = given.get("user_code") or given.get("device-code") or given.get("device_code") or ""
        device = self._grants.device(code) if code else None
        if request.method == "GET" or device is None:
            wrong = "" if request.method == "GET" or not code else "<p role=alert>That code is unknown or has expired.</p>"
            return _page("Activate a device", wrong + self._form(code, device))
        if given.get("answer") == "cancel":
            device.denied = True
            return _page("Not activated", "<p>You have said no. You can close this page.</p>")
        user = self._world.find(given.get("login", ""))
        if user is None or given.get("answer") != "authorize":
            return _page("Activate a device", "<p role=alert>There is no such account.</p>" + self._form(code, device))
        device.user_id = user.id
        return _page("Activated", f"<p>The device is logged in as {escape(user.name)}. You can close this page.</p>")

    def _form(self, code: str, device: Device | None) -> str:
        app = self._grants.apps.get(device.client_id) if device else None
        asked = self._asked(app, device.scopes) if app and device else ""
        return (
            '<form method="post" action="/activate">'
            f'<label>Code <input name="user_code" value="{escape(code)}" autocomplete="off" required></label>'
            f"{asked}{self._who()}</form>"
        )

    @staticmethod
    def _asked(app: App, scopes: tuple[str, ...]) -> str:
        rows = "".join(f"<li>{escape(scope)}</li>" for scope in scopes) or "<li>nothing but who you are</li>"
        return f"<p><b>{escape(app.name)}</b> asks for:</p><ul>{rows}</ul>"

    def _who(self) -> str:
        options = "".join(f'<option value="{escape(user.login)}">' for user in self._world.users[:50])
        return (
            f'<label>Your account <input name="login" list="accounts" autocomplete="off" required></label>'
            f'<datalist id="accounts">{options}</datalist>'
            '<button name="answer" value="authorize">Authorize</button> '
            '<button name="answer" value="cancel" formnovalidate>Cancel</button>'
        )

    async def authorize(self, request: Request) -> Response:
        """The code flow's page, and the way back to the app."""
        try:
            given = await fields(request)
            app = self._grants.app(given.get("client_id", ""))
            redirect = _allowed(app, given.get("redirect_uri", ""), given.get("response_type", ""))
        except Refused as refused:
            return JSONResponse({"status": refused.status, "message": refused.message}, refused.status)
        scopes = tuple(given.get("scope", "").split())
        kept = {key: given.get(key, "") for key in ("client_id", "redirect_uri", "response_type", "scope", "state")}
        state = {"state": given["state"]} if given.get("state") else {}
        if request.method == "GET":
            return self._consent(app, scopes, kept)
        if given.get("answer") != "authorize":
            denied = {"error": "access_denied", "error_description": "The user denied you access", **state}
            return RedirectResponse(f"{redirect}?{urlencode(denied)}", 302)
        user = self._world.find(given.get("login", ""))
        if user is None:
            return self._consent(app, scopes, kept, "<p role=alert>There is no such account.</p>")
        return RedirectResponse(self._back(app, user, scopes, redirect, kind=kept["response_type"], state=state), 302)

    def _back(self, app: App, user: User, scopes: tuple[str, ...], redirect: str, *, kind: str, state: dict[str, str]) -> str:
        said = {"scope": " ".join(scopes), **state}
        if kind == "token":
            token = self._grants.issue(app, user, scopes)
            return f"{redirect}#{urlencode({'access_token': token.access, **said, 'token_type': 'bearer'})}"
        code = self._grants.agree(app, user, scopes, redirect)
        return f"{redirect}?{urlencode({'code': code.code, **said})}"

    def _consent(self, app: App, scopes: tuple[str, ...], kept: dict[str, str], wrong: str = "") -> Response:
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in kept.items())
        form = f'<form method="post" action="/oauth2/authorize">{hidden}{self._asked(app, scopes)}{self._who()}</form>'
        return _page("Authorize", wrong + form)


def _allowed(app: App, redirect: str, kind: str) -> str:
    """Raises Refused: a code must not be sent there, or what is wanted is none."""
    if kind not in {"code", "token"}:
        raise Refused(400, "invalid response type")
    here = urlsplit(redirect).hostname in {"localhost", "127.0.0.1", "::1"}
    if not redirect or (app.redirects and redirect not in app.redirects) or (not app.redirects and not here):
        raise Refused(400, "Parameter redirect_uri does not match registered URI")
    return redirect


def _page(title: str, body: str, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), status, headers)
