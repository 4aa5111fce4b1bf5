"""Void what is stopped: holds, requests and approvals that a freeze breaks, each an event of its own."""

from datetime import datetime

from django.db import transaction

from guardrails.actions.acting import Actor
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.faults import LostRaceError, WrongStateError
from guardrails.ledger import release
from guardrails.models import CareException, Event, Freeze, OpenPromises, State
from guardrails.queries.freezes import breaking_promises, open_promises_of

MOST = 500
"""How many exceptions one run of housekeeping voids."""
AT_ONCE = 100
"""How many are voided while the manager waits; nobody can grant the others, and housekeeping voids them."""


def void_stopped_by(freeze: Freeze, *, now: datetime) -> int:
    """Void what this freeze breaks, and give how many that were; nothing where it keeps promises, or is to come."""
    if freeze.promises != OpenPromises.VOID or not freeze.in_force(now):
        return 0
    return _void_first(freeze, AT_ONCE, now)


def void_stopped(now: datetime) -> int:
    """Void what freezes break that have begun since, or that was being made at the moment when they began."""
    done = 0
    for freeze in breaking_promises(now).select_related("begun_by"):
        done += _void_first(freeze, MOST - done, now)
    return done


def _void_first(freeze: Freeze, most: int, now: datetime) -> int:
    found = open_promises_of(freeze, now).order_by("created_at", "pk").values_list("pk", flat=True)
    return sum(_void(id_, freeze, now) for id_ in list(found[:most]))


def _void(exception: str, freeze: Freeze, now: datetime) -> int:
    def act(row: CareException) -> Effect:
        return Effect(
            to=State.VOIDED,
            balances=release(exception_id=row.pk, now=now),
            told={"voided_because": freeze.reason, "instead": freeze.instead},
            body={"why": freeze.reason, "freeze": freeze.pk},
        )

    actor = Actor(actor=f"user:{freeze.begun_by.get_username()}" if freeze.begun_by else "system")
    try:
        with transaction.atomic():
            happen(exception=exception, event=Event.VOID, actor=actor, now=now, act=act)
    except (WrongStateError, LostRaceError):
        # Somebody took it, or it ran out, at the same moment.
        return 0
    return 1
