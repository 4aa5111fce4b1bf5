"""Whoever should know is told when 50, 80 and 100 % of a budget are taken: each once a window."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from hypothesis import given
from hypothesis import strategies as st

from guardrails.actions.budgets.alert_budgets import crossed
from guardrails.actions.faults import ActionError
from guardrails.ledger import Balance
from guardrails.models import Agent, AuditRecord, BudgetAlert, BudgetWatcher, BudgetWindow, Delivery, Team
from guardrails.queries.mail_recipients import mail_recipients
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import PolicyScope
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import tend

USUAL = (50, 80, 100)


def a_balance(before: int, moved: int, limit: int = 10000) -> Balance:
    return Balance(
        window_id=1,
        budget="agent_week",
        scope_key="ana",
        starts_on=date(2026, 6, 15),
        limit=limit,
        held=0,
        spent=before + moved,
        moved=moved,
    )


@pytest.mark.parametrize(
    ("before", "moved", "told"),
    [
        (0, 4999, ()),
        (0, 5000, (50,)),
        (4999, 1, (50,)),
        (5000, 1, ()),
        (5000, 2999, ()),
        (7999, 1, (80,)),
        (0, 10000, (50, 80, 100)),
        (9999, 1, (100,)),
        (10000, -10000, ()),
        (6000, -1000, ()),
        (0, 0, ()),
    ],
)
def test_what_a_movement_reaches(before, moved, told):
    assert crossed(a_balance(before, moved), USUAL) == told


@given(st.lists(st.integers(1, 50), max_size=20), st.integers(1, 300))
def test_however_a_budget_is_taken_each_percentage_is_reached_once(parts, limit):
    told: list[int] = []
    before = 0
    for part in parts:
        told += crossed(a_balance(before, part, limit), USUAL)
        before += part
    assert told == [each for each in USUAL if before * 100 >= each * limit]


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop, where Ana's week has a budget of €30."""
    week = {"code": "agent_week", "scope": "agent", "measure": "money", "limit": "30.00", "per": "week"}
    return shop_document | {"budgets": [week]}


def take(help_desk: Any, amount: str, number: int, now: Any = NOON) -> None:
    request = LATE.__class__(**{**LATE.__dict__, "customer": f"C-{number}", "case": f"K-{number}"})
    decision = ask(help_desk, request, now)["decision"]
    grant(help_desk, decision=decision, amount=amount, now=now)


def alerts() -> list[dict[str, Any]]:
    rows = AuditRecord.objects.filter(kind="budget.threshold").order_by("id")
    return [json.loads(row.body)["answer"] for row in rows]


def test_each_percentage_is_recorded_once_in_a_window(help_desk):
    for number, amount in enumerate(["14.50", "1.00", "1.00", "8.50", "5.00"]):
        take(help_desk, amount, number)
    assert [each["percent"] for each in alerts()] == [50, 80, 100]
    assert alerts()[0] == {
        "budget": "agent_week",
        "name": "Agent week",
        "scope": "agent",
        "key": "ana",
        "team": "care",
        "percent": 50,
        "measure": "money",
        "limit": {"amount": "30.00", "currency": "EUR"},
        "taken": {"amount": "15.50", "currency": "EUR"},
        "remaining": {"amount": "14.50", "currency": "EUR"},
        "starts_on": "2026-06-15",
        "resets_at": "2026-06-22T00:00:00+02:00",
    }


def test_the_next_window_starts_afresh(help_desk):
    take(help_desk, "15.00", 1)
    take(help_desk, "15.00", 2, NOON + timedelta(days=7))
    assert [each["percent"] for each in alerts()] == [50, 50]


def test_a_rolling_budget_is_told_again_when_it_has_rolled(shop, shop_document, help_desk):
    rolling = {"code": "week", "scope": "agent", "measure": "money", "limit": "30.00", "rolling": {"days": 7}}
    import_policy(document=shop_document | {"budgets": [rolling]}, actor=None, reason="test")
    publish_policy(policy=shop, actor=None, note="rolling", now=NOON)
    take(help_desk, "15.00", 1)
    take(help_desk, "15.00", 2, NOON + timedelta(days=7))
    assert [each["percent"] for each in alerts()] == [50, 50]
    assert BudgetAlert.objects.count() == 2


def test_a_refused_grant_alerts_nobody(help_desk):
    take(help_desk, "25.00", 1)
    before = len(alerts())
    with pytest.raises(ActionError):
        take(help_desk, "25.00", 2)
    assert len(alerts()) == before


def test_watchers_are_mailed_and_those_who_may_not_see_the_policy_are_not(shop, help_desk, mailoutbox):
    mia = User.objects.create_user("mia", "mia@example.com")
    eve = User.objects.create_user("eve", "eve@example.com")
    gone = User.objects.create_user("gone", "gone@example.com", is_active=False)
    nobody = User.objects.create_user("nobody")
    PolicyScope.objects.create(user=eve).policies.add(a_policy("other"))
    for user in (mia, eve, gone, nobody):
        BudgetWatcher.objects.create(policy=shop, user=user)
    BudgetWatcher.objects.create(policy=shop, budget="agent_week", email="desk@example.com")
    BudgetWatcher.objects.create(policy=shop, budget="other", email="other@example.com")
    outlet = Team.objects.create(code="outlet", name="Outlet")
    BudgetWatcher.objects.create(policy=shop, team=outlet, email="outlet@example.com")
    BudgetWatcher.objects.create(policy=shop, team=Team.objects.get(code="care"), email="care@example.com")

    take(help_desk, "15.00", 1)
    tend()

    told = ["care@example.com", "desk@example.com", "mia@example.com"]
    assert sorted(address for mail in mailoutbox for address in mail.to) == told
    assert mail_recipients(AuditRecord.objects.get(kind="budget.threshold")) == told
    assert Delivery.objects.exclude(address="").count() == 3
    assert mailoutbox[0].subject == "50 % of the budget Agent week is taken (Shop Europe)"
    assert "C-1" not in mailoutbox[0].body


def test_one_movement_that_reaches_several_is_told_once(help_desk):
    take(help_desk, "25.00", 1)
    assert [each["percent"] for each in alerts()] == [80]
    assert list(BudgetAlert.objects.values_list("percent", flat=True)) == [50, 80]


@pytest.mark.parametrize(("said", "told"), [({}, []), ({"alert_at": [100]}, [100])])
def test_a_budget_of_each_case_alerts_nobody_unless_it_says_so(said, told, shop, shop_document, help_desk):
    case = {"code": "case_once", "scope": "case", "measure": "count", "limit": 1, "per": "ever", **said}
    import_policy(document=shop_document | {"budgets": [case]}, actor=None, reason="test")
    publish_policy(policy=shop, actor=None, note="per case", now=NOON)
    take(help_desk, "5.00", 1)
    assert [each["percent"] for each in alerts()] == told
    assert all(each["starts_on"] is None for each in alerts())


def test_who_is_told_reads_whose_it_is_what_is_left_and_when_it_starts_again(shop, help_desk, mailoutbox, settings):
    settings.PUBLIC_URL = "https://guardrails.example.org"
    Agent.objects.filter(code="ana").update(name="Ana Weber")
    auditor = User.objects.create_user("ida", "ida@example.com", is_staff=True)
    auditor.groups.add(Group.objects.get(name="auditor"))
    for watcher in ({"user": auditor}, {"email": "mia@elsewhere.example"}):
        BudgetWatcher.objects.create(policy=shop, **watcher)
    take(help_desk, "15.00", 1)
    tend(rounds=2)
    inside, outside = sorted(mailoutbox, key=lambda mail: mail.to)
    window = BudgetWindow.objects.get(budget="agent_week")
    page = f"Page: https://guardrails.example.org/admin/guardrails/budgetwindow/{window.pk}/change/\n"
    for line in (
        "Whose: Ana Weber\n",
        "Left: 15.00 EUR\n",
        "Starts again: Mon 22 Jun 2026, 00:00 (Europe/Berlin)\n",
        page,
    ):
        assert line in inside.body
    assert inside.body.replace(page, "") == outside.body
    assert "your role" not in outside.body
    assert "When it is used up" in outside.body
    take(help_desk, "15.00", 2)
    tend(rounds=2)
    assert "Until more is free" in mailoutbox[-1].body
