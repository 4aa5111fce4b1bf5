"""Answer words: a recorded question and its answer as people read them, with names and units."""

from collections.abc import Iterable
from typing import Any

from guardrails.actions.offers.question_record import Json, facts_of, question_of
from policies.engine.compile import Compiled, facts_of_rule
from policies.engine.decide import decide
from policies.engine.faults import FactError
from policies.engine.money import DIGITS, money_text, scaled
from policies.engine.rulebook import Fact
from policies.engine.values import UNKNOWN, reader, show, with_unit


def fact_rows(rules: Compiled, record: Json, *, rule: str = "") -> list[Json]:
    """Give the facts of a question: those that were given, those that `rule` reads, and what was worked out."""
    given, verified = facts_of(record), set(record["verified"])
    personal, used = set(record["personal"]["facts"]), _used(rules, rule)
    rows = [
        {
            "name": fact.name,
            "value": _value(rules, fact, given[code]) if code in given else "not known",
            "known": code in given,
            "from": ("a system" if code in verified else "the caller's word") if code in given else "",
            "personal": code in personal,
            "used": code in used,
        }
        for code, fact in rules.facts.items()
        if code in given or (code in used and code not in rules.derived and code not in record["history"])
    ]
    return [*rows, *_recorded(rules, record, used), *_worked_out(rules, record, used)]


def _used(rules: Compiled, code: str) -> set[str]:
    """Give the facts that a rule reads, with those that its derived facts are made of."""
    row = next((row for row in rules.rows if row.rule.code == code), None)
    waiting = sorted(facts_of_rule(row.rule)) if row else []
    found: set[str] = set()
    while waiting:
        fact = waiting.pop()
        if fact not in found and fact in rules.facts:
            found.add(fact)
            waiting.extend(rules.derived[fact][1] if fact in rules.derived else ())
    return found


def _recorded(rules: Compiled, record: Json, used: set[str]) -> Iterable[Json]:
    for code, value in record["history"].items():
        if code in rules.facts and value is not None:
            shown = show(rules.facts[code], value, rules.rulebook.currency)
            yield _row(rules.facts[code], shown, "our own records", code in used)


def _worked_out(rules: Compiled, record: Json, used: set[str]) -> Iterable[Json]:
    wanted = [code for code in rules.derived if code in used]
    if not wanted:
        return
    try:
        values = decide(rules, question_of(record)).values
    except FactError:
        return
    for code in wanted:
        value = values[rules.slots[code]]
        shown = "not known" if value is UNKNOWN else show(rules.facts[code], value, rules.rulebook.currency)
        yield _row(rules.facts[code], shown, "worked out", True)


def _row(fact: Fact, value: str, origin: str, used: bool) -> Json:
    return {"name": fact.name, "value": value, "known": True, "from": origin, "personal": False, "used": used}


def _value(rules: Compiled, fact: Fact, value: Any) -> str:
    """Give a value as it was said, in words; of lines, each of their fields."""
    currency = rules.rulebook.currency
    if value is None:
        return "none"
    try:
        read = reader(fact, currency)(value)
    except ValueError:
        return str(value)
    if fact.type != "lines":
        return show(fact, read, currency)
    return "; ".join(_line(fact, line, currency) for line in read) or "none"


def _line(fact: Fact, line: Any, currency: str) -> str:
    known = [(field, value) for field, value in zip(fact.fields, line, strict=True) if value is not UNKNOWN]
    return ", ".join(f"{field.name} {show(field, value, currency)}" for field, value in known)


def offer_rows(rules: Compiled, answer: Json, *, taken: str = "") -> list[Json]:
    """Give the offers of an answer; `taken` is the remedy that became the exception."""
    return [
        {
            "name": offer["name"],
            "much": _much(rules, offer),
            "approval": _approval(rules, offer["with_approval"]),
            "limit": offer["limited_by"]["text"],
            "taken": offer["remedy"] == taken,
        }
        for offer in answer["offers"]
    ]


def _much(rules: Compiled, offer: Json) -> str:
    span = offer.get("amount") or offer.get("quantity")
    if span is None:
        return "" if offer["alone"] else "nothing alone"
    low, suggested, high = (figure(span[name], span, rules) for name in ("min", "suggested", "max"))
    if low == high:
        return f"exactly {high}" if offer["exact"] else high
    return f"{low} to {high}, {suggested} suggested"


def _approval(rules: Compiled, step: Json | None) -> str:
    if step is None:
        return ""
    return "; ".join(_step(rules, each) for each in (step, *step.get("then", ())))


def _step(rules: Compiled, step: Json) -> str:
    by = step["by"]
    any_of, all_of = (
        [rules.roles[code].name if code in rules.roles else code for code in by.get(name, ())]
        for name in ("any_of", "all_of")
    )
    joint = ", then " if by.get("in_sequence") else " and "
    joined = " and ".join([*([joint.join(all_of)] if all_of else []), *([" or ".join(any_of)] if any_of else [])])
    reach = f"up to {figure(step['max'], step, rules)} " if "max" in step else ""
    return f"{reach}with the yes of {joined}"


def figure(text: str, given: Json, rules: Compiled) -> str:
    """Give a decimal text as €15.00, or with the unit that stands beside it."""
    currency = given.get("currency")
    if currency in DIGITS:
        return money_text(scaled(text, DIGITS[currency]), currency)
    return with_unit(text, given.get("unit", ""))
