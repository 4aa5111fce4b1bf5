"""The pages on which auditors read and managers edit people and tokens."""

from guardrails.admin import (
    agent,
    audit_record,
    budget_window,
    care_exception,
    decision,
    freeze,
    home,
    linked_case,
    stoppable,
    team,
    token,
    users,
)

__all__ = [
    "agent",
    "audit_record",
    "budget_window",
    "care_exception",
    "decision",
    "freeze",
    "home",
    "linked_case",
    "stoppable",
    "team",
    "token",
    "users",
]
