"""What may be said to the customer: the suggested figure and the facts, never a limit or a budget."""

import pytest

from tests.engine.desk import offered, policy, row

FACTS = [
    {"code": "tier", "type": "choice", "choices": [{"code": "gold", "name": "Gold member"}, "basic"]},
    {"code": "days", "type": "integer", "unit": "day"},
    {"code": "damage", "type": "flag", "source": "verified"},
    {"code": "stock", "type": "integer", "assume": 3},
    {"code": "ordered_on", "type": "date"},
]
WAITED = [{"code": "waited", "days_between": {"from": "ordered_on", "to": "now"}}]


def said(text, facts=None, *, remedy="credit", rule=None, **asked):
    rules = [row(remedy, say=text, **(rule or {"up_to": "25.00", "suggest": "12.50"}))]
    return offered(policy(facts=FACTS, derived=WAITED, rules=rules), facts, **asked)[remedy]["say"]


PLAIN = said("{fact:tier}")


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("I can add {amount}.", {}, "I can add €12.50."),
        ("{remedy} for {reason}", {}, "credit for late"),
        ("Dear {fact:tier}", {"tier": "gold"}, "Dear Gold member"),
        ("{fact:days} late", {"days": 3}, "3 days late"),
        ("{fact:stock} left", {}, "3 left"),
        ("You waited {fact:waited}", {"ordered_on": "2026-06-10"}, "You waited 5 days"),
        ("Dear {fact:tier}", {}, PLAIN),
        ("Dear {fact:tier}", {"tier": None}, PLAIN),
        ("You waited {fact:waited}", {}, PLAIN),
        ("Damaged: {fact:damage}", {"damage": True}, PLAIN),
    ],
)
def test_placeholders_are_filled_or_a_plain_sentence_is_used(text, facts, expected):
    assert said(text, facts) == expected


def test_a_plain_sentence_names_what_is_suggested_and_no_limit():
    assert "€12.50" in PLAIN
    assert "25" not in PLAIN


def test_a_fact_that_is_verified_may_be_said():
    assert said("Damaged: {fact:damage}", {"damage": True}, verified=frozenset({"damage"})) == "Damaged: yes"


def test_a_customers_own_words_are_no_template():
    choices = [{"code": "sly", "type": "choice", "choices": ["{amount}", "x"]}]
    rules = [row(say="Dear {fact:sly}", up_to="25.00", suggest="12.50")]
    assert offered(policy(facts=choices, rules=rules), {"sly": "{amount}"})["credit"]["say"] == "Dear {amount}"


def test_a_signed_amount_is_said_without_its_sign():
    text = "You get {amount} back."
    assert said(text, remedy="exchange", rule={"amount": "-15.33"}) == "You get €15.33 back."


def test_a_quantity_is_said_in_its_unit():
    assert said("{quantity} on us", remedy="night", rule={"up_to": 3, "suggest": 2}) == "2 nights on us"


def test_nothing_is_promised_while_somebody_has_to_agree():
    rule = {"up_to": "25.00", "alone": "never", "approval": [{"any_of": ["lead"]}]}
    text = said("I can add {amount}.", rule=rule)
    assert "25" not in text
    assert "lead" not in text.lower()


def test_the_rules_text_comes_before_the_remedys():
    credit = {"code": "credit", "kind": "refund", "unit": "money", "say": "Remedy.", "guidance": "Remedy's way."}
    for texts, expected in (({"say": "Rule."}, ("Rule.", "Remedy's way.")), ({"guidance": "R"}, ("Remedy.", "R"))):
        offer = offered(policy(remedies=[credit], rules=[row(up_to="1.00", **texts)]))["credit"]
        assert (offer["say"], offer["guidance"]) == expected
