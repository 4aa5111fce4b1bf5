"""Waiting alike: requests that wait for a yes to the same remedy, for the same matter as another one."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from guardrails.models import UNDECIDED, ApprovalRequest
from guardrails.queries.linked_cases import linked_with


def waiting_alike(*, policy_id: int, remedy: str, case: str, customer: str) -> list[ApprovalRequest]:
    """Give those for the same chain of cases, or, where one of the two names no case, for the same customer.

    A no to one of them stands against the others too: see queries.situation_sql.
    """
    cases = linked_with(policy_id=policy_id, case=case)
    about = Q(pk__in=())
    if cases:
        about |= Q(case__in=cases)
    if customer:
        about |= Q(customer=customer, case="") if cases else Q(customer=customer)
    return _waiting(about, policy=policy_id, remedy=remedy)


def waiting_in(*, policy_id: int, cases: Collection[str]) -> list[ApprovalRequest]:
    """Give those that wait in one of these cases, for whatever remedy."""
    return _waiting(policy=policy_id, case__in=cases)


def _waiting(*about: Q, **filters: Any) -> list[ApprovalRequest]:
    waiting = ApprovalRequest.objects.filter(*about, **filters, state__in=UNDECIDED)
    loaded = waiting.select_related("exception__policy", "exception__version", "requested_by")
    return list(loaded.order_by("created_at", "id"))
