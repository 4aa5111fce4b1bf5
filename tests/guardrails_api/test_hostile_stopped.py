"""Whoever is stopped, because their login was stolen perhaps, neither gives nor lets others give, nor takes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from guardrails.actions.approvals.approval_faults import MayNotVoteError
from guardrails.actions.approvals.vote_on_approval import Say, vote_as_user
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.freezes.begin_freeze import FreezeValues, begin_freeze
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.models import Agent, ApprovalRequest, CareException, Freeze, FreezeTarget, Scope
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api, an_agent
from tests.guardrails_api.questions import LATE
from tests.guardrails_api.test_bad_input import problem

SAYINGS: dict[str, dict[str, str]] = {
    "approve": {},
    "decline": {"text": "No."},
    "counter": {"remedy": "store_credit", "amount": "5.00", "text": "Less."},
    "claim": {},
    "ask": {"text": "Why?"},
}


@pytest.fixture
def sam(shop: Policy) -> Agent:
    """A supervisor, who may take back what was granted."""
    Role.objects.filter(policy=shop, code="supervisor").update(may_reverse=True)
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="who may reverse", now=NOON)
    return an_agent(shop, "sam", team="leads", role="supervisor", user=User.objects.create_user("sam"))


@pytest.fixture
def leads(new_token: Callable[..., Api], sam: Agent) -> Api:
    """Sam's tool."""
    return new_token("leads", [Scope.APPROVALS, Scope.EXCEPTIONS], agents=[sam])


def stop(kind: FreezeTarget, target: str, policy: Policy | None = None) -> Freeze:
    manager, made = User.objects.get_or_create(username="manager", defaults={"is_staff": True})
    if made:
        manager.groups.add(Group.objects.get(name="manager"))
    values = FreezeValues(kind=kind, target=target, policy=policy, reason="The login was stolen.")
    return begin_freeze(values=values, actor=manager, now=NOON)


def asked(desk: Api) -> str:
    """A request that awaits a supervisor."""
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "30.00"}
    request: str = desk.post("exceptions/", body, Idempotency_Key=decision).json()["approval"]["request"]
    return request


def said(api: Api, request: str, what: str, **body: Any) -> Any:
    return api.post(f"approvals/{request}/{what}/", {"agent": "sam", **body}, Idempotency_Key=f"{what} {request}")


def kinds(leads: Api, shop: Policy) -> dict[FreezeTarget, tuple[str, Policy | None]]:
    """Everything that stops Sam."""
    return {
        FreezeTarget.AGENT: ("sam", None),
        FreezeTarget.TEAM: ("leads", None),
        FreezeTarget.ROLE: ("supervisor", shop),
        FreezeTarget.CLIENT: (leads.row.public_id, None),
    }


@pytest.mark.parametrize("kind", [FreezeTarget.AGENT, FreezeTarget.TEAM, FreezeTarget.ROLE, FreezeTarget.CLIENT])
@pytest.mark.parametrize("what", SAYINGS)
def test_whoever_is_stopped_decides_nothing(desk: Api, leads: Api, shop: Policy, kind: FreezeTarget, what: str) -> None:
    request = asked(desk)
    stop(kind, *kinds(leads, shop)[kind])
    refused = problem(said(leads, request, what, **SAYINGS[what]), 403, "may_not_vote")
    assert "The login was stolen." in refused["detail"]
    assert "(stopped)" in refused["errors"][0]["detail"]


def test_nor_with_their_own_login(desk: Api, sam: Agent) -> None:
    request = asked(desk)
    stop(FreezeTarget.AGENT, "sam")
    assert sam.user is not None
    with pytest.raises(MayNotVoteError, match="stolen"):
        vote_as_user(
            user_id=sam.user.pk,
            username="sam",
            say=Say.APPROVE,
            request=VoteRequest(approval=request),
            key="1",
            now=NOON,
        )
    assert ApprovalRequest.objects.get(pk=request).state == "open"


def test_who_asked_is_stopped_and_whoever_is_not_may_speak(desk: Api, leads: Api) -> None:
    request = asked(desk)
    freeze = stop(FreezeTarget.AGENT, "ana")
    assert said(leads, request, "ask", text="Was it the third time?").status_code == 200
    lift_freeze(freeze=freeze.pk, reason="A false alarm.", actor=User.objects.get(username="manager"), now=NOON)
    assert said(leads, request, "approve").status_code == 200


@pytest.mark.parametrize("kind", [FreezeTarget.AGENT, FreezeTarget.TEAM, FreezeTarget.ROLE, FreezeTarget.CLIENT])
def test_whoever_is_stopped_takes_nothing_back(desk: Api, leads: Api, shop: Policy, kind: FreezeTarget) -> None:
    exception = granted(desk)
    stop(kind, *kinds(leads, shop)[kind])
    refused = problem(reverse(leads, exception), 409, "stopped")
    assert "The login was stolen." in refused["detail"]
    assert CareException.objects.get(pk=exception).state == "granted"


@pytest.mark.parametrize(("kind", "target"), [(FreezeTarget.REMEDY, "store_credit"), (FreezeTarget.POLICY, "shop_eu")])
def test_what_is_stopped_can_still_be_taken_back(
    desk: Api, leads: Api, shop: Policy, kind: FreezeTarget, target: str
) -> None:
    exception = granted(desk)
    stop(kind, target, shop)
    assert reverse(leads, exception).json()["state"] == "reversed"


def granted(desk: Api) -> str:
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "12.50"}
    exception: str = desk.post("exceptions/", body, Idempotency_Key=decision).json()["exception"]
    return exception


def reverse(api: Api, exception: str) -> Any:
    body = {"agent": "sam", "reason": "A mistake."}
    return api.post(f"exceptions/{exception}/reverse/", body, Idempotency_Key=f"reverse {exception}")
