"""Question record: everything that the engine read, as JSON, so that the same answer can be had again.

Personal facts are kept apart under "personal", so that they can be encrypted, and forgotten while the rest
stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from guardrails.actions.offers.counted_together import counted_together
from policies.engine.compile import Compiled
from policies.engine.decide import decide
from policies.engine.decision import Decision
from policies.engine.declined import declined_of
from policies.engine.explain import answer
from policies.engine.question import Frozen, Held, Question

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an answer says about itself."""

    decision: str
    policy: str
    version: int
    hash: str
    agent: str
    role: str


def question_record(question: Question, context: Json, compiled: Compiled) -> Json:
    """Give the record of a question and of the context that its answer tells."""
    facts = {code: _plain(value) for code, value in question.facts.items()}
    personal = {fact.code for fact in compiled.rulebook.facts if fact.personal}
    return {
        "role": question.role,
        "reason": question.reason,
        "now": question.now.isoformat(),
        "is_ai": question.is_ai,
        "facts": {code: value for code, value in facts.items() if code not in personal},
        "personal": {"facts": {code: value for code, value in facts.items() if code in personal}},
        "verified": sorted(question.verified),
        "history": dict(question.history),
        "taken": dict(question.taken),
        "customer": question.customer,
        "case": question.case,
        "granted": list(question.granted),
        "frozen": [list(stop) for stop in question.frozen],
        **({"held": {code: list(held) for code, held in question.held.items()}} if question.held else {}),
        **({"declined": dict(question.declined)} if question.declined else {}),
        "context": context,
    }


def question_of(record: Json) -> Question:
    """Give the question of a record."""
    return Question(
        role=record["role"],
        reason=record["reason"],
        now=datetime.fromisoformat(record["now"]),
        is_ai=record["is_ai"],
        facts=facts_of(record),
        verified=frozenset(record["verified"]),
        history=record["history"],
        taken=record["taken"],
        customer=record["customer"],
        case=record["case"],
        granted=tuple(record["granted"]),
        # Questions were recorded before anything could be stopped.
        frozen=tuple(Frozen(*stop) for stop in record.get("frozen", ())),
        # It is looked up only where a budget is short.
        declined={code: declined_of(no) for code, no in record.get("declined", {}).items()},
        held={code: Held(*held) for code, held in record.get("held", {}).items()},
    )


def facts_of(record: Json) -> dict[str, Any]:
    """Give all facts of a record, personal ones too."""
    return {**record["facts"], **record["personal"]["facts"]}


def decided(compiled: Compiled, question: Question, context: Json, heading: Heading) -> tuple[Decision, Json]:
    """Decide, and give the decision with the whole answer. Raises FactError."""
    decision = decide(compiled, question)
    shown = answer(compiled, question, decision)
    return decision, {
        "decision": heading.decision,
        "policy": {"code": heading.policy, "version": heading.version, "hash": heading.hash},
        "agent": {"id": heading.agent, "role": heading.role},
        **shown,
        "not_offered": counted_together(shown["not_offered"], context, compiled),
        "context": context,
    }


def _plain(value: Any) -> Any:
    """Decimals, which a reader of JSON may give for numbers, as exact text; everything else as it is."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
