"""Whoever is told of a limit that a linked case used up is told which case that was, and so is who reads the trace."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.offers.redecide import redecide_decisions
from guardrails.models import CareException, Decision
from policies.models import Policy
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link, undo

FIRST = replace(LATE, case="K-1", customer="C-1")
SECOND = replace(LATE, case="K-2", customer="C-1")


@pytest.fixture
def orders(shop: Policy) -> Caller:
    return an_order_system()


def refusal(answer: dict[str, Any], remedy: str = "store_credit") -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in answer["not_offered"] if each["remedy"] == remedy)
    return found


def used_up(help_desk: Caller, case: Any) -> None:
    grant(help_desk, request=case, amount="25.00")
    grant(help_desk, request=case, amount="25.00")


def test_what_was_given_in_a_linked_case_names_that_case(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    grant(help_desk, request=FIRST, amount="10.00")
    grant(help_desk, request=SECOND, amount="5.00")
    told = {each["amount"]["amount"]: each.get("case") for each in ask(help_desk, SECOND)["context"]["case"]["earlier"]}
    assert told == {"10.00": "K-1", "5.00": None}


def test_a_refusal_that_comes_from_a_linked_case_says_so(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    used_up(help_desk, FIRST)
    told = refusal(ask(help_desk, SECOND))
    assert told["text"].endswith("does not cover it any more. Counted together with K-1.")
    assert told["because"][0]["text"].endswith("Counted together with K-1.")
    assert {each.same for each in redecide_decisions(Decision.objects.all())} == {True}


def test_a_refusal_that_comes_from_the_case_itself_names_no_other(help_desk: Caller, orders: Caller) -> None:
    used_up(help_desk, FIRST)
    assert "together" not in refusal(ask(help_desk, FIRST))["text"]
    link(orders, "K-2", "K-1")
    assert "together" not in refusal(ask(help_desk, FIRST))["text"]


def test_the_trace_tells_the_chain_and_who_linked_it_as_it_stands(help_desk: Caller, orders: Caller) -> None:
    row = CareException.objects.get(pk=grant(help_desk, request=FIRST, amount="10.00").answer["exception"])
    assert trace_exception(row)["linked"] is None
    link(orders, "K-2", "K-1")
    assert trace_exception(row)["linked"] == {
        "cases": ["K-1", "K-2"],
        "links": [
            {
                "case": "K-2",
                "kind": "replaces",
                "other": "K-1",
                "linked_at": NOON.isoformat(),
                "linked_by": f"client:{orders.client}",
            }
        ],
    }
    undo(orders, "K-2", "K-1", now=NOON + timedelta(minutes=1))
    assert trace_exception(row)["linked"] is None
