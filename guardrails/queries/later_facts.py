"""Later facts: what was told of a case after something had been asked for in it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from guardrails.models import Decision

MOST = 50
"""How many of the latest questions about the case are looked at."""


def later_facts(*, policy_id: int, cases: Sequence[str], customer: str, since: datetime) -> list[Mapping[str, Any]]:
    """Give the questions asked since, the latest first: of these cases, or where there is none of this customer."""
    rows = Decision.objects.filter(policy=policy_id, asked_at__gt=since)
    if cases:
        rows = rows.filter(case__in=cases).exclude(case="")
    elif customer:
        rows = rows.filter(customer=customer, case="")
    else:
        return []
    return [json.loads(text) for text in rows.order_by("-asked_at", "-id").values_list("question", flat=True)[:MOST]]
