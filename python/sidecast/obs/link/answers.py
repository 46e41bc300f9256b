"""What is sent and what is answered, checked. Pure.

obs-websocket's protocol 5, "RequestStatus" and "RequestBatch".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import ObsAwayError, ObsError, ObsRefusedError
from ...flow.obs import Answered, Call, ObsVersion

NOT_READY, INVALID_FIELD = 207, 400
SERIAL = 0
"""`RequestBatchExecutionType`: one after another."""
_REMEDIES = {
    NOT_READY: "It starts, or loads scenes: try again in a moment.",
    500: "Stop that output in OBS first.",
    501: "Start that output in OBS first.",
    600: "Look in OBS for what it is called there.",
    601: "Choose another name.",
}
"""By `RequestStatus`."""


def sendable(request: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ObsRefusedError: no JSON, or not what OBS's reader of JSON takes, which would end the connection."""
    given = dict(data)
    try:
        json.dumps(given, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        what = f"{request} was not sent to OBS: its data holds half a character, no number, or something that is no JSON."
        raise ObsRefusedError(what, "Correct the value.", status=INVALID_FIELD) from None
    return given


def batch_of(calls: Sequence[Call], *, halt: bool) -> dict[str, Any]:
    """The data of a RequestBatch. Raises ObsRefusedError, as `sendable`."""
    requests = [
        {"requestType": each.request, "requestId": str(place), "requestData": sendable(each.request, each.data)}
        for place, each in enumerate(calls)
    ]
    return {"haltOnFailure": halt, "executionType": SERIAL, "requests": requests}


def data_of(request: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises ObsRefusedError; ObsAwayError for an answer that is none."""
    status = answer.get("requestStatus")
    if not isinstance(status, dict) or not isinstance(status.get("result"), bool) or not isinstance(status.get("code"), int):
        raise ObsAwayError(f"OBS answered {request} with something that is no answer.", "Update OBS.")
    if not status["result"]:
        code, comment = status["code"], status.get("comment")
        said = comment if isinstance(comment, str) and comment else f"status {code}"
        raise ObsRefusedError(f"OBS refuses {request}: {said.rstrip('.')}.", _REMEDIES.get(code, ""), status=code)
    data = answer.get("responseData")
    return data if isinstance(data, dict) else {}


def status_of(answer: Mapping[str, Any]) -> int | None:
    """The protocol's `RequestStatus`; None for an answer that is none."""
    status = answer.get("requestStatus")
    code = status.get("code") if isinstance(status, dict) else None
    return code if isinstance(code, int) else None


def version_of(answer: Mapping[str, Any]) -> ObsVersion | None:
    """Of an answer to GetVersion; None for one that is none."""
    said = answer.get("responseData")
    requests = said.get("availableRequests") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(requests, list) or not isinstance(said.get("obsVersion"), str):
        return None
    formats = said.get("supportedImageFormats")
    return ObsVersion(
        obs=said["obsVersion"],
        websocket=str(said.get("obsWebSocketVersion", "")),
        platform=str(said.get("platform", "")),
        requests=frozenset(map(str, requests)),
        image_formats=frozenset(map(str, formats)) if isinstance(formats, list) else frozenset(),
    )


def results_of(calls: Sequence[Call], answer: Mapping[str, Any]) -> tuple[Answered, ...]:
    """As many as calls. Those that OBS did not try after a failure are refused.

    Raises:
        ObsAwayError: the results are not those of the calls.
    """
    results = answer.get("results")
    if not isinstance(results, list) or len(results) > len(calls):
        raise ObsAwayError("OBS answered a batch with something that is no answer.", "Update OBS.")
    answered = []
    for place, (call, result) in enumerate(zip(calls, results, strict=False)):
        if not isinstance(result, dict) or result.get("requestType") != call.request or result.get("requestId") != str(place):
            raise ObsAwayError(f"OBS answered {call.request} in a batch with something else.", "Update OBS.")
        answered.append(_answered(call, result))
    untried = ObsRefusedError("OBS did not try this request, because one before it failed.")
    return (*answered, *(Answered(error=untried) for _ in calls[len(results) :]))


def _answered(call: Call, result: Mapping[str, Any]) -> Answered:
    try:
        return Answered(data_of(call.request, result))
    except ObsError as error:
        return Answered(error=error)
