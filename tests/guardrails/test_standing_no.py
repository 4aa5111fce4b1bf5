"""A no stands: whoever asks again, for however much, it goes one level up, and the earlier no is shown."""

from dataclasses import replace
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import MayNotVoteError, StandingNoError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.offers.redecide import GRANTS, redecide_decisions, redecide_exceptions
from guardrails.models import Agent, ApprovalRequest, ApprovalSeat, AuditRecord, Decision
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
    sam = someone(shop, "sam", "supervisor")
    request = ask_for(help_desk)
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
        with pytest.raises(MayNotVoteError, match="Manager") as refusal:
            say(leads, Say.APPROVE, other, agent=who)
        assert refusal.value.name == "not_asked"
    other.refresh_from_db()
    assert other.earlier_no == one
    assert say(leads, Say.APPROVE, other, agent="mia")["state"] == "approved"


def test_what_belongs_to_the_case_only_since_the_no_does_too(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(*(someone(shop, who, role) for who, role in CREW.items()))
    one, other = ask_for(help_desk), ask_for(help_desk, case="K-2", customer="C-2")
    say(leads, Say.DECLINE, one, agent="sam", text="No.")
    link(an_order_system(), "K-2", LATE.case)
    with pytest.raises(MayNotVoteError, match="Manager") as refusal:
        say(leads, Say.APPROVE, other, agent="sue")
    assert refusal.value.name == "not_asked"


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


def credit(answer: dict[str, Any]) -> dict[str, Any]:
    return next(offer for offer in answer["offers"] if offer["remedy"] == "store_credit")


def test_after_a_no_the_offer_is_what_can_be_had_and_says_why(help_desk: Caller, declined: ApprovalRequest) -> None:
    offer = credit(ask(help_desk))
    assert (offer["amount"]["max"], offer["alone"]) == ("25.00", True)
    assert (offer["with_approval"]["by"], offer["with_approval"]["max"]) == ({"any_of": ["manager"]}, "40.00")
    assert offer["limited_by"]["kind"] == "declined"
    assert (
        "Supervisor declined Store credit for this case on 2026-06-15: Twice is enough." in offer["limited_by"]["text"]
    )
    assert "it goes to Manager" in offer["limited_by"]["text"]


def test_what_was_given_since_is_taken_off(help_desk: Caller, declined: ApprovalRequest) -> None:
    grant(help_desk, amount="20.00")
    offer = credit(ask(help_desk))
    assert offer["amount"] == {"min": "1.00", "suggested": "5.00", "max": "5.00", "step": "0.50", "currency": "EUR"}
    steps = [offer["with_approval"], *offer["with_approval"]["then"]]
    assert [(step["max"], step["by"]["any_of"]) for step in steps] == [("25.00", ["manager"]), ("30.00", ["manager"])]
    assert "20.00 of it was given since. Without a yes €5.00 can still be given." in offer["limited_by"]["text"]
    assert grant(help_desk, amount="5.00").answer["state"] == "granted"
    assert credit(ask(help_desk))["alone"] is False


def test_another_agent_of_the_same_level_is_told_the_same(shop: Policy, declined: ApprovalRequest) -> None:
    desk = client_of(someone(shop, "sue", "supervisor", team="care"))
    offer = credit(ask(desk, replace(LATE, agent="sue")))
    assert offer["amount"]["max"] == "25.00"
    assert (offer["with_approval"]["by"], offer["with_approval"]["max"]) == ({"any_of": ["manager"]}, "50.00")


def test_where_nobody_is_above_nothing_is_promised_and_refusals_say_the_same(
    help_desk: Caller, declined: ApprovalRequest
) -> None:
    again = ask_for(help_desk)
    say(client_of(Agent.objects.get(code="mia")), Say.DECLINE, again, agent="mia", text="No means no.")
    offer = credit(ask(help_desk))
    assert (offer["amount"]["max"], offer["with_approval"]) == ("25.00", None)
    grant(help_desk, amount="20.00")
    with pytest.raises(StandingNoError) as refusal:
        grant(help_desk, amount="10.00")
    (left,) = refusal.value.alternatives or ()
    assert (left["amount"]["max"], left["with_approval"]) == ("5.00", None)
    assert "20.00 of it was given since" in refusal.value.detail
    assert "Nobody is above to ask again." in refusal.value.detail
    grant(help_desk, amount="5.00")
    answer = ask(help_desk)
    assert [each["code"] for closed in answer["not_offered"] if closed["remedy"] == "store_credit"
            for each in closed["because"]] == ["declined"]  # fmt: skip
    with pytest.raises(StandingNoError) as refusal:
        grant(help_desk, amount="1.00")
    assert refusal.value.alternatives == []


def test_meanwhile_too_is_what_can_be_had(help_desk: Caller, declined: ApprovalRequest) -> None:
    grant(help_desk, amount="20.00")
    waits = grant(help_desk, amount="10.00").answer
    assert (waits["asks"], waits["meanwhile"][0]["amount"]["max"]) == (["manager"], "5.00")


def test_what_was_told_after_a_no_can_be_decided_again(help_desk: Caller, declined: ApprovalRequest) -> None:
    grant(help_desk, amount="20.00")
    grant(help_desk, amount="10.00")
    ask(help_desk)
    found = [
        *redecide_decisions(Decision.objects.all()),
        *redecide_exceptions(AuditRecord.objects.filter(kind__in=GRANTS)),
    ]
    assert [each.id for each in found if not each.same] == []
