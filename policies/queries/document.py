"""Document: a policy's rows as the one document of the rulebook reference.

It says what the rows say, coherent or not: `policies.engine.document.read` finds what is wrong with it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from policies.models import (
    ApprovalStep,
    Budget,
    BudgetMeasure,
    Condition,
    DerivedFact,
    Fact,
    FactChoice,
    FactType,
    HistoryFact,
    LineField,
    Policy,
    Remedy,
    RemedyGroup,
    Role,
    Rule,
)
from policies.models.element import Element
from policies.models.remedy import FollowUp
from policies.queries.draft import Draft, load_draft

FORMAT = "policy/1"
Document = dict[str, Any]


def document_of(policy: Policy) -> Document:
    """Give the document of a policy's draft; the number of queries does not depend on its size."""
    return document_of_draft(load_draft(policy))


def document_of_draft(draft: Draft) -> Document:
    """Give the document of rows that are loaded already."""
    return {
        "guardrails": FORMAT,
        **_head(draft.policy),
        "roles": [_role(row) for row in draft.roles],
        "reasons": [_element(row) for row in draft.reasons],
        "groups": [_group(row) for row in draft.groups],
        "remedies": [_remedy(row) for row in draft.remedies],
        "facts": [_fact(row) for row in draft.facts],
        "derived": [_derived(row) for row in draft.derived],
        "history": [_history(row) for row in draft.history],
        "rules": [_rule(row) for row in draft.rules],
        "budgets": [_budget(row) for row in draft.budgets],
    }


def given(**values: Any) -> Document:
    """Give the entries that say something: neither null, nor false, nor empty. Zero says something."""
    return {
        key: value for key, value in values.items() if not (value is None or value is False or value in ("", [], {}))
    }


def _head(row: Policy) -> Document:
    return {"code": row.code, "currency": row.currency, "time_zone": row.time_zone} | given(
        name=row.name,
        description=row.description,
        language=row.language,
        handover=given(name=row.handover_name, how=row.handover_how),
        rounding=given(mode=row.rounding_mode, step=row.rounding_step),
        calendar=row.calendar,
        approvals=_approvals(row),
    )


def _approvals(row: Policy) -> Document:
    return given(
        reserve=row.approvals_reserve,
        answer_within=row.approvals_answer_within,
        remind_before=row.approvals_remind_before,
        keep=row.approvals_keep,
    ) | _value(hours=row.approvals_hours)


def _element(row: Element) -> Document:
    return {"code": row.code} | given(name=row.name, description=row.description)


def _codes(rows: Iterable[Element]) -> list[str]:
    return [row.code for row in rows]


def _role(row: Role) -> Document:
    return _element(row) | given(escalates_to=row.escalates_to and row.escalates_to.code, may_reverse=row.may_reverse)


def _group(row: RemedyGroup) -> Document:
    return _element(row) | {"choose": row.choose}


def _follow_up(row: FollowUp) -> Document:
    return given(after=row.follow_up_after, what=row.follow_up_what, by=row.follow_up_by and row.follow_up_by.code)


def _remedy(row: Remedy) -> Document:
    return (
        _element(row)
        | {"kind": row.kind, "unit": row.unit}
        | _value(places=row.places)
        | given(
            cost=row.cost,
            group=row.group and row.group.code,
            signed=row.signed,
            terms=row.terms,
            say=row.say,
            guidance=row.guidance,
            follow_up=_follow_up(row),
            hold_for=row.hold_for,
        )
    )


def _value(**values: Any) -> Document:
    """Give the values that are given; zero and false say something."""
    return {key: value for key, value in values.items() if value is not None}


def _domain(row: Fact | LineField) -> Document:
    return (
        {"code": row.code, "type": row.type}
        | given(name=row.name, description=row.description, unit=row.unit)
        | _value(places=row.places)
        | given(min=_bound(row.type, row.minimum), max=_bound(row.type, row.maximum))
    )


def _bound(fact_type: str, text: str) -> str | Document | int:
    """Give a bound as the document has it: whole numbers plain, everything else text."""
    return int(text) if text and fact_type == FactType.INTEGER and is_whole(text) else text


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole number in its plainest form."""
    return len(text) < 20 and text.lstrip("-").isdecimal() and text.isascii() and str(int(text)) == text


def _fact(row: Fact) -> Document:
    return (
        _domain(row)
        | given(personal=row.personal, source=row.source)
        | _value(assume=row.assume)
        | given(ask=row.ask, about=row.about)
        | given(choices=[_choice(choice) for choice in row.choices.all()])
        | _value(max_lines=row.max_lines)
        | given(fields=[_domain(field) | given(choices=field.choices) for field in row.fields.all()])
    )


def _choice(row: FactChoice) -> str | Document:
    return {"code": row.value, "name": row.name} if row.name else row.value


def _derived(row: DerivedFact) -> Document:
    return _element(row) | {row.form: row.definition}


def _history(row: HistoryFact) -> Document:
    return _element(row) | {
        row.measure: {"of": row.scope}
        | given(
            last=_value(days=row.last_days, months=row.last_months),
            remedies=_codes(row.remedies.all()),
            reasons=_codes(row.reasons.all()),
        )
    }


def _rule(row: Rule) -> Document:
    return (
        _element(row)
        | {"effect": row.effect}
        | given(
            roles=_codes(row.roles.all()),
            reasons=_codes(row.reasons.all()),
            remedies=_codes(row.remedies.all()),
            when=[_condition(condition) for condition in row.conditions.all()],
            starts_on=row.starts_on and row.starts_on.isoformat(),
            ends_on=row.ends_on and row.ends_on.isoformat(),
        )
        | _amounts(row)
        | given(
            because=row.because,
            say=row.say,
            guidance=row.guidance,
            follow_up=_follow_up(row),
        )
    )


def _condition(row: Condition) -> Document:
    return {"fact": row.fact, row.operator: row.value}


def _amounts(row: Rule) -> Document:
    formulas = {
        "at_least": row.at_least,
        "suggest": row.suggest,
        "step": row.step or None,
        "terms": row.terms or None,
        "alone": row.alone,
    }
    amount = {row.kind: row.amount} if row.kind else {}
    ladder = given(approval=[_step(step) for step in row.approval.all()])
    return amount | {key: value for key, value in formulas.items() if value is not None} | ladder


def _step(row: ApprovalStep) -> Document:
    reach = {row.bound: row.limit} if row.bound else {}
    every = _codes(row.all_of.all())
    order = [code for code in row.sequence or [] if code in every]
    return reach | given(
        any_of=_codes(row.any_of.all()),
        all_of=[*order, *(code for code in every if code not in order)],
        in_sequence=bool(row.sequence),
        answer_within=row.answer_within,
    )


def _budget(row: Budget) -> Document:
    counted = row.measure == BudgetMeasure.COUNT and is_whole(row.limit)
    return (
        _element(row)
        | {"scope": row.scope, "measure": row.measure, "limit": int(row.limit) if counted else row.limit}
        | given(
            roles=_codes(row.roles.all()),
            remedies=_codes(row.remedies.all()),
            reasons=_codes(row.reasons.all()),
            per=row.per,
            starts=row.starts,
            rolling=_value(days=row.rolling_days, months=row.rolling_months),
            beyond=given(by=row.beyond_by and row.beyond_by.code, answer_within=row.beyond_answer_within),
        )
        | _value(alert_at=row.alert_at)
    )


WRITERS: dict[str, Callable[[Any], Document]] = {
    "head": _head,
    "roles": _role,
    "reasons": _element,
    "groups": _group,
    "remedies": _remedy,
    "facts": _fact,
    "derived": _derived,
    "history": _history,
    "rules": _rule,
    "budgets": _budget,
}
"""How a row of each list is written."""
