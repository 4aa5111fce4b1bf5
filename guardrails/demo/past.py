"""The demo's past: questions that were asked and exceptions that were granted in the weeks before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.actions.work_items.hand_over import HandOverRequest, Said, hand_over
from guardrails.actions.work_items.take_up_work_item import TakeUpRequest, claim_work_item, finish_work_item
from guardrails.demo.clients import AI_ASSISTANT, HELP_DESK, caller_of
from guardrails.demo.contacts import CONTACTS, Contact, HandedOver
from guardrails.demo.people import AI_AGENT
from guardrails.models import CareException, FollowUp, FollowUpState, OutboxMessage


def tell_the_past(*, policies: Sequence[str], now: datetime) -> int:
    """Ask and grant what happened before `now` under these policies, through the same actions as the API.

    Gives the number of exceptions. Does nothing where there are exceptions already.
    """
    if CareException.objects.exists():
        return 0
    made = 0
    for number, contact in enumerate(CONTACTS):
        if contact.policy in policies:
            ago = timedelta(days=contact.days_ago, minutes=contact.minutes_ago)
            made += _happened(contact, number=number, now=now - ago)
    _was_heard_of(now)
    return made


def _was_heard_of(now: datetime) -> None:
    """Let what is older than an hour be told already: nobody wants forty e-mails of the past when the demo starts."""
    waiting = OutboxMessage.objects.filter(fanned_out_at=None, record__at__lt=now - timedelta(hours=1))
    waiting.update(fanned_out_at=now)


def _happened(contact: Contact, *, number: int, now: datetime) -> int:
    caller = caller_of(AI_ASSISTANT if contact.agent == AI_AGENT else HELP_DESK)
    asked = OffersRequest(
        policy=contact.policy,
        reason=contact.reason,
        agent=contact.agent,
        channel=contact.channel,
        customer=contact.customer,
        case=contact.case,
        facts={code: _fact(value, now) for code, value in contact.facts.items()},
    )
    decision = ask_offers(caller=caller, request=asked, now=now)["decision"]
    for remedy, amount in contact.given:
        grant_exception(
            caller=caller,
            request=GrantRequest(decision=decision, remedy=remedy, amount=amount, note=contact.note),
            key=f"demo-{number}-{remedy}",
            now=now + timedelta(minutes=4),
        )
    if contact.told is not None:
        _follow_up(caller, contact.told, decision=decision)
    if contact.over is not None:
        _hand_over(caller, contact.over, decision=decision, number=number, now=now + timedelta(minutes=6))
    return len(contact.given)


def _hand_over(caller: Caller, over: HandedOver, *, decision: str, number: int, now: datetime) -> None:
    """Hand the case over; where somebody took it up, they did so soon."""
    said = [Said(by=by, text=text) for by, text in over.said]
    asked = HandOverRequest(decision=decision, note=over.note, said=said)
    item = hand_over(caller=caller, request=asked, key=f"demo-{number}-over", now=now).answer["work_item"]
    if over.taken_by:
        desk, taken = caller_of(HELP_DESK), TakeUpRequest(work_item=item, agent=over.taken_by)
        claim_work_item(caller=desk, request=taken, key=f"demo-{item}-claim", now=now + timedelta(minutes=5))
        ended = replace(taken, outcome=over.ended)
        finish_work_item(caller=desk, request=ended, key=f"demo-{item}-done", now=now + timedelta(minutes=20))


def _follow_up(caller: Caller, told: Told, *, decision: str) -> None:
    """Do what was owed, an hour before it was due."""
    for owed in FollowUp.objects.filter(exception__decision=decision, state=FollowUpState.OPEN, owner__isnull=False):
        finish_follow_up(
            caller=caller,
            request=FinishRequest(follow_up=owed.pk, told=told),
            key=f"demo-{owed.pk}",
            now=owed.due_at - timedelta(hours=1),
        )


def _fact(value: Any, now: datetime) -> Any:
    """A time span stands for the day that lies so far back."""
    return (now - value).date().isoformat() if isinstance(value, timedelta) else value
