"""A budget that somebody may go beyond keeps nobody from helping: it only makes more need that somebody's yes."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.compile import compile_rulebook
from policies.engine.decide import decide
from policies.engine.document import read
from policies.engine.offers import cost_of
from policies.engine.question import Question
from tests.engine.comparison import of_engine, of_reference
from tests.engine.desk import NOON, ask, offered, policy, refused, row
from tests.engine.effort import effort
from tests.engine.reference import Reference

LEAD = {"any_of": ["lead"]}
RANGE = row(up_to="25.00", at_least="2.00", suggest="20.00", step="0.50", approval=[{"up_to": "60.00", **LEAD}])


def purse(code="purse", limit="10.00", by="board", within: str | None = "PT1H", **parts: Any) -> dict[str, Any]:
    beyond = {"by": by} | ({"answer_within": within} if within else {})
    found = {"code": code, "scope": "agent", "measure": "money", "limit": limit, "per": "week", "beyond": beyond}
    return found | parts


def firm(code="firm", limit="40.00") -> dict[str, Any]:
    return {"code": code, "scope": "agent", "measure": "money", "limit": limit, "per": "week"}


def desk(*budgets: dict[str, Any], rule: dict[str, Any] = RANGE, **parts: Any) -> dict[str, Any]:
    return policy(rules=[rule], budgets=list(budgets), **parts)


def pieces(offer: dict[str, Any]) -> list[tuple[Any, ...]]:
    """How far each step reaches, whose yes it needs, and beyond which budgets it goes."""
    first = offer["with_approval"]
    steps = [first, *first.get("then", [])] if first else []
    return [(step.get("max"), step["by"], step.get("beyond", [])) for step in steps]


def test_what_the_budget_leaves_is_given_alone_and_more_needs_who_may_go_beyond_it():
    offer = offered(desk(purse()))["credit"]
    assert offer["amount"] == {"min": "2.00", "suggested": "10.00", "max": "10.00", "step": "0.50", "currency": "EUR"}
    assert pieces(offer) == [
        ("25.00", {"all_of": ["board"]}, ["purse"]),
        ("60.00", {"any_of": ["lead"], "all_of": ["board"]}, ["purse"]),
    ]
    assert offer["limited_by"] == {"kind": "budget", "code": "purse", "text": "The budget Purse has €10.00 left."}


def test_a_budget_that_bears_everything_changes_nothing():
    assert offered(desk(purse(limit="60.00")))["credit"]["with_approval"] == {
        "min": "2.00", "max": "60.00", "currency": "EUR", "by": LEAD,
    }  # fmt: skip


def test_the_ladder_is_cut_where_the_budget_ends():
    offer = offered(desk(purse(limit="40.20")))["credit"]
    assert offer["amount"]["max"] == "25.00"
    assert offer["limited_by"]["kind"] == "rule_limit"
    assert pieces(offer) == [("40.00", LEAD, []), ("60.00", {**LEAD, "all_of": ["board"]}, ["purse"])]


def test_who_agrees_already_is_not_asked_twice():
    assert pieces(offered(desk(purse(by="lead", within=None)))["credit"]) == [
        ("60.00", {"all_of": ["lead"]}, ["purse"])
    ]
    both = row(up_to="25.00", approval=[{"up_to": "60.00", "all_of": ["lead", "board"], "in_sequence": True}])
    assert pieces(offered(desk(purse(by="board", limit="25.00"), rule=both))["credit"]) == [
        ("60.00", {"all_of": ["lead", "board"], "in_sequence": True}, ["purse"])
    ]


@pytest.mark.parametrize("taken", [801, 1000, 5000])
def test_nothing_is_given_alone_where_less_than_the_least_is_left(taken):
    offer = offered(desk(purse()), taken={"purse": taken})["credit"]
    assert (offer["alone"], offer["amount"]) == (False, None)
    assert [reach for reach, *_ in pieces(offer)] == ["25.00", "60.00"]
    assert offer["limited_by"]["code"] == "purse"
    assert "colleague has to confirm" in offer["say"]


def test_a_count_that_is_used_up_makes_all_of_it_need_a_yes():
    counted = purse(measure="count", limit=2, by="lead", within=None)
    assert offered(desk(counted), taken={"purse": 1})["credit"]["amount"]["max"] == "25.00"
    offer = offered(desk(counted), taken={"purse": 2})["credit"]
    assert offer["amount"] is None
    assert pieces(offer) == [("60.00", {"all_of": ["lead"]}, ["purse"])]
    assert offer["limited_by"]["text"] == "The budget Purse has 0 exceptions left."


def test_a_budget_that_nobody_may_go_beyond_still_cuts():
    offer = offered(desk(purse(), firm()))["credit"]
    assert [reach for reach, *_ in pieces(offer)] == ["25.00", "40.00"]
    assert [each["remaining"] for each in offer["budgets"]] == ["10.00", "40.00"]
    assert refused(desk(purse(), firm(limit="1.99"))) == {"credit": "budget_exhausted"}
    tight = offered(desk(purse(), firm(limit="10.00")))["credit"]
    assert (tight["amount"]["max"], tight["with_approval"]) == ("10.00", None)


def test_each_amount_names_everybody_whose_budget_it_exceeds():
    offer = offered(desk(purse("small", "5.00", "lead", None), purse("large", "15.00", "board", None)))["credit"]
    assert offer["amount"]["max"] == "5.00"
    assert pieces(offer) == [
        ("15.00", {"all_of": ["lead"]}, ["small"]),
        ("60.00", {"all_of": ["lead", "board"]}, ["small", "large"]),
    ]
    assert offer["limited_by"]["code"] == "small"


def test_an_exact_amount_is_given_alone_or_needs_a_yes_as_a_whole():
    rule = row(amount="25.00")
    assert offered(desk(purse(limit="25.00"), rule=rule))["credit"]["with_approval"] is None
    offer = offered(desk(purse(limit="24.99"), rule=rule))["credit"]
    assert (offer["alone"], offer["exact"]) == (False, True)
    assert offer["with_approval"] == {
        "min": "25.00", "max": "25.00", "currency": "EUR", "by": {"all_of": ["board"]}, "beyond": ["purse"],
        "answer_within": "PT1H",
    }  # fmt: skip


def test_so_is_what_is_given_or_not():
    call = {"code": "call", "kind": "gesture", "unit": "none", "cost": "18.00"}
    parts: dict[str, Any] = {"rule": row("call"), "remedies": [call]}
    assert offered(desk(purse(limit="18.00"), **parts))["call"]["alone"]
    offer = offered(desk(purse(limit="17.99"), **parts))["call"]
    assert not offer["alone"]
    assert pieces(offer) == [(None, {"all_of": ["board"]}, ["purse"])]
    parts["rule"] = row("call", alone="never", approval=[LEAD])
    offer = offered(desk(purse(limit="17.99"), **parts))["call"]
    assert pieces(offer) == [(None, {"any_of": ["lead"], "all_of": ["board"]}, ["purse"])]


def test_what_only_others_can_allow_is_cut_into_pieces_too():
    rule = row(up_to="50.00", alone="never", approval=[{**LEAD, "answer_within": "PT2H"}])
    offer = offered(desk(purse(limit="30.00"), rule=rule))["credit"]
    assert pieces(offer) == [("30.00", LEAD, []), ("50.00", {**LEAD, "all_of": ["board"]}, ["purse"])]
    assert offer["limited_by"]["kind"] == "rule_limit"


@pytest.mark.parametrize(
    ("rules", "budgets", "usual", "expected"),
    [
        ("PT2H", "PT1H", "PT4H", "PT2H"),
        ("PT2H", "P1D", "PT4H", "P1D"),
        ("PT2H", None, "PT4H", "PT4H"),  # the policy's own time, which is longer
        ("PT2H", None, "PT1H", "PT2H"),
        (None, "PT1H", "PT4H", "PT4H"),
        (None, None, "PT4H", "PT4H"),
    ],
)
def test_an_answer_is_due_within_the_longer_of_the_times(rules, budgets, usual, expected):
    step = {**LEAD, "answer_within": rules} if rules else LEAD
    rule = row(up_to="50.00", alone="never", approval=[step])
    document = desk(purse(within=budgets), rule=rule, approvals={"answer_within": usual})
    assert offered(document)["credit"]["with_approval"]["then"][0]["answer_within"] == expected


def test_the_asking_role_itself_is_named_and_asks_another():
    offer = offered(desk(purse(by="agent")))["credit"]
    assert pieces(offer)[0] == ("25.00", {"all_of": ["agent"]}, ["purse"])


def test_a_budget_of_a_customer_still_asks_who_it_is():
    answer = ask(desk(purse(scope="customer")))
    assert [question["fact"] for question in answer["questions"]] == ["customer"]
    assert answer["offers"] == []


@st.composite
def cut_offers(draw) -> tuple[dict[str, Any], Question]:
    """One row, up to four budgets that bite, and a question that they all apply to."""
    roles = st.sampled_from(("agent", "lead", "board"))
    some = st.lists(roles, min_size=1, max_size=2, unique=True)
    money = st.sampled_from(("0.00", "5.00", "7.30", "10.00", "10.50", "25.00", "30.00", "60.00", "95.00"))
    within = st.sampled_from(({}, {"answer_within": "PT1H"}, {"answer_within": "PT4H"}, {"answer_within": "P1D"}))
    remedy = draw(st.sampled_from(("credit", "call", "night", "points", "exchange")))
    bounds = sorted(draw(st.sets(st.sampled_from((25, 30, 60, 100)), max_size=3)))
    agree = st.dictionaries(st.sampled_from(("any_of", "all_of")), some, min_size=1)
    ladder = [{"up_to": bound, **draw(agree), **draw(within)} for bound in bounds]
    alone = draw(st.sampled_from(({}, {"alone": "never"}, {"alone": {"up_to": 10}})))
    rule: dict[str, Any] = row(remedy)
    if remedy == "call":
        rule |= draw(st.sampled_from(({}, {"alone": "never", "approval": [draw(agree)]})))
    elif draw(st.booleans()):
        rule |= {"amount": draw(st.sampled_from((5, 10, 25, 30))), "approval": ladder, **alone}
    else:
        step = draw(st.sampled_from(({}, {"step": "0.5"}, {"step": 5}))) if remedy != "night" else {}
        least = draw(st.sampled_from(({}, {"at_least": 0}, {"at_least": 6}, {"suggest": 9})))
        rule |= {"up_to": draw(st.sampled_from((5, 25, 60))), "approval": ladder, **alone, **step, **least}
    budgets = []
    for at in range(draw(st.integers(1, 4))):
        counted = draw(st.integers(0, 3)) == 0
        limit = {"measure": "count", "limit": draw(st.integers(0, 1))} if counted else {"limit": draw(money)}
        budgets.append(purse(f"purse_{at}", by=draw(roles), **limit))
        budgets[-1]["beyond"] = {"by": draw(roles), **draw(within)}
        if draw(st.integers(0, 3)) == 0:
            del budgets[-1]["beyond"]
    every: list[dict[str, Any]] = policy()["remedies"]
    priced = [each if each["unit"] == "money" else {**each, "cost": "10.00"} for each in every]
    document = policy(remedies=priced, rules=[rule], budgets=budgets, approvals={"answer_within": "PT2H"})
    taken = {f"purse_{at}": draw(st.sampled_from((0, 0, 1, 100))) for at in range(len(budgets))}
    return document, Question("agent", "late", datetime.fromisoformat(NOON), taken=taken)


@effort(5)
@given(cut_offers())
def test_the_engine_cuts_as_the_reference_does(found):
    document, question = found
    rulebook = read(document)
    decision = decide(compile_rulebook(rulebook), question)
    assert of_engine(rulebook, decision) == of_reference(Reference(rulebook, question))


@effort(5)
@given(cut_offers())
def test_each_piece_goes_beyond_exactly_the_budgets_that_it_names(found):
    document, question = found
    rulebook = read(document)
    for offer in decide(compile_rulebook(rulebook), question).offers:
        remaining = dict(offer.budgets)
        reaches: list[tuple[Any, tuple[str, ...]]] = [(offer.maximum, ())] if offer.alone else []
        reaches += [(ladder.maximum, ladder.extends) for ladder in offer.ladder]
        for budget in rulebook.budgets:
            need = 1 if budget.measure == "count" else None
            for most, extends in reaches:
                cost = cost_of(offer.remedy, most) if need is None else need
                assert (cost > remaining[budget.code]) == (budget.code in extends)
                assert budget.beyond or budget.code not in extends
