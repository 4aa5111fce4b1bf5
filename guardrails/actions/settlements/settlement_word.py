"""Settlement word: what a payer says of a settlement, read and held against the exception."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.faults import InvalidQuestionError
from guardrails.actions.moment_said import moment_said
from guardrails.actions.plain_references import require_plain
from guardrails.actions.settlements.settlement_faults import InvalidSettlementError
from guardrails.models import CareException, SettlementEvent
from guardrails.models.settlement import SAID
from policies.engine.money import DIGITS, decimal_text
from policies.engine.values import read_decimal, read_money

MOST = 10**15


@dataclass(frozen=True, kw_only=True)
class SettlementRequest:
    """What the payer says: `event` is one of SAID, `amount` or `quantity` what it paid, `at` when, in RFC 3339."""

    exception: str
    event: str
    reference: str = ""
    amount: Any = None
    quantity: Any = None
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """It, read; `paid` is in the currency's smallest unit, or scaled as the quantity; None where it is not said."""

    event: SettlementEvent
    at: datetime
    reference: str = ""
    paid: int | None = None
    note: str = ""


def read_word(row: CareException, request: SettlementRequest, now: datetime) -> Word:
    """Read it. Raises InvalidSettlementError."""
    if request.event not in SAID:
        raise InvalidSettlementError("/event", f"must be one of: {', '.join(SAID)}")
    return Word(
        event=SAID[request.event],
        at=_moment(request.at, now),
        reference=request.reference,
        paid=_paid(row, request),
        note=request.note,
    )


def require_plain_reference(request: SettlementRequest) -> None:
    """Refuse a reference that cannot be looked up again as it is written. Raises InvalidSettlementError."""
    try:
        require_plain({"reference": request.reference})
    except InvalidQuestionError as error:
        raise InvalidSettlementError("/reference", error.errors[0].message) from None


def _paid(row: CareException, request: SettlementRequest) -> int | None:
    money, other = row.unit == "money", request.amount if row.unit != "money" else request.quantity
    path, value = ("/amount", request.amount) if money else ("/quantity", request.quantity)
    if other is not None:
        instead = "this remedy has neither amount nor quantity" if row.unit == "none" else f"say {path[1:]}"
        raise InvalidSettlementError("/quantity" if money else "/amount", f"must be left out: {instead}")
    if value is None:
        return None
    if row.unit == "none":
        raise InvalidSettlementError(path, "must be left out: this remedy has neither amount nor quantity")
    places = DIGITS[row.currency] if money else row.places
    try:
        paid: int = read_money(row.currency, places)(value) if money else read_decimal(places)(value)
    except ValueError as error:
        raise InvalidSettlementError(path, str(error)) from None
    if not 0 <= paid <= MOST:
        raise InvalidSettlementError(path, f"must be from 0 to {decimal_text(MOST, places)}")
    return paid


def _moment(text: str, now: datetime) -> datetime:
    try:
        return moment_said(text, now)
    except ValueError as error:
        raise InvalidSettlementError("/at", str(error)) from None
