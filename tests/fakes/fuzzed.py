"""schemathesis, the same every time: what an API's document allows, and what it does not, sent to each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

_LEFT_OUT = (
    # a passphrase may be too weak, what is asked for may not be there: the document cannot say it
    "positive_data_acceptance",
    "use_after_free",
    "ensure_resource_availability",
    # who gets in where is tested for every route by tests/unit/control/access/test_matrix.py
    "ignored_auth",
    "object_level_authorization",
    "missing_required_header",
)


def operations(document: Any) -> Iterator[Any]:
    """All but streams, which are endless as they should be."""
    refusals = document.config.checks.negative_data_rejection
    # too long may be too large as well
    refusals.expected_statuses = [*refusals.expected_statuses, "413"]
    for each in document.get_all_operations():
        operation = each.ok()
        if not operation.path.endswith("/events"):
            yield operation


def wrong_with(operation: Any, mode: GenerationMode, examples: int, headers: Callable[[], dict[str, str]]) -> str:
    """What is wrong with the answers; empty when they are as the document says."""
    load_all_checks()
    left_out = [CHECKS.get_one(name) for name in _LEFT_OUT]

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        case.call_and_validate(headers=headers(), excluded_checks=left_out)

    try:
        send()
    except Unsatisfiable:
        # nothing is taken there, so nothing can be wrong
        return "" if mode is GenerationMode.NEGATIVE else f"{operation.label}: nothing can be sent"
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - every operation is tried before a test fails
        return f"{operation.label}: {error}"
    return ""
