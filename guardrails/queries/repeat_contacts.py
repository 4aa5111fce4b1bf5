"""Repeat contacts: who had to come back about what an exception should have made right; nobody has to type it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from guardrails.models import CareException, Decision, WorkItem
from guardrails.queries.linked_cases import linked_with


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatContact:
    """One agent, one channel, one day, however often they asked; `decision` is the first of them."""

    on: date
    agent: str
    channel: str
    decision: str


def repeat_contacts(row: CareException) -> list[RepeatContact]:
    """Give the contacts about the exception's case, or one linked with it, in the days after it was granted.

    They are derived from the questions that agents asked. The contact in which it was granted is none of them, nor
    is somebody's who took up the case when it was handed over: the customer did not have to come back for that.
    """
    if row.granted_at is None or not row.case:
        return []
    contacts = _later(row, row.granted_at).values_list("asked_on", "agent__code", "channel")
    # Ids sort by time. However often somebody asked, one row of each contact is read, and no question or answer.
    return [
        RepeatContact(on=on, agent=agent, channel=channel, decision=first)
        for on, agent, channel, first in contacts.annotate(first=Min("pk")).order_by("first")
    ]


def looks_until(row: CareException) -> datetime | None:
    """Give until when a contact counts as a repeated one; None where nothing was granted or no case was named."""
    if row.granted_at is None or not row.case:
        return None
    return row.granted_at + timedelta(days=settings.REPEAT_CONTACT_DAYS)


def _later(row: CareException, granted_at: datetime) -> QuerySet[Decision]:
    granting = row.decision
    same_contact = Q(asked_on=granting.asked_on, agent=granting.agent_id, channel=granting.channel)
    taken_up = WorkItem.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=OuterRef("asked_at")),
        policy=OuterRef("policy"),
        case=OuterRef("case"),
        claimed_by=OuterRef("agent"),
        claimed_at__lte=OuterRef("asked_at"),
    )
    return (
        Decision.objects.filter(
            ~Q(case=""),
            policy=row.policy_id,
            case__in=linked_with(policy_id=row.policy_id, case=row.case),
            asked_at__gt=granted_at,
            asked_at__lte=looks_until(row),
        )
        .exclude(same_contact)
        .exclude(Exists(taken_up))
    )
