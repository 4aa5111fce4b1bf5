"""Earlier no: what was declined before for the same case, or the same customer; it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
