"""Settle an exception: the system that pays says that it was sent, has arrived, or failed."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from guardrails.actions.acting import SYSTEM, Actor
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.exceptions.paid import paid_json
from guardrails.actions.faults import UnknownExceptionError
from guardrails.actions.once import Written, once
from guardrails.actions.settlements.settlement_faults import WrongSettlementError, refused_before
from guardrails.actions.settlements.settlement_word import (
    SettlementRequest,
    Word,
    read_word,
    require_plain_reference,
)
from guardrails.audit import Origin, Subject, record
from guardrails.models import CareException, Delivery, Scope, Settlement, SettlementEvent
from guardrails.models.settlement import SETTLEMENTS, WORDS
from policies.queries import scope

KINDS = {
    SettlementEvent.SEND: "settlement.sent",
    SettlementEvent.CONFIRM: "settlement.confirmed",
    SettlementEvent.FAIL: "settlement.failed",
    SettlementEvent.BOUNCE: "settlement.bounced",
    SettlementEvent.RETURN: "settlement.returned",
    SettlementEvent.TAKE_BACK: "settlement.taken_back",
}
REFUSED = "settlement.refused"
"""What a payer says that cannot be, where money may have moved: kept."""
GRANT = "exception.granted"
Json = dict[str, Any]


def settle_exception(*, caller: Caller, user_id: int, request: SettlementRequest, key: str, now: datetime) -> Written:
    """Note what the payer says, with one audit record, and give the exception as it then is.

    `user_id` is the token's user, whose policies are those of the token. An amount other than what is due is noted
    and told as a mismatch. What says that money has moved where none was due is refused and kept all the same.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownExceptionError, InvalidSettlementError,
    WrongSettlementError.
    """
    caller.require(Scope.SETTLEMENTS)
    require_plain_reference(request)
    written = once(
        caller=caller,
        key=key,
        request={"settle": _known_by(request)},
        write=lambda origin, _: _settle(caller, user_id, request, origin, now),
    )
    if refusal := refused_before(written.answer):
        raise refusal
    return written


def count_as_sent(delivery: Delivery, *, now: datetime) -> None:
    """Count a grant as sent, in the caller's transaction, once the system that pays has received it.

    Where that system has said anything already, or the grant was taken back, there is nothing to note: a delivery that
    comes late, or is repeated, takes no failure back.
    """
    if delivery.kind != GRANT or delivery.endpoint is None or not delivery.endpoint.pays:
        return
    row = _locked(CareException.objects.filter(pk=delivery.subject.partition(":")[2]))
    if row is not None and row.settlement == Settlement.PENDING:
        word = Word(event=SettlementEvent.SEND, at=now, note=f"Received by {delivery.endpoint}.")
        _apply(row, word, SYSTEM, now)


def take_back_settlement(*, exception: CareException, actor: Actor, now: datetime) -> None:
    """Note that a granted exception is taken back, in the caller's transaction, which has locked its row.

    One that was never granted, or was taken back before, has nothing to take back.
    """
    if exception.settlement in ("", Settlement.REVERSED):
        return
    # The client's key is that of the reversal, whose own record keeps it.
    keyless = replace(actor, origin=replace(actor.origin, idempotency_key="", request_digest=""))
    _apply(exception, Word(event=SettlementEvent.TAKE_BACK, at=now), keyless, now)


def _known_by(request: SettlementRequest) -> Json:
    """Give what a repeat is known by: a quantity only where it was said, as before there were any."""
    return {name: value for name, value in asdict(request).items() if name != "quantity" or value is not None}


def _settle(caller: Caller, user_id: int, request: SettlementRequest, origin: Origin, now: datetime) -> Json:
    rows = scope.within(CareException.objects.all(), User(pk=user_id))
    row = _locked(rows.filter(pk=request.exception))
    if row is None:
        raise UnknownExceptionError(request.exception, to="client")
    word = read_word(row, request, now)
    actor = Actor(actor=f"client:{caller.client}", origin=origin)
    if _possible(row, word):
        return _apply(row, word, actor, now)
    if not _says_money_moved(row, word):
        raise WrongSettlementError(row.settlement, word.event)
    return _keep_refusal(row, word, actor, now)


def _locked(rows: Any) -> CareException | None:
    rows = rows.select_related("policy", "version", "agent")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    found: CareException | None = rows.first()
    return found


def _possible(row: CareException, word: Word) -> bool:
    """Whether the table allows it; the same confirmation once more changes nothing, and is no second payment.

    Only what was paid and taken back since can be returned.
    """
    if row.settlement == Settlement.CONFIRMED and word.event is SettlementEvent.CONFIRM:
        return word.reference == row.payer_reference and word.paid in (None, row.settled_minor)
    if word.event is SettlementEvent.RETURN and row.came_back >= row.owed_back:
        return False
    return bool(row.settlement) and (Settlement(row.settlement), word.event) in SETTLEMENTS


def _says_money_moved(row: CareException, word: Word) -> bool:
    """Whether something was paid that was not due, was paid before, or came back; also where it only may have."""
    if row.settlement in ("", Settlement.REVERSED):
        return word.event is not SettlementEvent.FAIL
    if row.settlement == Settlement.CONFIRMED and word.event is SettlementEvent.FAIL:
        return True
    return word.event in (SettlementEvent.CONFIRM, SettlementEvent.RETURN)


def _apply(row: CareException, word: Word, actor: Actor, now: datetime) -> Json:
    before = row.settlement
    step = SETTLEMENTS.get((Settlement(before), word.event))
    to = step.to if step else Settlement(before)
    since = row.settlement_at if to == before else max(word.at, row.granted_at or word.at)
    changes: Json = {"settlement": to, "settlement_at": since}
    if word.reference:
        changes["payer_reference"] = word.reference
    if to != before or word.note:
        # What was said of an earlier state is in the audit log.
        changes["settlement_note"] = word.note
    changes |= _paid(row, word)
    CareException.objects.filter(pk=row.pk).update(**changes)
    for name, value in changes.items():
        setattr(row, name, value)
    mismatch = _mismatch(row) if word.paid is not None and word.event is not SettlementEvent.RETURN else None
    told = exception_json(row) | {"mismatch": mismatch, "because": word.note or None}
    body = {"exception": row.pk, "event": word.event.value, "from": before, "to": to.value, "answer": told}
    _record(KINDS[word.event], row, body, word=word, actor=actor, now=now)
    return told


def _paid(row: CareException, word: Word) -> Json:
    """Give what changes of how much was paid, and of how much of that is to come back."""
    if word.event is SettlementEvent.BOUNCE:
        return {"settled_minor": None, "owed_back": 0, "came_back": 0}
    if word.event is SettlementEvent.RETURN:
        return {"came_back": row.owed_back if word.paid is None else row.came_back + word.paid}
    return {} if word.paid is None else {"settled_minor": word.paid}


def _mismatch(row: CareException) -> Json | None:
    """Give what was due when it was paid, and what was paid, where these differ."""
    due = row.due_when_paid
    if row.settled_minor in (None, due):
        return None
    return {"due": paid_json(row, due), "paid": paid_json(row, row.settled_minor)}


def _keep_refusal(row: CareException, word: Word, actor: Actor, now: datetime) -> Json:
    said: Json = {
        "exception": row.pk,
        "policy": {"code": row.policy.code},
        "state": row.state,
        "refused": {"state": row.settlement, "event": WORDS[word.event]},
        "reference": word.reference or None,
        "amount": paid_json(row, word.paid),
    }
    _record(REFUSED, row, {"exception": row.pk, "answer": said}, word=word, actor=actor, now=now)
    return said


def _record(kind: str, row: CareException, body: Json, *, word: Word, actor: Actor, now: datetime) -> None:
    record(
        kind=kind,
        subject=Subject(type="exception", id=row.pk, policy_id=row.policy_id),
        body={**body, "reference": word.reference, "at": word.at.isoformat(), "note": word.note},
        actor=actor.actor,
        on_behalf_of=actor.on_behalf_of,
        origin=actor.origin,
        now=now,
    )
