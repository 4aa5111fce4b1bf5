"""Earlier no: what was declined before for the same case, or the same customer; it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.models import ApprovalState, Verdict, Vote
from guardrails.models.portable_sql import read_moment


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
    vote: int


def earlier_no(values: Sequence[Any]) -> EarlierNo:
    """Read it from a row of queries.situation_sql."""
    request, exception, remedy, number, alone, role, agent, at, text, unit, places, currency, vote = values
    return EarlierNo(
        request=request,
        exception=exception,
        remedy=remedy,
        role=role,
        agent=agent,
        at=read_moment(at),
        text=text,
        number=number,
        alone=alone,
        unit=unit,
        places=places,
        currency=currency,
        vote=vote,
    )


def no_of(vote: Vote) -> EarlierNo:
    """Give the no that a vote is; its agent, its request and that one's exception are loaded."""
    request, row = vote.request, vote.request.exception
    return EarlierNo(
        request=request.pk,
        exception=row.pk,
        remedy=request.remedy,
        role=vote.role,
        agent=vote.agent.code,
        at=vote.at,
        text=vote.text,
        number=request.number,
        alone=request.alone_number,
        unit=row.unit,
        places=row.places,
        currency=row.currency,
        vote=vote.pk,
    )


def noes_in(*, policy_id: int, cases: Collection[str]) -> dict[str, Vote]:
    """Give the latest no of each remedy that was said in one of these cases."""
    said = Vote.objects.filter(verdict=Verdict.DECLINE, request__state=ApprovalState.DECLINED)
    said = said.filter(request__policy=policy_id, request__case__in=cases)
    loaded = said.select_related("agent", "for_agent", "request__exception").order_by("pk")
    return {vote.request.remedy: vote for vote in loaded}
