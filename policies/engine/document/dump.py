"""Writing a rulebook as a document in normal form: defaults left out, numbers as texts, the manual's order of keys."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from policies.engine.amounts import UNLIMITED, Constant, Formula
from policies.engine.approvals import USUAL_HOLD
from policies.engine.calendar import USUAL_CALENDAR, Calendar
from policies.engine.document.cursor import name_of
from policies.engine.document.dump_approvals import write_alerts, write_approvals, write_beyond
from policies.engine.document.dump_formulas import number, write_formula
from policies.engine.money import DIGITS, decimal_text
from policies.engine.rulebook import (
    Bound,
    Budget,
    Choice,
    Condition,
    Derived,
    Fact,
    FollowUp,
    History,
    Remedy,
    Role,
    Rule,
    Rulebook,
    SamePeriod,
    Step,
    Within,
)  # fmt: skip
from policies.engine.values import write


def dump(rulebook: Rulebook) -> dict[str, Any]:
    """The document of the rulebook; `read(dump(rulebook)) == rulebook`."""
    writer = _Writer(rulebook)
    smallest = Fraction(1, 10 ** DIGITS[rulebook.currency])
    rounding = {"mode": rulebook.rounding_mode, "step": number(rulebook.rounding_step)}
    handover = rulebook.handover
    document: dict[str, Any] = {
        "guardrails": "policy/1",
        **_labels(rulebook),
        "currency": rulebook.currency,
        "time_zone": rulebook.time_zone,
        "language": rulebook.language,
        "handover": handover and compact({"name": handover.name, "how": handover.how}),
        "rounding": None if (rulebook.rounding_mode, rulebook.rounding_step) == ("half_up", smallest) else rounding,
        "calendar": _calendar(rulebook.calendar),
        "approvals": write_approvals(rulebook.approvals),
        "roles": [_role(role) for role in rulebook.roles],
        "reasons": [_labels(reason) for reason in rulebook.reasons],
        "groups": [compact({**_labels(group), "choose": group.choose}) for group in rulebook.groups],
        "remedies": [writer.remedy(remedy) for remedy in rulebook.remedies],
        "facts": [writer.fact(fact) for fact in rulebook.facts],
        "derived": [writer.derived(derived) for derived in rulebook.derived],
        "history": [write_history(history) for history in rulebook.history],
        "rules": [writer.rule(rule) for rule in rulebook.rules],
        "budgets": [writer.budget(budget) for budget in rulebook.budgets],
    }
    return compact(document, keep=("roles", "reasons", "remedies", "rules"))


def _calendar(calendar: Calendar) -> dict[str, Any] | None:
    if calendar == USUAL_CALENDAR:
        return None
    return {"weekend": list(calendar.weekend), "holidays": list(calendar.holidays)}


def compact(members: dict[str, Any], *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Without what is left out in normal form: None, empty texts, empty lists, False."""
    return {
        key: value
        for key, value in members.items()
        if key in keep or not (value is None or value is False or value in ("", [], {}))
    }


def _labels(noun: Any) -> dict[str, Any]:
    name = None if noun.name == name_of(noun.code) else noun.name
    return compact({"code": noun.code, "name": name, "description": noun.description})


def _role(role: Role) -> dict[str, Any]:
    return compact({**_labels(role), "escalates_to": role.escalates_to, "may_reverse": role.may_reverse})


def _follow_up(follow_up: FollowUp | None) -> dict[str, str] | None:
    return compact({"after": follow_up.after, "what": follow_up.what, "by": follow_up.by}) if follow_up else None


def write_history(history: History) -> dict[str, Any]:
    """A history fact."""
    last = compact({"days": history.days, "months": history.months})
    body = {
        "of": history.scope,
        "last": last,
        "remedies": list(history.remedies),
        "reasons": list(history.reasons),
    }
    return {**_labels(history), history.measure: compact(body)}


def _choice(choice: Choice) -> Any:
    return choice.value if choice.name == name_of(choice.value) else {"code": choice.value, "name": choice.name}


class _Writer:
    """Knows the currency and the types of all facts, which values are written by."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.digits = DIGITS[rulebook.currency]
        self.types: dict[str, tuple[str, int]] = {fact.code: (fact.type, fact.places) for fact in rulebook.facts}
        self.types |= {derived.code: (derived.type, derived.places) for derived in rulebook.derived}
        for history in rulebook.history:
            self.types[history.code] = ("money", self.digits) if history.measure == "amount" else ("integer", 0)
        self.fields = {fact.code: fact.fields for fact in rulebook.facts}

    def remedy(self, remedy: Remedy) -> dict[str, Any]:
        members = {
            **_labels(remedy),
            "kind": remedy.kind,
            "unit": remedy.unit,
            "places": remedy.places or None,
            "cost": decimal_text(remedy.cost, self.digits) if remedy.cost else None,
            "group": remedy.group,
            "signed": remedy.signed,
            "terms": [
                compact({**_labels(term), "unit": term.unit, "places": term.places or None}) for term in remedy.terms
            ],
            "say": remedy.say,
            "guidance": remedy.guidance,
            "follow_up": _follow_up(remedy.follow_up),
            "hold_for": None if remedy.hold_for == USUAL_HOLD else remedy.hold_for,
        }
        return compact(members)

    def fact(self, fact: Fact) -> dict[str, Any]:
        low, high = (
            None if bound is None else write(fact.type, bound, fact.places) for bound in (fact.minimum, fact.maximum)
        )
        members = {
            **_labels(fact),
            "type": fact.type,
            "unit": fact.unit,
            "choices": [_choice(choice) for choice in fact.choices],
            "personal": fact.personal,
            "source": None if fact.source == "any" else fact.source,
            "ask": fact.ask,
            "about": fact.about,
            "max_lines": fact.max_lines if fact.type == "lines" and fact.max_lines != 200 else None,
            "fields": [self.fact(field) for field in fact.fields],
        }
        assume = None if fact.assume is None else write(fact.type, fact.assume, fact.places)
        bounds = {
            "assume": assume,
            "places": fact.places if fact.type == "decimal" else None,
            "min": low,
            "max": high,
        }
        return compact(members) | {key: value for key, value in bounds.items() if value is not None}

    def derived(self, derived: Derived) -> dict[str, Any]:
        body: Any
        match derived.form:
            case "difference" | "sum":
                body = list(derived.operands)
            case "product":
                body = {"of": derived.operands[0], "times": number(derived.factor or Fraction(0))}
            case "ratio":
                pair = dict(zip(("of", "to"), derived.operands, strict=True))
                body = {**pair, "places": derived.places, "mode": derived.mode}
            case "formula":
                places = derived.places if derived.type == "decimal" else None
                rounded = {
                    key: value for key, value in (("places", places), ("mode", derived.mode)) if value is not None
                }
                body = {"as": derived.type, "of": write_formula(derived.formula or Constant(Fraction(0))), **rounded}
            case "days_between" | "working_days_between":
                body = dict(zip(("from", "to"), derived.operands, strict=True))
            case "hours_between":
                pair = dict(zip(("from", "to"), derived.operands, strict=True))
                body = {**pair, "places": derived.places, "mode": derived.mode}
            case _:
                types = {field.code: (field.type, field.places) for field in self.fields[derived.operands[0]]}
                where = [self.condition(condition, types) for condition in derived.where]
                body = compact({"lines": derived.operands[0], "field": derived.field, "where": where})
        return {**_labels(derived), derived.form: body}

    def condition(self, condition: Condition, types: dict[str, tuple[str, int]]) -> dict[str, Any]:
        return {
            "fact": condition.fact,
            condition.operator: self._value(condition.value, types[condition.fact]),
        }

    def _value(self, value: Any, typed: tuple[str, int]) -> Any:
        match value:
            case Within():
                return compact({"days": value.days, "months": value.months, "of": value.of})
            case SamePeriod():
                starts = None if value.starts == (1, 1) else "{:02}-{:02}".format(*value.starts)
                return compact({"period": value.period, "starts": starts, "of": value.of})
            case tuple():
                return [write(typed[0], item, typed[1]) for item in value]
            case bool():
                return value
            case _:
                return write(typed[0], value, typed[1])

    def rule(self, rule: Rule) -> dict[str, Any]:
        members = {
            **_labels(rule),
            "effect": rule.effect,
            "roles": list(rule.roles),
            "reasons": list(rule.reasons),
            "remedies": list(rule.remedies),
            "when": [self.condition(condition, self.types) for condition in rule.when],
            "starts_on": rule.starts_on,
            "ends_on": rule.ends_on,
            rule.kind or "amount": _reach(rule.amount) if rule.amount else None,
            "at_least": write_formula(rule.at_least) if rule.at_least else None,
            "suggest": write_formula(rule.suggest) if rule.suggest else None,
            "step": number(rule.step) if rule.step else None,
            "terms": {code: write_formula(formula) for code, formula in rule.terms},
            "alone": _bound(rule.alone) if isinstance(rule.alone, Bound) else rule.alone,
            "approval": [_step(step) for step in rule.approval],
            "because": rule.because,
            "say": rule.say,
            "guidance": rule.guidance,
            "follow_up": _follow_up(rule.follow_up),
        }
        return compact(members)

    def budget(self, budget: Budget) -> dict[str, Any]:
        limit = decimal_text(budget.limit, self.digits) if budget.measure == "money" else budget.limit
        members = {
            **_labels(budget),
            "scope": budget.scope,
            "roles": list(budget.roles),
            "remedies": list(budget.remedies),
            "reasons": list(budget.reasons),
            "measure": budget.measure,
            "limit": limit,
            "per": budget.per,
            "starts": budget.starts,
            "rolling": compact({"days": budget.days, "months": budget.months}),
            "beyond": write_beyond(budget.beyond),
        }
        return compact(members, keep=("limit",)) | write_alerts(budget)


def _reach(formula: Formula) -> Any:
    return "unlimited" if formula == UNLIMITED else write_formula(formula)


def _bound(bound: Bound) -> dict[str, Any]:
    return {"up_to" if bound.inclusive else "below": _reach(bound.limit)}


def _step(step: Step) -> dict[str, Any]:
    reach = _bound(step.bound) if step.bound else {}
    return compact({**reach, **step.by, "answer_within": step.answer_within})
