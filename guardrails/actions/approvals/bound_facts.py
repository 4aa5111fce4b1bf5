"""Bound facts: an approval holds for the facts that its rule used; told otherwise since, it holds no more."""

from collections.abc import Mapping
from typing import Any

from guardrails.actions.approvals.approval_faults import FactsChangedError
from guardrails.actions.approvals.open_approval import given_facts
from guardrails.actions.offers.question_record import facts_of
from guardrails.models import CareException
from guardrails.queries.asked_decision import asked_decision
from guardrails.queries.later_facts import later_facts
from guardrails.queries.linked_cases import linked_with
from policies.engine.compile import Compiled
from policies.engine.sentences import fact_name, words_of
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
        policy_id=row.policy_id,
        cases=linked_with(policy_id=row.policy_id, case=row.case),
        customer=row.customer,
        since=asked.asked_at,
    )
    found = {code: _told_otherwise(code, told[code], later, rules) for code in sorted(used & told.keys())}
    changed = {code: text for code, text in found.items() if text}
    if changed:
        raise FactsChangedError(changed)


def _told_otherwise(code: str, value: Any, later: list[Mapping[str, Any]], rules: Compiled) -> str:
    """Say what it was and is where it is told otherwise, else nothing.

    Compare with the latest telling of the fact; where only systems are believed, with the latest of a system.
    """
    only_verified = rules.given[code][2]
    for question in later:
        facts = facts_of(dict(question))
        if code in facts and (not only_verified or code in question["verified"]):
            was, now = _read(code, value, rules), _read(code, facts[code], rules)
            said = f"{fact_name(rules, code)} was {_words(code, was, rules)}, is now {_words(code, now, rules)}"
            return said if was != now else ""
    return ""


def _words(code: str, value: Any, rules: Compiled) -> str:
    return "not known" if value is None else words_of(rules).value(code, value)


def _read(code: str, value: Any, rules: Compiled) -> Any:
    """Give the value as the engine reads it, so that 82.5 is 82.50; as it was told where it cannot be read."""
    try:
        return None if value is None else rules.given[code][1](value)
    except (KeyError, ValueError):
        return value
