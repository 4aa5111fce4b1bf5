"""The JSON Schema (2020-12) of a policy document: its shape, for editors and other tools.

It says what can be said without knowing the rest of the document; codes that name nothing, types that do not
fit and the other faults of coherence are found by `policies.engine.document.read`.
"""

from typing import Any

from policies.assurance.schema_formulas import formula_definitions
from policies.assurance.schema_parts import (
    CODE_PATTERN,
    DAY_PATTERN,
    DURATION_PATTERN,
    NUMBER_PATTERN,
    OPEN_PATTERN,
    closed,
    element,
    listed,
    ref,
    text,
    whole,
)
from policies.engine.document.approvals import LONGEST, RESERVE
from policies.engine.document.rules import ALLOW_ONLY
from policies.engine.money import DIGITS
from policies.engine.rounding import MODES
from policies.engine.rulebook import EFFECTS, FACT_TYPES, KINDS, PERIODS, SCOPES, WEEKDAYS

Schema = dict[str, Any]
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
_LAST = ("days", "months")


def document_schema() -> Schema:
    """Give the schema of the document of the rulebook reference, format policy/1."""
    return {
        "$schema": SCHEMA_ID,
        "title": "Guardrails policy",
        "description": "What may be offered to customers, by whom and up to how much: one policy.",
        **element(
            required=["guardrails", "currency", "time_zone", "roles", "reasons", "remedies", "rules"],
            guardrails={"const": "policy/1"},
            currency={"enum": sorted(DIGITS), "description": "ISO 4217; every amount is in it."},
            time_zone=text(64, description="An IANA time zone such as Europe/Berlin."),
            language=text(35, least=2),
            handover=closed(required=["name"], name=text(200), how=text(1000, least=0)),
            rounding=closed(mode={"enum": list(MODES)}, step=ref("number")),
            calendar=closed(
                weekend=listed({"enum": list(WEEKDAYS)}, unique=True), holidays=listed(ref("day"), unique=True)
            ),
            approvals=_approvals(),
            roles=listed(ref("role"), least=1),
            reasons=listed(ref("reason"), least=1),
            groups=listed(ref("group")),
            remedies=listed(ref("remedy"), least=1),
            facts=listed(ref("fact")),
            derived=listed(ref("derived_fact")),
            history=listed(ref("history_fact")),
            rules=listed(ref("rule")),
            budgets=listed(ref("budget")),
        ),
        "$defs": {**_scalars(), **_nouns(), **_facts(), **_rules(), **formula_definitions()},
    }


def _approvals() -> Schema:
    stretches = listed({"type": "string", "pattern": OPEN_PATTERN}, least=1, unique=True)
    days: Schema = dict.fromkeys(WEEKDAYS, stretches)
    times: Schema = {key: ref("duration") for key in LONGEST}
    return closed(reserve={"enum": list(RESERVE)}, **times, hours=closed(**days) | {"minProperties": 1})


def _scalars() -> Schema:
    return {
        "code": {"type": "string", "pattern": CODE_PATTERN},
        "codes": listed(ref("code"), least=1, unique=True),
        "number": {"type": ["string", "integer"], "pattern": NUMBER_PATTERN},
        "day": {"type": "string", "pattern": DAY_PATTERN},
        "month_day": {"type": "string", "pattern": r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"},
        "duration": {"type": "string", "pattern": DURATION_PATTERN},
        "follow_up": closed(required=["after", "what"], after=ref("duration"), what=text(300), by=ref("code")),
    }


def _nouns() -> Schema:
    return {
        "role": element(escalates_to=ref("code"), may_reverse={"type": "boolean"}),
        "reason": element(),
        "group": element(choose={"enum": ["one", "best"]}),
        "remedy": element(
            required=["kind"],
            kind={"enum": list(KINDS)},
            unit=ref("code"),
            places=whole(0, 6),
            cost=ref("number"),
            group=ref("code"),
            signed={"type": "boolean"},
            terms=listed(ref("term")),
            say=text(2000, least=0),
            guidance=text(2000, least=0),
            follow_up=ref("follow_up"),
            hold_for=ref("duration"),
        ),
        "term": element(required=["unit"], unit=ref("code"), places=whole(0, 6)),
        "budget": element(
            required=["scope", "measure", "limit"],
            scope={"enum": list(SCOPES)},
            roles=ref("codes"),
            remedies=ref("codes"),
            reasons=ref("codes"),
            measure={"enum": ["money", "count"]},
            limit=ref("number"),
            per={"enum": list(PERIODS)},
            starts={"anyOf": [{"enum": list(WEEKDAYS)}, ref("month_day")]},
            rolling=_days_or_months(3660, 120),
            beyond=closed(required=["by"], by=ref("code"), answer_within=ref("duration")),
            alert_at=listed(whole(1, 100), unique=True),
        )
        | {"oneOf": [{"required": ["per"]}, {"required": ["rolling"]}]},
    }


def _days_or_months(days: int, months: int, **more: Any) -> Schema:
    alternatives = [{"required": [key]} for key in _LAST]
    return closed(days=whole(1, days), months=whole(1, months), **more) | {"oneOf": alternatives}


def _domain(types: tuple[str, ...]) -> Schema:
    choice = {"anyOf": [text(64), closed(required=["code"], code=text(64), name=text(200))]}
    return {
        "type": {"enum": list(types)},
        "unit": ref("code"),
        "places": whole(0, 9),
        "choices": listed(choice, least=1),
        "min": {"anyOf": [ref("number"), ref("day")]},
        "max": {"anyOf": [ref("number"), ref("day")]},
    }


def _facts() -> Schema:
    measured = closed(
        required=["of"],
        of={"enum": ["customer", "case"]},
        last=_days_or_months(36600, 1200),
        remedies=ref("codes"),
        reasons=ref("codes"),
    )
    return {
        "fact": element(
            required=["type"],
            **_domain(FACT_TYPES),
            personal={"type": "boolean"},
            source={"enum": ["any", "verified"]},
            assume={"type": ["string", "integer", "boolean"]},
            ask=text(300, least=0),
            about={"enum": ["customer", "order", "case", "incident"]},
            max_lines=whole(1, 1000),
            fields=listed(ref("field"), least=1),
        ),
        "field": element(required=["type"], **_domain(tuple(kind for kind in FACT_TYPES if kind != "lines"))),
        "history_fact": element(count=measured, amount=measured)
        | {"oneOf": [{"required": ["count"]}, {"required": ["amount"]}]},
        "derived_fact": _derived_fact(),
    }


_NUMERIC = ("integer", "money", "decimal")


def _derived_fact() -> Schema:
    rounded: Schema = {"places": whole(0, 6), "mode": {"enum": list(MODES)}}
    between: Schema = {"from": ref("code"), "to": ref("code")}
    where = listed(ref("condition"))
    of_field = closed(required=["lines", "field"], lines=ref("code"), field=ref("code"), where=where)
    forms: Schema = {
        "difference": listed(ref("code"), least=2) | {"maxItems": 2},
        "sum": listed(ref("code"), least=2),
        "product": closed(required=["of", "times"], of=ref("code"), times=ref("number")),
        "ratio": closed(required=["of", "to"], of=ref("code"), to=ref("code"), **rounded),
        "days_between": closed(required=["from", "to"], **between),
        "working_days_between": closed(required=["from", "to"], **between),
        "formula": closed(required=["as", "of"], of=ref("formula"), **{"as": {"enum": list(_NUMERIC)}}, **rounded),
        "hours_between": closed(required=["from", "to"], **between, **rounded),
        "sum_of": of_field,
        "min_of": of_field,
        "max_of": of_field,
        "count_of": closed(required=["lines"], lines=ref("code"), where=where),
        "any_of": closed(required=["lines", "where"], lines=ref("code"), where=where),
        "all_of": closed(required=["lines", "where"], lines=ref("code"), where=where),
    }
    return element(**forms) | {"oneOf": [{"required": [form]} for form in forms]}


def _rules() -> Schema:
    reach: Schema = {"up_to": ref("formula"), "below": ref("formula")}
    return {
        "condition": _condition(),
        "reach": closed(**reach) | {"minProperties": 1, "maxProperties": 1},
        "step": _step(reach),
        "rule": element(
            effect={"enum": list(EFFECTS)},
            roles=ref("codes"),
            reasons=ref("codes"),
            remedies=ref("codes"),
            when=listed(ref("condition")),
            starts_on=ref("day"),
            ends_on=ref("day"),
            amount=ref("formula"),
            up_to=ref("formula"),
            at_least=ref("formula"),
            suggest=ref("formula"),
            step=ref("number"),
            terms={"type": "object", "additionalProperties": ref("formula")},
            alone={"anyOf": [{"const": "never"}, ref("reach")]},
            approval=listed(ref("step")),
            because=text(500, least=0),
            say=text(2000, least=0),
            guidance=text(2000, least=0),
            follow_up=ref("follow_up"),
        )
        | {
            "not": {"required": ["amount", "up_to"]},
            "if": {"properties": {"effect": {"const": "allow"}}},
            "then": {"required": ["remedies"]},
            "else": {"propertyNames": {"not": {"enum": list(ALLOW_ONLY)}}},
        },
    }


def _step(reach: Schema) -> Schema:
    sequence: Schema = {
        "if": {"properties": {"in_sequence": {"const": True}}, "required": ["in_sequence"]},
        "then": {"properties": {"all_of": {"minItems": 2}}, "required": ["all_of"]},
    }
    return closed(
        **reach,
        any_of=ref("codes"),
        all_of=ref("codes"),
        in_sequence={"type": "boolean"},
        answer_within=ref("duration"),
    ) | {
        "anyOf": [{"required": ["any_of"]}, {"required": ["all_of"]}],
        "not": {"required": ["up_to", "below"]},
        **sequence,
    }


def _condition() -> Schema:
    value: Schema = {"type": ["string", "integer", "boolean"]}
    ordered: Schema = {"type": ["string", "integer"]}
    operators: Schema = {
        "is": value,
        "is_not": value,
        "one_of": listed(ordered, least=1, unique=True),
        "none_of": listed(ordered, least=1, unique=True),
        "between": listed(ordered, least=2) | {"maxItems": 2},
        "at_least": ordered,
        "at_most": ordered,
        "more_than": ordered,
        "less_than": ordered,
        "within_last": _days_or_months(36600, 1200, of=ref("code")),
        "same_period": closed(
            required=["period"],
            period={"enum": [period for period in PERIODS if period != "ever"]},
            starts=ref("month_day"),
            of=ref("code"),
        ),
        "is_none": {"type": "boolean"},
    }
    return closed(required=["fact"], fact=ref("code"), **operators) | {"minProperties": 2, "maxProperties": 2}
