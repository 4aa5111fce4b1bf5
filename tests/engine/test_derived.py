"""Derived facts: each form, what none and unknown make of it, and how they build on one another."""

import pytest

from tests.engine.desk import ask, derived, policy, row

NUMBERS = [
    {"code": "bill", "type": "money"},
    {"code": "usual", "type": "money"},
    {"code": "count", "type": "integer"},
    {"code": "other", "type": "integer"},
    {"code": "share", "type": "decimal", "places": 1},
    {"code": "fine", "type": "decimal", "places": 3},
]
DATES = [
    {"code": "ordered_on", "type": "date"},
    {"code": "came_on", "type": "date"},
    {"code": "left_at", "type": "moment"},
    {"code": "landed_at", "type": "moment"},
]
FIELDS = [{"code": "price", "type": "money"}, {"code": "kept", "type": "flag"}, {"code": "sold_on", "type": "date"}]
LINES = [
    {"code": "items", "type": "lines", "fields": FIELDS},
    {"code": "minutes", "type": "lines", "fields": [{"code": "minute", "type": "integer"}]},
    {"code": "today", "type": "date"},
]


@pytest.mark.parametrize(
    ("definition", "facts", "value"),
    [
        ({"difference": ["bill", "usual"]}, {"bill": "10.00", "usual": "12.50"}, "-2.50"),
        ({"difference": ["share", "fine"]}, {"share": "1.5", "fine": "0.125"}, "1.375"),
        ({"sum": ["count", "other", "count"]}, {"count": 2, "other": 3}, 7),
        ({"product": {"of": "bill", "times": "4"}}, {"bill": "10.05"}, "40.20"),
        ({"product": {"of": "bill", "times": "0.125"}}, {"bill": "10.05"}, "1.25625"),
        ({"product": {"of": "count", "times": "1.5"}}, {"count": 3}, "4.5"),
        ({"product": {"of": "count", "times": -2}}, {"count": 3}, -6),
        ({"ratio": {"of": "bill", "to": "usual"}}, {"bill": "1.00", "usual": "3.00"}, "33.33"),
        ({"ratio": {"of": "bill", "to": "usual", "places": 1}}, {"bill": "-1.00", "usual": "8.00"}, "-12.5"),
        ({"ratio": {"of": "count", "to": "other", "places": 0}}, {"count": 1, "other": 8}, "13"),
        ({"ratio": {"of": "count", "to": "other", "places": 0, "mode": "half_even"}}, {"count": 1, "other": 8}, "12"),
        ({"ratio": {"of": "count", "to": "other", "places": 0}}, {"count": 1, "other": -8}, "-13"),
        ({"ratio": {"of": "count", "to": "other"}}, {"count": 1, "other": 0}, None),
        ({"ratio": {"of": "share", "to": "fine"}}, {"share": "0.5", "fine": "0.250"}, "200.00"),
    ],
)
def test_arithmetic_is_exact(definition, facts, value):
    assert derived(definition, facts, declared=NUMBERS) == value


@pytest.mark.parametrize(
    ("definition", "facts", "value"),
    [
        (
            {"days_between": {"from": "ordered_on", "to": "came_on"}},
            {"ordered_on": "2024-02-28", "came_on": "2024-03-01"},
            2,
        ),
        (
            {"days_between": {"from": "came_on", "to": "ordered_on"}},
            {"ordered_on": "2026-03-01", "came_on": "2026-03-03"},
            -2,
        ),
        ({"days_between": {"from": "ordered_on", "to": "now"}}, {"ordered_on": "2026-06-14"}, 1),
        # A moment counts as its day in Berlin as soon as the other is a date.
        (
            {"days_between": {"from": "ordered_on", "to": "left_at"}},
            {"ordered_on": "2026-06-14", "left_at": "2026-06-14T22:00:00Z"},
            1,
        ),
        # Between moments full 24 hours count, also through the night in which the clocks change.
        (
            {"days_between": {"from": "left_at", "to": "landed_at"}},
            {"left_at": "2026-03-28T12:00:00+01:00", "landed_at": "2026-03-29T12:00:00+02:00"},
            0,
        ),
        (
            {"days_between": {"from": "left_at", "to": "landed_at"}},
            {"left_at": "2026-03-28T12:00:00+01:00", "landed_at": "2026-03-29T13:00:00+02:00"},
            1,
        ),
        (
            {"hours_between": {"from": "left_at", "to": "landed_at"}},
            {"left_at": "2026-03-28T12:00:00+01:00", "landed_at": "2026-03-29T12:00:00+02:00"},
            "23.00",
        ),
        (
            {"hours_between": {"from": "left_at", "to": "landed_at"}},
            {"left_at": "2026-06-15T12:00:00Z", "landed_at": "2026-06-15T12:59:59.999999Z"},
            "0.99",
        ),
        (
            {"hours_between": {"from": "left_at", "to": "landed_at", "places": 0, "mode": "up"}},
            {"left_at": "2026-06-15T12:00:00Z", "landed_at": "2026-06-15T12:00:00.000001Z"},
            "1",
        ),
        (
            {"hours_between": {"from": "landed_at", "to": "left_at", "places": 1}},
            {"left_at": "2026-06-15T12:00:00Z", "landed_at": "2026-06-15T12:59:00Z"},
            "-0.9",
        ),
        (
            {"hours_between": {"from": "left_at", "to": "now", "places": 1}},
            {"left_at": "2026-06-15T08:30:00+02:00"},
            "3.5",
        ),
    ],
)
def test_time_between_counts_calendar_days_full_days_or_hours(definition, facts, value):
    assert derived(definition, facts, declared=DATES) == value


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-04-02", "2026-04-08", 2),  # Thursday before Easter to Wednesday: Friday and Monday are holidays
        ("2026-04-03", "2026-04-03", 0),
        ("2026-06-12", "2026-06-15", 1),  # Friday to Monday
        ("2026-06-13", "2026-06-14", 0),  # a weekend
        ("2026-06-15", "2026-06-12", -1),
        ("2026-01-01", "2027-01-01", 259),
    ],
)
def test_working_days_are_those_after_the_first_day_up_to_and_including_the_last(start, end, days):
    calendar = {"weekend": ["saturday", "sunday"], "holidays": ["2026-04-03", "2026-04-06"]}
    definition = {"working_days_between": {"from": "ordered_on", "to": "came_on"}}
    found = derived(definition, {"ordered_on": start, "came_on": end}, declared=DATES, calendar=calendar)
    assert found == days


def items(*lines):
    return {"items": [dict(zip(("price", "kept", "sold_on"), line, strict=False)) for line in lines]}


KEPT = {"where": [{"fact": "kept", "is": True}]}


@pytest.mark.parametrize(
    ("definition", "facts", "value"),
    [
        ({"sum_of": {"lines": "items", "field": "price"}}, items(("1.00",), ("2.50",)), "3.50"),
        ({"sum_of": {"lines": "items", "field": "price"}}, items(), "0.00"),
        ({"sum_of": {"lines": "items", "field": "price", **KEPT}}, items(("1.00", True), ("2.50", False)), "1.00"),
        ({"sum_of": {"lines": "items", "field": "price"}}, items(("1.00",), (None,)), "1.00"),
        ({"sum_of": {"lines": "items", "field": "price"}}, items(("1.00",), ()), "unknown"),
        ({"sum_of": {"lines": "items", "field": "price", **KEPT}}, items(("1.00",)), "unknown"),
        ({"max_of": {"lines": "items", "field": "price"}}, items(("1.00",), ("2.50",)), "2.50"),
        ({"min_of": {"lines": "items", "field": "price"}}, items(("1.00",), ("2.50",)), "1.00"),
        ({"min_of": {"lines": "items", "field": "sold_on"}}, items(("1.00", None, "2026-01-02")), "2026-01-02"),
        ({"min_of": {"lines": "items", "field": "price"}}, items(), None),
        ({"max_of": {"lines": "items", "field": "price"}}, items((None,)), None),
        ({"count_of": {"lines": "items"}}, items((), ()), 2),
        ({"count_of": {"lines": "items", **KEPT}}, items((None, True), (None, False), (None, None)), 1),
        ({"count_of": {"lines": "items", **KEPT}}, items((None, True), ()), "unknown"),
        (
            {"count_of": {"lines": "minutes", "where": [{"fact": "minute", "at_least": 60}]}},
            {"minutes": [59, 60, 75]},
            2,
        ),
        ({"any_of": {"lines": "items", **KEPT}}, items((None, True), ()), True),
        ({"any_of": {"lines": "items", **KEPT}}, items((None, False), ()), "unknown"),
        ({"any_of": {"lines": "items", **KEPT}}, items(), False),
        ({"all_of": {"lines": "items", **KEPT}}, items((None, False), ()), False),
        ({"all_of": {"lines": "items", **KEPT}}, items((None, True), ()), "unknown"),
        ({"all_of": {"lines": "items", **KEPT}}, items(), True),
    ],
)
def test_lines_are_added_counted_and_compared(definition, facts, value):
    assert derived(definition, facts, declared=LINES) == value


def test_a_condition_on_lines_may_compare_with_a_date_of_the_question():
    recent = {"where": [{"fact": "sold_on", "within_last": {"days": 2, "of": "today"}}]}
    lines = items((None, None, "2026-01-01"), (None, None, "2026-01-02"), (None, None, "2026-01-03"))
    definition = {"count_of": {"lines": "items", **recent}}
    assert derived(definition, lines | {"today": "2026-01-03"}, declared=LINES) == 2
    assert derived(definition, lines | {"today": None}, declared=LINES) == 0
    assert derived(definition, lines, declared=LINES) == "unknown"


@pytest.mark.parametrize(
    ("definition", "facts", "value"),
    [
        ({"formula": {"as": "money", "of": {"percent": {"rate": "33.333", "of": "bill"}}}}, {"bill": "10.00"}, "3.33"),
        (
            {"formula": {"as": "money", "mode": "up", "of": {"percent": {"rate": "33.333", "of": "bill"}}}},
            {"bill": "10.00"},
            "3.34",
        ),
        ({"formula": {"as": "integer", "of": {"times": ["count", "0.5"]}}}, {"count": 3}, 2),
        ({"formula": {"as": "decimal", "places": 1, "of": {"times": ["count", "0.25"]}}}, {"count": 1}, "0.3"),
        (
            {"formula": {"as": "integer", "of": {"bands": {"by": "count", "rows": [{"up_to": 1, "amount": 5}]}}}},
            {"count": 2},
            None,
        ),
        ({"formula": {"as": "money", "of": {"sum": ["bill", "usual"]}}}, {"bill": None}, None),
        ({"formula": {"as": "money", "of": {"sum": ["bill", "usual"]}}}, {"bill": "1.00"}, "unknown"),
    ],
)
def test_a_formula_is_a_fact_rounded_once(definition, facts, value):
    assert derived(definition, facts, declared=NUMBERS) == value


class TestNoneAndUnknown:
    definition = {"sum": ["bill", "usual"]}

    def test_an_operand_that_is_none_makes_the_result_none_also_beside_an_unknown_one(self):
        assert derived(self.definition, {"bill": None, "usual": "1.00"}, declared=NUMBERS) is None
        assert derived(self.definition, {"bill": None}, declared=NUMBERS) is None

    def test_an_operand_that_is_unknown_makes_it_unknown_and_the_question_asks_for_what_is_missing(self):
        assert derived(self.definition, {"bill": "1.00"}, declared=NUMBERS) == "unknown"
        chain = [{"code": "twice", "sum": ["total", "total"]}, {"code": "total", **self.definition}]
        when = [{"fact": "twice", "at_least": "1.00"}]
        desk = policy(facts=NUMBERS, derived=chain, rules=[row("call", when=when)])
        assert [question["fact"] for question in ask(desk, {"bill": "1.00"})["questions"]] == ["usual"]
        assert [question["fact"] for question in ask(desk)["questions"]] == ["bill", "usual"]
        assert ask(desk, {"bill": "1.00", "usual": "2.00"})["offers"]

    def test_only_the_branch_that_is_taken_is_asked_for(self):
        of = {"choose": {"by": "dear", "when": {"true": "bill", "false": "usual"}}}
        facts = [*NUMBERS, {"code": "dear", "type": "flag"}]
        when = [{"fact": "made", "at_least": "1.00"}]
        made = [{"code": "made", "formula": {"as": "money", "of": of}}]
        desk = policy(facts=facts, derived=made, rules=[row("call", when=when)])
        assert [question["fact"] for question in ask(desk)["questions"]] == ["dear"]
        assert [question["fact"] for question in ask(desk, {"dear": False})["questions"]] == ["usual"]
