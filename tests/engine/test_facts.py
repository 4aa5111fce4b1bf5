"""A question gives facts of the declared types, as none, or not at all; anything else is refused by name."""

from typing import Any

import pytest

from tests.engine.desk import ask, fact_faults, holds, policy, row

CHOICES = ["gold", "no longer needed", "Suspended"]
DECLARED: list[dict[str, Any]] = [
    {"code": "damaged", "type": "flag"},
    {"code": "tier", "type": "choice", "choices": CHOICES},
    {"code": "days_late", "type": "integer", "min": 0, "max": 30},
    {"code": "total", "type": "money", "min": "0.00"},
    {"code": "uptime", "type": "decimal", "places": 3, "max": "100"},
    {"code": "ratio", "type": "decimal"},
    {"code": "bought_on", "type": "date", "min": "2020-01-01"},
    {"code": "called_at", "type": "moment"},
    {"code": "minutes", "type": "lines", "max_lines": 3, "fields": [{"code": "minute", "type": "integer"}]},
    {
        "code": "items",
        "type": "lines",
        "fields": [{"code": "price", "type": "money"}, {"code": "kept", "type": "flag"}],
    },
]
DESK = policy(facts=DECLARED, rules=[row("call")])


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("damaged", True),
        ("damaged", False),
        ("tier", "no longer needed"),
        ("days_late", 0),
        ("days_late", 30),
        ("total", "82.50"),
        ("total", "82.5"),
        ("total", "82"),
        ("total", "0.00"),
        ("total", {"amount": "82.50", "currency": "EUR"}),
        ("total", "9999999999999.99"),
        ("uptime", "99.95"),
        ("uptime", "100"),
        ("uptime", "-3"),
        ("uptime", "99.9500"),
        ("ratio", "0.25"),
        ("bought_on", "2024-02-29"),
        ("bought_on", "2020-01-01"),
        ("called_at", "2026-04-01T09:30:00+02:00"),
        ("called_at", "2026-04-01T09:30Z"),
        ("called_at", "2026-04-01T09:30:00.123456-03:30"),
        ("minutes", []),
        ("minutes", [60, 75]),
        ("minutes", [{"minute": 60}, 75, {}]),
        ("items", [{"price": "3.00", "kept": True}, {"price": None}, {}]),
        *((fact["code"], None) for fact in DECLARED),
    ],
)
def test_a_value_of_the_facts_type_is_read_and_so_is_none(code, value):
    assert fact_faults(DESK, {code: value}) == {}


@pytest.mark.parametrize(
    ("code", "value", "valid"),
    [
        ("damaged", "true", "true or false"),
        ("damaged", 1, "true or false"),
        ("tier", "silver", '"gold"'),
        ("tier", "Gold", '"gold"'),
        ("days_late", "3", "whole number"),
        ("days_late", True, "whole number"),
        ("days_late", 3.0, "whole number"),
        ("days_late", -1, "from 0 to 30"),
        ("days_late", 31, "from 0 to 30"),
        ("total", 82.5, '"82.50"'),
        ("total", "82.505", "decimal places"),
        ("total", "82,50", '"12.50"'),
        ("total", "1e3", '"12.50"'),
        ("total", "٣.00", '"12.50"'),
        ("total", "", '"12.50"'),
        ("total", "-0.01", "at least €0.00"),
        ("total", "99999999999999.00", "too large"),
        ("total", {"amount": "1.00", "currency": "USD"}, "EUR"),
        ("total", {"amount": "1.00"}, "amount and currency"),
        ("uptime", "99.9501", "3 decimal places"),
        ("uptime", "100.001", "at most 100"),
        ("uptime", 99.95, '"12.500"'),
        ("bought_on", "2026-02-29", "2026-04-01"),
        ("bought_on", "01.04.2026", "2026-04-01"),
        ("bought_on", "2019-12-31", "at least 2020-01-01"),
        ("called_at", "2026-04-01T09:30:00", "offset"),
        ("called_at", "2026-04-01", "offset"),
        ("called_at", "2026-04-01T25:00:00Z", "offset"),
        ("minutes", 60, "list"),
        ("minutes", [1, 2, 3, 4], "more than 3 lines"),
        ("minutes", ["60"], "line 0, minute: must be a whole number"),
        ("items", ["3.00"], "line 0: must be an object with price, kept"),
        ("items", [{"price": "3.00"}, {"cost": "3.00"}], 'line 1: "cost" is not one of its fields: price, kept'),
        ("order_id", "A1", "is not a fact of this policy: damaged, tier"),
    ],
)
def test_anything_else_is_refused_by_name_and_says_what_would_be_valid(code, value, valid):
    found = fact_faults(DESK, {code: value})
    assert list(found) == [f"/facts/{code}"]
    assert valid in found[f"/facts/{code}"]


def test_all_faults_of_a_question_are_told_at_once():
    found = fact_faults(DESK, {"a/b~c": 1, "damaged": 1, "tier": "x"}, role="pilot", reason="rain")
    assert set(found) == {"/facts/a~1b~0c", "/facts/damaged", "/facts/tier", "/role", "/reason"}
    assert "agent, lead, board" in found["/role"]


def test_a_derived_fact_cannot_be_given():
    desk = policy(facts=DECLARED, derived=[{"code": "sum", "sum": ["total", "total"]}], rules=[row("call")])
    assert fact_faults(desk, {"sum": "3.00"}) == {"/facts/sum": "is worked out by the policy and cannot be given"}


class TestAFactThatMustBeVerified:
    declared = [{"code": "damaged", "type": "flag", "source": "verified"}]
    condition = {"fact": "damaged", "is": True}

    def test_counts_when_it_comes_from_a_system(self):
        verified = frozenset({"damaged"})
        assert holds(self.condition, {"damaged": True}, declared=self.declared, verified=verified) is True

    def test_stays_unknown_when_a_caller_says_so_and_the_question_says_that_it_has_to_be_verified(self):
        desk = policy(facts=self.declared, rules=[row("call", when=[self.condition])])
        asserted = ask(desk, {"damaged": True})["questions"]
        assert [(question["fact"], question["needs"]) for question in asserted] == [("damaged", "verified")]
        assert "needs" not in ask(desk)["questions"][0]

    def test_is_still_refused_where_its_type_is_wrong(self):
        desk = policy(facts=self.declared, rules=[row("call", when=[self.condition])])
        assert list(fact_faults(desk, {"damaged": "yes"})) == ["/facts/damaged"]


class TestAnAssumedFact:
    desk = policy(
        facts=[{"code": "in_stock", "type": "flag", "assume": True}, {"code": "idle", "type": "integer", "assume": 0}],
        rules=[row("call", when=[{"fact": "in_stock", "is": True}])],
    )

    def test_is_taken_when_it_is_left_out_and_the_answer_says_so(self):
        answer = ask(self.desk)
        assert [offer["remedy"] for offer in answer["offers"]] == ["call"]
        assert answer["assumed"] == [{"fact": "in_stock", "value": True}]

    def test_is_not_taken_when_it_is_given_or_given_as_none(self):
        for told in (False, None):
            answer = ask(self.desk, {"in_stock": told})
            assert answer["offers"] == []
            assert answer["assumed"] == []
