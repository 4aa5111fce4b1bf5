"""Questions that the tests of the API ask."""

from typing import Any

LATE: dict[str, Any] = {
    "policy": "shop_eu",
    "agent": "ana",
    "reason": "late_delivery",
    "channel": "chat",
    "customer": "C-20417",
    "case": "K-881",
    "facts": {"order_total": "82.50", "days_late": 3, "damaged": False},
}


def late(**changes: Any) -> dict[str, Any]:
    """The late parcel's question; a change of `...` leaves the field out."""
    asked = {**LATE, **changes}
    return {key: value for key, value in asked.items() if value is not ...}


def facts(**changes: Any) -> dict[str, Any]:
    """The late parcel's question with other facts."""
    return late(facts={**LATE["facts"], **changes})
