"""Trace an exception: everything that led to it and everything that happened since, for auditors."""

import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from guardrails.actions.exceptions.traced_events import known_budgets, traced_budget, traced_event
from guardrails.actions.offers.question_record import Json, facts_of, question_of
from guardrails.actions.offers.redecide import deciding
from guardrails.models import AuditRecord, CareException
from guardrails.queries.chains import chain_of_case
from policies.engine.compile import Compiled
from policies.engine.decide import decide
from policies.engine.question import Question
from policies.engine.sentences import rule_sentence, words_of
from policies.engine.values import UNKNOWN
from policies.models import Budget, Remedy, Rule
from policies.queries.changes import Change, changes_of
from policies.queries.rulebooks import compiled

MOST_CHANGES = 100
"""How many of the latest changes of the rows behind it are told."""


def trace_exception(exception: CareException) -> Json:
    """Give the question with its facts, the version, the rule and what held, budgets, events, and the rows' history.

    Values are texts for people, in major units. Personal facts are in it: who may read them is the interface's to
    say.
    """
    events = _events(exception)
    # The last that decided something: what was held and ran out is decided again.
    *_, (_, body) = deciding(events)
    record = body["question"] | {"personal": body["personal"]}
    rules = compiled(exception.version_id)
    version = exception.version
    budgets = known_budgets(exception, events)
    return {
        "question": _question(exception, rules, record),
        "answer": json.loads(exception.decision.answer),
        "version": {
            "number": version.number,
            "hash": version.hash,
            "published_at": version.published_at.isoformat(),
            "published_by": str(version.published_by) if version.published_by_id else None,
            "note": version.note,
        },
        "rule": _rule(exception, rules, question_of(record)),
        "budgets": [traced_budget(each, budgets, rules) for each in body["budgets"]],
        "linked": _linked(exception),
        "events": [traced_event(each, budgets, rules) for each in events],
        "changes": [_change(each, version.published_at) for each in _changes(exception, body)],
    }


def _events(exception: CareException) -> "QuerySet[AuditRecord]":
    return AuditRecord.objects.filter(subject_type="exception", subject_id=exception.pk).order_by("at", "id")


def _question(exception: CareException, rules: Compiled, record: Json) -> Json:
    verified, personal = set(record["verified"]), set(record["personal"]["facts"])
    return {
        "asked_at": exception.decision.asked_at.isoformat(),
        "decided_at": record["now"],
        "reason": rules.reasons[record["reason"]],
        "channel": exception.channel,
        "facts": [
            {
                "fact": code,
                "name": rules.facts[code].name,
                "value": value,
                "verified": code in verified,
                "personal": code in personal,
            }
            for code, value in sorted(facts_of(record).items())
        ],
        "history": record["history"],
        "context": record["context"],
    }


def _linked(exception: CareException) -> Json | None:
    """Give the cases that belong together with its own as they do now, and who said so; None where none do."""
    if not exception.case:
        return None
    chain = chain_of_case(policy_id=exception.policy_id, case=exception.case)
    links = [
        {
            "case": link.case,
            "kind": link.kind,
            "other": link.other,
            "linked_at": link.linked_at.isoformat(),
            "linked_by": link.linked_by,
        }
        for link in chain.links
    ]
    return {"cases": list(chain.cases), "links": links} if links else None


def _rule(exception: CareException, rules: Compiled, question: Question) -> Json:
    """Give the rule, its sentence, and each condition with the value for which it held."""
    rule = next(row.rule for row in rules.rows if row.rule.code == exception.rule)
    words, values = words_of(rules), decide(rules, question).values
    held = []
    for condition in rule.when:
        value = values[rules.slots[condition.fact]]
        held.append(
            {
                "fact": condition.fact,
                "name": rules.facts[condition.fact].name,
                "needs": words.needs(condition),
                "is": None if value is UNKNOWN else words.value(condition.fact, value),
            }
        )
    return {"code": rule.code, "name": rule.name, "sentence": rule_sentence(rules, rule.code), "conditions": held}


def _changes(exception: CareException, body: Json) -> list[Change]:
    """Give what was changed in the rule, the remedy and the budgets behind it, before its version and since."""
    rows = {
        Rule: {exception.rule},
        Remedy: {exception.remedy},
        Budget: {moved["budget"] for moved in body["budgets"]},
    }
    return changes_of(exception.policy, most=MOST_CHANGES, rows=rows)


def _change(change: Change, published_at: datetime) -> dict[str, Any]:
    return {
        "since": change.at > published_at,
        "at": change.at.isoformat(),
        "what": f"{change.model} {change.row}",
        "kind": change.kind,
        "by": change.actor,
        "why": change.reason,
        "details": [{"field": field, "before": old, "after": new} for field, old, new in change.details],
    }
