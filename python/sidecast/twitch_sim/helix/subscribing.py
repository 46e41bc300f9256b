"""`/eventsub/subscriptions`."""

from __future__ import annotations

from ..eventsub.subscriptions import COST
from ..refusal import Refused
from .call import Answer, Call, Endpoint, paged


def create(call: Call) -> Answer:
    subscription = call.eventsub.subscribe(call.token, call.body)
    owned = call.eventsub.subscriptions.owned(call.token)
    live = [each for each in owned if each.status == "enabled"]
    shape = subscription.shape()
    shape["transport"]["connected_at"] = shape["created_at"]
    return 202, {
        "data": [shape],
        "total": len(live),
        "total_cost": sum(each.cost for each in live),
        "max_total_cost": COST,
    }


def listed(call: Call) -> Answer:
    status, kind, user_id = (call.maybe(name) for name in ("status", "type", "user_id"))
    if sum(bool(each) for each in (status, kind, user_id)) > 1:
        raise Refused(400, "only one filter may be specified")
    owned = call.eventsub.subscriptions.owned(call.token)
    rows = [
        each.shape()
        for each in owned
        if status in {"", each.status} and kind in {"", each.type} and (not user_id or user_id in each.condition.values())
    ]
    live = [each for each in owned if each.status == "enabled"]
    page = paged(call, rows, usual=100)
    return 200, {"total": len(rows), **page, "total_cost": sum(each.cost for each in live), "max_total_cost": COST}


def remove(call: Call) -> Answer:
    if not call.eventsub.subscriptions.remove(call.one("id"), call.token):
        raise Refused(404, "subscription not found")
    call.eventsub.unsubscribed()
    return 204, None


ENDPOINTS = {
    ("POST", "eventsub/subscriptions"): Endpoint(create),
    ("GET", "eventsub/subscriptions"): Endpoint(listed),
    ("DELETE", "eventsub/subscriptions"): Endpoint(remove),
}
