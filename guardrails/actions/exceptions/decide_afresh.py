"""Decide afresh: what is granted after its time is decided again, as if it were new, and keeps its place."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from guardrails.actions.acting import Acting
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.become_granted import become_granted
from guardrails.actions.exceptions.exception_row import ExceptionRow
from guardrails.actions.exceptions.grant_answer import Made, grant_answer, grant_body
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.exceptions.granting import Granting, Offered, decide_again, take_budgets
from guardrails.actions.exceptions.happen import Effect
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.faults import NotOfferedError, UnknownDecisionError
from guardrails.audit import NOWHERE
from guardrails.models import CareException, Event, State
from guardrails.queries.asked_decision import asked_decision
from policies.engine.offers import cost_of

Json = dict[str, Any]
TEXT = "Its time was over, so it was decided again under the version in force; it is granted."


def decide_afresh(row: CareException, *, acting: Acting, caller: Caller, request: HeldRequest, now: datetime) -> Effect:
    """Decide the same question again for the agent who acts, and take the budgets anew, in the caller's transaction.

    Raises what grant_exception raises, with what can be offered instead.
    """
    asked = asked_decision(row.decision_id)
    if asked is None:
        raise UnknownDecisionError(row.decision_id)
    granting = Granting(
        caller=caller,
        request=GrantRequest(decision=row.decision_id, remedy=row.remedy, **request.how_much(row)),
        asked=replace(asked, agent=acting.context.agent),
        origin=NOWHERE,
        event=Event.GRANT,
        now=now,
    )
    offered = _alone(decide_again(granting))
    made_of = _row(row, offered, request, caller, now)
    balances = take_budgets(made_of, found=offered.posed.windows)
    made = Made(
        inquiry=offered.inquiry,
        posed=offered.posed,
        answer=offered.answer,
        offer=offered.offer,
        row=made_of,
        balances=balances,
    )
    told = grant_answer(made)
    kept = ("name", "kind", "budgets", "say", "guidance", "follow_up", "rule")
    return Effect(
        to=State.GRANTED,
        changes=_changes(row, offered, made_of, now),
        balances=balances,
        told={name: told[name] for name in kept} | {"decided_again": True, "text": TEXT},
        body={name: value for name, value in grant_body(made, told).items() if name not in ("answer", "budgets")},
    )


def _alone(offered: Offered) -> Offered:
    if offered.given.ladder is not None:
        raise NotOfferedError(
            "Its time is over, and decided again it needs somebody's yes. Ask for offers, and grant one of them anew.",
            alternatives=offered.answer["offers"],
        )
    return offered


def _row(row: CareException, offered: Offered, request: HeldRequest, caller: Caller, now: datetime) -> ExceptionRow:
    given, remedy = offered.given, offered.offer.remedy
    money = remedy.unit == "money"
    return ExceptionRow(
        id=row.pk,
        decision_id=row.decision_id,
        inquiry=offered.inquiry,
        offer=offered.offer,
        amount_minor=given.number if money else None,
        quantity=None if money else given.number,
        terms=given.terms,
        cost_minor=cost_of(remedy, given.number),
        state=State.GRANTED,
        approval=None,
        note=row.note if request.note is None else request.note,
        client=caller.client,
    )


def _changes(row: CareException, offered: Offered, made: ExceptionRow, now: datetime) -> Json:
    inquiry, offer = offered.inquiry, offered.offer
    context = inquiry.context
    return {
        **become_granted(
            row,
            rules=inquiry.compiled,
            rule=offer.rule.code,
            agent_id=context.agent_id,
            role=inquiry.role,
            now=now,
        ),
        "version_id": inquiry.version_id,
        "rule": offer.rule.code,
        "agent_id": context.agent_id,
        "team": context.team,
        "role": inquiry.role,
        "unit": offer.remedy.unit,
        "places": offer.remedy.places,
        "amount_minor": made.amount_minor,
        "quantity": made.quantity,
        "terms": dict(made.terms),
        "cost_minor": made.cost_minor,
        "approval": None,
        "note": made.note,
        "counts_on": inquiry.today,
    }
