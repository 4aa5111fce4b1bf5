"""Whoever has to come back about the same thing is noticed, and nobody has to type it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.work_items.hand_over import HandOverRequest, hand_over
from guardrails.actions.work_items.take_up_work_item import TakeUpRequest, claim_work_item
from guardrails.models import Agent, ApiToken, CareException, FollowUp, LinkedCase
from guardrails.queries.repeat_contacts import repeat_contacts
from policies.models import Policy
from tests.guardrails.afterwards import an_agent
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON, an_exception

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def granted(help_desk: Caller) -> CareException:
    """A store credit in the case K-1."""
    return CareException.objects.get(pk=grant(help_desk, amount="5.00").answer["exception"])


@pytest.fixture
def ben(shop: Policy, help_desk: Caller) -> Agent:
    """A colleague who asks through the same help desk."""
    agent = an_agent(shop, "ben")
    ApiToken.objects.get(pk=help_desk.client).agents.add(agent)
    return agent


def again(caller: Caller, now: datetime, **changes: str) -> None:
    ask(caller, replace(LATE, **changes), now=now)  # type: ignore[arg-type]


def seen(row: CareException) -> list[tuple[str, str, str]]:
    return [(f"{each.on:%m-%d}", each.agent, each.channel) for each in repeat_contacts(row)]


def test_the_contact_that_led_to_it_is_no_repeat(help_desk: Caller, granted: CareException) -> None:
    again(help_desk, NOON + HOUR)
    assert seen(granted) == []


def test_a_contact_is_counted_once_however_often_was_asked(
    help_desk: Caller, granted: CareException, ben: Agent
) -> None:
    for minutes in range(3):
        again(help_desk, NOON + DAY + minutes * HOUR)
    again(help_desk, NOON + HOUR, channel="phone")
    again(help_desk, NOON + HOUR, agent="ben")
    assert seen(granted) == [("06-15", "ana", "phone"), ("06-15", "ben", "chat"), ("06-16", "ana", "chat")]


def test_only_the_same_case_counts_and_those_linked_with_it(
    help_desk: Caller, granted: CareException, shop: Policy
) -> None:
    again(help_desk, NOON + DAY, case="K-2")
    again(help_desk, NOON + DAY, case="")
    assert seen(granted) == []
    for case in ("K-1", "K-2"):
        LinkedCase.objects.create(policy=shop, case=case, chain="chn_1")
    assert seen(granted) == [("06-16", "ana", "chat")]


def test_only_the_days_after_it_count(help_desk: Caller, granted: CareException, settings: LazySettings) -> None:
    settings.REPEAT_CONTACT_DAYS = 3
    again(help_desk, NOON + 4 * DAY)
    assert seen(granted) == []
    again(help_desk, NOON + 3 * DAY)
    assert seen(granted) == [("06-18", "ana", "chat")]


def test_what_came_before_it_does_not_count(help_desk: Caller, ben: Agent) -> None:
    again(help_desk, NOON - DAY)
    again(help_desk, NOON - HOUR, agent="ben")
    row = CareException.objects.get(pk=grant(help_desk, amount="5.00").answer["exception"])
    assert seen(row) == []


def test_what_was_not_granted_or_names_no_case_has_none(help_desk: Caller, shop: Policy) -> None:
    waiting = CareException.objects.get(pk=grant(help_desk, amount="30.00").answer["exception"])
    for row in (waiting, an_exception(shop)):
        again(help_desk, NOON + DAY, case=row.case)
        assert repeat_contacts(row) == []
        assert aftermath(row, NOON + DAY)["contacted_again"] is None


def test_whoever_took_the_case_over_is_no_repeat(help_desk: Caller, granted: CareException, ben: Agent) -> None:
    request = HandOverRequest(decision=granted.decision_id, to="frontline")
    item = hand_over(caller=help_desk, request=request, key="over", now=NOON).answer["work_item"]
    claim_work_item(caller=help_desk, request=TakeUpRequest(work_item=item, agent="ben"), key="claim", now=NOON + HOUR)
    again(help_desk, NOON + 2 * HOUR, agent="ben")
    assert seen(granted) == []
    again(help_desk, NOON + 2 * HOUR, channel="phone")
    assert seen(granted) == [("06-15", "ana", "phone")]


def test_it_shows_as_contacted_again_where_nobody_said_so(help_desk: Caller, granted: CareException) -> None:
    until = NOON + 14 * DAY
    assert aftermath(granted, NOON)["contacted_again"] is None
    assert aftermath(granted, until)["contacted_again"] is False
    again(help_desk, NOON + DAY)
    told = aftermath(granted, NOON + DAY)
    assert told["contacted_again"] is True
    assert [(each["on"], each["agent"]) for each in told["repeat_contacts"]] == [("2026-06-16", "ana")]
    owed = FollowUp.objects.get()
    request = FinishRequest(follow_up=owed.pk, told=Told(reached=True, contacted_again=False))
    finish_follow_up(caller=help_desk, request=request, key="done", now=NOON + 2 * DAY)
    said = aftermath(granted, until)
    assert said["contacted_again"] is False
    assert len(said["outcomes"]) == len(said["follow_ups"]) == 1
