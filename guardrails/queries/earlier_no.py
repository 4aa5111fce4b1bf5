"""Earlier no: what was declined before for the same case, or the same customer; it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from guardrails.models import ApprovalRequest, ApprovalState, Verdict, Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNo:
    """Who said no to which request, in which role, when and why; `number` is how much had been asked for.

    `alone` is how much the role that asked could have given without asking, None: nothing. Both are in minor units
    or scaled by `places`.
    """

    request: str
    exception: str
    remedy: str
    role: str
    agent: str
    at: datetime
    text: str
    number: int | None
    alone: int | None
    unit: str
    places: int
    currency: str


def earlier_no(*, policy_id: int, remedy: str, cases: Sequence[str], customer: str) -> EarlierNo | None:
    """Give the latest no to this remedy for one of these cases; where a case is not named, for this customer."""
    about = Q(pk__in=())
    if cases:
        about |= Q(case__in=cases) & ~Q(case="")
    if customer:
        same = Q(customer=customer) & ~Q(customer="")
        about |= same & Q(case="") if cases else same
    declined = ApprovalRequest.objects.filter(about, policy=policy_id, remedy=remedy, state=ApprovalState.DECLINED)
    request = declined.select_related("exception").order_by("-closed_at", "-id").first()
    if request is None:
        return None
    vote = Vote.objects.select_related("agent").filter(request=request, verdict=Verdict.DECLINE).latest("at")
    row = request.exception
    return EarlierNo(
        request=request.pk,
        exception=row.pk,
        remedy=row.remedy,
        role=vote.role,
        agent=vote.agent.code,
        at=vote.at,
        text=vote.text,
        number=request.number,
        alone=request.alone_number,
        unit=row.unit,
        places=row.places,
        currency=row.currency,
    )
