"""Settlement word: what a payer says of a settlement, read and held against the exception."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from guardrails.actions.settlements.settlement_faults import InvalidSettlementError
from guardrails.models import CareException, SettlementEvent
from policies.engine.money import DIGITS, decimal_text
from policies.engine.values import read_money

SAID = {
    "sent": SettlementEvent.SEND,
    "confirmed": SettlementEvent.CONFIRM,
    "failed": SettlementEvent.FAIL,
}
"""What a payer may say."""
CLOCKS = timedelta(minutes=5)
"""How far a payer's clock may be ahead of ours."""
MOST_MINOR = 10**15


@dataclass(frozen=True, kw_only=True)
class SettlementRequest:
    """What the payer says: `event` is one of SAID, `amount` what it paid, `at` when, in RFC 3339."""

    exception: str
    event: str
    reference: str = ""
    amount: Any = None
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """It, read; `paid_minor` is in the currency's smallest unit, None where the payer does not say."""

    event: SettlementEvent
    at: datetime
    reference: str = ""
    paid_minor: int | None = None
    note: str = ""


def read_word(row: CareException, request: SettlementRequest, now: datetime) -> Word:
    """Read it. Raises InvalidSettlementError."""
    if request.event not in SAID:
        raise InvalidSettlementError("/event", f"must be one of: {', '.join(SAID)}")
    return Word(
        event=SAID[request.event],
        at=_moment(request.at, now),
        reference=request.reference,
        paid_minor=None if request.amount is None else _paid(row, request.amount),
        note=request.note,
    )


def _paid(row: CareException, amount: Any) -> int:
    if row.unit != "money":
        raise InvalidSettlementError("/amount", "must be left out: this remedy is not in money")
    try:
        paid: int = read_money(row.currency, DIGITS[row.currency])(amount)
    except ValueError as error:
        raise InvalidSettlementError("/amount", str(error)) from None
    if not 0 <= paid <= MOST_MINOR:
        most = decimal_text(MOST_MINOR, DIGITS[row.currency])
        raise InvalidSettlementError("/amount", f"must be from 0 to {most}")
    return paid


def _moment(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidSettlementError("/at", "must be RFC 3339, such as 2026-06-15T12:00:00Z") from None
    if at.tzinfo is None:
        raise InvalidSettlementError("/at", "must have a time zone, such as 2026-06-15T12:00:00Z")
    if at > now + CLOCKS:
        raise InvalidSettlementError("/at", "must not be in the future")
    return min(at, now).astimezone(UTC)
