"""Who is stopped says no yes either, and nobody says yes to what is stopped."""

import pytest

from guardrails.actions.approvals.approval_faults import MayNotVoteError, UnknownApprovalError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.faults import NotOfferedError
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.models import Freeze
from guardrails.models import FreezeTarget as Target
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone, state_of
from tests.guardrails.builders import NOON
from tests.guardrails.test_freeze import stop


@pytest.fixture
def leads(shop: Policy) -> Caller:
    return client_of(someone(shop, "sam", "supervisor"))


@pytest.mark.parametrize(
    ("kind", "target"), [(Target.AGENT, "sam"), (Target.TEAM, "leads"), (Target.ROLE, "supervisor")]
)
def test_an_approver_who_is_stopped_approves_nothing(
    kind: Target, target: str, shop: Policy, help_desk: Caller, leads: Caller
) -> None:
    request = ask_for(help_desk)
    freeze = stop(kind, target, shop)
    with pytest.raises(MayNotVoteError) as refused:
        say(leads, Say.APPROVE, request, agent="sam")
    assert refused.value.name == "stopped"
    assert "is stopped: Fraud. Instead: send them to the care desk." in refused.value.detail
    assert freeze.begun_by
    lift_freeze(freeze=freeze.pk, reason="Over", actor=freeze.begun_by, now=NOON)
    say(leads, Say.APPROVE, request, agent="sam")
    assert state_of(request) == "approved"


@pytest.mark.parametrize(("kind", "target"), [(Target.AGENT, "zoe"), (Target.TEAM, "care"), (Target.ROLE, "frontline")])
def test_a_stop_of_somebody_else_stops_no_approver(
    kind: Target, target: str, shop: Policy, help_desk: Caller, leads: Caller
) -> None:
    someone(shop, "zoe", "frontline")
    request = ask_for(help_desk)
    stop(kind, target, shop)
    if target == "zoe":
        say(leads, Say.APPROVE, request, agent="sam")
    else:
        # They may vote; what they would agree to is what is stopped.
        with pytest.raises(NotOfferedError):
            say(leads, Say.APPROVE, request, agent="sam")
        say(leads, Say.DECLINE, request, agent="sam", text="Not now")


def test_nobody_approves_what_is_stopped_until_it_is_lifted(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    stop(Target.REMEDY, "store_credit", shop)
    with pytest.raises(NotOfferedError) as refused:
        say(leads, Say.APPROVE, request, agent="sam")
    assert "Store credit is stopped: Fraud." in refused.value.detail
    freeze = Freeze.objects.get()
    assert freeze.begun_by
    lift_freeze(freeze=freeze.pk, reason="Over", actor=freeze.begun_by, now=NOON)
    say(leads, Say.APPROVE, request, agent="sam")
    assert state_of(request) == "approved"


def test_a_stranger_whose_client_is_stopped_is_told_no_more_than_ever(shop: Policy, help_desk: Caller) -> None:
    request = ask_for(help_desk)
    stranger = client_of(someone(shop, "zoe", "frontline", team="outlet"))
    stop(Target.CLIENT, stranger.client)
    with pytest.raises(UnknownApprovalError):
        say(stranger, Say.APPROVE, request, agent="zoe")
