"""GET /api/v1/budgets/: what is left for me?"""

from typing import ClassVar

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.openapi import EVERY_READ, operation, query
from guardrails.api.parameters import BudgetParameters, read_parameters
from guardrails.api.policies_answer import BudgetsAnswer
from guardrails.models import Scope


class Budgets(Endpoint):
    """The budgets of one agent; advisory, until something is granted."""

    scopes: ClassVar = {"GET": (Scope.OFFERS, Scope.EXCEPTIONS)}

    @operation(
        "read_budgets",
        tag="Offers",
        summary="What is left for me?",
        parameters=query(BudgetParameters),
        answers={200: ("Every budget that the agent's exceptions take from.", BudgetsAnswer)},
        refusals=(*EVERY_READ, 409),
    )
    def get(self, request: Request) -> HttpResponse:
        """Tell what remains of every budget in the window in force. Needs the scope "offers" or "exceptions"."""
        asked = read_parameters(self.http.GET, BudgetParameters)
        wanted = BudgetsRequest(
            policy=asked.policy, agent=asked.agent, customer=asked.customer or "", case=asked.case or ""
        )
        return json_response(read_budgets(caller=self.caller(), request=wanted, now=timezone.now()))
