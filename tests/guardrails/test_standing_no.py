"""A no stands: whoever asks again, for however much, it goes one level up, and the earlier no is shown."""

from dataclasses import replace
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import MayNotVoteError, StandingNoError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, ApprovalRequest, ApprovalSeat
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop with a manager above the supervisor, who may give forty euros alone."""
    shop_document["roles"][1]["escalates_to"] = "manager"
    shop_document["roles"].append({"code": "manager", "name": "Manager"})
    late = next(rule for rule in shop_document["rules"] if rule["code"] == "late_credit")
    lead = {**late, "code": "late_credit_lead", "roles": ["supervisor"], "alone": {"up_to": "40.00"}}
    lead["approval"] = [{"any_of": ["manager"]}]
    shop_document["rules"].append(lead)
    return shop_document


CREW = {"sam": "supervisor", "sue": "supervisor", "mia": "manager"}


@pytest.fixture
def declined(shop: Policy, help_desk: Caller) -> ApprovalRequest:
    """A request for thirty euros, to which the supervisor Sam said no; Mia is above them."""
    someone(shop, "mia", "manager")
    request = ask_for(help_desk)
    sam = someone(shop, "sam", "supervisor")
    say(client_of(sam), Say.DECLINE, request, agent="sam", text="Twice is enough.")
    return request


def asked_of(request: ApprovalRequest) -> list[list[str]]:
    return [seat.roles for seat in ApprovalSeat.objects.filter(request=request)]


def test_asked_again_it_goes_one_level_up_and_shows_the_no(help_desk: Caller, declined: ApprovalRequest) -> None:
    again = ask_for(help_desk)
    assert asked_of(again) == [["manager"]]
    assert again.earlier_no == declined
    approval = again.exception.approval
    assert approval is not None
    assert approval["by"] == {"any_of": ["manager"]}
    assert {name: approval["earlier_no"][name] for name in ("agent", "role", "text", "amount")} == {
        "agent": "sam",
        "role": "supervisor",
        "text": "Twice is enough.",
        "amount": {"amount": "30.00", "currency": "EUR"},
    }


def test_another_agent_another_amount_and_another_client_do_not_get_round_it(
    shop: Policy, declined: ApprovalRequest
) -> None:
    ben = someone(shop, "ben", "frontline", team="care")
    desk = client_of(ben)
    asked = replace(LATE, agent="ben")
    assert asked_of(ask_for(desk, "25.50", request=asked)) == [["manager"]]


def test_leaving_the_case_out_does_not_get_round_it(help_desk: Caller, declined: ApprovalRequest) -> None:
    answer = ask(help_desk, replace(LATE, case=""))
    assert [each["text"] for each in answer["context"]["customer"]["declined"]] == ["Twice is enough."]


def test_another_case_of_the_same_customer_is_another_matter(help_desk: Caller, declined: ApprovalRequest) -> None:
    assert asked_of(ask_for(help_desk, case="K-2")) == [["supervisor"]]


def test_the_next_answer_tells_the_no_and_its_reason(help_desk: Caller, declined: ApprovalRequest) -> None:
    earlier = ask(help_desk)["context"]["case"]["earlier"]
    assert [(each["state"], each["declined"]["by"], each["declined"]["text"]) for each in earlier] == [
        ("declined", "supervisor", "Twice is enough.")
    ]


def test_a_supervisor_cannot_give_alone_what_a_supervisor_declined(shop: Policy, declined: ApprovalRequest) -> None:
    desk = client_of(someone(shop, "sue", "supervisor", team="care"))
    asked = replace(LATE, agent="sue")
    assert grant(desk, amount="24.00", request=asked).answer["state"] == "granted"
    answer = grant(desk, amount="10.00", request=asked).answer
    assert (answer["state"], answer["asks"]) == ("awaiting_approval", ["manager"])


def test_what_needs_no_yes_can_still_be_given_once_but_not_bit_by_bit(
    help_desk: Caller, declined: ApprovalRequest
) -> None:
    assert grant(help_desk, amount="20.00").answer["state"] == "granted"
    assert grant(help_desk, amount="6.00").answer["asks"] == ["manager"]


def test_what_was_asked_for_before_the_no_goes_one_level_up_as_well(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(*(someone(shop, who, role) for who, role in CREW.items()))
    one, other = ask_for(help_desk), ask_for(help_desk, "26.00")
    say(leads, Say.DECLINE, one, agent="sam", text="Twice is enough.")
    for who in ("sam", "sue"):
        with pytest.raises(MayNotVoteError, match="Twice is enough") as refusal:
            say(leads, Say.APPROVE, other, agent=who)
        assert refusal.value.name == "no_stands"
    assert say(leads, Say.APPROVE, other, agent="mia")["state"] == "approved"


def test_what_belongs_to_the_case_only_since_the_no_does_too(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(*(someone(shop, who, role) for who, role in CREW.items()))
    one, other = ask_for(help_desk), ask_for(help_desk, case="K-2", customer="C-2")
    say(leads, Say.DECLINE, one, agent="sam", text="No.")
    link(an_order_system(), "K-2", LATE.case)
    with pytest.raises(MayNotVoteError, match="declined"):
        say(leads, Say.APPROVE, other, agent="sue")


def test_others_who_must_agree_still_do_after_it_went_up(
    shop: Policy, help_desk: Caller, declined: ApprovalRequest
) -> None:
    again = ask_for(help_desk)
    ApprovalSeat.objects.create(request=again, position=1, roles=["supervisor"], due_at=again.due_at)
    assert say(client_of(someone(shop, "sue", "supervisor")), Say.APPROVE, again, agent="sue")["asks"] == ["manager"]


def test_a_manager_is_above_and_may_give_it(help_desk: Caller, declined: ApprovalRequest) -> None:
    again = ask_for(help_desk)
    answer = say(client_of(Agent.objects.get(code="mia")), Say.APPROVE, again, agent="mia")
    assert answer["state"] == "approved"


def test_where_nobody_is_above_the_no_is_the_last_word(help_desk: Caller, declined: ApprovalRequest) -> None:
    again = ask_for(help_desk)
    say(client_of(Agent.objects.get(code="mia")), Say.DECLINE, again, agent="mia", text="No means no.")
    with pytest.raises(StandingNoError) as refusal:
        ask_for(help_desk)
    assert "No means no." in refusal.value.detail
    assert [offer["remedy"] for offer in refusal.value.alternatives or ()] == ["store_credit"]


def test_a_role_that_nobody_has_is_not_asked(help_desk: Caller, declined: ApprovalRequest) -> None:
    Agent.objects.filter(code="mia").update(active=False)
    with pytest.raises(StandingNoError, match="Nobody is above"):
        ask_for(help_desk)


def test_a_new_version_without_the_role_does_not_lift_the_no(
    help_desk: Caller, declined: ApprovalRequest, shop_document: dict[str, Any]
) -> None:
    policy = import_policy(document=shop_document | {"name": "Shop"}, actor=None, reason="test")
    publish_policy(policy=policy, actor=None, note="second", now=NOON)
    assert asked_of(ask_for(help_desk)) == [["manager"]]
