"""Bound facts: an approval holds for the facts that its rule used; told otherwise since, it holds no more."""

from collections.abc import Mapping
from typing import Any

from guardrails.actions.approvals.approval_faults import FactsChangedError
from guardrails.actions.approvals.open_approval import given_facts
from guardrails.actions.offers.question_record import facts_of
from guardrails.models import CareException
from guardrails.queries.asked_decision import asked_decision
from guardrails.queries.later_facts import later_facts
from guardrails.queries.waiting_alike import cases_alike
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


def require_same_facts(row: CareException) -> None:
    """Raise FactsChangedError where a later question of the same case told another value of a fact that was approved.

    Facts that nobody told again are as they were; a new version of the policy changes no fact.
    """
    asked = asked_decision(row.decision_id)
    if asked is None:
        return
    rules = compiled(row.version_id)
    told = facts_of(asked.question)
    used = given_facts(set((row.promise or {}).get("facts_used", ())), rules)
    later = later_facts(
        policy_id=row.policy_id, cases=cases_alike(row.policy_id, row.case), customer=row.customer, since=asked.asked_at
    )
    changed = [code for code in sorted(used & told.keys()) if _told_otherwise(code, told[code], later, rules)]
    if changed:
        raise FactsChangedError(changed)


def _told_otherwise(code: str, value: Any, later: list[Mapping[str, Any]], rules: Compiled) -> bool:
    """Compare with the latest telling of the fact; where only systems are believed, with the latest of a system."""
    only_verified = rules.given[code][2]
    for question in later:
        facts = facts_of(dict(question))
        if code in facts and (not only_verified or code in question["verified"]):
            return bool(_read(code, facts[code], rules) != _read(code, value, rules))
    return False


def _read(code: str, value: Any, rules: Compiled) -> Any:
    """Give the value as the engine reads it, so that 82.5 is 82.50; as it was told where it cannot be read."""
    try:
        return None if value is None else rules.given[code][1](value)
    except (KeyError, ValueError):
        return value
