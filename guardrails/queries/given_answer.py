"""Given answer: what a decision answered, as it was given."""

import json
from typing import Any

from guardrails.models import Decision


def given_answer(decision: str) -> dict[str, Any]:
    """Give the answer. Raises Decision.DoesNotExist."""
    text: str = Decision.objects.values_list("answer", flat=True).get(pk=decision)
    found: dict[str, Any] = json.loads(text)
    return found
