"""Reconciliation: where what was granted and what was paid do not agree. It reads and changes nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from guardrails.models import AuditRecord, CareException, Settlement
from guardrails.queries.payer_file import Payment
from policies.engine.money import DIGITS, decimal_text

OPEN = (Settlement.PENDING, Settlement.SENT, Settlement.FAILED)
AT_ONCE = 500
"""How many lines of a file are looked up at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not agree; `found` is never_confirmed, never_granted, paid_twice or amount_mismatch."""

    found: str
    exception: str
    reference: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Of what was granted, or said, from `since` until before `until`; `settled_by` is when it should have arrived."""

    since: datetime | None = None
    until: datetime | None = None
    settled_by: datetime


def reconcile(*, period: Period, payments: Sequence[Payment] = ()) -> Iterator[Finding]:
    """Give everything that does not agree; a payment in the payer's file counts as its confirmation."""
    found = _by_name(payments)
    paid = {row.pk for row in found.values()}
    yield from (each for each in _never_confirmed(period) if each.exception not in paid)
    yield from _refused(period)
    yield from _mismatches(period)
    yield from _in_file(payments, found)


def _never_confirmed(period: Period) -> Iterator[Finding]:
    rows = _granted_in(period).filter(settlement__in=OPEN, settlement_at__lte=period.settled_by)
    for row in rows.order_by("granted_at", "id").iterator(chunk_size=AT_ONCE):
        since = row.settlement_at.isoformat() if row.settlement_at else "ever"
        yield _finding("never_confirmed", row, f"granted {_due_text(row)}, {row.settlement} since {since}")


def _refused(period: Period) -> Iterator[Finding]:
    """What payers said over the API of things that were not to be paid, or not again."""
    rows = AuditRecord.objects.filter(kind="settlement.refused").order_by("at", "id")
    if period.since:
        rows = rows.filter(at__gte=period.since)
    if period.until:
        rows = rows.filter(at__lt=period.until)
    for record in rows.iterator(chunk_size=AT_ONCE):
        yield _refusal(record, json.loads(record.body)["answer"])


def _refusal(record: AuditRecord, said: Mapping[str, Any]) -> Finding:
    was = said["refused"]["state"]
    twice = was == Settlement.CONFIRMED
    amount = said["amount"]
    paid = f"{amount['amount']} {amount['currency']}" if amount else "it"
    why = "which was confirmed before" if twice else f"which was {was or said['state']}"
    return Finding(
        found="paid_twice" if twice else "never_granted",
        exception=record.subject_id,
        reference=said["reference"] or "",
        text=f"the payer said at {record.at.isoformat()} that it paid {paid}, {why}",
    )


def _mismatches(period: Period) -> Iterator[Finding]:
    rows = _granted_in(period).filter(settled_minor__isnull=False).exclude(settled_minor=F("amount_minor"))
    # What was reversed in part after it was paid in full is for the payer to take back, and no mismatch.
    rows = rows.exclude(settled_minor=F("amount_minor") - F("reversed_number"))
    for row in rows.order_by("granted_at", "id").iterator(chunk_size=AT_ONCE):
        yield _finding(
            "amount_mismatch", row, f"due {_due_text(row)}, paid {_text(row.settled_minor or 0, row.currency)}"
        )


def _in_file(payments: Sequence[Payment], found: Mapping[str, CareException]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for payment in payments:
        row = found.get(payment.name)
        if row is None:
            yield _at(payment, "never_granted", payment.exception, "no exception is known by this name")
            continue
        if first := seen.get(row.pk):
            yield _at(payment, "paid_twice", row.pk, f"line {first} paid it already")
        elif row.settlement in ("", Settlement.REVERSED):
            yield _at(payment, "never_granted", row.pk, f"it is {row.state}")
        elif not _agrees(payment, row):
            paid = _text(payment.paid_minor, payment.currency)
            yield _at(payment, "amount_mismatch", row.pk, f"due {_due_text(row)}, paid {paid}")
        seen.setdefault(row.pk, payment.line)


def _by_name(payments: Sequence[Payment]) -> dict[str, CareException]:
    """Find the exceptions that a file names, by the names that it uses."""
    found = {}
    for at in range(0, len(payments), AT_ONCE):
        part = payments[at : at + AT_ONCE]
        ids = [payment.exception for payment in part if payment.exception]
        references = [payment.reference for payment in part if not payment.exception]
        for row in CareException.objects.filter(Q(pk__in=ids) | Q(payer_reference__in=references)):
            found[row.pk] = row
            if row.payer_reference in references:
                found[row.payer_reference] = row
    return found


def _agrees(payment: Payment, row: CareException) -> bool:
    if row.unit != "money":
        return True
    full = row.amount_minor or 0
    return payment.currency == row.currency and payment.paid_minor in (full, full - row.reversed_number)


def _granted_in(period: Period) -> "QuerySet[CareException]":
    rows = CareException.objects.exclude(settlement="")
    if period.since:
        rows = rows.filter(granted_at__gte=period.since)
    if period.until:
        rows = rows.filter(granted_at__lt=period.until)
    return rows


def _finding(found: str, row: CareException, text: str) -> Finding:
    return Finding(found=found, exception=row.pk, reference=row.payer_reference, text=text)


def _at(payment: Payment, found: str, exception: str, text: str) -> Finding:
    return Finding(found=found, exception=exception, reference=payment.reference, text=text, line=payment.line)


def _due_text(row: CareException) -> str:
    if row.unit == "money":
        return _text((row.amount_minor or 0) - row.reversed_number, row.currency)
    return row.remedy


def _text(minor: int, currency: str) -> str:
    return f"{decimal_text(minor, DIGITS[currency])} {currency}"
