"""Lanes: what one process of a race does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.faults import ActionError
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a process wants to give, how often, each time after asking."""

    question: OffersRequest
    remedy: str
    given: dict[str, Any]
    times: int = 1


def ask_and_grant(caller: Caller, wish: Wish, now: datetime) -> list[str]:
    """Ask and grant again and again; give the state, or the refusal's code, of each attempt."""
    return [_one(caller, wish, now) for _ in range(wish.times)]


def _one(caller: Caller, wish: Wish, now: datetime) -> str:
    decision = ask_offers(caller=caller, request=wish.question, now=now)["decision"]
    return take(caller, GrantRequest(decision=decision, remedy=wish.remedy, **wish.given), decision, now)[0]


def take(caller: Caller, request: GrantRequest, key: str, now: datetime) -> tuple[str, str, bool]:
    """Grant; give the state or the refusal's code, the exception's id, and whether the answer was a repeated one."""
    try:
        outcome = grant_exception(caller=caller, request=request, key=key, now=now)
    except ActionError as refusal:
        return refusal.code, "", False
    return outcome.answer["state"], outcome.answer["exception"], outcome.repeated


def hold(caller: Caller, decision: str, amount: str, now: datetime) -> tuple[str, str]:
    """Hold store credit; give the state and what may be said, or the refusal's code and its words."""
    request = GrantRequest(decision=decision, remedy="store_credit", amount=amount)
    try:
        answer = hold_offer(caller=caller, request=request, key=decision, now=now).answer
    except ActionError as refusal:
        return refusal.code, refusal.detail
    return answer["state"], answer["say"]
