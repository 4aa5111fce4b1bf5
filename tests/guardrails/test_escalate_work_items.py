"""What was handed over and not taken care of in time goes up the ladder of roles, and stays with whoever has it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.work_items.escalate_work_items import escalate_work_items
from guardrails.actions.work_items.take_up_work_item import claim_work_item, finish_work_item, release_work_item
from guardrails.actions.work_items.work_item_context import work_item_context
from guardrails.actions.work_items.work_item_faults import NotReceiverError, UnknownWorkItemError
from guardrails.actions.work_items.work_item_json import work_item_json
from guardrails.models import Agent, AuditRecord, Escalation, WorkItem
from guardrails.queries.mail_recipients import mail_recipients
from policies.models import Policy
from tests.guardrails.afterwards import LADDER, an_agent, caller_for, over, people_above, take
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db
NEXT = timedelta(hours=4)
DUE = NOON + NEXT


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop with three roles above Ana's."""
    return {**shop_document, "roles": LADDER}


@pytest.fixture
def item(help_desk: Caller, shop: Policy) -> WorkItem:
    """A case that Ana handed over to the supervisors."""
    people_above(shop)
    return WorkItem.objects.get(pk=over(help_desk)["work_item"])


def told(item: WorkItem) -> list[str]:
    return list(item.escalations.values_list("role", flat=True))


def as_agent(code: str, help_desk: Caller) -> Caller:
    return caller_for(Agent.objects.get(code=code), like=help_desk)


def test_it_goes_up_one_role_for_each_period_and_is_recorded(item: WorkItem) -> None:
    assert item.due_at == DUE
    assert escalate_work_items(DUE - timedelta(microseconds=1)) == 0
    seen = [(escalate_work_items(DUE + step * NEXT), escalate_work_items(DUE + step * NEXT)) for step in range(4)]
    assert seen == [(1, 0), (1, 0), (0, 0), (0, 0)]
    assert told(item) == ["care_lead", "director"]
    item.refresh_from_db()
    assert (item.overdue_at, item.escalated_to, item.due_at) == (DUE, "director", DUE)
    assert work_item_json(item, DUE + 9 * NEXT)["overdue"] is True
    kinds = AuditRecord.objects.filter(subject_id=item.pk).order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["work_item.opened", "work_item.overdue", "work_item.escalated"]


def test_who_was_told_can_take_it_up_and_those_before_still_can(item: WorkItem, help_desk: Caller) -> None:
    clara = as_agent("clara", help_desk)
    with pytest.raises(UnknownWorkItemError):
        take(claim_work_item, clara, item.pk, agent="clara")
    escalate_work_items(DUE)
    assert take(claim_work_item, clara, item.pk, agent="clara", key="2")["claimed_by"] == "clara"
    assert take(release_work_item, as_agent("sofia", help_desk), item.pk)["state"] == "open"


def test_whoever_has_it_keeps_it_and_a_role_above_can_put_it_back(item: WorkItem, help_desk: Caller) -> None:
    sofia = as_agent("sofia", help_desk)
    take(claim_work_item, sofia, item.pk)
    assert escalate_work_items(DUE) == 1
    item.refresh_from_db()
    assert (item.state, item.claimed_by, item.for_role) == ("claimed", Agent.objects.get(code="sofia"), "supervisor")
    clara = as_agent("clara", help_desk)
    assert take(release_work_item, clara, item.pk, agent="clara")["claimed_by"] is None


def test_what_is_done_goes_no_further(item: WorkItem, help_desk: Caller) -> None:
    sofia = as_agent("sofia", help_desk)
    take(claim_work_item, sofia, item.pk)
    take(finish_work_item, sofia, item.pk, outcome="Settled.", key="end")
    assert escalate_work_items(DUE + timedelta(days=9)) == 0
    assert not Escalation.objects.exists()


def test_each_hears_of_it_once(item: WorkItem, help_desk: Caller) -> None:
    for code in ("ana", "sofia", "clara", "dora"):
        Agent.objects.filter(code=code).update(user=User.objects.create_user(code, email=f"{code}@example.com"))
    for step in range(3):
        escalate_work_items(DUE + step * NEXT)
    heard = [
        mail_recipients(each) for each in AuditRecord.objects.filter(subject_id=item.pk, actor="system").order_by("at")
    ]
    assert heard == [["clara@example.com", "sofia@example.com"], ["dora@example.com"]]


def test_whoever_claimed_it_hears_of_it_and_not_their_colleagues(
    item: WorkItem, help_desk: Caller, shop: Policy
) -> None:
    an_agent(shop, "sue", role="supervisor")
    for code in ("sofia", "sue"):
        Agent.objects.filter(code=code).update(user=User.objects.create_user(code, email=f"{code}@example.com"))
    take(claim_work_item, as_agent("sofia", help_desk), item.pk)
    escalate_work_items(DUE)
    assert mail_recipients(AuditRecord.objects.get(kind="work_item.overdue")) == ["sofia@example.com"]


def test_where_the_ladder_ends_those_at_its_top_hear_once_that_it_is_overdue(item: WorkItem, help_desk: Caller) -> None:
    top = WorkItem.objects.get(pk=over(help_desk, case="K-9", key="top", to="handover")["work_item"])
    Agent.objects.filter(code="dora").update(user=User.objects.create_user("dora", email="dora@example.com"))
    WorkItem.objects.filter(pk=item.pk).update(due_at=DUE + timedelta(days=99))
    assert [escalate_work_items(DUE + step * NEXT) for step in range(3)] == [1, 0, 0]
    assert told(top) == ["handover"]
    assert mail_recipients(AuditRecord.objects.get(kind="work_item.overdue")) == ["dora@example.com"]


def test_its_page_says_who_was_told_and_who_is_next(item: WorkItem) -> None:
    def way() -> tuple[Any, Any]:
        row = WorkItem.objects.select_related("policy", "from_agent", "claimed_by", "decision").get(pk=item.pk)
        context = work_item_context(row, NOON)
        return [each["role"] for each in context["escalations"]], context["next_escalation"]

    assert way() == ([], {"role": "care_lead", "at": DUE.isoformat()})
    escalate_work_items(DUE)
    assert way() == (["care_lead"], {"role": "director", "at": (DUE + NEXT).isoformat()})
    escalate_work_items(DUE + NEXT)
    assert way() == (["care_lead", "director"], None)


def test_an_ai_that_was_told_takes_nothing_up_and_a_stranger_sees_nothing(
    item: WorkItem, help_desk: Caller, shop: Policy
) -> None:
    robot = caller_for(an_agent(shop, "robot", team="lab", role="care_lead", kind="ai"), like=help_desk)
    zoe = caller_for(an_agent(shop, "zoe", team="outlet"), like=help_desk)
    escalate_work_items(DUE)
    with pytest.raises(NotReceiverError):
        take(claim_work_item, robot, item.pk, agent="robot")
    with pytest.raises(UnknownWorkItemError):
        take(claim_work_item, zoe, item.pk, agent="zoe")


@pytest.mark.parametrize(
    "wrong",
    [{"role": ""}, {"follow_up": None, "work_item": None}, {"role": "care_lead"}],
    ids=["no role", "of nothing", "twice"],
)
def test_the_database_keeps_escalations_right(item: WorkItem, wrong: dict[str, Any]) -> None:
    escalate_work_items(DUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(**{"work_item": item, "role": "director", "at": DUE, **wrong})


def test_the_database_knows_no_escalation_of_what_is_not_overdue(item: WorkItem) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(escalated_to="director")
