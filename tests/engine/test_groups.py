"""Options of one group exclude each other; of a group that shows the best, only the largest is offered."""

import pytest

from tests.engine.desk import offered, policy, refused, row

LEAD = {"any_of": ["lead"]}


def desk(choose, *rules, remedies=("credit", "refund", "voucher")):
    """Three money remedies in one group, and one beside it."""
    grouped = [{"code": code, "kind": "refund", "unit": "money", "group": "money_back"} for code in remedies]
    call = {"code": "call", "kind": "gesture", "unit": "none"}
    groups = [{"code": "money_back", "choose": choose}]
    return policy(groups=groups, remedies=[*grouped, call], rules=[*rules, row("call")])


BOTH = (row("credit", up_to="5.00"), row("refund", up_to="3.00"))


class TestAGroupOfWhichTheCustomerTakesOne:
    def test_offers_all_of_its_options_until_one_is_given(self):
        assert list(offered(desk("one", *BOTH))) == ["credit", "refund", "call"]

    def test_offers_none_of_them_once_one_is_given_in_the_case(self):
        assert refused(desk("one", *BOTH), granted=("credit",)) == {
            "credit": "already_given",
            "refund": "already_given",
        }

    def test_offers_none_of_two_that_were_given_under_earlier_rules(self):
        assert list(offered(desk("one", *BOTH), granted=("credit", "refund"))) == ["call"]

    def test_is_not_touched_by_what_was_given_beside_it(self):
        assert list(offered(desk("one", *BOTH), granted=("call", "gone"))) == ["credit", "refund", "call"]


class TestAGroupThatShowsTheBest:
    def test_offers_the_largest_and_says_which_is_better_than_the_others(self):
        document = desk("best", row("credit", up_to="5.00"), row("refund", amount="5.01"))
        assert list(offered(document)) == ["refund", "call"]
        assert refused(document) == {"credit": "better_option"}

    def test_offers_the_first_of_those_that_are_equal(self):
        document = desk("best", *(row(code, up_to="5.00") for code in ("voucher", "refund", "credit")))
        assert list(offered(document)) == ["credit", "call"]

    def test_compares_what_is_really_offered(self):
        document = desk("best", row("credit", up_to="50.00"), row("refund", up_to="5.00"))
        document["budgets"] = [
            {"code": "b", "scope": "agent", "remedies": ["credit"], "measure": "money", "limit": "4.00", "per": "day"}
        ]
        assert list(offered(document)) == ["refund", "call"]


@pytest.mark.parametrize("choose", ["one", "best"])
def test_an_option_that_is_not_due_does_not_hide_another(choose):
    document = desk(choose, row("credit", amount="0.00"), row("refund", up_to="1.00"))
    assert list(offered(document)) == ["refund", "call"]
