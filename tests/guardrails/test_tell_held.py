"""A budget is short because somebody holds a part of it: whoever comes second is told so, and when to ask again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.actions.caller import Caller
from guardrails.actions.faults import NotOfferedError, OutOfRangeError
from guardrails.actions.offers.redecide import redecide_decisions
from guardrails.models import Decision
from policies.models import Policy
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link
from tests.guardrails.test_grant_held import new_version, take
from tests.guardrails.test_hold import hold

MINUTE = timedelta(minutes=1)
UNTIL = "2026-06-15T14:15:00+02:00"
"""When what is held at noon UTC is over, by the shop's clocks."""


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop with 60.00 a week for each agent."""
    budgets = [
        {**each, "limit": "60.00"} if each["code"] == "agent_week" else each for each in shop_document["budgets"]
    ]
    return shop_document | {"budgets": budgets}


def about(number: int) -> Any:
    return replace(LATE, case=f"K-{number}", customer=f"C-{number}")


def credit(answer: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in answer["offers"] if each["remedy"] == "store_credit")


def week(offer: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in offer["budgets"] if each["code"] == "agent_week")


def refused(answer: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in answer["not_offered"] if each["remedy"] == "store_credit")


def test_an_offer_that_a_budget_cuts_says_what_of_it_is_held_and_until_when(help_desk: Caller) -> None:
    grant(help_desk, request=about(1), amount="20.00")
    hold(help_desk, request=about(2), amount="20.00")
    offer = credit(ask(help_desk, about(3)))
    assert offer["limited_by"]["text"] == (
        "The budget Agent week has €20.00 left. "
        "Of what is taken, €20.00 is held until 14:15, and may be free again then."
    )
    assert week(offer) | {"name": ""} == {
        "code": "agent_week",
        "name": "",
        "scope": "agent",
        "measure": "money",
        "remaining": "20.00",
        "resets_at": week(offer)["resets_at"],
        "held": "20.00",
        "held_until": UNTIL,
    }


def test_where_nothing_is_left_the_reason_says_it(help_desk: Caller) -> None:
    for number, amount in enumerate(("25.00", "25.00", "10.00")):
        hold(help_desk, request=about(number), amount=amount, now=NOON + number * MINUTE)
    no = refused(ask(help_desk, about(9), NOON + 3 * MINUTE))
    assert no["text"] == no["because"][0]["text"]
    assert no["text"].endswith(
        "Of what is taken, €60.00 is held, the first part until 14:15, and may be free again then."
    )
    assert (no["because"][0]["held"], no["because"][0]["held_until"]) == ("60.00", UNTIL)


def test_the_second_of_two_agents_who_want_the_last_twenty_is_told_when_to_ask_again(help_desk: Caller) -> None:
    for number in (1, 2):
        grant(help_desk, request=about(number), amount="20.00")
    late = ask(help_desk, about(4))["decision"]
    hold(help_desk, request=about(3), amount="20.00")
    with pytest.raises(NotOfferedError) as told:
        grant(help_desk, decision=late, amount="20.00")
    assert "Of what is taken, €20.00 is held until 14:15, and may be free again then." in told.value.detail
    assert told.value.detail == told.value.errors[0].message
    later = NOON + timedelta(minutes=16)
    assert grant(help_desk, request=about(4), amount="20.00", now=later).answer["state"] == "granted"


def test_more_than_what_is_left_is_refused_with_the_same_words(help_desk: Caller) -> None:
    grant(help_desk, request=about(1), amount="20.00")
    late = ask(help_desk, about(3))["decision"]
    hold(help_desk, request=about(2), amount="25.00")
    for act in (grant, hold):
        with pytest.raises(OutOfRangeError) as told:
            act(help_desk, decision=late, amount="20.00", key=act.__name__)
        assert told.value.detail == (
            "Store credit: amount must be from 1.00 to 15.00, in steps of 0.50. The budget Agent week has €15.00 "
            "left. Of what is taken, €25.00 is held until 14:15, and may be free again then."
        )
        (offer,) = told.value.alternatives or ()
        assert week(offer)["held"] == "25.00"
    with pytest.raises(OutOfRangeError) as told:
        grant(help_desk, decision=late, amount="0.10")
    assert "budget" not in told.value.detail


def test_what_was_given_is_not_told_as_held(help_desk: Caller) -> None:
    held = hold(help_desk, request=about(1), amount="25.00")["exception"]
    take(help_desk, held, now=NOON + MINUTE)
    grant(help_desk, request=about(2), amount="20.00")
    offer = credit(ask(help_desk, about(3), NOON + MINUTE))
    assert "held" not in week(offer)
    assert offer["limited_by"]["text"] == "The budget Agent week has €15.00 left."


def test_what_is_past_its_time_is_not_told_as_held(help_desk: Caller) -> None:
    for number in (1, 2):
        grant(help_desk, request=about(number), amount="20.00")
    hold(help_desk, request=about(3), amount="20.00")
    offer = credit(ask(help_desk, about(4), NOON + 15 * MINUTE))
    assert (week(offer)["remaining"], "held" in week(offer)) == ("20.00", False)


def test_what_is_held_until_tomorrow_says_the_day(help_desk: Caller) -> None:
    tonight = NOON.replace(hour=21, minute=50)
    for number in (1, 2):
        hold(help_desk, request=about(number), amount="25.00", now=tonight)
    assert "the first part until 2026-06-16 00:05," in credit(ask(help_desk, about(3), tonight))["limited_by"]["text"]


def test_what_is_held_for_linked_cases_is_told_without_naming_them(help_desk: Caller, shop: Policy) -> None:
    link(an_order_system(), "K-2", "K-1")
    hold(help_desk, request=about(1), amount="25.00")
    hold(help_desk, request=about(2), amount="20.00")
    offer = credit(ask(help_desk, about(2)))
    left = next(each for each in offer["budgets"] if each["code"] == "case_money")
    assert (left["remaining"], left["held"]) == ("5.00", "45.00")
    assert "K-1" not in str(offer)
    assert "C-1" not in str(offer)


def test_what_another_customer_of_the_chain_holds_counts_as_held_of_ones_own_budget(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    once = [
        each | {"remedies": ["store_credit"]} if each["scope"] == "customer" else each
        for each in shop_document["budgets"]
    ]
    new_version(shop, shop_document | {"budgets": once})
    hold(help_desk, request=about(1), amount="10.00")
    link(an_order_system(), "K-2", "K-1")
    no = refused(ask(help_desk, about(2)))
    assert (no["because"][0]["budget"], no["because"][0]["held"]) == ("customer_year", 1)
    assert "1 exception is held until 14:15, and may be free again then." in no["text"]
    year = listed(help_desk, customer="C-2", case="K-2")["customer_year"]
    assert (year["taken"], year["held"], year["held_until"]) == (1, 1, UNTIL)
    assert "held" not in listed(help_desk, customer="C-2", case="K-9")["customer_year"]


def test_the_list_of_budgets_tells_how_much_is_only_held_and_until_when(help_desk: Caller) -> None:
    grant(help_desk, request=about(1), amount="20.00")
    for number, minutes in ((2, 0), (3, 5)):
        hold(help_desk, request=about(number), amount="10.00", now=NOON + minutes * MINUTE)
    found = listed(help_desk, customer="C-2", case="K-2", now=NOON + 5 * MINUTE)
    figures = {code: (each["taken"], each.get("held"), each.get("held_until")) for code, each in found.items()}
    assert figures == {
        "agent_week": ("40.00", "20.00", UNTIL),
        "case_money": ("10.00", "10.00", UNTIL),
        "customer_year": (0, None, None),
        "months_given": ("0.00", None, None),
    }
    later = listed(help_desk, now=NOON + 15 * MINUTE)["agent_week"]
    assert (later["taken"], later["held"], later["held_until"]) == ("30.00", "10.00", "2026-06-15T14:20:00+02:00")


def listed(caller: Caller, now: datetime = NOON, **whose: str) -> dict[str, dict[str, Any]]:
    """Give the list of budgets by code."""
    request = BudgetsRequest(policy="shop_eu", agent="ana", **whose)
    return {each["code"]: each for each in read_budgets(caller=caller, request=request, now=now)["budgets"]}


def test_customers_are_told_nothing_of_it(help_desk: Caller) -> None:
    for number in (1, 2):
        hold(help_desk, request=about(number), amount="25.00")
    say = credit(ask(help_desk, about(3)))["say"]
    assert "held" not in say
    assert "€10.00" in say


def test_the_same_answer_can_be_had_again(help_desk: Caller) -> None:
    for number in (1, 2):
        hold(help_desk, request=about(number), amount="25.00")
    ask(help_desk, about(3))
    assert {each.same for each in redecide_decisions(Decision.objects.all())} == {True}


def test_it_is_looked_up_only_where_a_budget_is_short(help_desk: Caller) -> None:
    counts = []
    hold(help_desk, request=about(1), amount="20.00")
    for number in (2, 3):
        with CaptureQueriesContext(connection) as queries:
            ask(help_desk, about(9))
        counts.append(len(queries))
        hold(help_desk, request=about(number), amount="20.00")
    assert counts == [3, 4]


@pytest.fixture
def awaited(shop_document: dict[str, Any], shop: Policy) -> None:
    """What is asked for is set aside at once."""
    approvals = {**shop_document.get("approvals", {}), "reserve": "on_request"}
    new_version(shop, {**shop_document, "approvals": approvals})


@pytest.mark.usefixtures("awaited")
def test_what_a_request_holds_is_free_when_somebody_has_answered(help_desk: Caller) -> None:
    assert grant(help_desk, request=about(1), amount="45.00").answer["state"] == "awaiting_approval"
    offer = credit(ask(help_desk, about(2)))
    assert offer["limited_by"]["text"] == (
        "The budget Agent week has €15.00 left. "
        "Of what is taken, €45.00 is held until somebody has answered, and may be free again then."
    )
    assert (week(offer)["held"], week(offer)["held_until"]) == ("45.00", None)


def test_what_goes_by_count_is_told_by_count(help_desk: Caller) -> None:
    hold(help_desk, "replacement", request=replace(DAMAGED, case="K-1"))
    answer = ask(help_desk, replace(DAMAGED, case="K-2"))
    (no,) = [each for each in answer["not_offered"] if each["remedy"] == "replacement"]
    assert no["text"].endswith("Of what is taken, 1 exception is held until 14:15, and may be free again then.")
    assert no["because"][0]["held"] == 1
