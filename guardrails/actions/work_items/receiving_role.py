"""Receiving role: who is next up the ladder, and there."""

from guardrails.actions.acting import roles_above
from guardrails.queries.role_people import roles_with_people
from policies.engine.compile import Compiled


def next_with_people(rules: Compiled, role: str, *, policy_id: int) -> str | None:
    """Give the nearest role above this one in which there is a person; None where the ladder ends before."""
    above = roles_above(rules, role)
    there = roles_with_people(policy_id) if above else frozenset()
    return next((each for each in above if each in there), None)
