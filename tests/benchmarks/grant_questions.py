"""The questions before the grants: one new customer after another asks, and each answer's decision can be granted."""

from itertools import count
from typing import Any

from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.models import ApiToken
from tests.benchmarks.grant_site import REASON

_numbers = count(1)


def caller_of_grants() -> Caller:
    """The one client that acts for all agents of the site."""
    token = ApiToken.objects.get(name="grants")
    return Caller(client=token.public_id, scopes=frozenset(token.scopes), request_id="bench")


def decision(*, caller: Caller, agent: int, policy: str) -> str:
    """Ask for a new customer of this agent and give the decision's id."""
    named = f"{agent}-{next(_numbers)}"
    question: dict[str, Any] = {"policy": policy, "agent": f"agent-{agent}", "reason": REASON}
    question |= {"customer": f"C-{named}", "case": f"K-{named}", "facts": {"days_late": 3}}
    answer = ask_offers(caller=caller, request=OffersRequest(**question), now=timezone.now())
    id_: str = answer["decision"]
    return id_
