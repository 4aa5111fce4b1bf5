"""The page of one approval: the case, the facts, what was said by whom, and what is left."""

import json
from datetime import datetime
from typing import Any

from guardrails.actions.approvals.question_time import clock_stands, state_at
from guardrails.actions.approvals.read_approvals import is_late
from guardrails.actions.faults import ActionError
from guardrails.actions.offers.ask_again import ask_again
from guardrails.admin.answer_words import fact_rows, figure, offer_rows
from guardrails.admin.approval_surroundings import surroundings
from guardrails.admin.figures import reason_name, told, words
from guardrails.models import ApprovalRequest, ApprovalSeat, ApprovalState, CareException, SeatState, Verdict, Vote
from policies.engine.compile import Compiled
from policies.engine.money import decimal_text, money_text
from policies.engine.sentences import rule_sentence
from policies.engine.values import with_unit
from policies.engine.words import lower_first
from policies.queries.rulebooks import compiled

_TAKEN = (ApprovalState.APPROVED,)
"""States in which what was offered has become something that the agent can give."""


def standing(row: ApprovalRequest, now: datetime) -> str:
    """Say in a word how it stands."""
    state = state_at(row, now)
    if state is ApprovalState.OPEN and row.due_at <= now:
        return "Overdue"
    return str(state.label)


def approval_page(row: ApprovalRequest, now: datetime) -> dict[str, Any]:
    """Give what the template shows."""
    exception = row.exception
    rules = compiled(exception.version_id)
    decision = exception.decision
    answer, question = json.loads(decision.answer), json.loads(decision.question)
    votes = Vote.objects.filter(request=row).select_related("agent", "for_agent").order_by("at", "id")
    shown = standing(row, now)
    return {
        "title": f"Approval of {told(exception)}",
        "row": row,
        "exception": exception,
        "exception_text": told(exception),
        "zone": rules.zone.key,
        "standing": shown,
        "question_due_at": row.question_due_at if clock_stands(row, now) else None,
        "badge": {"Approved": "gr-good", "Overdue": "gr-bad", "Declined": "gr-bad"}.get(shown, "gr-wait"),
        "reason": reason_name(exception),
        "role": _role(rules, exception.role),
        "asked_for": "" if row.number is None else _number(exception, row.number),
        "alone": _number(exception, row.alone_number) if row.alone_number is not None else "nothing",
        "sentence": rule_sentence(rules, exception.rule),
        "facts": fact_rows(rules, question, rule=exception.rule),
        "answer": answer,
        "offers": offer_rows(rules, answer, taken=exception.remedy if row.state in _TAKEN else ""),
        "seats": [_seat(seat, rules, row, now) for seat in _seats(row)],
        "votes": [_vote(vote, rules, exception) for vote in votes],
        "earlier": _earlier(row, rules),
        "beyond": [each.name for each in rules.rulebook.budgets if each.code in row.extends],
        "now": _now(row, now) if row.closed_at is None else None,
    }


def _seats(row: ApprovalRequest) -> list[ApprovalSeat]:
    return list(ApprovalSeat.objects.filter(request=row).select_related("claimed_by").order_by("position"))


def _role(rules: Compiled, code: str) -> str:
    return rules.roles[code].name if code in rules.roles else words(code)


def _number(exception: CareException, number: int) -> str:
    if exception.unit == "money":
        return money_text(number, exception.currency)
    return with_unit(decimal_text(number, exception.places), exception.unit)


def _seat(seat: ApprovalSeat, rules: Compiled, row: ApprovalRequest, now: datetime) -> dict[str, Any]:
    return {
        "who": " or ".join(_role(rules, role) for role in seat.roles),
        "state": SeatState(seat.state).label,
        "late": is_late(seat, row, now),
        "due_at": seat.due_at if seat.state == SeatState.OPEN and not clock_stands(row, now) else None,
        "claimed_by": seat.claimed_by if row.closed_at is None else None,
        "before": ", ".join(_role(rules, role) for role in seat.escalated_from),
        "reminded_at": seat.reminded_at,
    }


def _vote(vote: Vote, rules: Compiled, exception: CareException) -> dict[str, Any]:
    """Give who said what; of a proposal what it became."""
    proposal = None
    if vote.verdict == Verdict.COUNTER:
        proposal = CareException.objects.filter(arises_from=exception).order_by("created_at", "id").first()
    return {
        "what": Verdict(vote.verdict).label,
        "much": _number(exception, vote.number) if vote.number is not None and proposal is None else "",
        "proposal": proposal and {"id": proposal.pk, "text": lower_first(told(proposal))},
        "who": vote.agent,
        "role": _role(rules, vote.role),
        "for_agent": vote.for_agent,
        "text": vote.text,
        "say": vote.say,
        "at": vote.at,
    }


def _earlier(row: ApprovalRequest, rules: Compiled) -> dict[str, Any] | None:
    if row.earlier_no is None:
        return None
    vote = Vote.objects.filter(request=row.earlier_no_id, verdict=Verdict.DECLINE).select_related("agent").first()
    if vote is None:
        return None
    return {"request": row.earlier_no_id, "who": vote.agent, "role": _role(rules, vote.role), "vote": vote}


def _now(row: ApprovalRequest, now: datetime) -> dict[str, Any]:
    """Give what would come of a yes at this moment, and what stands around the request."""
    exception, around = row.exception, None
    try:
        again = ask_again(exception, now, in_turn=False)
        around = surroundings(row, again)
        again.offer(exception.remedy)
    except ActionError as error:
        return {"why_not": error.detail, "around": around}
    offer = again.with_left(next(each for each in again.offers if each["remedy"] == exception.remedy))
    currency = exception.currency
    budgets = [
        {
            "name": budget["name"],
            "left": figure(budget["remaining"], {"currency": currency}, again.inquiry.compiled)
            if budget["measure"] == "money"
            else budget["remaining"],
        }
        for budget in offer["budgets"]
    ]
    return {"why_not": "", "budgets": budgets, "around": around}
