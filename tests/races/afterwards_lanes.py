"""Lanes of what comes after an exception: what one process of a race does."""

from uuid import uuid4

from guardrails.actions.caller import Caller
from guardrails.actions.faults import ActionError
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.hand_on_follow_up import HandOnRequest, hand_on_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.follow_ups.tell_outcome import OutcomeRequest, tell_outcome
from guardrails.actions.work_items.escalate_work_items import escalate_work_items
from guardrails.actions.work_items.hand_over import HandOverRequest, hand_over
from guardrails.actions.work_items.take_up_work_item import TakeUpRequest, claim_work_item
from tests.guardrails.afterwards import DUE
from tests.guardrails.builders import NOON

TOLD = Told(reached=True, satisfied=5)


def claim(caller: Caller, work_item: str, agent: str) -> str:
    """Claim a work item; give the state, or the refusal's code."""
    try:
        request = TakeUpRequest(work_item=work_item, agent=agent)
        return str(claim_work_item(caller=caller, request=request, key=uuid4().hex, now=NOON).answer["state"])
    except ActionError as refusal:
        return refusal.code


def over(caller: Caller, decision: str) -> str:
    """Hand a decision over."""
    try:
        request = HandOverRequest(decision=decision)
        return str(hand_over(caller=caller, request=request, key=uuid4().hex, now=NOON).answer["state"])
    except ActionError as refusal:
        return refusal.code


def tell(caller: Caller, exception: str, id_: str) -> str:
    """Tell an outcome under an id; give the outcome's own."""
    request = OutcomeRequest(id=id_, told=TOLD, exception=exception)
    return str(tell_outcome(caller=caller, request=request, now=NOON).answer["outcome"])


def finish(caller: Caller, follow_up: str) -> str:
    """Finish a follow-up."""
    try:
        request = FinishRequest(follow_up=follow_up, told=TOLD)
        return str(finish_follow_up(caller=caller, request=request, key=uuid4().hex, now=DUE).answer["state"])
    except ActionError as refusal:
        return refusal.code


def hand_on(caller: Caller, follow_up: str, note: str) -> str:
    """Hand a follow-up on."""
    request = HandOnRequest(follow_up=follow_up, note=note, to_role="frontline", agent="ana")
    return str(hand_on_follow_up(caller=caller, request=request, key=uuid4().hex, now=NOON).answer["state"])


def escalate() -> int:
    """Tend what is overdue."""
    return escalate_follow_ups(DUE)


def escalate_items() -> int:
    """Tend what was handed over and is overdue."""
    return escalate_work_items(DUE)
