"""Granting: what one grant does inside its transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from guardrails.actions.acting import SYSTEM
from guardrails.actions.approvals.open_approval import (
    ONE_ABOVE,
    Asked,
    Opening,
    goes_round_a_no,
    open_approval,
    opening_of,
    reserves_on_request,
)
from guardrails.actions.budgets.alert_budgets import alert_budgets
from guardrails.actions.budgets.budget_windows import claims, known_windows
from guardrails.actions.caller import Caller
from guardrails.actions.cases.chain_turns import in_turn_of_chain
from guardrails.actions.exceptions.exception_row import ExceptionRow, insert
from guardrails.actions.exceptions.given import Given, read_given, read_held
from guardrails.actions.exceptions.grant_answer import Made, grant_answer, grant_body
from guardrails.actions.exceptions.happen import expiry, happen
from guardrails.actions.exceptions.promise import promise_of
from guardrails.actions.exceptions.wanted_offer import wanted_offer
from guardrails.actions.faults import (
    DecisionTooOldError,
    InvalidQuestionError,
    NeedsApprovalError,
    NotOfferedError,
    OutOfRangeError,
)
from guardrails.actions.offers.ask_offers import heading_of
from guardrails.actions.offers.inquiry import Inquiry, inquire
from guardrails.actions.offers.pose import Posed, pose
from guardrails.actions.offers.question_record import Json, decided, facts_of
from guardrails.actions.offers.tell_held import tell_held
from guardrails.actions.offers.tell_no import tell_no
from guardrails.audit import Origin, Subject, record
from guardrails.ledger import Balance, reserve
from guardrails.models import CareException, EntryKind, Event, State
from guardrails.models.identifiers import new_id
from guardrails.models.lifecycle import NEW, PROMISED, leads_to
from guardrails.queries.asked_decision import AskedDecision
from guardrails.queries.situation import FoundWindow
from policies.engine.decision import Decision, Ladder, Offer
from policies.engine.durations import duration
from policies.engine.faults import FactError, Fault
from policies.engine.offers import cost_of
from policies.engine.plan import plan_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """One attempt; `request` is a GrantRequest, `event` GRANT or HOLD."""

    caller: Caller
    request: Any
    asked: AskedDecision
    origin: Origin
    event: Event
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What was decided in the transaction: `answer` as JSON, the offer that is wanted, and what is given of it.

    `shown` are the offers as they can be had, also after a no.
    """

    inquiry: Inquiry
    posed: Posed
    answer: Json
    shown: Sequence[Json]
    offer: Offer
    given: Given


def grant(granting: Granting) -> Json:
    """Decide again under the version in force, and write everything; the budgets' rows are locked last."""
    offered = decide_again(granting)
    inquiry, offer = offered.inquiry, offered.offer
    if offer.remedy.code in offered.posed.taken_here:
        _expire_first(granting)
    opening = _opening(offered)
    row = row_of(granting, offered, opening)
    insert(row)
    if opening:
        open_approval(opening, inquiry, offer, _asked(granting, row))
    balances = take_budgets(row, extends=opening.extends if opening else (), found=offered.posed.windows)
    made = Made(
        inquiry=inquiry,
        posed=offered.posed,
        answer=offered.answer,
        offer=offer,
        row=row,
        balances=balances,
    )
    told = grant_answer(made)
    record(
        kind=f"exception.{row.state}",
        subject=Subject(type="exception", id=row.id, policy_id=inquiry.policy_id),
        body={"event": _event(granting, row).value, "from": NEW, "to": row.state.value, **grant_body(made, told)},
        actor=f"client:{granting.caller.client}",
        on_behalf_of=f"agent:{inquiry.context.agent}",
        origin=granting.origin,
        now=granting.now,
    )
    alert_budgets(
        policy_id=inquiry.policy_id,
        rules=inquiry.compiled,
        team=inquiry.context.team,
        balances=balances,
        now=granting.now,
    )
    return told


def _event(granting: Granting, row: ExceptionRow) -> Event:
    return Event.REQUEST if row.state is State.AWAITING_APPROVAL else granting.event


def _expire_first(granting: Granting) -> None:
    """The offer was held before, and nobody noticed yet that its time is over."""
    held = CareException.objects.get(
        decision=granting.asked.id, remedy=granting.request.remedy, state__in=(State.HELD, State.APPROVED)
    )
    now = granting.now
    happen(exception=held.pk, event=Event.EXPIRE, actor=SYSTEM, now=now, act=lambda row: expiry(row, now))


def decide_again(granting: Granting) -> Offered:
    """Decide under the version in force, in the turn of the case and of its chain; nothing is written yet."""
    inquiry = in_turn_of_chain(lambda: _inquiry(granting))
    if granting.now - granting.asked.asked_at > settings.DECISION_LIFETIME:
        raise DecisionTooOldError(settings.DECISION_LIFETIME)
    posed = pose(inquiry, decision=granting.asked.id)
    try:
        return _offered(granting, inquiry, posed)
    except (NotOfferedError, OutOfRangeError):
        # Nothing is given, so there is time to look up what of a budget that is short is only held.
        told = tell_held(inquiry, posed, _decide(inquiry, posed, granting.asked.id)[0])
        if told is posed:
            raise
    return _offered(granting, inquiry, told)


def _offered(granting: Granting, inquiry: Inquiry, posed: Posed) -> Offered:
    decision, answer = _decide(inquiry, posed, granting.asked.id)
    told = tell_no(inquiry, posed, decision)
    # What is decided upon is without the no, which is heeded below; what can be had instead is with it.
    shown = answer if told is posed else _decide(inquiry, told, granting.asked.id)[1]
    offer = wanted_offer(granting.request.remedy, posed, inquiry, decision, shown)
    read = read_held if granting.event is Event.HOLD else read_given
    given = read(
        offer,
        amount=granting.request.amount,
        quantity=granting.request.quantity,
        terms=granting.request.terms,
        currency=inquiry.compiled.rulebook.currency,
        alternatives=shown["offers"],
    )
    given = _one_above(given, inquiry, offer, posed)
    if granting.event is Event.HOLD and given.ladder is not None:
        raise NeedsApprovalError(shown["offers"])
    return Offered(inquiry=inquiry, posed=told, answer=answer, shown=shown["offers"], offer=offer, given=given)


def _inquiry(granting: Granting) -> Inquiry:
    asked = granting.asked
    inquiry = inquire(
        client=granting.caller.client,
        agent=asked.agent,
        policy=asked.policy,
        reason=asked.reason,
        channel=asked.channel,
        customer=asked.customer,
        case=asked.case,
        facts=facts_of(asked.question),
        verified=frozenset(asked.question["verified"]),
        now=granting.now,
    )
    # Only now: the fault tells what was asked, and a stranger must not learn that.
    if granting.request.reason not in (None, asked.reason):
        fault = Fault("/reason", f'must be the decision\'s reason, "{asked.reason}", or left out')
        raise InvalidQuestionError([fault])
    return inquiry


def _decide(inquiry: Inquiry, posed: Posed, decision: str) -> tuple[Decision, Json]:
    try:
        return decided(inquiry.compiled, posed.question, posed.context, heading_of(inquiry, decision=decision))
    except FactError as error:
        # The facts were valid when they were asked about: the policy has changed since.
        raise InvalidQuestionError(error.faults) from error


def _one_above(given: Given, inquiry: Inquiry, offer: Offer, posed: Posed) -> Given:
    """Let who is above agree to what could be given alone, where it would get round a no that stands."""
    since = posed.since_no.get(offer.remedy.code, 0)
    earlier = posed.noes.get(offer.remedy.code)
    if given.ladder is None and goes_round_a_no(earlier, inquiry, offer, number=given.number, given_since=since):
        return replace(given, ladder=Ladder(given.number, ONE_ABOVE))
    return given


def _opening(offered: Offered) -> Opening | None:
    """Find whose yes is needed; None where the role may give it alone."""
    ladder, remedy = offered.given.ladder, offered.offer.remedy.code
    if ladder is None:
        return None
    posed = offered.posed
    return opening_of(
        offered.inquiry,
        remedy=remedy,
        ladder=ladder,
        earlier=posed.noes.get(remedy),
        alternatives=offered.shown,
        why=posed.why(remedy),
    )


def _asked(granting: Granting, row: ExceptionRow) -> Asked:
    return Asked(
        exception=row.id,
        requested_by=row.inquiry.context.agent_id,
        number=row.quantity if row.amount_minor is None else row.amount_minor,
        cost_minor=row.cost_minor,
        terms=row.terms,
        says=row.note,
        told=granting.request.told,
        when_approved=granting.request.when_approved,
        reserved=reserves_on_request(row.inquiry.compiled),
    )


def row_of(granting: Granting, offered: Offered, opening: Opening | None) -> ExceptionRow:
    """Give what is written of the exception."""
    inquiry, offer, given = offered.inquiry, offered.offer, offered.given
    money = offer.remedy.unit == "money"
    state = leads_to(NEW, granting.event)[0] if opening is None else State.AWAITING_APPROVAL
    return ExceptionRow(
        id=new_id("exc", granting.now),
        decision_id=granting.asked.id,
        inquiry=inquiry,
        offer=offer,
        amount_minor=given.number if money else None,
        quantity=None if money else given.number,
        terms=given.terms,
        cost_minor=cost_of(offer.remedy, given.number),
        state=state,
        approval=opening.approval(inquiry, offer, number=given.number, told=granting.request.told) if opening else None,
        note=granting.request.note,
        client=granting.caller.client,
        expires_at=granting.now + duration(offer.remedy.hold_for) if state is State.HELD else None,
        promise=None if state is State.GRANTED else promise_of(offer),
    )


def take_budgets(
    row: ExceptionRow, *, extends: Collection[str] = (), found: Sequence[FoundWindow] | None = None
) -> list[Balance]:
    """Take the budgets; what awaits approval takes them now or with the last yes, as the policy says.

    `extends` are the budgets beyond which it may go. `found` are their windows, where they were just read.
    """
    inquiry, offer = row.inquiry, row.offer
    if row.state not in PROMISED and not reserves_on_request(inquiry.compiled):
        return []
    plan = plan_for(inquiry.compiled, inquiry.role, inquiry.reason, is_ai=inquiry.context.is_ai)
    budgets = next(each.budgets for each in plan.remedies if each.remedy.code == offer.remedy.code)
    return reserve(
        exception_id=row.id,
        claims=claims(budgets, inquiry, cost_minor=row.cost_minor, extends=extends),
        kind=EntryKind.COMMIT if row.state is State.GRANTED else EntryKind.HOLD,
        now=inquiry.now,
        known=None if found is None else known_windows(found),
    )
