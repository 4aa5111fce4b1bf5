"""What was promised before something is stopped is kept, or voided, as the manager chose."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.freezes.freeze_faults import StoppedError
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.actions.freezes.void_stopped import void_stopped
from guardrails.ledger import verify
from guardrails.models import (
    ApprovalRequest,
    ApprovalState,
    AuditRecord,
    BudgetWindow,
    CareException,
    Freeze,
    OpenPromises,
    State,
)
from guardrails.models import FreezeTarget as Target
from policies.models import Policy
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.test_freeze import stop

MINUTE = timedelta(minutes=1)


def hold(caller: Caller, *, case: str = "K-1", now: Any = NOON) -> str:
    decision = ask(caller, replace(LATE, case=case), now)["decision"]
    request = GrantRequest(decision=decision, remedy="store_credit", amount="10.00")
    return str(hold_offer(caller=caller, request=request, key=decision, now=now).answer["exception"])


def take(caller: Caller, held: str, now: Any = NOON) -> str:
    request = HeldRequest(exception=held)
    return str(grant_held(caller=caller, request=request, key=f"take {held}", now=now).answer["state"])


@pytest.mark.parametrize("kind", Target)
def test_what_is_held_may_still_be_granted_where_promises_are_kept(
    kind: Target, shop: Policy, help_desk: Caller
) -> None:
    held = hold(help_desk)
    stop(kind, target_of(kind, help_desk), shop, promises=OpenPromises.KEEP)
    assert CareException.objects.get(pk=held).state == State.HELD
    assert take(help_desk, held) == "granted"
    # Nothing new is promised.
    assert ask(help_desk, replace(LATE, case="K-2"))["offers"] == []


@pytest.mark.parametrize("kind", Target)
def test_everything_open_is_voided_where_promises_are_broken(kind: Target, shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    asked = str(grant(help_desk, request=replace(LATE, case="K-2"), amount="30.00").answer["exception"])
    given = str(grant(help_desk, request=replace(LATE, case="K-3"), amount="5.00").answer["exception"])
    freeze = stop(kind, target_of(kind, help_desk), shop, promises=OpenPromises.VOID)
    states = dict(CareException.objects.values_list("pk", "state"))
    assert states == {held: State.VOIDED, asked: State.VOIDED, given: State.GRANTED}
    assert not BudgetWindow.objects.filter(held__gt=0).exists()
    assert not list(verify())
    records = AuditRecord.objects.filter(kind="exception.voided")
    assert {record.subject_id for record in records} == {held, asked}
    for record in records:
        body = json.loads(record.body)
        assert (record.actor, body["freeze"], body["why"]) == ("user:manager", freeze.pk, "Fraud")
    # Nobody is asked for a yes that would mean nothing.
    assert {request.state for request in ApprovalRequest.objects.all()} == {ApprovalState.VOIDED}


def test_what_others_promised_is_not_touched(shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    stop(Target.AGENT, "ana", shop, promises=OpenPromises.KEEP)
    for kind, target in ((Target.REMEDY, "refund"), (Target.ROLE, "supervisor")):
        stop(kind, target, shop, promises=OpenPromises.VOID)
    assert CareException.objects.get(pk=held).state == State.HELD


def test_a_stop_to_come_voids_when_it_begins(shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    stop(Target.POLICY, "shop_eu", shop, promises=OpenPromises.VOID, begins_at=NOON + 5 * MINUTE)
    assert void_stopped(NOON + 5 * MINUTE - timedelta(microseconds=1)) == 0
    # Nothing depends on the housekeeping having been there.
    with pytest.raises(StoppedError):
        take(help_desk, held, NOON + 5 * MINUTE)
    assert void_stopped(NOON + 5 * MINUTE) == 1
    assert CareException.objects.get(pk=held).state == State.VOIDED
    assert void_stopped(NOON + 6 * MINUTE) == 0


def test_a_manager_does_not_wait_for_all_of_many(
    shop: Policy, help_desk: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [hold(help_desk, case=f"K-{at}") for at in range(3)]
    monkeypatch.setattr("guardrails.actions.freezes.void_stopped.AT_ONCE", 2)
    stop(Target.POLICY, "shop_eu", shop, promises=OpenPromises.VOID)
    assert CareException.objects.filter(state=State.VOIDED).count() == 2
    with pytest.raises(StoppedError):
        take(help_desk, held[2])
    assert void_stopped(NOON) == 1


def test_what_ran_out_is_not_voided_on_top(shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    stop(Target.POLICY, "shop_eu", shop, promises=OpenPromises.VOID, now=NOON + 60 * MINUTE)
    assert CareException.objects.get(pk=held).state == State.HELD
    assert not AuditRecord.objects.filter(kind="exception.voided").exists()


def test_what_ran_out_is_decided_afresh_and_that_says_that_it_is_stopped(shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    stop(Target.REMEDY, "store_credit", shop, promises=OpenPromises.KEEP)
    with pytest.raises(StoppedError):
        take(help_desk, held, NOON + 60 * MINUTE)


def test_a_lifted_stop_brings_nothing_back(shop: Policy, help_desk: Caller) -> None:
    held = hold(help_desk)
    stop(Target.POLICY, "shop_eu", shop, promises=OpenPromises.VOID)
    lift_freeze(freeze=Freeze.objects.get().pk, reason="Over", actor=User.objects.get(username="manager"), now=NOON)
    assert CareException.objects.get(pk=held).state == State.VOIDED
    assert take(help_desk, hold(help_desk)) == "granted"


def target_of(kind: Target, caller: Caller) -> str:
    return {
        Target.AGENT: "ana",
        Target.TEAM: "care",
        Target.ROLE: "frontline",
        Target.REMEDY: "store_credit",
        Target.CLIENT: caller.client,
        Target.POLICY: "shop_eu",
    }[kind]
