"""Asking and granting, as the tests do it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.actions.once import Written
from tests.guardrails.builders import NOON

LATE = OffersRequest(
    policy="shop_eu",
    agent="ana",
    reason="late_delivery",
    channel="chat",
    customer="C-1",
    case="K-1",
    facts={"order_total": "82.50", "days_late": 3, "postcode": "north"},
)
DAMAGED = replace(LATE, reason="damaged", facts={"damaged": True})


def ask(caller: Caller, request: OffersRequest = LATE, now: datetime = NOON) -> dict[str, Any]:
    return ask_offers(caller=caller, request=request, now=now)


def grant(
    caller: Caller,
    remedy: str = "store_credit",
    *,
    request: OffersRequest = LATE,
    key: str = "",
    now: datetime = NOON,
    decision: str = "",
    **given: Any,
) -> Written:
    asked = decision or ask(caller, request, now)["decision"]
    return grant_exception(
        caller=caller,
        request=GrantRequest(decision=asked, remedy=remedy, **given),
        key=key or f"key of {asked} {remedy} {given}",
        now=now,
    )
