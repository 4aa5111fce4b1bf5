"""Writing how approvals run, and what a budget says about going beyond it and about alerts."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from policies.engine.approvals import USUAL_APPROVALS, Approvals, Beyond, usual_alerts
from policies.engine.rulebook import Budget


def write_approvals(approvals: Approvals) -> dict[str, Any]:
    """What differs from the defaults; nothing where nothing does."""
    hours: dict[str, list[str]] = {}
    for each in approvals.hours:
        hours.setdefault(each.weekday, []).append(f"{each.opens}-{each.closes}")
    named = {field.name: getattr(approvals, field.name) for field in fields(approvals) if field.name != "hours"}
    told = {key: value for key, value in named.items() if value != getattr(USUAL_APPROVALS, key)}
    return told | ({"hours": hours} if hours else {})


def write_beyond(beyond: Beyond | None) -> dict[str, str] | None:
    """Who may go beyond a budget."""
    if beyond is None:
        return None
    return {"by": beyond.by} | ({"answer_within": beyond.answer_within} if beyond.answer_within else {})


def write_alerts(budget: Budget) -> dict[str, list[int]]:
    """When an alert is due, unless it is as usual; an empty list says that none is."""
    return {} if budget.alert_at == usual_alerts(budget.scope) else {"alert_at": list(budget.alert_at)}
