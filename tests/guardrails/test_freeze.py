"""A manager stops something: the next question says so, and says what to do instead."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from guardrails.actions.caller import Caller
from guardrails.actions.freezes.begin_freeze import FreezeValues, begin_freeze
from guardrails.actions.freezes.freeze_faults import (
    FreezeIsOverError,
    InvalidFreezeError,
    StoppedError,
    UnknownFreezeError,
)
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.actions.offers.redecide import redecide_decisions
from guardrails.models import Agent, AgentKind, ApiToken, Assignment, AuditRecord, Decision, Freeze, Team
from guardrails.models import FreezeTarget as Target
from policies.models import Policy, PolicyScope, Role
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON, an_agent
from tests.kept_policy import draft

HOUR = timedelta(hours=1)


def a_manager(name: str = "manager", *, limited_to: Policy | None = None) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    if limited_to:
        PolicyScope.objects.create(user=user).policies.add(limited_to)
    return user


def stop(kind: Target, target: str, policy: Policy | None = None, **changes: Any) -> Freeze:
    actor = changes.pop("actor", None) or User.objects.filter(username="manager").first() or a_manager()
    now = changes.pop("now", NOON)
    values = FreezeValues(
        kind=kind,
        target=target,
        policy=policy,
        **{"reason": "Fraud", "instead": "Send them to the care desk", **changes},
    )
    return begin_freeze(values=values, actor=actor, now=now)


def offered(caller: Caller, now: datetime = NOON, **changes: Any) -> list[str]:
    return [offer["remedy"] for offer in ask(caller, replace(LATE, **changes), now)["offers"]]


@pytest.fixture
def elsewhere(shop: Policy, shop_document: dict[str, Any]) -> Policy:
    return draft(shop_document | {"code": "shop_uk", "name": "Shop Britain"})


@pytest.mark.parametrize(
    ("kind", "target", "in_policy"),
    [
        (Target.AGENT, "ana", True),
        (Target.AGENT, "ana", False),
        (Target.TEAM, "care", True),
        (Target.TEAM, "care", False),
        (Target.ROLE, "frontline", True),
        (Target.REMEDY, "store_credit", True),
        (Target.CLIENT, "", True),
        (Target.CLIENT, "", False),
        (Target.POLICY, "shop_eu", True),
    ],
)
def test_the_next_question_says_that_it_is_stopped_and_what_to_do_instead(
    kind: Target, target: str, in_policy: bool, shop: Policy, help_desk: Caller
) -> None:
    assert offered(help_desk) == ["store_credit"]
    stop(kind, target or help_desk.client, shop if in_policy else None)
    answer = ask(help_desk)
    assert answer["offers"] == []
    refused = next(each for each in answer["not_offered"] if each["remedy"] == "store_credit")
    assert [because["code"] for because in refused["because"]] == ["frozen"]
    assert "is stopped: Fraud." in refused["because"][0]["text"]
    assert "Instead: send them to the care desk." in refused["because"][0]["text"]
    # Never a dead end.
    assert answer["escalation"]
    record = AuditRecord.objects.get(kind="freeze.begun")
    assert (record.actor, record.subject_type) == ("user:manager", "freeze")
    assert json.loads(record.body)["answer"]["instead"] == "Send them to the care desk"
    assert {each.same for each in redecide_decisions(Decision.objects.all())} == {True}


@pytest.mark.parametrize(
    ("kind", "target"),
    [(Target.AGENT, "ben"), (Target.TEAM, "outlet"), (Target.ROLE, "supervisor"), (Target.REMEDY, "refund")],
)
def test_what_is_stopped_beside_them_stops_nobody_else(
    kind: Target, target: str, shop: Policy, help_desk: Caller
) -> None:
    ben = an_agent("ben")
    ben.team = Team.objects.create(code="outlet", name="Outlet")
    ben.save()
    stop(kind, target, shop)
    assert offered(help_desk) == ["store_credit"]


def test_a_stop_in_one_policy_is_none_in_another(shop: Policy, elsewhere: Policy, help_desk: Caller) -> None:
    stop(Target.AGENT, "ana", elsewhere)
    stop(Target.REMEDY, "store_credit", elsewhere)
    stop(Target.POLICY, "shop_uk", elsewhere)
    assert offered(help_desk) == ["store_credit"]


def test_it_begins_and_ends_on_time_to_the_moment(shop: Policy, help_desk: Caller) -> None:
    stop(Target.REMEDY, "store_credit", shop, begins_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    moment = timedelta(microseconds=1)
    assert offered(help_desk, NOON + HOUR - moment) == ["store_credit"]
    assert offered(help_desk, NOON + HOUR) == []
    assert offered(help_desk, NOON + 2 * HOUR - moment) == []
    assert offered(help_desk, NOON + 2 * HOUR) == ["store_credit"]


def test_the_answer_says_until_when(shop: Policy, help_desk: Caller) -> None:
    stop(Target.REMEDY, "store_credit", shop, ends_at=NOON + HOUR)
    (because,) = next(each for each in ask(help_desk)["not_offered"] if each["remedy"] == "store_credit")["because"]
    assert because["until"] == "2026-06-15T15:00:00+02:00"
    assert "until 2026-06-15 15:00" in because["text"]


def test_a_stopped_remedy_leaves_the_others(shop: Policy, help_desk: Caller) -> None:
    stop(Target.REMEDY, "replacement", shop)
    assert [each["remedy"] for each in ask(help_desk, DAMAGED)["offers"]] == ["repair", "discount"]


def test_customers_are_not_told_why(shop: Policy, help_desk: Caller) -> None:
    stop(Target.REMEDY, "replacement", shop, reason="Sixpence the thief")
    assert "Sixpence" not in json.dumps([offer["say"] for offer in ask(help_desk, DAMAGED)["offers"]])


def test_what_was_offered_before_cannot_be_granted_and_the_refusal_says_what_is_left(
    shop: Policy, help_desk: Caller
) -> None:
    decision = ask(help_desk, DAMAGED)["decision"]
    stop(Target.REMEDY, "replacement", shop)
    with pytest.raises(StoppedError) as refused:
        grant(help_desk, "replacement", decision=decision)
    assert refused.value.detail == "Replacement is stopped: Fraud. Instead: send them to the care desk."
    assert [each["remedy"] for each in refused.value.alternatives or ()] == ["repair", "discount"]
    grant(help_desk, "discount", decision=decision, quantity="20")


def test_stopping_an_ai_agents_own_client_stops_that_agent_whoever_asks_for_it(shop: Policy, help_desk: Caller) -> None:
    bot = an_agent("bot")
    Agent.objects.filter(pk=bot.pk).update(kind=AgentKind.AI)
    Assignment.objects.create(agent=bot, policy=shop, role=Role.objects.get(policy=shop, code="frontline"))
    own, _ = ApiToken.objects.create(user=a_manager(), name="Bot", scopes=["offers"], agent=bot)
    ApiToken.objects.get(pk=help_desk.client).agents.add(bot)
    stop(Target.CLIENT, own.pk)
    assert offered(help_desk, agent="bot") == []
    assert offered(help_desk, agent="ana") == ["store_credit"]


def test_a_lifted_stop_stops_nothing(shop: Policy, help_desk: Caller) -> None:
    freeze = stop(Target.POLICY, "shop_eu", shop)
    lift_freeze(freeze=freeze.pk, reason="All clear", actor=a_manager("second"), now=NOON + HOUR)
    assert offered(help_desk, NOON + HOUR) == ["store_credit"]
    record = AuditRecord.objects.get(kind="freeze.ended")
    assert (record.actor, json.loads(record.body)["lifted_because"]) == ("user:second", "All clear")
    with pytest.raises(FreezeIsOverError):
        lift_freeze(freeze=freeze.pk, reason="Again", actor=User.objects.get(username="second"), now=NOON + HOUR)


def test_what_has_ended_cannot_be_lifted_and_what_is_to_come_can(shop: Policy) -> None:
    over = stop(Target.POLICY, "shop_eu", shop, ends_at=NOON + HOUR)
    manager = User.objects.get(username="manager")
    with pytest.raises(FreezeIsOverError):
        lift_freeze(freeze=over.pk, reason="Late", actor=manager, now=NOON + HOUR)
    planned = stop(Target.POLICY, "shop_eu", shop, begins_at=NOON + HOUR)
    assert lift_freeze(freeze=planned.pk, reason="Not needed", actor=manager, now=NOON).lifted_at == NOON


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"target": "nobody"}, "/target"),
        ({"kind": Target.ROLE, "policy": None, "target": "frontline"}, "/target"),
        ({"begins_at": NOON - HOUR}, "/begins_at"),
        ({"ends_at": NOON}, "/ends_at"),
        ({"reason": " "}, "/reason"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    changes: dict[str, Any], path: str, shop: Policy, help_desk: Caller
) -> None:
    with pytest.raises(InvalidFreezeError) as refused:
        stop(**{"kind": Target.AGENT, "target": "ana", "policy": shop, **changes})
    assert [fault.path for fault in refused.value.errors] == [path]
    assert not Freeze.objects.exists()


@pytest.mark.parametrize(
    ("kind", "target", "policy", "in_theirs", "wholly_theirs"),
    [
        # (what, its code, in which policy, may a manager of that policy alone, where nothing reaches beyond it)
        (Target.AGENT, "ana", "shop_eu", True, True),
        (Target.AGENT, "ana", None, False, True),
        (Target.TEAM, "care", "shop_eu", True, True),
        (Target.TEAM, "care", None, False, True),
        (Target.ROLE, "frontline", "shop_eu", True, True),
        (Target.REMEDY, "refund", "shop_eu", True, True),
        (Target.POLICY, "shop_eu", "shop_eu", True, True),
        (Target.CLIENT, "desk", None, False, False),
        (Target.ROLE, "frontline", "shop_uk", False, False),
        (Target.REMEDY, "refund", "shop_uk", False, False),
        (Target.POLICY, "shop_uk", "shop_uk", False, False),
        (Target.AGENT, "ana", "shop_uk", False, False),
    ],
)
def test_a_manager_stops_and_lifts_within_their_policies_alone(
    kind: Target,
    target: str,
    policy: str | None,
    in_theirs: bool,
    wholly_theirs: bool,
    shop: Policy,
    elsewhere: Policy,
    help_desk: Caller,
) -> None:
    limited = a_manager("limited", limited_to=shop)
    where = Policy.objects.get(code=policy) if policy else None
    target = help_desk.client if target == "desk" else target
    for beyond, may in ((False, wholly_theirs), (True, in_theirs)):
        if beyond:
            role = Role.objects.get(policy=elsewhere, code="frontline")
            Assignment.objects.create(agent=Agent.objects.get(code="ana"), policy=elsewhere, role=role)
        begun = stop(kind, target, where, actor=a_manager(f"free {beyond}"))
        if may:
            stop(kind, target, where, actor=limited)
            lift_freeze(freeze=begun.pk, reason="Enough", actor=limited, now=NOON)
        else:
            with pytest.raises(InvalidFreezeError):
                stop(kind, target, where, actor=limited)
            with pytest.raises(UnknownFreezeError):
                lift_freeze(freeze=begun.pk, reason="Enough", actor=limited, now=NOON)


def test_a_stranger_to_the_policy_stops_nothing(shop: Policy, elsewhere: Policy, ana: Agent) -> None:
    stranger = a_manager("stranger", limited_to=elsewhere)
    for kind, target in ((Target.AGENT, "ana"), (Target.TEAM, "care"), (Target.ROLE, "frontline")):
        for where in (shop, None):
            with pytest.raises(InvalidFreezeError):
                stop(kind, target, where, actor=stranger)
    assert not Freeze.objects.exists()


STOPS = [(Target.POLICY, "shop_eu"), (Target.ROLE, "frontline"), (Target.TEAM, "care")]


@pytest.mark.parametrize(("kind", "target"), STOPS)
def test_where_others_are_stopped_too_it_goes_to_the_policys_own_hand_over(
    kind: Target, target: str, help_desk: Caller, shop: Policy
) -> None:
    before = ask(help_desk)["escalation"]
    stop(kind, target, shop)
    now = ask(help_desk)["escalation"]
    assert (before["to"], now["to"]) == ("supervisor", "handover")
    assert now["text"].startswith("Send them to the care desk.")


def test_an_agent_who_is_stopped_hands_over_to_the_role_above(help_desk: Caller, shop: Policy) -> None:
    stop(Target.AGENT, "ana", shop)
    assert ask(help_desk)["escalation"]["to"] == "supervisor"
