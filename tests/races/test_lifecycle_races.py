"""Sixteen processes live through mixed lives at once, half of them killed on the way: nothing lost, nothing double."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, State
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.approving import client_of, someone
from tests.guardrails.asking import grant
from tests.guardrails.builders import NOON
from tests.guardrails.test_hold import hold
from tests.races.dying import race_with_deaths
from tests.races.lanes import take
from tests.races.lifecycle_lanes import Plan, live
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

LATE = OffersRequest(policy="shop_eu", agent="ana", reason="late_delivery", facts={"days_late": 3})
LIVES: tuple[tuple[str, ...], ...] = (
    ("grant",),
    ("half", "bit"),
    ("void",),
    ("grant", "back"),
    (),
    ("half", "bit", "back"),
    ("grant", "grant"),
)
ASKED: tuple[tuple[str, ...], ...] = (
    ("approve", "grant"),
    ("ask", "answer", "approve"),
    ("decline", "approve"),
    ("counter", "grant", "back"),
    ("counter",),
    ("ask", "decline"),
    ("approve", "half", "bit"),
)
"""Lives of what awaits a yes."""
EACH = 5
"""How many decisions each process takes."""


@pytest.fixture
def desk(help_desk: Caller, shop: Policy, shop_document: dict[str, Any]) -> Caller:
    """The help desk of a shop whose frontline agents may take back what they granted."""
    roles = [{**role, "may_reverse": True} for role in shop_document["roles"]]
    import_policy(document={**shop_document, "roles": roles}, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="may reverse", now=NOON)
    return help_desk


@pytest.fixture
def leads(shop: Policy) -> Caller:
    """The approvers' tool, for Sam."""
    return client_of(someone(shop, "sam", "supervisor"))


def plans(desk: Caller, lane: int, random: Random) -> list[Plan]:
    return [plan(desk, f"{lane}.{at}", random) for at in range(EACH)]


def plan(desk: Caller, name: str, random: Random) -> Plan:
    question = replace(LATE, customer=f"C-{name}", case=f"K-{name}")
    asked = random.random() < 0.4
    events = random.choice(ASKED if asked else LIVES)
    times = sorted(random.choice((0, 1, 5, 16, 40)) for _ in range(4))
    return Plan(
        key=name,
        decision=ask_offers(caller=desk, request=question, now=NOON)["decision"],
        amount="30.00" if asked else random.choice(("3.00", "12.50", "25.00")),
        hold=not asked and bool(events) and events[0] != "back" and random.random() < 0.8,
        events=events,
        minutes=tuple(times),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_processes_that_are_killed_lose_nothing_and_double_nothing(
    desk: Caller, leads: Caller, crowd: int, seed: int
) -> None:
    random = Random(seed)
    lanes = [(desk, leads, plans(desk, lane, random), NOON) for lane in range(crowd)]
    deaths = [random.randint(3, 120) if lane % 2 else None for lane in range(crowd)]
    race_with_deaths(live, lanes, deaths)
    assert list(verify()) == []
    # Whoever lost their answers asks again with the same keys.
    told = [each for lane in race_with_deaths(live, lanes, [None] * crowd) for each in lane]
    assert list(verify()) == []
    answered = {exception for _, exception, _ in told if exception}
    assert answered == set(CareException.objects.values_list("pk", flat=True))
    keys = [key for key, exception, _ in told if exception]
    recorded = AuditRecord.objects.filter(idempotency_key__in=keys, client__in=(desk.client, leads.client))
    assert sorted(recorded.values_list("idempotency_key", flat=True)) == sorted(keys)
    week = BudgetWindow.objects.get(budget="agent_week")
    assert week.held + week.spent <= week.limit
    expire_holds(NOON + timedelta(days=8))
    assert not CareException.objects.filter(state__in=(State.HELD, State.APPROVED)).exists()
    week.refresh_from_db()
    # Who dies when is up to chance; that nobody ever said anything would be too much of it.
    assert {"approval.asked", "exception.declined", "exception.countered"} & set(
        AuditRecord.objects.values_list("kind", flat=True)
    )
    standing = CareException.objects.filter(state=State.GRANTED)
    assert (week.held, week.spent) == (0, sum(each.cost_minor - each.reversed_cost_minor for each in standing))
    assert list(verify()) == []


def test_everybody_finds_room_among_stranded_holds_at_once(desk: Caller, crowd: int) -> None:
    for at in range(100):
        hold(desk, amount="2.00", request=replace(LATE, customer=f"S-{at}", case=f"S-{at}"))
    later = NOON + timedelta(minutes=20)
    wanted = []
    for at in range(crowd):
        question = replace(LATE, customer=f"C-{at}", case=f"K-{at}")
        decision = ask_offers(caller=desk, request=question, now=later)["decision"]
        wanted.append(GrantRequest(decision=decision, remedy="store_credit", amount="12.00"))
    states = [state for state, _, _ in race(take, [(desk, each, each.decision, later) for each in wanted])]
    assert states == ["granted"] * crowd
    assert list(verify()) == []
    rest = grant(desk, request=replace(LATE, customer="C-last", case="K-last"), amount="1.00", now=later).answer
    assert rest["state"] == "granted"
