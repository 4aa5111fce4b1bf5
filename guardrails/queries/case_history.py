"""Case history: what was given or asked for in a case, and in those that are linked with it."""

from django.db.models import QuerySet

from guardrails.models import CareException
from guardrails.queries.linked_cases import linked_with


def case_history(*, policy_id: int, case: str) -> QuerySet[CareException]:
    """Give the exceptions of the case's whole chain, newest first; none where there is no case."""
    rows = CareException.objects.select_related("policy", "version", "agent").order_by("-created_at", "-id")
    return rows.exclude(case="").filter(policy=policy_id, case__in=linked_with(policy_id=policy_id, case=case))
