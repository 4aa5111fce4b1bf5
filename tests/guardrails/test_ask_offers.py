"""An agent asks what can be offered."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.caller import Caller
from guardrails.actions.faults import (
    InvalidQuestionError,
    MissingScopeError,
    UnknownAgentError,
    UnknownPolicyError,
    UnpublishedPolicyError,
)
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.models import Agent, ApiToken, Assignment, Decision, Team
from policies.models import Policy, Role
from tests.guardrails.builders import NOON

LATE = OffersRequest(
    policy="shop_eu",
    agent="ana",
    reason="late_delivery",
    channel="chat",
    customer="C-20417",
    case="K-881",
    facts={"order_total": "82.50", "days_late": 3, "postcode": "north"},
)


def ask(caller: Caller, request: OffersRequest = LATE) -> dict[str, Any]:
    return ask_offers(caller=caller, request=request, now=NOON)


def codes(offered: list[dict[str, Any]]) -> list[str]:
    return [each["remedy"] for each in offered]


def test_the_answer_says_what_may_be_given_and_what_for_whom(help_desk: Caller) -> None:
    answer = ask(help_desk)
    assert answer["decision"].startswith("dec_")
    assert answer["policy"]["code"] == "shop_eu"
    assert answer["policy"]["version"] == 1
    assert answer["agent"] == {"id": "ana", "role": "frontline"}
    (credit,) = answer["offers"]
    assert credit["remedy"] == "store_credit"
    assert credit["amount"] == {"min": "1.00", "suggested": "12.50", "max": "25.00", "step": "0.50", "currency": "EUR"}
    assert [budget["code"] for budget in credit["budgets"]] == ["agent_week", "case_money"]
    assert answer["context"] == {
        "customer": {
            "exceptions_12_months": 0,
            "given_12_months": {"amount": "0.00", "currency": "EUR"},
            "open_follow_ups": 0,
        },
        "case": {"contacts": 1, "tried": [], "earlier": []},
    }


def test_every_answer_is_stored_with_everything_that_was_read(help_desk: Caller) -> None:
    answer = ask(help_desk)
    decision = Decision.objects.get()
    assert json.loads(decision.answer) == answer
    question = json.loads(decision.question)
    assert question["facts"] == {"order_total": "82.50", "days_late": 3}
    assert question["personal"] == {"facts": {"postcode": "north"}}
    assert question["history"] == {"credits_this_year": 0, "given_to_case": 0}
    assert (decision.customer, decision.case, decision.asked_on) == ("C-20417", "K-881", NOON.date())


def test_a_question_takes_three_queries_whatever_it_asks(help_desk: Caller) -> None:
    ask(help_desk)
    with CaptureQueriesContext(connection) as queries:
        ask(help_desk)
    assert len(queries) == 3


def test_contacts_are_counted_by_agent_channel_and_day(help_desk: Caller) -> None:
    ask(help_desk)
    ask(help_desk)
    assert ask(help_desk)["context"]["case"]["contacts"] == 1
    assert ask(help_desk, replace(LATE, channel="phone"))["context"]["case"]["contacts"] == 2
    later = ask_offers(caller=help_desk, request=LATE, now=NOON + timedelta(days=1))
    assert later["context"]["case"]["contacts"] == 3


def test_a_fact_that_must_be_verified_counts_only_from_a_client_that_may_say_it(help_desk: Caller) -> None:
    says_vip = replace(LATE, facts={"vip": True})
    assert "free_month" in codes(ask(help_desk, says_vip)["offers"])
    assert "free_month" not in codes(ask(help_desk, replace(says_vip, verified=[]))["offers"])
    stranger = replace(help_desk, scopes=help_desk.scopes - {"facts"})
    assert "free_month" not in codes(ask(stranger, says_vip)["offers"])


@pytest.mark.parametrize(
    ("change", "error", "path"),
    [
        ({"agent": "bob"}, UnknownAgentError, "/agent"),
        ({"agent": None}, UnknownAgentError, "/agent"),
        ({"policy": "shop_us"}, UnknownPolicyError, "/policy"),
        ({"reason": "bad_mood"}, InvalidQuestionError, "/reason"),
        ({"facts": {"shoe_size": 43}}, InvalidQuestionError, "/facts/shoe_size"),
        ({"facts": {"days_late": "three"}}, InvalidQuestionError, "/facts/days_late"),
        ({"verified": ["vip"]}, InvalidQuestionError, "/verified/0"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_stored(
    help_desk: Caller, change: dict[str, Any], error: type[InvalidQuestionError], path: str
) -> None:
    with pytest.raises(error) as refused:
        ask(help_desk, replace(LATE, **change))
    assert [fault.path for fault in refused.value.errors] == [path]
    assert not Decision.objects.exists()


def test_a_policy_that_was_never_published_says_so(help_desk: Caller, ana: Agent) -> None:
    draft = Policy.objects.create(code="draft", currency="EUR", time_zone="Europe/Berlin")
    Assignment.objects.create(agent=ana, policy=draft, role=Role.objects.create(policy=draft, code="frontline"))
    with pytest.raises(UnpublishedPolicyError):
        ask(help_desk, replace(LATE, policy="draft"))


def own_token(agent: Agent) -> None:
    ApiToken.objects.update(agent=agent)


Change = Callable[[Agent], object]
STRANGERS: dict[str, Change] = {
    "the client was given no agent": lambda ana: ApiToken.objects.get().agents.clear(),
    "the token is inactive": lambda ana: ApiToken.objects.update(active=False),
    "the agent is inactive": lambda ana: Agent.objects.filter(pk=ana.pk).update(active=False),
    "the token is another agent's own": lambda ana: own_token(
        Agent.objects.create(code="eve", name="Eve", team=ana.team)
    ),
    "the client acts for another team": lambda ana: (
        ApiToken.objects.get().agents.clear(),
        ApiToken.objects.get().teams.add(Team.objects.create(code="sales", name="Sales")),
    ),
}
FRIENDS: dict[str, Change] = {
    "the client acts for the agent": lambda ana: None,
    "the client acts for the agent's team": lambda ana: (
        ApiToken.objects.get().agents.clear(),
        ApiToken.objects.get().teams.add(ana.team),
    ),
    "the token is the agent's own": own_token,
}


@pytest.mark.parametrize("change", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_learns_not_even_that_the_agent_exists(help_desk: Caller, ana: Agent, change: Change) -> None:
    change(ana)
    with pytest.raises(UnknownAgentError) as refused:
        ask(help_desk)
    with pytest.raises(UnknownAgentError) as unknown:
        ask(help_desk, replace(LATE, agent="nobody"))
    assert str(refused.value).replace("ana", "x") == str(unknown.value).replace("nobody", "x")


@pytest.mark.parametrize("change", FRIENDS.values(), ids=FRIENDS)
def test_a_client_asks_for_those_it_was_given(help_desk: Caller, ana: Agent, change: Change) -> None:
    change(ana)
    assert ask(help_desk)["agent"]["id"] == "ana"


def test_an_agents_own_token_need_not_name_them(help_desk: Caller, ana: Agent) -> None:
    own_token(ana)
    assert ask(help_desk, replace(LATE, agent=None))["agent"]["id"] == "ana"


def test_a_role_of_another_policy_gives_no_right(help_desk: Caller, ana: Agent) -> None:
    other = Policy.objects.create(code="other", currency="EUR", time_zone="Europe/Berlin")
    foreign = Role.objects.create(policy=other, code="frontline")
    Assignment.objects.filter(agent=ana).update(role=foreign)
    with pytest.raises(UnknownPolicyError):
        ask(help_desk)


def test_a_token_without_the_scope_may_not_ask(help_desk: Caller) -> None:
    with pytest.raises(MissingScopeError):
        ask(replace(help_desk, scopes=frozenset({"exceptions"})))
