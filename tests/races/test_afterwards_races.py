"""Whoever is quicker has it, and what is done is done once, however many do it at the same moment."""

from collections import Counter

import pytest

from guardrails.actions.caller import Caller
from guardrails.models import Agent, AuditRecord, Escalation, FollowUp, Outcome, WorkItem
from policies.models import Policy
from tests.guardrails.afterwards import an_agent, caller_for, over
from tests.guardrails.asking import ask, grant
from tests.guardrails.test_outcomes import a_teller
from tests.races import afterwards_lanes
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


def test_a_case_is_taken_up_by_one_person(help_desk: Caller, shop: Policy, crowd: int) -> None:
    people = [an_agent(shop, f"lead{at}", role="supervisor") for at in range(crowd)]
    item, desk = over(help_desk)["work_item"], caller_for(*people, like=help_desk)
    found = Counter(race(afterwards_lanes.claim, [(desk, item, each.code) for each in people]))
    assert found == {"claimed": 1, "work_item_state": crowd - 1}
    assert AuditRecord.objects.filter(kind="work_item.claimed").count() == 1
    assert WorkItem.objects.get().claimed_by is not None


def test_a_case_is_handed_over_once(help_desk: Caller, crowd: int) -> None:
    decision = ask(help_desk)["decision"]
    found = Counter(race(afterwards_lanes.over, [(help_desk, decision)] * crowd))
    assert found == {"open": 1, "work_item_state": crowd - 1}
    assert WorkItem.objects.count() == 1


def test_an_outcome_is_kept_once(help_desk: Caller, ana: Agent, crowd: int) -> None:
    exception = grant(help_desk, amount="5.00").answer["exception"]
    survey = a_teller(help_desk, ana)
    told = [(survey, exception, f"S-{at % 2}") for at in range(crowd)]
    assert len(set(race(afterwards_lanes.tell, told))) == Outcome.objects.count() == 2


def test_a_follow_up_is_done_once_and_overdue_once(help_desk: Caller, crowd: int) -> None:
    grant(help_desk, amount="5.00")
    owed = FollowUp.objects.get()
    assert sum(race(afterwards_lanes.escalate, [()] * crowd)) == 1
    assert AuditRecord.objects.filter(kind="follow_up.overdue").count() == 1
    found = Counter(race(afterwards_lanes.finish, [(help_desk, owed.pk)] * crowd))
    assert found == {"done": 1, "follow_up_closed": crowd - 1}
    assert Outcome.objects.count() == 1


def test_a_case_goes_one_role_up_once(help_desk: Caller, shop: Policy, crowd: int) -> None:
    an_agent(shop, "sofia", role="supervisor")
    over(help_desk, to="frontline")
    assert sum(race(afterwards_lanes.escalate_items, [()] * crowd)) == 1
    assert AuditRecord.objects.filter(kind="work_item.overdue").count() == Escalation.objects.count() == 1


def test_no_note_is_lost_when_many_hand_it_on(help_desk: Caller, crowd: int) -> None:
    grant(help_desk, amount="5.00")
    owed = FollowUp.objects.get()
    race(afterwards_lanes.hand_on, [(help_desk, owed.pk, f"note {at}") for at in range(crowd)])
    owed.refresh_from_db()
    assert {step["note"] for step in owed.handed_on} == {f"note {at}" for at in range(crowd)}
