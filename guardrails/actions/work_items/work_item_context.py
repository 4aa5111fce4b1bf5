"""Work item context: the whole case, for whoever takes it up; the customer says nothing twice."""

import json
from datetime import datetime
from typing import Any

from guardrails.actions.escalations.climb import way_up
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.offers.question_record import facts_of
from guardrails.actions.work_items.escalate_work_items import work_item_rules
from guardrails.actions.work_items.work_item_json import work_item_json
from guardrails.models import WorkItem, WorkItemState
from guardrails.queries.case_history import case_history

MOST_EARLIER = 20
"""How many exceptions of the case are told."""


def work_item_context(row: WorkItem, now: datetime) -> dict[str, Any]:
    """Give the work item with what was said, the facts, the answer to them, and what was given in the case."""
    decision = row.decision
    given = case_history(policy_id=row.policy_id, case=row.case)[:MOST_EARLIER]
    return work_item_json(row, now) | {
        "said": row.said,
        "channel": decision.channel or None,
        "facts": facts_of(json.loads(decision.question)),
        "answer": json.loads(decision.answer),
        "case_history": [exception_json(each) for each in given],
        **way_up(row, own=row.for_role, rules=work_item_rules(row), done=row.state == WorkItemState.DONE),
    }
