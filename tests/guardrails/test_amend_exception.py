"""What awaits approval, or is approved, is changed; and an approval holds for what was approved, no more."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import ApprovalClosedError, FactsChangedError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.faults import NotOfferedError, OutOfRangeError, UnknownExceptionError, WrongStateError
from guardrails.actions.offers.redecide import GRANTS, redecide_exceptions
from guardrails.ledger import verify
from guardrails.models import ApprovalRequest, ApprovalSeat, AuditRecord, BudgetWindow, CareException
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone, state_of
from tests.guardrails.asking import LATE, ask
from tests.guardrails.builders import NOON

_keys = count(1)
HOUR = timedelta(hours=1)


@pytest.fixture
def leads(shop: Policy) -> Caller:
    """The approvers' tool."""
    return client_of(someone(shop, "sam", "supervisor"))


def amend(caller: Caller, request: ApprovalRequest, *, key: str = "", **changes: Any) -> dict[str, Any]:
    wanted = AmendRequest(exception=request.exception_id, **changes)
    return amend_exception(caller=caller, request=wanted, key=key or f"amend {next(_keys)}", now=NOON).answer


def take(caller: Caller, request: ApprovalRequest, now: datetime = NOON, **said: Any) -> dict[str, Any]:
    wanted = HeldRequest(exception=request.exception_id, **said)
    return grant_held(caller=caller, request=wanted, key=f"take {next(_keys)}", now=now).answer


def held() -> int:
    return BudgetWindow.objects.get(budget="agent_week").held


def test_other_words_change_nothing_that_was_agreed_to(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert amend(help_desk, request, note="Fourth delay, really.", told="By three.")["asked_anew"] is False
    request.refresh_from_db()
    assert (request.state, request.says, request.told) == ("open", "Fourth delay, really.", "By three.")
    say(leads, Say.APPROVE, request, agent="sam")
    answer = amend(help_desk, request, note="In other words.")
    assert (answer["state"], answer["note"], answer["asked_anew"]) == ("approved", "In other words.", False)


def test_less_than_was_approved_keeps_the_yes_and_gives_the_rest_back(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    assert amend(help_desk, request, amount="26.00")["state"] == "approved"
    assert held() == 2600
    assert list(verify()) == []
    assert take(help_desk, request)["amount"]["amount"] == "26.00"
    assert list(verify()) == []


def test_less_and_then_again_up_to_what_was_approved_keeps_the_yes(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    for amount in ("26.00", "30.00", "28.00", "29.50"):
        answer = amend(help_desk, request, amount=amount)
        assert (answer["state"], answer["asked_anew"], answer["amount"]["amount"]) == ("approved", False, amount)
        assert held() == int(Decimal(amount) * 100)
    assert list(verify()) == []
    assert take(help_desk, request)["amount"]["amount"] == "29.50"
    assert list(verify()) == []


def test_down_to_what_may_be_given_alone_it_says_so(help_desk: Caller) -> None:
    request = ask_for(help_desk)
    assert "text" not in amend(help_desk, request, amount="26.00")
    assert "needs nobody's yes" in amend(help_desk, request, amount="20.00")["text"]


def test_after_a_yes_to_less_that_is_the_most(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam", amount="28.00")
    assert not amend(help_desk, request, amount="26.00")["asked_anew"]
    assert not amend(help_desk, request, amount="28.00")["asked_anew"]
    assert amend(help_desk, request, amount="28.50")["asked_anew"]


def test_what_others_took_meanwhile_is_not_there_any_more(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    amend(help_desk, request, amount="26.00")
    BudgetWindow.objects.filter(budget="agent_week").update(spent=17200)
    with pytest.raises(NotOfferedError, match="Others have taken"):
        amend(help_desk, request, amount="30.00")
    assert (held(), CareException.objects.get().amount_minor) == (2600, 2600)
    assert not amend(help_desk, request, amount="28.00")["asked_anew"]


def test_while_it_waits_it_goes_up_again_to_what_was_asked_for(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    amend(help_desk, request, amount="26.00")
    assert amend(help_desk, request, amount="30.00")["request"] == request.pk
    assert say(leads, Say.APPROVE, request, agent="sam")["amount"]["amount"] == "30.00"


def test_of_several_whoever_agreed_to_less_agreed_to_that(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    ApprovalSeat.objects.create(request=request, position=1, roles=["supervisor"], due_at=NOON + HOUR)
    amend(help_desk, request, amount="28.00")
    say(leads, Say.APPROVE, request, agent="sam")
    amend(help_desk, request, amount="26.00")
    amend(help_desk, request, amount="30.00")
    sue = client_of(someone(shop, "sue", "supervisor"))
    assert say(sue, Say.APPROVE, request, agent="sue")["amount"]["amount"] == "28.00"


def test_another_proposal_goes_up_again_to_what_was_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    told = say(leads, Say.COUNTER, request, agent="sam", remedy="store_credit", amount="20.00", text="That much.")
    proposal = ApprovalRequest(exception_id=told["proposal"]["exception"])
    assert amend(help_desk, proposal, amount="15.00")["amount"]["amount"] == "15.00"
    answer = amend(help_desk, proposal, amount="20.00")
    assert (answer["state"], held()) == ("approved", 2000)


def test_approved_then_the_amount_is_raised_and_it_is_asked_anew(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    answer = amend(help_desk, request, amount="35.00")
    assert (answer["state"], answer["asks"], answer["asked_anew"]) == ("awaiting_approval", ["supervisor"], True)
    assert answer["request"] != request.pk
    assert held() == 0
    request.refresh_from_db()
    assert request.state == "voided"
    with pytest.raises(WrongStateError):
        take(help_desk, request)
    with pytest.raises(ApprovalClosedError):
        say(leads, Say.APPROVE, request, agent="sam")
    anew = ApprovalRequest.objects.get(pk=answer["request"])
    assert say(leads, Say.APPROVE, anew, agent="sam")["amount"]["amount"] == "35.00"
    assert held() == 3500
    assert list(verify()) == []


def test_while_it_waits_less_keeps_the_request_and_more_is_another_one(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert amend(help_desk, request, amount="28.00")["request"] == request.pk
    answer = amend(help_desk, request, amount="32.00")
    assert answer["asked_anew"]
    assert ApprovalRequest.objects.get(state="open").number == 3200


@pytest.mark.parametrize("amount", ["28.25", "0.50", "70.00"])
def test_what_is_not_offered_cannot_be_asked_for_this_way_either(help_desk: Caller, amount: str) -> None:
    request = ask_for(help_desk)
    with pytest.raises(OutOfRangeError):
        amend(help_desk, request, amount=amount)
    assert CareException.objects.get().amount_minor == 3000


def test_the_same_change_sent_twice_happens_once(help_desk: Caller) -> None:
    request = ask_for(help_desk)
    first = amend(help_desk, request, amount="32.00", key="once")
    assert amend(help_desk, request, amount="32.00", key="once") == first
    assert ApprovalRequest.objects.count() == 2


def test_a_stranger_changes_nothing(shop: Policy, help_desk: Caller) -> None:
    request = ask_for(help_desk)
    stranger = client_of(someone(shop, "zoe", "frontline", team="outlet"))
    for agent in ("zoe", "ana", None):
        with pytest.raises(UnknownExceptionError):
            amend(stranger, request, amount="26.00", agent=agent)


def test_whoever_raises_the_amount_cannot_approve_it_either(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    sue = someone(shop, "sue", "supervisor", team="care")
    answer = amend(client_of(sue), request, amount="32.00", agent="sue")
    anew = ApprovalRequest.objects.get(pk=answer["request"])
    assert anew.requested_by == sue
    with pytest.raises(Exception, match="Nobody approves their own request"):
        say(client_of(sue), Say.APPROVE, anew, agent="sue")


def test_told_otherwise_since_the_approval_holds_no_more(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    ask(help_desk, replace(LATE, facts={"days_late": 3}), now=NOON + HOUR)
    ask(help_desk, replace(LATE, case="K-2", facts={"days_late": 2}), now=NOON + HOUR)
    ask(help_desk, replace(LATE, facts={"days_late": 2}), now=NOON + 2 * HOUR)
    with pytest.raises(FactsChangedError) as refusal:
        take(help_desk, request, NOON + 3 * HOUR)
    assert refusal.value.errors[0].path == "/facts/days_late"
    assert "days_late was 3 days, is now 2 days" in refusal.value.detail.replace("days late", "days_late")
    assert state_of(request) == "approved"


def test_a_fact_that_the_rule_does_not_use_changes_nothing(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    ask(help_desk, replace(LATE, facts={"days_late": 3, "order_total": "10.00"}), now=NOON + HOUR)
    assert take(help_desk, request, NOON + 2 * HOUR)["state"] == "granted"


def test_a_new_version_does_not_void_an_approval_within_its_time(
    help_desk: Caller, leads: Caller, shop_document: dict[str, Any]
) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    late = next(rule for rule in shop_document["rules"] if rule["code"] == "late_credit")
    late |= {"up_to": "10.00", "alone": {"up_to": "5.00"}, "approval": [{"any_of": ["supervisor"]}]}
    late.pop("suggest")
    publish_policy(
        policy=import_policy(document=shop_document, actor=None, reason="less"), actor=None, note="less", now=NOON
    )
    assert take(help_desk, request, NOON + HOUR)["amount"]["amount"] == "30.00"


def test_a_supervisor_whose_own_role_may_not_give_it_cannot_agree_nor_propose_it_but_can_say_no(
    help_desk: Caller, leads: Caller, shop_document: dict[str, Any]
) -> None:
    request = ask_for(help_desk)
    forbid = {"code": "not_supervisors", "effect": "forbid", "roles": ["supervisor"], "remedies": ["store_credit"]}
    shop_document["rules"].append(forbid | {"because": "Supervisors give no credit."})
    publish_policy(
        policy=import_policy(document=shop_document, actor=None, reason="no"), actor=None, note="no", now=NOON
    )
    with pytest.raises(Exception, match="Supervisor may not give Store credit at all"):
        say(leads, Say.APPROVE, request, agent="sam")
    with pytest.raises(Exception, match="Supervisor may not give Store credit at all"):
        say(leads, Say.COUNTER, request, agent="sam", remedy="store_credit", amount="20.00", text="Less.")
    say(leads, Say.ASK, request, agent="sam", text="Why at all?")
    assert say(leads, Say.DECLINE, request, agent="sam", text="Not to anybody.")["state"] == "declined"


def test_what_was_changed_or_proposed_can_be_traced_and_decided_again(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="sam")
    anew = ApprovalRequest.objects.get(pk=amend(help_desk, request, amount="35.00")["request"])
    answer = say(leads, Say.COUNTER, anew, agent="sam", remedy="store_credit", amount="20.00", text="That much.")
    take(help_desk, ApprovalRequest(exception_id=answer["proposal"]["exception"]))
    decided = list(redecide_exceptions(AuditRecord.objects.filter(kind__in=GRANTS)))
    assert len(decided) == 3
    assert all(each.same for each in decided)
    for row in CareException.objects.select_related("policy", "version", "decision"):
        assert trace_exception(row)["rule"]["code"] == "late_credit"
    assert list(verify()) == []
