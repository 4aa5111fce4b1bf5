"""Lifecycle lanes: what processes of a race do with exceptions of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.actions.faults import ActionError
from guardrails.actions.once import Written

SAID = ("approve", "decline", "ask", "answer", "counter")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What becomes of one decision: the amount, whether it is held first, what happens then, and when each happens.

    `events` are "grant", "half", "void", "back" (all that stands) and "bit" (1.00 of it); and what is said to what
    awaits a yes: "approve", "decline", "ask", "answer" and "counter" (15.00, with which it goes on). All keys begin
    with `key`.
    """

    key: str
    decision: str
    amount: str
    hold: bool
    events: tuple[str, ...]
    minutes: tuple[int, ...]


def live(desk: Caller, leads: Caller, plans: Sequence[Plan], now: datetime) -> list[tuple[str, str, str]]:
    """Let everything happen that is planned; give key, exception and state (or the refusal's code) of each event.

    Of a counter-proposal the exception is the proposed one. `leads` is the client of the approver Sam.
    """
    return [told for plan in plans for told in _life(desk, leads, plan, now)]


def _life(desk: Caller, leads: Caller, plan: Plan, now: datetime) -> list[tuple[str, str, str]]:
    times = [now + timedelta(minutes=minutes) for minutes in plan.minutes]
    act = hold_offer if plan.hold else grant_exception
    wanted = GrantRequest(decision=plan.decision, remedy="store_credit", amount=plan.amount)
    request: list[str] = []

    def begin() -> Written:
        written = act(caller=desk, request=wanted, key=plan.key, now=times[0])
        request.append((written.answer["approval"] or {}).get("request", ""))
        return written

    found = [_told(plan.key, begin)]
    exception = found[0][1]
    for at, event in enumerate(plan.events if exception else (), 1):
        key = f"{plan.key} {at}"
        if event in SAID:
            found.append(_told(key, _said(desk, leads, event, request[0], key, times[at])))
            exception = found[-1][1] or exception
        else:
            found.append(_told(key, _event(desk, event, exception, plan, key, times[at])))
    expire_holds(times[-1])
    return found


def _said(desk: Caller, leads: Caller, event: str, request: str, key: str, now: datetime) -> Callable[[], Written]:
    counter: dict[str, Any] = {"remedy": "store_credit", "amount": "15.00"} if event == "counter" else {}
    caller, agent = (desk, "ana") if event == "answer" else (leads, "sam")
    said = VoteRequest(approval=request, agent=agent, text="Because.", **counter)
    return lambda: vote_on_approval(caller=caller, say=Say(event), request=said, key=key, now=now)


def _event(caller: Caller, event: str, exception: str, plan: Plan, key: str, now: datetime) -> Callable[[], Written]:
    if event == "void":
        return lambda: void_for_agent(caller=caller, exception=exception, agent=None, reason="", key=key, now=now)
    if event in ("back", "bit"):
        amount = "1.00" if event == "bit" else None
        back = ReverseRequest(exception=exception, reason="A mistake.", amount=amount)
        return lambda: reverse_exception(caller=caller, request=back, key=key, now=now)
    half = HeldRequest(exception=exception, amount="2.00" if event == "half" else None)
    return lambda: grant_held(caller=caller, request=half, key=key, now=now)


def _told(key: str, act: Callable[[], Written]) -> tuple[str, str, str]:
    try:
        answer = act().answer
    except ActionError as refusal:
        return key, "", refusal.code
    return key, answer.get("proposal", answer)["exception"], answer["state"]
