"""Draft: the rows of a policy in the order of its document, loaded with a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from policies.models import Policy

LISTS = ("roles", "reasons", "groups", "remedies", "facts", "derived", "history", "rules", "budgets")
"""The document's lists, in its order; `Draft` has an attribute for each."""


@dataclass(frozen=True)
class Draft:
    """A policy and its rows; each list stands in the order of the document's list of the same name."""

    policy: Policy
    roles: Sequence[Any]
    reasons: Sequence[Any]
    groups: Sequence[Any]
    remedies: Sequence[Any]
    facts: Sequence[Any]
    derived: Sequence[Any]
    history: Sequence[Any]
    rules: Sequence[Any]
    budgets: Sequence[Any]


def load_draft(policy: Policy) -> Draft:
    """Load every row of a policy."""
    return Draft(
        policy=policy,
        roles=list(policy.role_set.select_related("escalates_to")),
        reasons=list(policy.reason_set.all()),
        groups=list(policy.remedygroup_set.all()),
        remedies=list(policy.remedy_set.select_related("group", "follow_up_by")),
        facts=list(policy.fact_set.prefetch_related("choices", "fields")),
        derived=list(policy.derivedfact_set.all()),
        history=list(policy.historyfact_set.prefetch_related("remedies", "reasons")),
        rules=list(
            policy.rule_set.select_related("follow_up_by").prefetch_related(
                "roles", "reasons", "remedies", "conditions", "approval", "approval__any_of", "approval__all_of"
            )
        ),
        budgets=list(policy.budget_set.select_related("beyond_by").prefetch_related("roles", "remedies", "reasons")),
    )


def row_at(draft: Draft, pointer: str) -> models.Model:
    """Give the row that a fault's place is about: `/rules/3/when/0/fact` is the fourth rule.

    A place outside every list is about the policy itself.
    """
    parts = pointer.split("/")[1:]
    if len(parts) < 2 or parts[0] not in LISTS or not parts[1].isdecimal():
        return draft.policy
    rows: Sequence[models.Model] = getattr(draft, parts[0])
    index = int(parts[1])
    return rows[index] if index < len(rows) else draft.policy
