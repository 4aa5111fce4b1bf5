"""Unknown is not false: undecided rows become questions, and nobody gets more by saying less."""

from typing import Any

import pytest

from tests.engine.desk import ask, offered, policy, refused, row

FACTS = [
    {"code": "damaged", "type": "flag", "ask": "Was it damaged on arrival?"},
    {"code": "gold", "type": "flag"},
    {"code": "price", "type": "money"},
    {"code": "storm", "type": "flag"},
]
IF_DAMAGED = [{"fact": "damaged", "is": True}]
IF_GOLD = [{"fact": "gold", "is": True}]
IF_STORM = [{"fact": "storm", "is": True}]


def desk(*rules):
    numbered = [{**rule, "code": f"row_{at}"} for at, rule in enumerate(rules)]
    return policy(facts=FACTS, rules=numbered)


def questions(document, facts=None, **asked):
    found = ask(document, facts, **asked)["questions"]
    return {question["fact"]: (question["unlocks"], question["changes"]) for question in found}


class TestAnUndecidedAllowRow:
    document = desk(row("call", when=IF_DAMAGED), row("night", up_to=1, when=IF_DAMAGED + IF_GOLD))

    def test_becomes_a_question_that_says_what_an_answer_unlocks(self):
        assert refused(self.document) == {"call": "unknown_fact", "night": "unknown_fact"}
        assert questions(self.document) == {"damaged": (["call", "night"], []), "gold": (["night"], [])}
        assert ask(self.document)["questions"][0]["ask"] == "Was it damaged on arrival?"

    def test_is_settled_by_the_answer(self):
        assert list(offered(self.document, {"damaged": True, "gold": True})) == ["call", "night"]
        assert questions(self.document, {"damaged": False}) == {}
        assert questions(self.document, {"damaged": None}) == {}

    def test_is_not_asked_for_where_no_answer_brings_anything(self):
        document = desk(row(up_to="0.00", when=IF_DAMAGED), row("call", when=IF_GOLD))
        empty = {"code": "purse", "scope": "agent", "measure": "count", "limit": 0, "per": "day", "remedies": ["call"]}
        document["budgets"] = [empty]
        assert refused(document) == {"credit": "nothing_due", "call": "budget_exhausted"}
        assert questions(document) == {}

    def test_that_a_matching_row_precedes_asks_nothing(self):
        document = desk(row("call"), row("call", when=IF_DAMAGED))
        assert list(offered(document)) == ["call"]
        assert questions(document) == {}


class TestAnUndecidedRowAboveAMatchingOne:
    @pytest.mark.parametrize(("above", "below", "least"), [("50.00", "20.00", "20.00"), ("5.00", "20.00", "5.00")])
    def test_leaves_the_smaller_of_the_two_until_it_is_answered(self, above, below, least):
        document = desk(row(up_to=above, when=IF_GOLD), row(up_to=below))
        found = offered(document)["credit"]
        assert found["amount"]["max"] == least
        assert found["until_answered"] == ["row_0"]
        assert questions(document) == {"gold": ([], ["credit"])}
        assert offered(document, {"gold": True})["credit"]["amount"]["max"] == above
        assert offered(document, {"gold": False})["credit"]["amount"]["max"] == below

    def test_leaves_what_may_be_given_alone_before_what_needs_a_yes(self):
        ladder: dict[str, Any] = {"alone": "never", "approval": [{"any_of": ["lead"]}]}
        document = desk(row(up_to="50.00", when=IF_GOLD, **ladder), row(up_to="20.00"))
        assert offered(document)["credit"]["alone"] is False

    def test_leaves_nothing_if_its_amount_cannot_be_told_yet_or_is_nothing(self):
        for above in ("price", "0.00"):
            document = desk(row(up_to=above, when=IF_GOLD), row(up_to="20.00"))
            assert refused(document) == {"credit": "unknown_fact"}
            assert questions(document)["gold"] == (["credit"], [])

    def test_is_asked_for_together_with_what_its_amount_waits_for(self):
        document = desk(row(up_to="price", when=IF_GOLD), row(amount="0.00"))
        assert set(questions(document)) == {"gold", "price"}

    def test_asks_for_every_row_above_that_may_change_the_answer(self):
        document = desk(row(up_to="0.00", when=IF_GOLD), row(up_to="0.00", when=IF_DAMAGED), row(up_to="9.00"))
        assert set(questions(document)) == {"gold", "damaged"}

    def test_asks_nothing_where_no_answer_brings_anything(self):
        document = desk(row(up_to="0.00", when=IF_GOLD), row(up_to="0.00"))
        assert refused(document) == {"credit": "nothing_due"}
        assert questions(document) == {}


class TestAForbidRow:
    document = desk(
        {"effect": "forbid", "remedies": ["call"], "when": IF_STORM, "because": "Nobody's fault."}, row("call")
    )

    def test_excludes_the_remedy_and_says_why_in_words(self):
        assert refused(self.document, {"storm": True}) == {"call": "forbidden"}
        closed = next(each for each in ask(self.document, {"storm": True})["not_offered"] if each["remedy"] == "call")
        assert closed["because"][0]["text"] == "Nobody's fault."

    def test_keeps_the_remedy_back_until_it_is_answered(self):
        assert refused(self.document) == {"call": "unknown_fact"}
        assert questions(self.document) == {"storm": (["call"], [])}
        assert list(offered(self.document, {"storm": False})) == ["call"]

    def test_without_remedies_excludes_every_one(self):
        document = desk({"effect": "forbid", "when": IF_STORM}, row("call"), row(up_to="1.00"))
        assert refused(document, {"storm": True}) == {"call": "forbidden", "credit": "forbidden"}
        assert refused(document) == {"call": "unknown_fact", "credit": "unknown_fact"}

    def test_stands_wherever_it_is_in_the_table(self):
        document = desk(row("call"), {"effect": "forbid", "when": IF_STORM})
        assert refused(document, {"storm": True}) == {"call": "forbidden"}

    def test_is_asked_for_together_with_an_undecided_allow_row(self):
        document = desk({"effect": "forbid", "when": IF_STORM}, row("call", when=IF_DAMAGED))
        assert questions(document) == {"damaged": (["call"], []), "storm": (["call"], [])}
        assert questions(document, {"damaged": False}) == {}


class TestAHumanOnlyRow:
    document = desk({"effect": "human_only", "when": IF_STORM}, row("call"))

    def test_excludes_the_remedy_for_an_ai_agent(self):
        assert refused(self.document, {"storm": True}, is_ai=True) == {"call": "human_only"}
        assert refused(self.document, is_ai=True) == {"call": "unknown_fact"}
        assert list(offered(self.document, {"storm": False}, is_ai=True)) == ["call"]

    def test_is_no_matter_to_a_person(self):
        for facts in ({"storm": True}, {}, {"storm": False}):
            assert list(offered(self.document, facts)) == ["call"]
            assert questions(self.document, facts) == {}


class TestHistory:
    last_year = {"of": "customer", "last": {"months": 12}}
    document = policy(
        history=[{"code": "credits", "count": last_year}, {"code": "given", "amount": {"of": "case"}}],
        rules=[
            row("call", when=[{"fact": "credits", "at_most": 1}]),
            row(up_to={"clamp": {"of": {"minus": ["50.00", "given"]}, "at_least": "0"}}),
        ],
    )

    def test_comes_from_our_own_records_as_a_count_or_an_amount(self):
        known: dict[str, Any] = {"customer": True, "case": True}
        found = offered(self.document, history={"credits": 1, "given": 3050}, **known)
        assert found["credit"]["amount"]["max"] == "19.50"
        assert "call" in found
        assert refused(self.document, history={"credits": 2, "given": 5000}, **known) == {
            "call": "condition_not_met",
            "credit": "nothing_due",
        }

    def test_is_unknown_without_the_reference_and_asks_for_it(self):
        assert questions(self.document) == {"customer": (["call"], []), "case": (["credit"], [])}


def test_the_nearest_miss_is_the_row_with_the_fewest_conditions_that_fail():
    document = desk(row("call", when=IF_GOLD + IF_DAMAGED), row("call", when=IF_GOLD + IF_STORM))
    facts = {"gold": False, "damaged": False, "storm": True}
    closed = next(each for each in ask(document, facts)["not_offered"] if each["remedy"] == "call")
    assert [because["fact"] for because in closed["because"]] == ["gold"]
    assert closed["because"][0]["rule"] == "row_1"


def test_what_needs_a_yes_is_less_than_what_is_paid_back_alone():
    facts = [{"code": "gold", "type": "flag"}]
    alone = {**row("exchange", amount="-4.00", when=[{"fact": "gold", "is": True}]), "code": "alone"}
    asking = row("exchange", amount="-4.00", alone="never", approval=[{"any_of": ["lead"]}])
    found = offered(policy(facts=facts, rules=[alone, asking]))["exchange"]
    assert not found["alone"]
    assert found["until_answered"] == ["alone"]
