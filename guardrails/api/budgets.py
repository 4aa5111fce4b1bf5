"""GET /api/v1/budgets/: what is left for me?"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.budget_windows import asked_windows, resets_at, scope_key
from guardrails.actions.faults import UnknownAgentError, UnknownPolicyError, UnpublishedPolicyError
from guardrails.actions.inquiry import Inquiry
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.parameters import BudgetParameters, read_parameters
from guardrails.models import Scope
from guardrails.queries.agent_context import agent_context
from guardrails.queries.situation import Contact, situation
from policies.engine.money import DIGITS, decimal_text
from policies.engine.rulebook import Budget
from policies.queries.rulebooks import compiled


class Budgets(Endpoint):
    """The budgets of one agent; advisory, until something is granted."""

    scopes: ClassVar = {"GET": (Scope.OFFERS, Scope.EXCEPTIONS)}

    def get(self, request: Request) -> HttpResponse:
        """Tell what remains of every budget that the agent's exceptions can take from."""
        asked = _inquiry(self.caller().client, read_parameters(self.http.GET, BudgetParameters))
        budgets = [budget for budget in asked.compiled.rulebook.budgets if _covers(budget, asked)]
        taken = _taken(budgets, asked)
        context = asked.context
        return json_response(
            {
                "policy": {
                    "code": context.policy,
                    "version": context.version_number,
                    "hash": context.version_hash,
                },
                "agent": {"id": context.agent, "role": asked.role},
                "budgets": [_budget_json(budget, taken.get(budget.code, 0), asked) for budget in budgets],
            }
        )


def _inquiry(client: str, asked: BudgetParameters) -> Inquiry:
    context = agent_context(client=client, agent=asked.agent, policy=asked.policy)
    if context is None:
        raise UnknownAgentError(asked.agent)
    if context.policy_id is None or context.role is None:
        raise UnknownPolicyError(asked.policy)
    if context.version_id is None:
        raise UnpublishedPolicyError(asked.policy)
    return Inquiry(
        context=context,
        compiled=compiled(context.version_id),
        role=context.role,
        policy_id=context.policy_id,
        version_id=context.version_id,
        reason="",
        channel="",
        customer=asked.customer or "",
        case=asked.case or "",
        facts={},
        verified=frozenset(),
        now=timezone.now(),
    )


def _covers(budget: Budget, asked: Inquiry) -> bool:
    """Whether this role's exceptions take from it; one for each customer or case needs that reference."""
    return (not budget.roles or asked.role in budget.roles) and scope_key(budget, asked) is not None


def _taken(budgets: list[Budget], asked: Inquiry) -> Mapping[str, int]:
    found = situation(
        policy_id=asked.policy_id,
        windows=asked_windows(budgets, asked),
        customer="",
        case="",
        since=asked.today,
        contact=Contact(on=asked.today, agent_id=asked.context.agent_id, channel=""),
    )
    return found.taken


def _budget_json(budget: Budget, taken: int, asked: Inquiry) -> dict[str, Any]:
    money = budget.measure == "money"
    currency = asked.compiled.rulebook.currency

    def figure(number: int) -> str | int:
        return decimal_text(number, DIGITS[currency]) if money else number

    ends = resets_at(budget, asked)
    return {
        "code": budget.code,
        "name": budget.name,
        "scope": budget.scope,
        "measure": budget.measure,
        "limit": figure(budget.limit),
        "taken": figure(taken),
        "remaining": figure(max(0, budget.limit - taken)),
        "currency": currency if money else None,
        "resets_at": ends.isoformat() if ends else None,
        "remedies": list(budget.remedies),
        "reasons": list(budget.reasons),
    }
