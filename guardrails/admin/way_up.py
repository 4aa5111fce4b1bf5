"""Way up: what a page of something overdue shows of the roles that were told, and of the one that is next."""

from datetime import datetime
from typing import Any

from guardrails.actions.escalations.climb import Late, way_up
from guardrails.actions.work_items.work_item_json import receiver_name
from policies.engine.compile import Compiled


def way_up_card(row: Late, *, own: str, rules: Compiled, done: bool) -> dict[str, Any]:
    """Give the steps so far and the next one, each with the role's name and its moment; `next` may be None."""
    way = way_up(row, own=own, rules=rules, done=done)
    following = way["next_escalation"]
    return {
        "told": [_shown(each, rules) for each in way["escalations"]],
        "next": _shown(following, rules) if following else None,
        "at_the_top": bool(row.overdue_at and not done and following is None),
    }


def _shown(step: dict[str, str], rules: Compiled) -> dict[str, Any]:
    return {"role": receiver_name(rules, step["role"]), "at": datetime.fromisoformat(step["at"])}
