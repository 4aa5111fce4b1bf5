"""Reconciliation: what was granted and what was paid, held against each other; what does not agree.

Nothing is changed: whoever reads it pays, asks back, or has the payer say what is missing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from guardrails.models import CareException, Settlement
from guardrails.queries.matched_payments import AT_ONCE, Matched, agrees, matched_payments
from guardrails.queries.payer_file import PLACES, Payment, days_of
from policies.engine.money import DIGITS, decimal_text
from policies.queries.rulebooks import compiled

OPEN = (Settlement.PENDING, Settlement.SENT, Settlement.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not agree; `found` is a code, for which manage.py reconcile_settlements has words."""

    found: str
    policy: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Of these policies, remedies and kinds of remedies; empty: of all.

    What has neither amount nor quantity, such as a call, is left out as long as no payer has said anything of it,
    unless it is asked for by name or `everything` is.
    """

    policies: frozenset[str] = frozenset()
    remedies: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    everything: bool = False

    def wants(self, row: CareException) -> bool:
        """Whether it is asked for."""
        return (
            (not self.policies or row.policy.code in self.policies)
            and (not self.remedies or row.remedy in self.remedies)
            and (not self.kinds or compiled(row.version_id).remedies[row.remedy].kind in self.kinds)
        )

    def is_paid(self, row: CareException) -> bool:
        """Whether somebody is to say that it has arrived."""
        named = self.everything or self.remedies or self.kinds
        return bool(named) or row.unit != "none" or row.settlement != Settlement.PENDING


def reconcile(*, period: Period, which: Which, payments: Sequence[Payment] | None) -> Iterator[Finding]:
    """Give everything that does not agree; a line of the payer's file, None without one, counts as a confirmation."""
    matched = matched_payments(payments or ())
    net: dict[str, int] = defaultdict(int)
    returned: dict[str, int] = defaultdict(int)
    for each in matched:
        if each.row:
            net[each.row.pk] += each.payment.paid
            returned[each.row.pk] -= min(0, each.payment.paid)
    yield from (_never_confirmed(row) for row in _unconfirmed(period, which) if net.get(row.pk, 0) <= 0)
    yield from _mismatches(period, which)
    yield from _not_returned(period, which, returned)
    yield from (found for each in matched if (found := _of_line(each, which)))
    if payments is not None:
        yield from _not_in_file(_file_period(period, payments), which, {each.row.pk for each in matched if each.row})


def _unconfirmed(period: Period, which: Which) -> Iterator[CareException]:
    rows = _granted_in(period).filter(settlement__in=OPEN, settlement_at__lte=period.settled_by)
    return (row for row in _in_order(rows, which) if which.is_paid(row))


def _never_confirmed(row: CareException) -> Finding:
    since = row.settlement_at.isoformat() if row.settlement_at else "ever"
    why = f": {row.settlement_note}" if row.settlement == Settlement.FAILED and row.settlement_note else ""
    return _finding("never_confirmed", row, f"granted {_due(row)}, {row.settlement} since {since}{why}")


def _mismatches(period: Period, which: Which) -> Iterator[Finding]:
    due = Coalesce("amount_minor", "quantity") - F("reversed_number") + F("owed_back")
    rows = _granted_in(period).filter(settled_minor__isnull=False).exclude(settled_minor=due)
    for row in _in_order(rows, which):
        text = f"due {_text(row, row.due_when_paid)}, paid {_text(row, row.settled_minor or 0)}"
        yield _finding("amount_mismatch", row, text)


def _not_returned(period: Period, which: Which, returned: Mapping[str, int]) -> Iterator[Finding]:
    rows = _granted_in(period).filter(owed_back__gt=F("came_back"), settlement_at__lte=period.settled_by)
    for row in _in_order(rows, which):
        scale = 1 if row.unit == "money" else 10 ** (PLACES - row.places)
        back = max(row.came_back, returned.get(row.pk, 0) // scale)
        if back < row.owed_back:
            text = f"{_text(row, row.owed_back)} is to come back, and {_text(row, back)} has"
            yield _finding("not_returned", row, text)


def _of_line(each: Matched, which: Which) -> Finding | None:
    payment, row = each.payment, each.row
    if row is None:
        return _at(payment, "never_granted", row, "no exception is known by this name")
    if not which.wants(row):
        return None
    if payment.paid < 0:
        return _of_return(payment, row)
    if each.paid_before:
        return _at(payment, "paid_twice", row, f"line {each.paid_before} paid it already")
    if not row.settlement:
        return _at(payment, "never_granted", row, f"it is {row.state}")
    if row.settlement == Settlement.REVERSED and not row.owed_back:
        return _at(payment, "never_granted", row, "it was taken back before anybody confirmed that it was paid")
    if not agrees(payment, row):
        return _at(payment, "amount_mismatch", row, f"due {_due(row)}, paid {_of(payment, row)}")
    return None


def _of_return(payment: Payment, row: CareException) -> Finding | None:
    if row.settlement in (Settlement.FAILED, Settlement.REVERSED) or row.owed_back:
        return None
    return _at(payment, "contradicted", row, f"{_of(payment, row)} came back, and it is {row.settlement or row.state}")


def _not_in_file(period: Period, which: Which, named: set[str]) -> Iterator[Finding]:
    rows = CareException.objects.filter(settlement=Settlement.CONFIRMED)
    if period.since:
        rows = rows.filter(settlement_at__gte=period.since)
    if period.until:
        rows = rows.filter(settlement_at__lt=period.until)
    for row in _in_order(rows, which):
        if row.pk not in named:
            at = row.settlement_at.isoformat() if row.settlement_at else "some time"
            yield _finding("not_in_file", row, f"{_due(row)} was confirmed at {at}, and the file has no line of it")


def _file_period(period: Period, payments: Sequence[Payment]) -> Period:
    """Give which days the file is about: those that are asked for, or else those of its lines."""
    days = sorted(days_of(payments))
    first = datetime.combine(days[0], time(), UTC) if days else None
    last = datetime.combine(days[-1], time(), UTC) + timedelta(days=1) if days else None
    return Period(since=period.since or first, until=period.until or last, settled_by=period.settled_by)


def _granted_in(period: Period) -> "QuerySet[CareException]":
    rows = CareException.objects.exclude(settlement="")
    if period.since:
        rows = rows.filter(granted_at__gte=period.since)
    if period.until:
        rows = rows.filter(granted_at__lt=period.until)
    return rows


def _in_order(rows: "QuerySet[CareException]", which: Which) -> Iterator[CareException]:
    found = rows.select_related("policy").order_by("granted_at", "id")
    if which.policies:
        found = found.filter(policy__code__in=which.policies)
    return (row for row in found.iterator(chunk_size=AT_ONCE) if which.wants(row))


def _finding(found: str, row: CareException, text: str) -> Finding:
    return Finding(found=found, policy=row.policy.code, exception=row.pk, reference=row.payer_reference, text=text)


def _at(payment: Payment, found: str, row: CareException | None, text: str) -> Finding:
    return Finding(
        found=found,
        policy=row.policy.code if row else "",
        exception=row.pk if row else payment.exception,
        reference=payment.reference,
        text=text,
        line=payment.line,
    )


def _due(row: CareException) -> str:
    return _text(row, row.number - row.reversed_number)


def _text(row: CareException, number: int) -> str:
    if row.unit == "none":
        return row.remedy
    if row.unit == "money":
        return f"{decimal_text(number, DIGITS[row.currency])} {row.currency}"
    return f"{decimal_text(number, row.places)} {row.unit}"


def _of(payment: Payment, row: CareException) -> str:
    number = abs(payment.paid)
    if payment.currency:
        return f"{decimal_text(number, DIGITS[payment.currency])} {payment.currency}"
    text = decimal_text(number, PLACES).rstrip("0").rstrip(".")
    return f"{text} {row.unit}"
