"""Budgets cut what can be offered; the strictest wins and is named; an exact amount is held back, not cut."""

from typing import Any

import pytest

from tests.engine.desk import NIGHT, ask, offered, policy, refused, row

RANGE = row(up_to="25.00", suggest="20.00", step="0.50", approval=[{"up_to": "60.00", "any_of": ["lead"]}])


def budget(code="purse", **parts):
    return {"code": code, "scope": "agent", "measure": "money", "limit": "100.00", "per": "week", **parts}


def desk(*budgets, rule=RANGE):
    return policy(rules=[rule], budgets=list(budgets))


@pytest.mark.parametrize(
    ("taken", "maximum", "suggested", "approval", "limited_by"),
    [
        (0, "25.00", "20.00", "60.00", "rule_limit"),
        (4000, "25.00", "20.00", "60.00", "rule_limit"),
        (4001, "25.00", "20.00", "59.50", "rule_limit"),
        (7500, "25.00", "20.00", None, "rule_limit"),
        (7501, "24.50", "20.00", None, "budget"),
        (9000, "10.00", "10.00", None, "budget"),
        (9950, "0.50", "0.50", None, "budget"),
    ],
)
def test_a_range_is_cut_to_what_is_left_on_its_step(taken, maximum, suggested, approval, limited_by):
    offer = offered(desk(budget()), taken={"purse": taken})["credit"]
    assert (offer["amount"]["max"], offer["amount"]["suggested"]) == (maximum, suggested)
    assert (offer["with_approval"] or {}).get("max") == approval
    assert offer["limited_by"]["kind"] == limited_by


@pytest.mark.parametrize("taken", [9951, 10000, 99999])
def test_nothing_is_offered_where_less_than_the_least_is_left(taken):
    assert refused(desk(budget()), taken={"purse": taken}) == {"credit": "budget_exhausted"}


def test_a_limit_of_nothing_below_what_is_taken_gives_nothing_more_and_is_no_error():
    answer = ask(desk(budget(limit="10.00")), taken={"purse": 5000})
    assert answer["not_offered"][0]["because"][0]["budget"] == "purse"


def test_the_strictest_of_several_wins_and_is_named():
    found = offered(desk(budget("wide"), budget("tight", limit="7.00"), budget("other", limit="9.00")))["credit"]
    assert found["amount"]["max"] == "7.00"
    assert found["limited_by"]["code"] == "tight"
    assert [each["remaining"] for each in found["budgets"]] == ["100.00", "7.00", "9.00"]


def test_a_budget_that_cuts_what_only_others_can_allow_is_named_too():
    rule = row(up_to="50.00", alone="never", approval=[{"any_of": ["lead"]}])
    found = offered(desk(budget(limit="30.00"), rule=rule))["credit"]
    assert found["with_approval"]["max"] == "30.00"
    assert found["limited_by"]["code"] == "purse"


def test_an_exact_amount_is_not_cut_but_held_back():
    rule = row(amount="25.00")
    assert offered(desk(budget(limit="25.00"), rule=rule))["credit"]["amount"]["max"] == "25.00"
    assert refused(desk(budget(limit="24.99"), rule=rule)) == {"credit": "budget_exhausted"}


class TestACount:
    counted = budget(measure="count", limit=2)

    def test_leaves_the_amount_alone_until_it_is_used_up(self):
        found = offered(desk(self.counted), taken={"purse": 1})["credit"]
        assert found["amount"]["max"] == "25.00"
        assert found["budgets"][0]["remaining"] == 1
        assert refused(desk(self.counted), taken={"purse": 2}) == {"credit": "budget_exhausted"}


class TestACost:
    def test_of_a_unit_cuts_the_quantity(self):
        rule = row("night", up_to=5)
        assert offered(desk(budget(limit="200.00"), rule=rule))["night"]["quantity"]["max"] == "2"
        assert refused(desk(budget(limit="94.99"), rule=rule)) == {"night": "budget_exhausted"}

    def test_of_a_fraction_of_a_unit_never_exceeds_what_is_left(self):
        points = {"code": "points", "kind": "points", "unit": "point", "places": 1, "cost": "0.15"}
        document = policy(remedies=[points], rules=[row("points", up_to=9)], budgets=[budget(limit="0.20")])
        assert offered(document)["points"]["quantity"]["max"] == "1.3"

    def test_of_one_grant_is_held_back(self):
        call = {"code": "call", "kind": "gesture", "unit": "none", "cost": "18.00"}
        for limit, expected in (("18.00", ["call"]), ("17.99", [])):
            document = policy(remedies=[call], rules=[row("call")], budgets=[budget(limit=limit)])
            assert list(offered(document)) == expected

    def test_of_a_signed_remedy_is_nothing_unless_it_says_so(self):
        for cost, expected in (({}, ["exchange"]), ({"cost": "5.00"}, [])):
            exchange = {"code": "exchange", "kind": "exchange", "unit": "money", "signed": True, **cost}
            rules = [row("exchange", amount="900.00")]
            document = policy(remedies=[exchange], rules=rules, budgets=[budget(limit="4.00")])
            assert list(offered(document)) == expected

    def test_of_nothing_needs_nothing(self):
        free = {**NIGHT, "cost": "0"}
        document = policy(remedies=[free], rules=[row("night", up_to=3)], budgets=[budget(limit="0")])
        assert offered(document)["night"]["quantity"]["max"] == "3"


@pytest.mark.parametrize(
    ("covers", "applies"),
    [
        ({}, True),
        ({"roles": ["agent"]}, True),
        ({"roles": ["lead"]}, False),
        ({"reasons": ["broken"]}, False),
        ({"remedies": ["credit", "call"]}, True),
        ({"remedies": ["call"]}, False),
        ({"roles": ["agent"], "reasons": ["late"], "remedies": ["night"]}, False),
    ],
)
def test_a_budget_covers_the_roles_remedies_and_reasons_that_it_names(covers, applies):
    found = offered(desk(budget(limit="5.00", **covers)))["credit"]
    assert found["amount"]["max"] == ("5.00" if applies else "25.00")
    assert [each["code"] for each in found["budgets"]] == (["purse"] if applies else [])


@pytest.mark.parametrize(("scope", "ask_for"), [("customer", "Which customer is it?"), ("case", "Which case is it?")])
def test_a_budget_for_each_customer_or_case_waits_for_that_reference(scope, ask_for):
    document = desk(budget(scope=scope))
    answer = ask(document)
    assert answer["offers"] == []
    assert [(question["fact"], question["ask"]) for question in answer["questions"]] == [(scope, ask_for)]
    assert answer["questions"][0]["unlocks"] == ["credit"]
    known: dict[str, Any] = {scope: True}
    assert "credit" in offered(document, **known)


def test_an_undecided_row_above_is_cut_by_the_budgets_too():
    facts = [{"code": "gold", "type": "flag"}]
    rules = [{**row(up_to="90.00", when=[{"fact": "gold", "is": True}]), "code": "gold_row"}, row(up_to="50.00")]
    document = policy(facts=facts, rules=rules, budgets=[budget(limit="40.00")])
    assert offered(document)["credit"]["amount"]["max"] == "40.00"
