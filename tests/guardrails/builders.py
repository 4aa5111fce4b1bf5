"""Rows that the tests of guardrails start from."""

from datetime import UTC, datetime
from itertools import count

from guardrails.models import Agent, CareException, Decision, Settlement, State, Team
from guardrails.models.identifiers import new_id
from guardrails.models.lifecycle import PROMISED
from policies.models import Policy, PolicyVersion

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
_numbers = count(1)


def a_policy(code: str = "shop_eu") -> Policy:
    """A policy with an empty version that is current."""
    policy = Policy.objects.create(code=code, currency="EUR", time_zone="Europe/Berlin")
    policy.current_version = PolicyVersion.objects.create(
        policy=policy, number=1, hash="sha256:" + "0" * 64, document="{}", published_at=NOON
    )
    policy.save()
    return policy


def an_agent(code: str = "ana") -> Agent:
    """An agent of the team "care"."""
    team, _ = Team.objects.get_or_create(code="care", defaults={"name": "Care"})
    agent, _ = Agent.objects.get_or_create(code=code, defaults={"name": code.title(), "team": team})
    return agent


def a_decision(policy: Policy, *, customer: str = "C-1", case: str = "", now: datetime = NOON) -> Decision:
    """A decision that says nothing."""
    assert policy.current_version is not None
    return Decision.objects.create(
        id=new_id("dec", now),
        policy=policy,
        version=policy.current_version,
        agent=an_agent(),
        team="care",
        role="frontline",
        reason="late_delivery",
        customer=customer,
        case=case,
        client="tok_1",
        asked_at=now,
        asked_on=now.date(),
        question="{}",
        answer="{}",
    )


def an_exception(policy: Policy, *, amount: int = 500, now: datetime = NOON, **changes: object) -> CareException:
    """A granted store credit of `amount` minor units."""
    decision = a_decision(policy, now=now)
    values: dict[str, object] = {
        "id": new_id("exc", now),
        "decision": decision,
        "policy": policy,
        "version": decision.version,
        "rule": "late_credit",
        "agent": decision.agent,
        "team": "care",
        "role": "frontline",
        "remedy": f"store_credit_{next(_numbers)}",
        "reason": "late_delivery",
        "customer": decision.customer,
        "currency": "EUR",
        "unit": "money",
        "amount_minor": amount,
        "cost_minor": amount,
        "state": State.GRANTED,
        "client": "tok_1",
        "created_at": now,
        "granted_at": now,
        "granted_on": now.date(),
        "counts_on": now.date(),
        "settlement": Settlement.PENDING,
        "settlement_at": now,
    }
    values.update(changes)
    state = values["state"]
    if state not in PROMISED:
        values["counts_on"] = None
    if state not in (State.GRANTED, State.REVERSED):
        values.update(granted_at=None, granted_on=None, settlement="", settlement_at=None)
    return CareException.objects.create(**values)
