"""The control room's page: built, or what its build would need."""

from __future__ import annotations

from .. import node
from .. import page as step
from .case import Case
from .finding import Finding, comes, found


def page(case: Case) -> Finding:
    if step.built(case.places):
        return found("the control room's page, built for these sources")
    nodejs = node.find(case.places)
    if nodejs is None:
        return comes("set-up fetches Node as a Python package and builds the control room's page")
    return comes(f"set-up builds the control room's page with Node {nodejs.version.removeprefix('v')}")
