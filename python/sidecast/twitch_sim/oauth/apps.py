"""Apps that are registered at the simulated Twitch."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    client_id: str
    name: str
    secret: str = field(default="", repr=False)
    """Empty: a public client, which has none."""
    redirects: tuple[str, ...] = ()
    """Where a code may be sent; none given = anywhere on this machine."""

    @property
    def public(self) -> bool:
        return not self.secret


PUBLIC = App(client_id="rehearsalpublicclient000000000", name="Sidecast (public)")
CONFIDENTIAL = App(
    client_id="rehearsalsecretclient000000000",
    name="Sidecast (self-hosted)",
    secret="rehearsalclientsecret000000000",  # noqa: S106 - of an app that exists in the simulator alone
)
