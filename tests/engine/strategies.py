"""Whole policies and questions against them, for Hypothesis.

Codes and most values come from small pools, so that conditions meet their edges, facts are shared between rows, and
amounts tie. Every document made here is one that publishing accepts.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from policies.engine.money import DIGITS, decimal_text
from policies.engine.question import Question
from policies.engine.rulebook import Rulebook
from tests.engine.strategies_formulas import conditions, formulas, scalar
from tests.engine.strategies_limits import (
    REASONS,
    ROLES,
    approvals,
    budgets,
    ladders,
    maybe,
    rarely,
    seldom,
    some,
    stops,
)
from tests.engine.vocabulary import Vocabulary

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns")
NOWS = (
    "2026-03-29T01:59:59+01:00",  # Berlin's clocks go forward
    "2026-10-25T02:30:00+02:00",  # the first of two half past twos in Berlin
    "2026-10-25T02:30:00+01:00",
    "2026-11-01T01:30:00-04:00",  # New York's clocks go back
    "2026-03-31T23:59:59+00:00",
    "2026-04-01T00:00:00+00:00",
    "2024-02-29T12:00:00+00:00",
    "2025-12-31T23:30:00-05:00",
    "2026-06-15T09:00:00+02:00",
)


@st.composite
def documents(draw) -> dict[str, Any]:
    """A policy document."""
    words = draw(vocabularies())
    remedies = draw(_remedies(words))
    units: dict[tuple[str, int], list[str]] = {}
    for remedy in remedies:
        units.setdefault((remedy["unit"], remedy.get("places", 0)), []).append(remedy["code"])
    rules = [draw(_rules(words, units, at)) for at in range(draw(st.integers(1, 7)))]
    return {
        "guardrails": "policy/1",
        "code": "generated",
        "currency": words.currency,
        "time_zone": draw(st.sampled_from(ZONES)),
        "handover": {"name": "Care desk"},
        **draw(_rounding(words)),
        **draw(st.sampled_from(({}, {"calendar": {"weekend": ["sunday"], "holidays": ["2026-03-30", "2026-04-01"]}}))),
        **draw(approvals()),
        "roles": [
            {"code": "agent", "escalates_to": "lead"},
            {"code": "lead", "may_reverse": draw(maybe)},
            {"code": "board"},
        ],
        "reasons": [{"code": code} for code in REASONS],
        "groups": [{"code": "either", "choose": "one"}, {"code": "largest", "choose": "best"}],
        "remedies": remedies,
        "facts": words.facts,
        "derived": words.derived,
        "history": words.history,
        "rules": rules,
        "budgets": [draw(budgets(words, remedies, at)) for at in range(draw(st.integers(0, 3)))],
    }


@st.composite
def _rounding(draw, words: Vocabulary) -> dict[str, Any]:
    if draw(maybe):
        return {}
    step = decimal_text(draw(st.sampled_from((1, 5, 100))), words.digits)
    return {
        "rounding": {"mode": draw(st.sampled_from(("half_up", "half_even", "half_down", "up", "down"))), "step": step}
    }


@st.composite
def vocabularies(draw) -> Vocabulary:
    """The facts of a policy: one or two of each type, derived facts that build on one another, history."""
    words = Vocabulary(currency=draw(st.sampled_from(("EUR", "JPY", "KWD"))))
    money = {
        "type": "money",
        **({"min": words.money_text(-9000), "max": words.money_text(90000)} if draw(maybe) else {}),
    }
    words.declare({"code": "flagged", "type": "flag"})
    words.declare({"code": "tier", "type": "choice", "choices": ["gold", {"code": "Not yet", "name": "None"}, "basic"]})
    words.declare(
        {"code": "count", "type": "integer", **draw(st.sampled_from(({}, {"min": -3, "max": 6, "unit": "day"})))}
    )
    words.declare({"code": "price", **money})
    words.declare({"code": "paid", **money})
    words.declare({"code": "rate", "type": "decimal", "places": draw(st.integers(0, 3))})
    words.declare({"code": "bought_on", "type": "date"})
    words.declare({"code": "called_at", "type": "moment"})
    words.declare({"code": "checked", "type": "flag", "source": "verified"})
    words.declare({"code": "weight", "type": "decimal", "places": 1, "source": "verified"})
    words.declare({"code": "guessed", "type": "integer", "assume": draw(st.integers(0, 3))})
    words.declare(
        {"code": "minutes", "type": "lines", "max_lines": 4, "fields": [{"code": "minute", "type": "integer"}]}
    )
    fields = [
        {"code": "cost", "type": "money"},
        {"code": "sold_on", "type": "date"},
        {"code": "kept", "type": "flag"},
        {"code": "colour", "type": "choice", "choices": ["red", "blue"]},
    ]
    words.declare({"code": "items", "type": "lines", "fields": fields})
    scopes = st.sampled_from(("customer", "case"))
    last = st.sampled_from(({}, {"last": {"days": 30}}, {"last": {"months": 12}}))
    words.remember({"code": "times_before", "count": {"of": draw(scopes), **draw(last)}})
    words.remember({"code": "given_before", "amount": {"of": draw(scopes), **draw(last), "reasons": ["late"]}})
    for at in range(draw(st.integers(0, 5))):
        words.derive(draw(_derived(words, f"made_{at}")))
    return words


@st.composite
def _derived(draw, words: Vocabulary, code: str) -> dict[str, Any]:
    numeric = draw(st.sampled_from([kind for kind in ("integer", "money", "decimal") if words.of_type(kind)]))
    same = st.sampled_from(words.of_type(numeric))
    days, moments = [*words.of_type("date", "moment"), "now"], [*words.of_type("moment"), "now"]
    lines = draw(st.sampled_from(("items", "minutes")))
    field = "cost" if lines == "items" else "minute"
    where = {"where": draw(conditions(words, lines=lines))} if draw(maybe) else {}
    always = {"where": draw(conditions(words, lines=lines, least=1))}
    mode = draw(st.sampled_from(({}, {"mode": "half_even"}, {"mode": "up"}, {"mode": "half_down"})))
    places = {"places": draw(st.integers(0, 3))} if draw(maybe) else {}
    forms = {
        "difference": [draw(same), draw(same)],
        "sum": draw(st.lists(same, min_size=2, max_size=3)),
        "product": {"of": draw(same), "times": draw(st.sampled_from(("4", "-1", "0.5", "1.25")))},
        "ratio": {"of": draw(same), "to": draw(same), **places, **mode},
        "days_between": {"from": draw(st.sampled_from(days[:-1])), "to": draw(st.sampled_from(days))},
        "hours_between": {"from": "called_at", "to": draw(st.sampled_from(moments)), **places, **mode},
        "sum_of": {"lines": lines, "field": field, **where},
        "min_of": {
            "lines": lines,
            "field": draw(st.sampled_from((field, "sold_on"))) if lines == "items" else field,
            **where,
        },
        "max_of": {"lines": lines, "field": field, **where},
        "count_of": {"lines": lines, **where},
        "any_of": {"lines": lines, **always},
        "all_of": {"lines": lines, **always},
    }
    forms["working_days_between"] = forms["days_between"]
    kind = draw(st.sampled_from(("money", "integer", "decimal")))
    of = draw(formulas(words, "money" if kind == "money" else "number"))
    forms["formula"] = {"as": kind, "of": of, **mode, **(places if kind == "decimal" else {})}
    form = draw(st.sampled_from(sorted(forms)))
    return {"code": code, form: forms[form]}


@st.composite
def _remedies(draw, words: Vocabulary) -> list[dict[str, Any]]:
    cost = {"cost": words.money_text(draw(st.sampled_from((0, 333, 2500))))}
    every = [
        {"code": "credit", "kind": "store_credit", "unit": "money", "say": "I can add {amount} for {reason}."},
        {"code": "refund", "kind": "refund", "unit": "money", "say": "You get {amount} back, {fact:tier}."},
        {"code": "difference", "kind": "exchange", "unit": "money", "signed": True, **cost},
        {"code": "night", "kind": "service", "unit": "night", "terms": [{"code": "months", "unit": "month"}], **cost},
        {"code": "points", "kind": "points", "unit": "point", "places": 1, **cost},
        {"code": "parcel", "kind": "replacement", "unit": "none", **cost},
        {"code": "sorry", "kind": "gesture", "unit": "none"},
    ]
    kept = draw(st.lists(st.sampled_from(range(len(every))), min_size=1, max_size=5, unique=True))
    remedies = [every[at] for at in kept]
    for remedy in remedies:
        group = draw(st.sampled_from((None, None, "either", "largest")))
        comparable = group != "largest" or remedy["unit"] == "money"
        if group and comparable:
            remedy["group"] = group
        if draw(rarely):
            remedy |= {"hold_for": draw(st.sampled_from(("PT15M", "PT1H", "P7D")))}
            remedy |= {
                "follow_up": {"after": "P2D", "what": "Call back", **draw(st.sampled_from(({}, {"by": "lead"})))}
            }
    return remedies


@st.composite
def _rules(draw, words: Vocabulary, units: dict[tuple[str, int], list[str]], at: int) -> dict[str, Any]:
    effect = draw(st.sampled_from((*("allow",) * 6, "forbid", "human_only")))
    when = conditions(words, least=0 if effect == "allow" else 1)
    rule: dict[str, Any] = {"code": f"row_{at}", "effect": effect, "when": draw(when)}
    if draw(seldom):
        rule["roles"] = draw(some(ROLES))
    if draw(seldom):
        rule["reasons"] = draw(some(REASONS))
    if draw(rarely):
        rule["starts_on"] = draw(st.sampled_from(("2026-01-01", "2026-03-29", "2026-04-01")))
    if draw(rarely):
        rule["ends_on"] = draw(st.sampled_from(("2026-04-01", "2026-10-25", "2027-01-01")))
    unit = draw(st.sampled_from(sorted(units)))
    if effect != "allow":
        return rule | ({"remedies": draw(some(units[unit]))} if draw(maybe) else {})
    rule["remedies"] = draw(some(units[unit]))
    if unit[0] == "none":
        return rule | draw(
            st.sampled_from(({}, {}, {"alone": "never"}, {"alone": "never", "approval": [{"any_of": ["lead"]}]}))
        )
    return rule | draw(_allowances(words, unit))


@st.composite
def _allowances(draw, words: Vocabulary, unit: tuple[str, int]) -> dict[str, Any]:
    wants = "money" if unit[0] == "money" else "number"
    formula = formulas(words, wants)
    found: dict[str, Any] = {}
    if draw(seldom):
        found["amount"] = draw(formula)
    else:
        found["up_to"] = draw(st.one_of(st.sampled_from((1500, 6000, 25001)).map(words.money_text), formula))
        places = words.digits if wants == "money" else unit[1]
        found |= {"step": decimal_text(draw(st.sampled_from((1, 5, 50, 100))), places)} if draw(maybe) else {}
        found |= {"at_least": draw(formula)} if draw(rarely) else {}
        found |= {"suggest": draw(formula)} if draw(maybe) else {}
    if draw(seldom):
        edge = st.sampled_from(("up_to", "below"))
        found["alone"] = draw(st.one_of(st.just("never"), st.builds(lambda key, limit: {key: limit}, edge, formula)))
    found["approval"] = draw(ladders(words, formula))
    if "up_to" in found and "suggest" in found and draw(rarely):
        found["up_to"] = "unlimited"
    if unit[0] == "night" and draw(maybe):
        found["terms"] = {"months": draw(formulas(words, "number", 1))}
    return found


@st.composite
def questions(draw, rulebook: Rulebook, document: dict[str, Any]) -> Question:
    """A question against the policy: each fact given, none or left out, verified or not."""
    words = Vocabulary.of(document)
    zone = ZoneInfo(rulebook.time_zone)
    now = datetime.fromisoformat(draw(st.sampled_from(NOWS))).astimezone(draw(st.sampled_from((zone, ZoneInfo("UTC")))))
    now += timedelta(seconds=draw(st.sampled_from((0, 0, 1, 3600))))
    given = st.sampled_from(("given", "given", "given", "given", "none", "left out"))
    facts: dict[str, Any] = {}
    for fact in document["facts"]:
        match draw(given):
            case "given":
                facts[fact["code"]] = draw(scalar(words, fact["code"], as_asked=True))
            case "none":
                facts[fact["code"]] = None
    customer, case = draw(maybe), draw(maybe)
    known = {"customer": customer, "case": case}
    history = {
        each.code: draw(st.integers(0, 4)) * (1 if each.measure == "count" else 10 ** DIGITS[rulebook.currency])
        for each in rulebook.history
        if known[each.scope]
    }
    taken = st.sampled_from((0, 0, 0, 1, 2, 500, 2400, 100000))
    return Question(
        role=draw(st.sampled_from(ROLES)),
        reason=draw(st.sampled_from(REASONS)),
        now=now,
        is_ai=draw(maybe),
        facts=facts,
        verified=frozenset(draw(st.sets(st.sampled_from(("checked", "weight", "price"))))),
        history=history,
        taken={budget.code: draw(taken) for budget in rulebook.budgets if draw(maybe)},
        customer=customer,
        case=case,
        frozen=tuple(draw(stops([each.code for each in rulebook.remedies])) for _ in range(draw(rarely))),
        granted=tuple(draw(st.lists(st.sampled_from([each.code for each in rulebook.remedies]), max_size=2))),
    )
