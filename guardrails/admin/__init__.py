"""The pages on which auditors read and managers edit people and tokens."""

from guardrails.admin import (
    agent,
    audit_record,
    budget_watcher,
    budget_window,
    care_exception,
    decision,
    delivery,
    freeze,
    home,
    linked_case,
    stoppable,
    team,
    token,
    users,
    webhook_endpoint,
)

__all__ = [
    "agent",
    "audit_record",
    "budget_watcher",
    "budget_window",
    "care_exception",
    "decision",
    "delivery",
    "freeze",
    "home",
    "linked_case",
    "stoppable",
    "team",
    "token",
    "users",
    "webhook_endpoint",
]
