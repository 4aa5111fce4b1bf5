"""Matched payments: which line of a payer's file is about which exception.

A reference may stand for many payments of one transfer: a line is held against every exception that was told under it,
and belongs to the one whose amount it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from guardrails.models import CareException
from guardrails.queries.payer_file import PLACES, Payment

AT_ONCE = 500
"""How many lines of a file are looked up at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A line and its exception, None where none is known; `paid_before` is an earlier line that paid the same one."""

    payment: Payment
    row: CareException | None
    paid_before: int | None = None


def matched_payments(payments: Sequence[Payment]) -> list[Matched]:
    """Give each line with its exception, in the order of the file."""
    known = _named(payments)
    found: dict[int, Matched] = {}
    taken: dict[str, int] = {}
    for exact in (True, False):
        for payment in payments:
            candidates = known.get(payment.name, [])
            row = None if payment.line in found else _one_of(candidates, payment, taken, exact=exact)
            if row is None and (exact or payment.line in found):
                continue
            before = taken.get(row.pk) if row and payment.paid >= 0 else None
            found[payment.line] = Matched(payment=payment, row=row, paid_before=before)
            if row and payment.paid >= 0:
                taken.setdefault(row.pk, payment.line)
    return [found[payment.line] for payment in payments]


def agrees(payment: Payment, row: CareException) -> bool:
    """Whether the line has the amount of the exception: what was due, then or now, or what is to come back."""
    if row.unit == "none":
        return True
    if payment.currency != (row.currency if row.unit == "money" else ""):
        return False
    scale = 1 if row.unit == "money" else 10 ** (PLACES - row.places)
    if payment.paid < 0:
        return -payment.paid in (row.owed_back * scale, (row.owed_back - row.came_back) * scale)
    full = row.number
    return payment.paid in (full * scale, (full - row.reversed_number) * scale, row.due_when_paid * scale)


def _one_of(
    candidates: Sequence[CareException], payment: Payment, taken: Mapping[str, int], *, exact: bool
) -> CareException | None:
    free = [row for row in candidates if payment.paid < 0 or row.pk not in taken]
    if exact:
        return next((row for row in free if agrees(payment, row)), None)
    same = [row for row in candidates if agrees(payment, row)]
    return next(iter([*free, *same, *candidates]), None)


def _named(payments: Sequence[Payment]) -> dict[str, list[CareException]]:
    """Find the exceptions that a file names, by the names that it uses, in the order in which they were made."""
    found: dict[str, list[CareException]] = {}
    for at in range(0, len(payments), AT_ONCE):
        part = payments[at : at + AT_ONCE]
        ids = {payment.exception for payment in part if payment.exception} - found.keys()
        references = {payment.reference for payment in part if not payment.exception} - found.keys()
        rows = CareException.objects.filter(Q(pk__in=ids) | Q(payer_reference__in=references)).select_related("policy")
        for row in rows.order_by("created_at", "id"):
            if row.pk in ids:
                found.setdefault(row.pk, []).append(row)
            if row.payer_reference in references:
                found.setdefault(row.payer_reference, []).append(row)
    return found
