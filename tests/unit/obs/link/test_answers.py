"""Answers of OBS, and what is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.errors import ObsAwayError, ObsError, ObsRefusedError
from sidecast.flow.obs import Call, ObsVersion
from sidecast.obs.link.answers import batch_of, data_of, results_of, sendable, status_of, version_of

pytestmark = pytest.mark.unit

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)
CALLS = [Call("CreateScene", {"sceneName": "One"}), Call("GetStats")]


def well(request: str, place: int, **data: Any) -> dict[str, Any]:
    return {
        "requestType": request,
        "requestId": str(place),
        "requestStatus": {"result": True, "code": 100},
        **({"responseData": data} if data else {}),
    }


def ill(request: str, place: int, code: int = 601) -> dict[str, Any]:
    status = {"result": False, "code": code, "comment": "A source already exists by that name."}
    return {"requestType": request, "requestId": str(place), "requestStatus": status}


def test_data() -> None:
    assert data_of("GetStats", well("GetStats", 0, cpuUsage=1.5)) == {"cpuUsage": 1.5}
    assert data_of("GetStats", well("GetStats", 0)) == {}


def test_a_refusal_says_what_obs_says_and_what_to_do() -> None:
    with pytest.raises(ObsRefusedError) as refused:
        data_of("CreateScene", ill("CreateScene", 0))
    assert refused.value.status == 601
    assert refused.value.what == "OBS refuses CreateScene: A source already exists by that name."
    assert refused.value.remedy == "Choose another name."
    with pytest.raises(ObsRefusedError, match="status 702"):
        data_of("CreateScene", {"requestStatus": {"result": False, "code": 702}})


@given(st.dictionaries(st.sampled_from(["requestStatus", "responseData", "results"]), JSON))
def test_whatever_comes_is_an_answer_or_an_error_of_ours(answer: Mapping[str, Any]) -> None:
    version = version_of(answer)
    assert version is None or isinstance(version.obs, str)
    assert isinstance(status_of(answer), int | None)
    for read in (lambda: data_of("GetStats", answer), lambda: results_of(CALLS, answer)):
        try:
            read()
        except ObsError as error:
            assert str(error)


def test_a_version() -> None:
    said = {"obsVersion": "29.0.2", "obsWebSocketVersion": "5.1.0", "platform": "debian", "availableRequests": ["GetStats"]}
    version = version_of(well("GetVersion", 0, **said, supportedImageFormats=["png"]))
    assert version == ObsVersion(
        obs="29.0.2", websocket="5.1.0", platform="debian", requests=frozenset({"GetStats"}), image_formats=frozenset({"png"})
    )
    assert version_of(well("GetVersion", 0, **said | {"obsVersion": 29})) is None


def test_a_batch() -> None:
    batch = batch_of(CALLS, halt=True)
    assert batch["haltOnFailure"] is True
    assert [(each["requestType"], each["requestId"]) for each in batch["requests"]] == [("CreateScene", "0"), ("GetStats", "1")]
    first, second = results_of(CALLS, {"results": [ill("CreateScene", 0), well("GetStats", 1, cpuUsage=1.5)]})
    assert isinstance(first.error, ObsRefusedError)
    assert second.data == {"cpuUsage": 1.5}


def test_what_was_not_tried_is_no_success() -> None:
    first, second = results_of(CALLS, {"results": [ill("CreateScene", 0)]})
    assert isinstance(first.error, ObsRefusedError)
    assert second.error is not None
    assert "did not try" in str(second.error)


@pytest.mark.parametrize(
    "results",
    [
        [well("GetStats", 0), well("CreateScene", 1)],
        [well("CreateScene", 1), well("GetStats", 0)],
        [well("CreateScene", 0), well("GetStats", 1), well("GetStats", 2)],
        "none",
    ],
    ids=["of others", "in another order", "too many", "no list"],
)
def test_results_of_other_requests_are_not_taken(results: Any) -> None:
    with pytest.raises(ObsAwayError):
        results_of(CALLS, {"results": results})


@pytest.mark.parametrize("value", ["\udc00", float("inf"), float("nan"), {1, 2}, b"bytes"])
def test_what_cannot_be_sent(value: object) -> None:
    with pytest.raises(ObsRefusedError, match="SetInputSettings was not sent") as refused:
        sendable("SetInputSettings", {"inputSettings": {"text": value}})
    assert refused.value.status == 400


@given(st.dictionaries(TEXT, JSON))
def test_what_can_be_sent_is_sent_as_it_is(data: Mapping[str, Any]) -> None:
    assert sendable("X", data) == data
