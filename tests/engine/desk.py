"""A small care desk for tests: a policy of a few lines, and questions to it."""

from datetime import datetime
from typing import Any

from policies.engine.compile import compile_rulebook
from policies.engine.decide import decide
from policies.engine.document import read
from policies.engine.explain import answer
from policies.engine.faults import DocumentError, FactError
from policies.engine.question import Question
from policies.engine.values import UNKNOWN, write

NOON = "2026-06-15T12:00:00+02:00"
CREDIT = {"code": "credit", "kind": "store_credit", "unit": "money"}
CALL = {"code": "call", "kind": "gesture", "unit": "none"}
NIGHT = {"code": "night", "kind": "service", "unit": "night", "cost": "95.00"}
POINTS = {"code": "points", "kind": "points", "unit": "point", "places": 1}
EXCHANGE = {"code": "exchange", "kind": "exchange", "unit": "money", "signed": True}
REMEDIES = [CREDIT, CALL, NIGHT, POINTS, EXCHANGE]


def policy(**parts: Any) -> dict[str, Any]:
    """A policy document in euros and Berlin time: an agent below a lead, two reasons, one remedy of each kind."""
    roles = [{"code": "agent", "escalates_to": "lead"}, {"code": "lead"}, {"code": "board"}]
    return {
        "guardrails": "policy/1",
        "code": "desk",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "handover": {"name": "Care desk"},
        "roles": roles,
        "reasons": [{"code": "late"}, {"code": "broken"}],
        "remedies": REMEDIES,
        "rules": [],
        **parts,
    }


def row(remedy: str = "credit", **parts: Any) -> dict[str, Any]:
    """An allow row."""
    return {"code": f"{remedy}_row", "remedies": [remedy], **parts}


def ask(
    document: dict[str, Any], facts: dict[str, Any] | None = None, *, now: str = NOON, **asked: Any
) -> dict[str, Any]:
    """The whole answer to a question of an agent about something late."""
    compiled = compile_rulebook(read(document))
    role, reason = asked.pop("role", "agent"), asked.pop("reason", "late")
    question = Question(role, reason, datetime.fromisoformat(now), facts=facts or {}, **asked)
    return answer(compiled, question, decide(compiled, question))


def offered(document: dict[str, Any], facts: dict[str, Any] | None = None, **asked: Any) -> dict[str, Any]:
    """The offers by remedy."""
    return {offer["remedy"]: offer for offer in ask(document, facts, **asked)["offers"]}


def refused(document: dict[str, Any], facts: dict[str, Any] | None = None, **asked: Any) -> dict[str, str]:
    """Why each remedy that some row names is not offered, in one code."""
    closed = {each["remedy"]: each["because"][0]["code"] for each in ask(document, facts, **asked)["not_offered"]}
    named = {remedy for rule in document["rules"] for remedy in rule.get("remedies", [])}
    return {remedy: code for remedy, code in closed.items() if remedy in named}


def due(formula: Any, facts: dict[str, Any] | None = None, *, declared: Any = (), remedy: str = "credit", **parts: Any):
    """What an exact amount comes to, as text; None where nothing is due; the facts to ask where it cannot be told."""
    found = ask(policy(facts=list(declared), rules=[row(remedy, amount=formula)], **parts), facts)
    if found["questions"]:
        return sorted(question["fact"] for question in found["questions"])
    if not found["offers"]:
        return None
    return (found["offers"][0].get("amount") or found["offers"][0]["quantity"])["max"]


def holds(condition: dict[str, Any], facts: dict[str, Any], *, declared: Any, **asked: Any) -> bool | str:
    """Whether a row with this condition matches, or "undecided"."""
    found = ask(policy(facts=declared, rules=[row("call", when=[condition])]), facts, **asked)
    return bool(found["offers"]) or ("undecided" if found["questions"] else False)


def derived(definition: dict[str, Any], facts: dict[str, Any], *, declared: Any, now: str = NOON, **parts: Any) -> Any:
    """The value of a derived fact as JSON; "unknown" where it is."""
    when = [{"fact": "made", "is_none": True}]
    document = policy(facts=declared, derived=[{"code": "made", **definition}], rules=[row("call", when=when)], **parts)
    compiled = compile_rulebook(read(document))
    question = Question("agent", "late", datetime.fromisoformat(now), facts=facts)
    value = decide(compiled, question).values[compiled.slots["made"]]
    if value is UNKNOWN:
        return "unknown"
    return write(compiled.facts["made"].type, value, compiled.facts["made"].places)


def faults(document: Any) -> dict[str, str]:
    """What publishing would refuse, by place."""
    try:
        read(document)
    except DocumentError as error:
        return {fault.path: fault.message for fault in error.faults}
    return {}


def fact_faults(document: dict[str, Any], facts: dict[str, Any], **asked: Any) -> dict[str, str]:
    """What is wrong with the facts of a question, by place."""
    try:
        ask(document, facts, **asked)
    except FactError as error:
        return {fault.path: fault.message for fault in error.faults}
    return {}
