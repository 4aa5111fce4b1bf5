"""Read budgets: what is left for an agent, and, where they are named, for a customer and a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.budgets.budget_windows import asked_windows, chain_of, linked_windows, resets_at
from guardrails.actions.caller import Caller
from guardrails.actions.offers.inquiry import Inquiry, role_in
from guardrails.actions.offers.question_record import Json
from guardrails.actions.offers.tell_held import held_until
from guardrails.queries.held_parts import HeldPart, held_parts
from guardrails.queries.situation import taken_of
from policies.engine.money import DIGITS, decimal_text
from policies.engine.rulebook import Budget


@dataclass(frozen=True, kw_only=True)
class BudgetsRequest:
    """Whose budgets: without `agent` the client's own agent's."""

    policy: str
    agent: str | None = None
    customer: str = ""
    case: str = ""


def read_budgets(*, caller: Caller, request: BudgetsRequest, now: datetime) -> Json:
    """Give every budget that limits this agent's role, with what is left of the window in force.

    What of it is only held is told too, and when the first part of that may be free again. Three queries.
    Budgets per customer or case are told where that reference is given. Raises UnknownAgentError,
    UnknownPolicyError or UnpublishedPolicyError. Which scope a client needs is the interface's to say.
    """
    inquiry = role_in(
        client=caller.client,
        agent=request.agent,
        policy=request.policy,
        customer=request.customer,
        case=request.case,
        now=now,
    )
    budgets = [each for each in inquiry.compiled.rulebook.budgets if not each.roles or inquiry.role in each.roles]
    own, chain = asked_windows(budgets, inquiry), chain_of(budgets, inquiry)
    windows = [*own, *linked_windows(budgets, inquiry)]
    taken = taken_of(policy_id=inquiry.policy_id, windows=windows, now=now, chain=chain)
    held = held_parts(policy_id=inquiry.policy_id, windows=windows, now=now, chain=chain)
    known = {window.budget for window in own}
    context = inquiry.context
    return {
        "policy": {"code": context.policy, "version": context.version_number, "hash": context.version_hash},
        "agent": {"id": context.agent, "role": inquiry.role},
        "budgets": [
            _left(inquiry, each, taken.get(each.code, 0), held.get(each.code)) for each in budgets if each.code in known
        ],
    }


def _left(inquiry: Inquiry, budget: Budget, taken: int, held: HeldPart | None) -> dict[str, Any]:
    ends = resets_at(budget, inquiry)
    figures = {"limit": budget.limit, "taken": taken, "remaining": max(0, budget.limit - taken)}
    return {
        "code": budget.code,
        "name": budget.name,
        "scope": budget.scope,
        "measure": budget.measure,
        **{name: _figure(inquiry, budget, number) for name, number in figures.items()},
        "currency": inquiry.compiled.rulebook.currency if budget.measure == "money" else None,
        "resets_at": ends.isoformat() if ends else None,
        **_held(inquiry, budget, held),
        "rolling": _rolling(budget),
        "reasons": list(budget.reasons) or None,
        "remedies": list(budget.remedies) or None,
    }


def _held(inquiry: Inquiry, budget: Budget, held: HeldPart | None) -> dict[str, Any]:
    if held is None:
        return {}
    return {"held": _figure(inquiry, budget, held.amount), "held_until": held_until(inquiry, held)}


def _figure(inquiry: Inquiry, budget: Budget, number: int) -> str | int:
    """Money as decimal text, counts as whole numbers."""
    return decimal_text(number, DIGITS[inquiry.compiled.rulebook.currency]) if budget.measure == "money" else number


def _rolling(budget: Budget) -> dict[str, int] | None:
    if not budget.rolling:
        return None
    return {"days": budget.days} if budget.days is not None else {"months": budget.months or 0}
