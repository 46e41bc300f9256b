"""The guard with public names and HTTPS: rebinding, foreign pages, secure cookies, strict transport where it is due."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from fakes.visitors import Room
from sidecast.control.guard import HEADERS, HSTS, refused

pytestmark = pytest.mark.unit

PUBLIC = "room.example.org"


def scope(host: str, *, origin: str = "", scheme: str = "http", method: str = "GET", **headers: str) -> dict[str, object]:
    sent = (
        {"host": host} | ({"origin": origin} if origin else {}) | {name.replace("_", "-"): text for name, text in headers.items()}
    )
    return {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "server": ("127.0.0.1", 8787),
        "headers": [(name.encode(), text.encode()) for name, text in sent.items()],
    }


@pytest.mark.parametrize("host", [PUBLIC, f"{PUBLIC}:8443", PUBLIC.upper(), "127.0.0.1:8787", "localhost:8787", "[::1]:8787"])
def test_configured_names_are_served_at_any_port(host: str) -> None:
    assert refused(scope(host, origin=f"http://{host.lower()}"), frozenset({PUBLIC})) is None


@pytest.mark.parametrize(
    "host",
    [
        f"evil.{PUBLIC}",
        f"{PUBLIC}.evil.example",
        f"{PUBLIC}:x",
        f"{PUBLIC}@evil.example",
        "10.0.0.1:8787",
        f"{PUBLIC}:80:80",
        "::1",
        ".",
    ],
)
def test_names_that_only_look_like_it_are_not(host: str) -> None:
    refusal = refused(scope(host), frozenset({PUBLIC}))
    assert refusal is not None
    assert refusal[0] == 421


def test_two_hosts_are_none() -> None:
    twice = scope("127.0.0.1:8787")
    twice["headers"] = [(b"host", b"127.0.0.1:8787"), (b"host", b"evil.example")]
    refusal = refused(twice)
    assert refusal is not None
    assert refusal[0] == 421


@pytest.mark.parametrize(
    ("origin", "scheme"),
    [
        (f"http://{PUBLIC}", "https"),
        (f"https://{PUBLIC}", "http"),
        ("https://evil.example", "https"),
        ("null", "https"),
        ("", "x"),
    ],
)
def test_a_page_must_come_from_here_by_the_same_scheme(origin: str, scheme: str) -> None:
    refusal = refused(scope(PUBLIC, origin=origin, scheme=scheme), frozenset({PUBLIC}))
    assert (refusal is None) == (origin == "")


@pytest.mark.parametrize(
    ("site", "mode", "method", "good"),
    [
        ("same-origin", "cors", "POST", True),
        ("none", "navigate", "GET", True),
        ("cross-site", "navigate", "GET", True),
        ("same-site", "navigate", "GET", True),
        ("cross-site", "navigate", "POST", False),
        ("cross-site", "no-cors", "GET", False),
        ("same-site", "no-cors", "GET", False),
        ("same-site", "cors", "POST", False),
        ("invented", "cors", "GET", False),
    ],
)
def test_what_the_browser_says_of_who_asks_counts(site: str, mode: str, method: str, good: bool) -> None:
    assert refused(scope("127.0.0.1:8787", method=method, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest="iframe")) or (
        site in ("same-origin", "none")
    ), "a foreign page shows it in a frame"
    asked = scope("127.0.0.1:8787", method=method, sec_fetch_site=site, sec_fetch_mode=mode)
    assert (refused(asked) is None) == good


def test_under_https_cookies_are_secure_and_bound_to_the_host_and_the_browser_stays_with_https() -> None:
    room = Room(names=[PUBLIC])
    client = TestClient(room.app, base_url=f"https://{PUBLIC}:8443")
    entered = client.get("/open", params={"key": room.entrance.mint()})
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-sidecast_8443=")
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert entered.headers["strict-transport-security"] == HSTS
    assert client.get("/session").status_code == 204


def test_this_machines_own_names_are_never_bound_to_https() -> None:
    room = Room(names=[PUBLIC])
    for base in ("https://localhost:8787", "http://127.0.0.1:8787", f"http://{PUBLIC}:8787"):
        assert "strict-transport-security" not in TestClient(room.app, base_url=base).get("/healthz").headers


def test_refusals_have_the_form_of_all_errors_and_the_strict_headers() -> None:
    answer = TestClient(Room().app, base_url="http://evil.example").get("/")
    assert (answer.status_code, set(answer.json())) == (421, {"what", "remedy"})
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
