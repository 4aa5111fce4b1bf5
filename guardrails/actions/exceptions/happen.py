"""Happen: one event of one exception's life, as the table allows it; one change, one audit record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from guardrails.actions.acting import SYSTEM, Actor
from guardrails.actions.approvals.close_approval import close_approval
from guardrails.actions.budgets.alert_budgets import alert_budgets
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.exceptions.grant_answer import movement
from guardrails.actions.faults import LostRaceError, UnknownExceptionError, WrongStateError
from guardrails.audit import Subject, record
from guardrails.ledger import Balance, release
from guardrails.models import CareException, Event, State
from guardrails.models.lifecycle import PROMISED, leads_to
from policies.queries.rulebooks import compiled

Json = dict[str, Any]
KINDS = {
    Event.VOTE: "approval.voted",
    Event.ASK: "approval.asked",
    Event.ANSWER: "approval.answered",
    Event.QUESTION_OVER: "approval.question_over",
    Event.CLAIM: "approval.claimed",
    Event.UNCLAIM: "approval.unclaimed",
    Event.REMIND: "approval.reminded",
    Event.ESCALATE: "approval.escalated",
    Event.AMEND: "exception.amended",
    Event.REVERSE: "exception.reversed",
}
"""What the audit log calls an event; the others are called after the state that they lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an event does: the state after it, the columns that change with it, the budgets that it moved.

    `told` is what the answer says beside the exception, `body` what only the audit log keeps.
    """

    to: State
    changes: Mapping[str, Any] = field(default_factory=dict)
    balances: Sequence[Balance] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


def happen(
    *, exception: str, event: Event, actor: Actor, now: datetime, act: Callable[[CareException], Effect]
) -> Json:
    """Let the event happen in the caller's transaction, and give the exception as it then is.

    The row is locked, so `act` sees it as nobody else changes it. What is past its time expires first.
    Raises UnknownExceptionError, WrongStateError, and what `act` raises.
    """
    row = _locked(exception)
    if event is not Event.EXPIRE and is_over(row, now):
        row = _apply(row, Event.EXPIRE, SYSTEM, now, expiry(row, now))[0]
    if not leads_to(row.state, event):
        raise WrongStateError(row.state, event, instead=_instead(row))
    return _apply(row, event, actor, now, act(row))[1]


def _instead(row: CareException) -> str:
    """Give the exception that was proposed instead, for whoever acts on what was answered with it."""
    outcome: Json = (row.approval or {}).get("outcome") or {}
    proposal: Json = outcome.get("proposal") or {}
    return str(proposal.get("exception", "")) if row.state == State.COUNTERED else ""


def is_over(row: CareException, now: datetime) -> bool:
    """Say whether a hold or an approval is past its time, whether or not anything has noticed."""
    return row.state in (State.HELD, State.APPROVED) and row.expires_at is not None and row.expires_at <= now


def expiry(row: CareException, now: datetime) -> Effect:
    """Give the effect of an expiry: everything that was set aside goes back."""
    return Effect(to=State.EXPIRED, balances=release(exception_id=row.pk, now=now))


def _locked(exception: str) -> CareException:
    rows = CareException.objects.select_related("policy", "version", "agent")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=exception).first()
    if row is None:
        raise UnknownExceptionError(exception)
    return row


def _apply(row: CareException, event: Event, actor: Actor, now: datetime, effect: Effect) -> tuple[CareException, Json]:
    source = row.state
    if effect.to not in leads_to(source, event):
        raise AssertionError(f"{event} cannot lead from {source} to {effect.to}")
    changes = dict(effect.changes) | {"state": effect.to}
    if source == State.AWAITING_APPROVAL and effect.to != source:
        changes["approval"] = close_approval(row, effect.to, changes.get("approval"), now)
    if effect.to not in PROMISED:
        changes["counts_on"] = None
    if not CareException.objects.filter(pk=row.pk, state=source).update(**changes):
        raise LostRaceError
    for name, value in changes.items():
        setattr(row, name, value)
    told = exception_json(row) | dict(effect.told)
    record(
        kind=KINDS.get(event, f"exception.{effect.to}"),
        subject=Subject(type="exception", id=row.pk, policy_id=row.policy_id),
        body={
            "exception": row.pk,
            "event": event.value,
            "from": source,
            "to": effect.to.value,
            "budgets": [movement(balance) for balance in effect.balances],
            **effect.body,
            "answer": told,
        },
        actor=actor.actor,
        on_behalf_of=actor.on_behalf_of,
        origin=actor.origin,
        now=now,
    )
    if any(balance.moved > 0 for balance in effect.balances):
        rules = compiled(row.version_id)
        alert_budgets(policy_id=row.policy_id, rules=rules, team=row.team, balances=effect.balances, now=now)
    return row, told
