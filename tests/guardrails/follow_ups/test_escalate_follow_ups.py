"""What is overdue goes up the ladder of roles, one at a time, each told once, and is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.follow_ups.follow_up_context import follow_up_context
from guardrails.actions.follow_ups.follow_up_faults import UnknownFollowUpError
from guardrails.models import Agent, AuditRecord, Escalation, FollowUp
from guardrails.queries.follow_ups import follow_ups_of
from guardrails.queries.mail_recipients import mail_recipients
from policies.models import Policy
from tests.guardrails.afterwards import DUE, a_tall_ladder, an_agent, caller_for, finish, hand_on
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db
NEXT = timedelta(hours=4)
"""As long as an approver has, where the policy says nothing."""


def told(owed: FollowUp) -> list[str]:
    return list(owed.escalations.values_list("role", flat=True))


def sees(owed: FollowUp, agent: str) -> bool:
    return follow_ups_of(Agent.objects.filter(code=agent)).filter(pk=owed.pk).exists()


def test_what_is_overdue_is_told_to_the_next_role_once(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    an_agent(shop, "sofia", team="outlet", role="supervisor")
    assert escalate_follow_ups(DUE - timedelta(microseconds=1)) == 0
    assert escalate_follow_ups(DUE) == 1
    assert escalate_follow_ups(DUE + timedelta(days=1)) == 0
    owed.refresh_from_db()
    assert (owed.overdue_at, owed.escalated_to, owed.state) == (DUE, "supervisor", "open")
    assert owed.owner is not None
    assert owed.owner.code == "ana"
    record = AuditRecord.objects.get(kind="follow_up.overdue")
    assert (record.subject_id, record.actor) == (owed.pk, "system")


def test_it_goes_up_one_role_for_each_further_period(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    seen = []
    for step in range(5):
        at = DUE + step * NEXT
        assert escalate_follow_ups(at - timedelta(microseconds=1)) == 0
        seen.append((escalate_follow_ups(at), escalate_follow_ups(at), told(owed)[-1]))
    assert seen == [
        (1, 0, "supervisor"),
        (1, 0, "care_lead"),
        (1, 0, "director"),
        (0, 0, "director"),
        (0, 0, "director"),
    ]
    owed.refresh_from_db()
    assert (owed.overdue_at, owed.escalated_to, owed.state) == (DUE, "director", "open")
    kinds = AuditRecord.objects.filter(subject_id=owed.pk, actor="system").order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["follow_up.overdue", "follow_up.escalated", "follow_up.escalated"]
    assert [sees(owed, agent) for agent in ("sofia", "clara", "dora")] == [True, True, True]


def test_a_period_is_as_long_as_an_approver_has_in_business_hours(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    weekdays = {day: ["09:00-17:00"] for day in ("wednesday", "thursday")}
    a_tall_ladder(shop, shop_document, answer_within="PT4H", hours=weekdays)
    escalate_follow_ups(DUE)
    owed.refresh_from_db()
    # Wednesday, 14:00 in Berlin: three hours are left of that day, one is of Thursday's.
    assert owed.chase_at == DUE + timedelta(hours=20)


def test_who_was_away_for_long_finds_it_one_role_up(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    late = DUE + timedelta(days=30)
    assert [escalate_follow_ups(late), escalate_follow_ups(late)] == [1, 0]
    assert told(owed) == ["supervisor"]
    assert escalate_follow_ups(late + NEXT) == 1


def test_each_role_hears_of_it_once_and_the_owner_at_first(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    for code in ("ana", "sofia", "clara"):
        Agent.objects.filter(code=code).update(user=User.objects.create_user(code, email=f"{code}@example.com"))
    for step in range(2):
        escalate_follow_ups(DUE + step * NEXT)
    heard = [
        mail_recipients(each) for each in AuditRecord.objects.filter(subject_id=owed.pk, actor="system").order_by("at")
    ]
    assert heard == [["ana@example.com", "sofia@example.com"], ["clara@example.com"]]


def test_roles_without_people_are_passed_over(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    Agent.objects.filter(code__in=["sofia", "dora"]).update(active=False)
    an_agent(shop, "robin", role="supervisor", kind="ai")
    for step in range(3):
        escalate_follow_ups(DUE + step * NEXT)
    assert told(owed) == ["care_lead"]
    Agent.objects.filter(code="dora").update(active=True)
    assert escalate_follow_ups(DUE + 3 * NEXT) == 1
    assert told(owed) == ["care_lead", "director"]


def test_who_has_it_already_is_not_told_of_it(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    escalate_follow_ups(DUE)
    hand_on(help_desk, owed, to_agent="clara")
    escalate_follow_ups(DUE + NEXT)
    assert told(owed) == ["supervisor", "director"]


def test_what_is_done_goes_no_further(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    escalate_follow_ups(DUE)
    finish(help_desk, owed)
    assert escalate_follow_ups(DUE + timedelta(days=9)) == 0


def test_what_was_noticed_before_there_were_steps_goes_on(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    FollowUp.objects.update(overdue_at=DUE, escalated_to="supervisor")
    assert sees(owed, "sofia")
    assert escalate_follow_ups(DUE + NEXT) == 1
    assert told(owed) == ["care_lead"]


def test_its_page_says_who_was_told_and_who_is_next(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)

    def way() -> tuple[Any, Any]:
        context = follow_up_context(FollowUp.objects.select_related("policy", "owner", "exception").get(), NOON)
        return [each["role"] for each in context["escalations"]], context["next_escalation"]

    assert way() == ([], {"role": "supervisor", "at": DUE.isoformat()})
    escalate_follow_ups(DUE)
    assert way() == (["supervisor"], {"role": "care_lead", "at": (DUE + NEXT).isoformat()})
    escalate_follow_ups(DUE + NEXT)
    escalate_follow_ups(DUE + 2 * NEXT)
    assert way() == (["supervisor", "care_lead", "director"], None)


@pytest.mark.parametrize("above", ["nobody has the role above", "the ladder ends"])
def test_it_is_not_lost_where_nobody_is_above(help_desk: Caller, owed: FollowUp, shop: Policy, above: str) -> None:
    if above == "the ladder ends":
        hand_on(help_desk, owed, to_role="supervisor")
    assert escalate_follow_ups(DUE) == 1
    assert escalate_follow_ups(DUE + NEXT) == 0
    owed.refresh_from_db()
    assert owed.escalated_to == owed.role
    colleague = caller_for(an_agent(shop, "zoe", team="outlet", role=owed.role), like=help_desk)
    assert finish(colleague, owed, agent="zoe")["state"] == "done"


def test_a_stranger_is_told_at_no_step(
    help_desk: Caller, owed: FollowUp, shop: Policy, shop_document: dict[str, Any]
) -> None:
    a_tall_ladder(shop, shop_document)
    zoe = caller_for(an_agent(shop, "zoe", team="outlet"), like=help_desk)
    for step in range(4):
        escalate_follow_ups(DUE + step * NEXT)
    with pytest.raises(UnknownFollowUpError):
        finish(zoe, owed, agent="zoe")


def test_what_was_done_in_time_is_never_overdue(help_desk: Caller, owed: FollowUp) -> None:
    finish(help_desk, owed)
    assert escalate_follow_ups(DUE + timedelta(days=9)) == 0
    assert not Escalation.objects.exists()
