"""Expire holds: what is past its time gives back what it set aside, when somebody needs it or when it is tidied up.

No answer depends on it: what is past its time counts nowhere, and a budget that refuses because of it gets it back
first.
"""

from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet, Sum

from guardrails.actions.acting import SYSTEM
from guardrails.actions.exceptions.happen import expiry, happen
from guardrails.actions.once import lost_a_race
from guardrails.ledger import BudgetExceededError
from guardrails.models import CareException, Event, LedgerEntry, State

MOST = 200
"""How many expire in one go; whoever tidies up asks again while there are more."""
EXPIRING = (State.HELD, State.APPROVED)


def expire_holds(now: datetime) -> int:
    """Expire holds and approvals that are past their time, longest first, each by itself; give how many it were."""
    due = _over(now).order_by("expires_at").values_list("pk", flat=True)
    return sum(_expire(exception, now=now, wait=False) for exception in list(due[:MOST]))


def make_room(refused: BudgetExceededError, *, now: datetime) -> bool:
    """Expire as many holds that are past their time as the window that refused lacks; say whether any did.

    Those that somebody else has in hand at this moment are waited for only where the others are not enough.
    """
    stranded = (
        LedgerEntry.objects.filter(
            window=refused.window_id, exception__state__in=EXPIRING, exception__expires_at__lte=now
        )
        .values_list("exception")
        .annotate(held=Sum("held_delta"))
        .filter(held__gt=0)
        .order_by("exception__expires_at")
    )
    missing, found = refused.missing, list(stranded)
    for wait in (False, True):
        for exception, held in found:
            if missing > 0 and _expire(exception or "", now=now, wait=wait):
                missing -= held
    return missing < refused.missing


def _over(now: datetime) -> QuerySet[CareException]:
    return CareException.objects.filter(state__in=EXPIRING, expires_at__lte=now)


def _expire(exception: str, *, now: datetime, wait: bool) -> bool:
    """Expire one in a transaction of its own, unless somebody else is at it, or was."""
    try:
        with transaction.atomic():
            if not _mine(exception, now=now, wait=wait):
                return False
            happen(exception=exception, event=Event.EXPIRE, actor=SYSTEM, now=now, act=lambda row: expiry(row, now))
    except OperationalError as error:
        if not lost_a_race(error):
            raise
        return False
    return True


def _mine(exception: str, *, now: datetime, wait: bool) -> bool:
    rows = _over(now).filter(pk=exception)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=not wait)
    return bool(rows.values_list("pk"))
