"""Conditions: each operator for values, for none and for unknown."""

import pytest

from tests.engine.desk import ask, holds, policy, row

DECLARED = [
    {"code": "damaged", "type": "flag"},
    {"code": "tier", "type": "choice", "choices": ["gold", "basic", "staff"]},
    {"code": "days_late", "type": "integer"},
    {"code": "total", "type": "money"},
    {"code": "uptime", "type": "decimal", "places": 3},
    {"code": "bought_on", "type": "date"},
    {"code": "called_at", "type": "moment"},
    {"code": "items", "type": "lines", "fields": [{"code": "price", "type": "money"}]},
]
MOMENT = "2026-04-01T09:30:00+02:00"


def met(fact, told, **operator):
    return holds({"fact": fact, **operator}, {} if told == "left out" else {fact: told}, declared=DECLARED)


@pytest.mark.parametrize(
    ("fact", "operator", "value", "holding", "failing"),
    [
        ("damaged", "is", True, [True], [False]),
        ("damaged", "is_not", True, [False], [True]),
        ("tier", "is", "gold", ["gold"], ["basic", "staff"]),
        ("tier", "is_not", "gold", ["basic", "staff"], ["gold"]),
        ("tier", "one_of", ["gold", "staff"], ["gold", "staff"], ["basic"]),
        ("tier", "none_of", ["gold", "staff"], ["basic"], ["gold", "staff"]),
        ("days_late", "is", 2, [2], [1, 3, -2]),
        ("days_late", "is_not", 2, [1, 3], [2]),
        ("days_late", "one_of", [1, 3], [1, 3], [0, 2, 4]),
        ("days_late", "none_of", [1, 3], [0, 2, 4], [1, 3]),
        ("days_late", "between", [2, 4], [2, 3, 4], [1, 5]),
        ("total", "at_least", "10.00", ["10.00", "10.01", "10"], ["9.99", "-10.00"]),
        ("total", "at_most", "10.00", ["10.00", "9.99"], ["10.01"]),
        ("total", "more_than", 10, ["10.01"], ["10.00", "9.99"]),
        ("total", "less_than", "10.00", ["9.99"], ["10.00", "10.01"]),
        ("total", "is", "10.00", ["10", "10.00", {"amount": "10.0", "currency": "EUR"}], ["10.01"]),
        ("uptime", "between", ["99.9", "99.99"], ["99.9", "99.900", "99.99", "99.989"], ["99.899", "99.991"]),
        ("uptime", "less_than", "99.95", ["99.949"], ["99.95", "99.950"]),
        ("bought_on", "is", "2026-04-01", ["2026-04-01"], ["2026-03-31"]),
        ("bought_on", "at_least", "2026-04-01", ["2026-04-01", "2026-04-02"], ["2026-03-31"]),
        ("bought_on", "between", ["2026-02-28", "2026-03-01"], ["2026-02-28", "2026-03-01"], ["2026-02-27"]),
        ("called_at", "at_most", MOMENT, [MOMENT, "2026-04-01T07:30:00Z"], ["2026-04-01T07:30:00.000001Z"]),
        ("called_at", "is", MOMENT, ["2026-04-01T13:15:00+05:45"], ["2026-04-01T09:30:00Z"]),
    ],
)
class TestAComparison:
    def test_holds_for_these_values_and_not_for_those(self, fact, operator, value, holding, failing):
        assert [met(fact, told, **{operator: value}) for told in holding] == [True] * len(holding)
        assert [met(fact, told, **{operator: value}) for told in failing] == [False] * len(failing)

    def test_does_not_hold_for_none(self, fact, operator, value, holding, failing):
        assert met(fact, None, **{operator: value}) is False

    def test_is_undecided_for_an_unknown_fact(self, fact, operator, value, holding, failing):
        assert met(fact, "left out", **{operator: value}) == "undecided"


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("damaged", False),
        ("tier", "gold"),
        ("days_late", 0),
        ("total", "0.00"),
        ("uptime", "0"),
        ("bought_on", "2026-04-01"),
        ("called_at", MOMENT),
        ("items", []),
    ],
)
def test_is_none_tells_none_from_every_value_and_is_undecided_for_unknown(fact, value):
    assert [met(fact, told, is_none=True) for told in (None, value)] == [True, False]
    assert [met(fact, told, is_none=False) for told in (None, value)] == [False, True]
    assert [met(fact, "left out", is_none=wanted) for wanted in (True, False)] == ["undecided", "undecided"]


def test_all_conditions_of_a_row_must_hold_and_one_that_fails_settles_it_whatever_is_unknown():
    desk = policy(
        facts=DECLARED,
        rules=[row("call", when=[{"fact": "damaged", "is": True}, {"fact": "tier", "is": "gold"}])],
    )
    assert ask(desk, {"damaged": True, "tier": "gold"})["offers"]
    assert not ask(desk, {"damaged": True, "tier": "basic"})["offers"]
    assert not ask(desk, {"damaged": False})["questions"]
    assert [question["fact"] for question in ask(desk, {"damaged": True})["questions"]] == ["tier"]
    assert [question["fact"] for question in ask(desk)["questions"]] == ["damaged", "tier"]


def test_a_row_without_conditions_always_matches():
    assert ask(policy(rules=[row("call")]))["offers"]


def test_many_conditions_on_one_fact_are_decided_each_for_itself():
    """The engine looks a fact's value up once for all conditions on it."""
    numbers = [{"fact": "days_late", "between": [low, low + 1]} for low in range(-3, 4)]
    for told in range(-5, 6):
        for at, condition in enumerate(numbers):
            rules = [row("call", when=[condition]), *({**row("night", amount=1, when=[each])} for each in numbers)]
            rules = [{**rule, "code": f"row_{nth}"} for nth, rule in enumerate(rules)]
            offers = {
                offer["remedy"] for offer in ask(policy(facts=DECLARED, rules=rules), {"days_late": told})["offers"]
            }
            assert ("call" in offers) == (at - 3 <= told <= at - 2)
            assert ("night" in offers) == (-3 <= told <= 4)
