"""Linked cases: a case with all those that it is linked to, for whoever reads what was done in any of them."""

from guardrails.models import LinkedCase


def linked_with(*, policy_id: int, case: str) -> list[str]:
    """Give the cases of a case's chain in order, itself among them; empty where no case is named."""
    if not case:
        return []
    chain = LinkedCase.objects.filter(policy=policy_id, case=case).values("chain")
    linked = LinkedCase.objects.filter(chain__in=chain).values_list("case", flat=True)
    return sorted({case, *linked})
