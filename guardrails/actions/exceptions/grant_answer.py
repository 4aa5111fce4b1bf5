"""What a client is told of a grant, and what the audit log keeps of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from guardrails.actions.approvals.already_waiting import already_waiting
from guardrails.actions.approvals.approval_json import alone_offers, told_of
from guardrails.actions.approvals.awaited import awaited, waiting_say, whose_move
from guardrails.actions.exceptions.exception_row import ExceptionRow
from guardrails.actions.money_json import given_json
from guardrails.actions.offers.beside import offered_beside, with_remaining
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed
from guardrails.actions.offers.question_record import Json, question_record
from guardrails.ledger import Balance
from guardrails.models import State
from guardrails.models.canonical_json import canonical_text, text_digest
from guardrails.models.lifecycle import PROMISED
from policies.engine.compile import facts_of_rule
from policies.engine.decision import Offer
from policies.engine.say import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a grant made: `answer` is what was decided in its transaction, `balances` the budgets it took.

    `posed` tells of a no, of which `answer` knows nothing.
    """

    inquiry: Inquiry
    posed: Posed
    answer: Json
    offer: Offer
    row: ExceptionRow
    balances: Sequence[Balance]


def grant_answer(made: Made) -> Json:
    """Give the exception as JSON."""
    inquiry, offer, row = made.inquiry, made.offer, made.row
    shown = next(each for each in made.answer["offers"] if each["remedy"] == offer.remedy.code)
    return {
        "exception": row.id,
        "state": row.state.value,
        "decision": row.decision_id,
        "policy": made.answer["policy"],
        "agent": made.answer["agent"],
        "customer": inquiry.customer or None,
        "case": inquiry.case or None,
        "reason": inquiry.reason,
        "remedy": offer.remedy.code,
        "name": offer.remedy.name,
        "kind": offer.remedy.kind,
        **given_json(
            amount_minor=row.amount_minor,
            quantity=row.quantity,
            places=offer.remedy.places,
            unit=offer.remedy.unit,
            currency=inquiry.compiled.rulebook.currency,
        ),
        **({"terms": dict(row.terms)} if row.terms else {}),
        "approval": _approval(made),
        **(_meanwhile(made) if row.state is State.AWAITING_APPROVAL else {}),
        "budgets": [_after(made, budget) for budget in shown["budgets"]],
        "say": _say(made),
        "guidance": shown["guidance"],
        "follow_up": shown["follow_up"],
        "rule": shown["rule"],
        "note": row.note,
        "created_at": inquiry.now.isoformat(),
        "granted_at": inquiry.now.isoformat() if row.state is State.GRANTED else None,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
    }


def _meanwhile(made: Made) -> Json:
    """Give whom to tell that they are asked, what can be offered now without them, and what waits for the same."""
    inquiry, posed, row = made.inquiry, made.posed, made.row
    moved = Counter({balance.budget: balance.moved for balance in made.balances})
    beside = offered_beside(inquiry, posed, taken=Counter(posed.question.taken) + moved, decision=row.decision_id)
    others = already_waiting(
        policy_id=inquiry.policy_id,
        remedy=row.offer.remedy.code,
        case=inquiry.case,
        customer=inquiry.customer,
        but=row.id,
    )
    return {
        "asks": told_of(row.approval),
        "meanwhile": alone_offers(beside),
        "already_waiting": others,
    }


def _approval(made: Made) -> Json | None:
    row, rules = made.row, made.inquiry.compiled
    told = awaited(row.approval, made.inquiry.now)
    if told is None or row.state is not State.AWAITING_APPROVAL:
        return told
    return told | whose_move(told, rules) | {"say": waiting_say(made.offer.remedy.name, told, rules)}


def _say(made: Made) -> str:
    """Give what may be said: of the amount that is given, and no promise while somebody has to agree."""
    row = made.row
    if row.state is State.AWAITING_APPROVAL and row.approval:
        return waiting_say(made.offer.remedy.name, row.approval, made.inquiry.compiled)
    number = row.quantity if row.amount_minor is None else row.amount_minor
    told = made.offer._replace(suggested=number, alone=row.state in PROMISED)
    return say(made.inquiry.compiled, made.posed.question, told)


def _after(made: Made, budget: Json) -> Json:
    """Give the budget as the offer shows it, with what remains now."""
    balance = next((each for each in made.balances if each.budget == budget["code"]), None)
    if balance is None:
        return budget
    left = balance.remaining
    if balance.held or made.inquiry.context.linked:
        # Holds that are past their time may be among what is held; what was decided upon leaves them out. And it
        # counts what was taken elsewhere in the chain of the case, of which the window knows nothing.
        limit, taken = balance.limit, made.posed.question.taken.get(balance.budget, 0)
        left = max(0, limit - taken - balance.moved)
    return with_remaining(budget, {balance.budget: left}, made.inquiry.compiled)


def grant_body(made: Made, told: Json) -> dict[str, Any]:
    """Give the audit record's body: enough to decide again and to get the same answer, whose digest it keeps.

    `told` is what the client was answered. What only the customer may be known by is under "personal".
    """
    inquiry, row = made.inquiry, made.row
    # What was decided upon is recorded: what a no leaves was only told.
    posed = replace(made.posed.question, declined={})
    question = question_record(posed, made.posed.context, inquiry.compiled)
    personal = question.pop("personal")
    return {
        "exception": row.id,
        "decision": row.decision_id,
        "policy": made.answer["policy"] | {"version_id": inquiry.version_id},
        "agent": made.answer["agent"] | {"team": inquiry.context.team, "is_ai": inquiry.context.is_ai},
        "rule": made.offer.rule.code,
        "facts_used": sorted(facts_of_rule(made.offer.rule)),
        "question": question,
        "personal": personal | {"customer": inquiry.customer},
        "cost_minor": row.cost_minor,
        "budgets": [movement(balance) for balance in made.balances],
        "answer_digest": text_digest(canonical_text(made.answer)),
        "answer": told,
    }


def movement(balance: Balance) -> Json:
    """Give the movement of one budget window: minor units, or counts."""
    return {
        "budget": balance.budget,
        "scope_key": balance.scope_key,
        "starts_on": balance.starts_on.isoformat(),
        "limit": balance.limit,
        "before": balance.taken - balance.moved,
        "after": balance.taken,
    }
