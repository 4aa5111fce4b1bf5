"""Amount formulas: each form, each way to round, and what none and unknown make of them."""

import pytest

from tests.engine.desk import due

DECLARED = [
    {"code": "price", "type": "money"},
    {"code": "paid", "type": "money"},
    {"code": "hours", "type": "decimal", "places": 1},
    {"code": "count", "type": "integer"},
    {"code": "fare", "type": "choice", "choices": ["saver", "flex", "first"]},
    {"code": "member", "type": "flag"},
    {"code": "bought_on", "type": "date"},
    {"code": "bags", "type": "lines", "fields": [{"code": "worth", "type": "money"}, {"code": "lost", "type": "flag"}]},
]
BY_HOURS = {"bands": {"by": "hours", "rows": [{"below": "3", "amount": "0"}, {"up_to": "6", "amount": "400.00"}]}}
FARE = {"choose": {"by": "fare", "when": {"saver": "1.00", "flex": "price"}}}
SCALE = {"tiers": {"of": "price", "rows": [{"up_to": "100", "percent": "10"}, {"up_to": "200", "rate": "0.5"}]}}
OPEN_SCALE = {"tiers": {"of": "price", "rows": [{"up_to": "100", "percent": "10"}, {"percent": "5"}]}}
PER_BAG = {"each": {"lines": "bags", "amount": {"least": [{"percent": {"rate": "25", "of": "worth"}}, "50.00"]}}}


def worth(*figures):
    return {"bags": [{"worth": figure} for figure in figures]}


@pytest.mark.parametrize(
    ("formula", "facts", "amount"),
    [
        ("25.00", {}, "25.00"),
        (25, {}, "25.00"),
        ("price", {"price": "82.50"}, "82.50"),
        ({"percent": {"rate": "50", "of": "price"}}, {"price": "82.50"}, "41.25"),
        ({"percent": {"rate": "hours", "of": "price"}}, {"price": "200.00", "hours": "1.5"}, "3.00"),
        ({"times": ["10.34", "count"]}, {"count": 3}, "31.02"),
        ({"times": ["price", "hours", "0.5"]}, {"price": "10.00", "hours": "1.5"}, "7.50"),
        ({"times": ["5.00", {"per": {"of": "hours", "every": "12"}}]}, {"hours": "35.9"}, "10.00"),
        ({"times": ["5.00", {"per": {"of": "hours", "every": "12", "whole": "up"}}]}, {"hours": "24.1"}, "15.00"),
        ({"times": ["price", {"per": {"of": 1, "every": "464", "whole": "exact"}}]}, {"price": "928.00"}, "2.00"),
        (BY_HOURS, {"hours": "2.9"}, None),
        (BY_HOURS, {"hours": "3"}, "400.00"),
        (BY_HOURS, {"hours": "6"}, "400.00"),
        (BY_HOURS, {"hours": "6.1"}, None),
        ({"bands": BY_HOURS["bands"] | {"otherwise": "700.00"}}, {"hours": "6.1"}, "700.00"),
        (FARE, {"fare": "saver"}, "1.00"),
        (FARE, {"fare": "flex", "price": "9.00"}, "9.00"),
        (FARE, {"fare": "first"}, None),
        ({"choose": FARE["choose"] | {"otherwise": "3.00"}}, {"fare": "first"}, "3.00"),
        ({"choose": {"by": "member", "when": {"true": "5.00", "false": "1.00"}}}, {"member": True}, "5.00"),
        ({"choose": {"by": "member", "when": {"true": "5.00"}}}, {"member": False}, None),
        (SCALE, {"price": "100.00"}, "10.00"),
        (SCALE, {"price": "150.00"}, "35.00"),
        (SCALE, {"price": "1000.00"}, "60.00"),
        (SCALE, {"price": "-5.00"}, None),
        (OPEN_SCALE, {"price": "300.00"}, "20.00"),
        ({"sum": ["20.00", "price", "-1"]}, {"price": "3.00"}, "22.00"),
        ({"minus": ["price", "paid"]}, {"price": "3.00", "paid": "1.25"}, "1.75"),
        ({"minus": ["paid", "price"]}, {"price": "3.00", "paid": "1.25"}, None),
        ({"least": ["price", "10.00"]}, {"price": "12.00"}, "10.00"),
        ({"greatest": [{"percent": {"rate": "25", "of": "price"}}, "120.00"]}, {"price": "400.00"}, "120.00"),
        ({"clamp": {"of": "price", "at_least": "300", "at_most": "2000"}}, {"price": "250.00"}, "300.00"),
        ({"clamp": {"of": "price", "at_least": "300", "at_most": "2000"}}, {"price": "2500.00"}, "2000.00"),
        ({"clamp": {"of": "price", "at_most": "2000"}}, {"price": "25.00"}, "25.00"),
        ({"minimum_payout": {"of": "price", "threshold": "4.00"}}, {"price": "4.00"}, "4.00"),
        ({"minimum_payout": {"of": "price", "threshold": "4.00"}}, {"price": "3.99"}, None),
        ({"sum": ["1.00", {"minimum_payout": {"of": "price", "threshold": "4.00"}}]}, {"price": "3.99"}, "1.00"),
        (PER_BAG, worth("100.00", "1000.00", "10.00"), "77.50"),
        (PER_BAG, worth("100.00", None), "25.00"),
        (PER_BAG, worth(), None),
        (
            {"least": [{"sum": ["price", {"times": ["2.00", "count"]}]}, FARE]},
            {"price": "1.00", "count": 1, "fare": "flex"},
            "1.00",
        ),
    ],
)
def test_a_formula_comes_to(formula, facts, amount):
    assert due(formula, facts, declared=DECLARED) == amount


@pytest.mark.parametrize(
    ("told", "amount"), [("2025-12-31", "5.00"), ("2026-01-01", "4.00"), ("2026-06-30", "4.00"), ("2026-07-01", "1.00")]
)
def test_bands_by_date_hold_from_one_date_to_the_next(told, amount):
    rows = [{"below": "2026-01-01", "amount": "5.00"}, {"up_to": "2026-06-30", "amount": "4.00"}]
    formula = {"bands": {"by": "bought_on", "rows": rows, "otherwise": "1.00"}}
    assert due(formula, {"bought_on": told}, declared=DECLARED) == amount


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_up", ["0.05", "0.10", "0.10", "0.15", "-0.05", "-0.10"]),
        ("half_down", ["0.05", "0.05", "0.10", "0.15", "-0.05", "-0.05"]),
        ("half_even", ["0.05", "0.10", "0.10", "0.15", "-0.05", "-0.10"]),
        ("up", ["0.05", "0.10", "0.10", "0.20", "-0.05", "-0.10"]),
        ("down", ["0.05", "0.05", "0.05", "0.15", "-0.05", "-0.05"]),
    ],
)
def test_a_formula_is_rounded_to_its_own_step(mode, rounded):
    figures = ["50", "75", "76", "151", "-50", "-75"]  # in thousandths
    formulas = [{"round": {"of": {"times": [figure, "0.001"]}, "mode": mode, "step": "0.05"}} for figure in figures]
    assert [due(formula, remedy="exchange") for formula in formulas] == rounded


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_up", ["0.01", "0.02", "0.03", "-0.01", "-0.02"]),
        ("half_down", [None, "0.01", "0.02", "0.00", "-0.01"]),
        ("half_even", [None, "0.02", "0.02", "0.00", "-0.02"]),
        ("up", ["0.01", "0.02", "0.03", "-0.01", "-0.02"]),
        ("down", [None, "0.01", "0.02", "0.00", "-0.01"]),
    ],
)
def test_the_end_result_is_rounded_once_by_the_policy(mode, rounded):
    rounding = {"mode": mode, "step": "0.01"}
    halves = [due({"times": [half, "0.001"]}, rounding=rounding) for half in ("5", "15", "25")]
    negative = [due({"times": [half, "0.001"]}, remedy="exchange", rounding=rounding) for half in ("-5", "-15")]
    assert halves + negative == rounded


def test_what_is_inside_a_formula_is_not_rounded():
    third = {"per": {"of": 1, "every": "3", "whole": "exact"}}
    assert due({"times": ["1.00", third, 3]}) == "1.00"
    assert due({"sum": [{"times": ["0.01", third]}, {"times": ["0.01", third]}]}) == "0.01"


def test_thresholds_look_at_the_exact_value():
    """3.9975 against 4.00 pays nothing, although it would be rounded to 4.00."""
    assert due({"minimum_payout": {"of": {"times": ["39975", "0.0001"]}, "threshold": "4.00"}}) is None


class TestThePolicysRounding:
    rounding = {"mode": "half_up", "step": "1.00"}

    def test_may_be_coarser_than_the_smallest_unit(self):
        assert due("2.50", rounding=self.rounding) == "3.00"

    def test_gives_way_to_a_rule_that_rounds_to_a_coarser_step(self):
        assert due({"round": {"of": "2.40", "mode": "up", "step": "2.50"}}, rounding=self.rounding) == "2.50"
        assert due({"round": {"of": "2.40", "mode": "up", "step": "0.50"}}, rounding=self.rounding) == "3.00"


@pytest.mark.parametrize(("currency", "amount"), [("EUR", "0.67"), ("JPY", "1"), ("KWD", "0.667")])
def test_a_currency_has_its_own_smallest_unit(currency, amount):
    assert due({"times": [2, {"per": {"of": 1, "every": 3, "whole": "exact"}}]}, currency=currency) == amount


def test_a_quantity_is_rounded_down_at_its_places():
    assert due({"times": ["count", "0.5"]}, {"count": 5}, declared=DECLARED, remedy="night") == "2"
    assert due({"times": ["count", "0.19"]}, {"count": 3}, declared=DECLARED, remedy="points") == "0.5"
    assert due("0.9", remedy="night") is None


class TestNoneAndUnknown:
    formula = {"sum": ["price", {"greatest": ["paid", "300.00"]}]}

    def test_one_none_fact_makes_the_whole_amount_vanish_whatever_is_unknown(self):
        assert due(self.formula, {"price": "1.00", "paid": None}, declared=DECLARED) is None
        assert due(self.formula, {"paid": None}, declared=DECLARED) is None

    def test_an_unknown_fact_becomes_a_question(self):
        assert due(self.formula, {"price": "1.00"}, declared=DECLARED) == ["paid"]
        assert due(self.formula, {}, declared=DECLARED) == ["paid", "price"]

    def test_a_branch_that_is_not_taken_is_not_read(self):
        assert due(FARE, {"fare": "saver"}, declared=DECLARED) == "1.00"
        assert due(FARE, {"fare": "saver", "price": None}, declared=DECLARED) == "1.00"
        assert due(FARE, {"fare": "flex"}, declared=DECLARED) == ["price"]
        assert due(FARE, {}, declared=DECLARED) == ["fare"]
        assert due(FARE, {"fare": None}, declared=DECLARED) is None

    def test_a_line_with_a_gap_waits_for_the_lines(self):
        assert due(PER_BAG, {"bags": [{"lost": True}]}, declared=DECLARED) == ["bags"]
        assert due(PER_BAG, {"bags": None}, declared=DECLARED) is None
