"""What an allow row gives: ranges and exact amounts, alone and with approval, for every unit."""

import pytest

from tests.engine.desk import CREDIT, EXCHANGE, NIGHT, ask, faults, offered, policy, refused, row

FACTS = [{"code": "most", "type": "money"}, {"code": "free", "type": "money"}]
LEAD = {"any_of": ["lead"]}


def shape(rule, facts=None, **asked):
    """(minimum, suggested, maximum) alone, then what each step reaches; None where nothing is given alone."""
    found = offered(policy(facts=FACTS, rules=[rule]), facts, **asked)
    if not found:
        return refused(policy(facts=FACTS, rules=[rule]), facts, **asked)[rule["remedies"][0]]
    offer = found[rule["remedies"][0]]
    alone = offer.get("amount") or offer.get("quantity")
    figures = alone and (alone["min"], alone["suggested"], alone["max"])
    steps = offer["with_approval"] or {}
    ladder = [steps["max"], *(step["max"] for step in steps.get("then", []))] if steps else []
    return figures, *ladder


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"up_to": "25.00"}, (("0.01", "25.00", "25.00"),)),
        ({"up_to": "25.00", "step": "0.50"}, (("0.50", "25.00", "25.00"),)),
        ({"up_to": "25.30", "step": "0.50"}, (("0.50", "25.00", "25.00"),)),
        ({"up_to": "25.00", "at_least": "1.20", "step": "0.50"}, (("1.50", "25.00", "25.00"),)),
        ({"up_to": "25.00", "at_least": "0.00"}, (("0.00", "25.00", "25.00"),)),
        # Nobody gives less than nothing, whatever a formula comes to.
        ({"up_to": "25.00", "at_least": {"minus": ["1.00", "5.00"]}}, (("0.00", "25.00", "25.00"),)),
        ({"up_to": "25.00", "suggest": "12.70", "step": "0.50"}, (("0.50", "12.50", "25.00"),)),
        ({"up_to": "25.00", "suggest": "99.00"}, (("0.01", "25.00", "25.00"),)),
        ({"up_to": "25.00", "suggest": "0.50", "at_least": "2.00"}, (("2.00", "2.00", "25.00"),)),
        ({"up_to": "0.30", "step": "0.50"}, "nothing_due"),
        ({"up_to": "0.00", "at_least": "0.00"}, "nothing_due"),
        ({"up_to": "-1.00", "approval": [{"up_to": "50.00", **LEAD}]}, "nothing_due"),
        ({"up_to": "5.00", "at_least": "6.00"}, "nothing_due"),
    ],
)
def test_a_range_reaches_from_its_lower_end_to_its_upper_end_on_its_step(parts, expected):
    assert shape(row(**parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # Without alone the role gives all of it, and the steps reach beyond.
        ({"up_to": "25.00", "approval": [{"up_to": "60.00", **LEAD}]}, (("0.01", "25.00", "25.00"), "60.00")),
        ({"up_to": "25.00", "approval": [{"up_to": "20.00", **LEAD}]}, (("0.01", "25.00", "25.00"),)),
        # With alone, the upper end is the whole.
        ({"up_to": "50.00", "alone": {"up_to": "25.00"}}, (("0.01", "25.00", "25.00"),)),
        ({"up_to": "50.00", "alone": {"below": "25.00"}}, (("0.01", "24.99", "24.99"),)),
        ({"up_to": "50.00", "alone": {"below": "25.00"}, "step": "5.00"}, (("5.00", "20.00", "20.00"),)),
        ({"up_to": "15.00", "alone": {"up_to": "25.00"}, "approval": [LEAD]}, (("0.01", "15.00", "15.00"),)),
        ({"up_to": "50.00", "alone": {"up_to": "25.00"}, "approval": [LEAD]}, (("0.01", "25.00", "25.00"), "50.00")),
        (
            {"up_to": "50.00", "alone": {"up_to": "25.00"}, "approval": [{"up_to": "60.00", **LEAD}]},
            (("0.01", "25.00", "25.00"), "50.00"),
        ),
        (
            {
                "up_to": "80.00",
                "alone": {"up_to": "9.00"},
                "approval": [{"below": "40.00", **LEAD}, {"all_of": ["board"]}],
            },
            (("0.01", "9.00", "9.00"), "39.99", "80.00"),
        ),
        (
            {"up_to": "50.00", "alone": "never", "approval": [{"up_to": "40.00", **LEAD}, LEAD]},
            (None, "40.00", "50.00"),
        ),
        ({"up_to": "50.00", "alone": {"up_to": "3.00"}, "at_least": "5.00", "approval": [LEAD]}, (None, "50.00")),
        ({"up_to": "50.00", "alone": "never"}, "nothing_due"),
    ],
)
def test_a_range_is_given_alone_up_to_a_limit_and_beyond_with_approval(parts, expected):
    assert shape(row(**parts)) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("500.00", (("500.00", "500.00", "500.00"),)),
        ("500.01", (None, "500.01")),
        ("999.99", (None, "999.99")),
        ("1000.00", (None, "1000.00")),
        ("5000.00", (None, "5000.00")),
        ("5000.01", "above_ladder"),
    ],
)
def test_an_exact_amount_goes_to_the_first_step_that_covers_it(amount, expected):
    ladder = [{"below": "1000.00", **LEAD}, {"up_to": "5000.00", "all_of": ["lead", "board"], "answer_within": "P1D"}]
    rule = row(amount="most", alone={"up_to": "500.00"}, approval=ladder)
    assert shape(rule, {"most": amount}) == expected
    if expected == (None, amount):
        step = offered(policy(facts=FACTS, rules=[rule]), {"most": amount})["credit"]["with_approval"]
        second = amount in ("1000.00", "5000.00")
        assert step["by"] == ({"all_of": ["lead", "board"]} if second else {"any_of": ["lead"]})
        assert step.get("answer_within") == ("P1D" if second else None)


def test_a_step_may_need_all_of_some_and_any_of_others():
    rule = row(up_to="9.00", alone="never", approval=[{"all_of": ["lead"], "any_of": ["agent", "board"]}])
    assert offered(policy(rules=[rule]))["credit"]["with_approval"]["by"] == {
        "any_of": ["agent", "board"],
        "all_of": ["lead"],
    }


def test_below_is_strictly_less_for_an_exact_amount():
    rule = row(amount="500.00", alone={"below": "500.00"}, approval=[LEAD])
    assert shape(rule) == (None, "500.00")


def test_a_limit_may_be_a_formula_and_a_limit_that_is_unknown_becomes_a_question():
    rule = row(amount="10.00", alone={"up_to": "free"}, approval=[LEAD])
    assert shape(rule, {"free": "10.00"}) == (("10.00", "10.00", "10.00"),)
    assert shape(rule, {"free": "9.99"}) == (None, "10.00")
    assert shape(rule, {"free": None}) == "nothing_due"
    assert shape(rule) == "unknown_fact"


def test_a_step_that_is_not_needed_is_not_asked_for():
    rule = row(amount="most", alone={"up_to": "100.00"}, approval=[{"up_to": "free", **LEAD}])
    assert shape(rule, {"most": "50.00"}) == (("50.00", "50.00", "50.00"),)
    assert shape(rule, {"most": "50.00", "free": None}) == (("50.00", "50.00", "50.00"),)
    assert shape(rule, {"most": "500.00"}) == "unknown_fact"
    assert shape(rule, {"free": None}) == "unknown_fact"


class TestARemedyWithoutAnAmount:
    def test_is_given_alone_or_with_the_yes_of_others(self):
        assert offered(policy(rules=[row("call")]))["call"]["alone"]
        closed = offered(policy(rules=[row("call", alone="never", approval=[LEAD])]))["call"]
        assert not closed["alone"]
        assert closed["with_approval"] == {"by": {"any_of": ["lead"]}}

    def test_is_not_offered_where_nobody_can_say_yes(self):
        desk = policy(rules=[row("call", alone="never")])
        assert refused(desk) == {"call": "above_ladder"}
        assert ask(desk)["escalation"]["to"] == "lead"


class TestAQuantity:
    def test_is_counted_in_its_unit_at_its_places(self):
        assert shape(row("night", up_to=3)) == (("1", "3", "3"),)
        assert shape(row("points", up_to="2.5", step="0.5", suggest=1)) == (("0.5", "1.0", "2.5"),)
        assert offered(policy(rules=[row("night", up_to=3)]))["night"]["quantity"]["unit"] == "night"

    def test_may_have_further_terms(self):
        discount = {
            "code": "off",
            "kind": "discount",
            "unit": "percent",
            "terms": [{"code": "months", "unit": "month"}],
        }
        rule = {"code": "r", "remedies": ["off"], "up_to": 20, "terms": {"months": {"times": [3, "2.5"]}}}
        (offer,) = ask(policy(remedies=[discount], rules=[rule]))["offers"]
        assert [term["max"] for term in offer["terms"]] == ["7"]


class TestASignedAmount:
    @pytest.mark.parametrize("amount", ["-15.33", "0.00", "3.10"])
    def test_may_be_negative_or_zero(self, amount):
        assert shape(row("exchange", amount="most"), {"most": amount}) == ((amount, amount, amount),)

    def test_does_not_make_another_remedy_of_the_same_row_signed(self):
        for remedies in (["exchange", "credit"], ["credit", "exchange"]):
            rule = {"code": "both", "remedies": remedies, "amount": "-1.00"}
            document = policy(remedies=[EXCHANGE, CREDIT, NIGHT], rules=[rule])
            assert list(offered(document)) == ["exchange"]


def test_an_open_range_needs_a_suggestion_and_shows_no_upper_end():
    rule = row(up_to="unlimited", suggest="20.00")
    offer = offered(policy(rules=[rule]))["credit"]
    assert (offer["amount"]["suggested"], offer["amount"]["max"]) == ("20.00", None)
    assert "/rules/0" in faults(policy(rules=[row(up_to="unlimited")]))


def test_of_the_matching_rows_the_first_gives_the_amount():
    rules = [
        {**row(up_to="1.00", when=[{"fact": "most", "at_least": "5.00"}]), "code": "first"},
        {**row(up_to="2.00"), "code": "second"},
        {**row(up_to="3.00"), "code": "third"},
    ]
    desk = policy(facts=FACTS, rules=rules)
    assert offered(desk, {"most": "5.00"})["credit"]["rule"]["code"] == "first"
    assert offered(desk, {"most": "4.99"})["credit"]["rule"]["code"] == "second"


def test_a_role_or_reason_without_a_row_is_told_who_may():
    desk = policy(rules=[row(up_to="1.00", roles=["lead", "board"], reasons=["late"])])
    (closed,) = [each for each in ask(desk)["not_offered"] if each["remedy"] == "credit"]
    assert closed["because"][0]["code"] == "not_for_role"
    assert closed["because"][0]["roles"] == ["lead", "board"]
    assert refused(desk, reason="broken") == {"credit": "not_for_reason"}


def test_remedies_are_offered_in_the_order_of_their_list():
    rules = [row("points", up_to=1), row("credit", up_to=1), row("call")]
    assert list(offered(policy(rules=rules))) == ["credit", "call", "points"]
