"""Reading budgets."""

from __future__ import annotations

from itertools import pairwise

from policies.engine.approvals import Beyond, usual_alerts
from policies.engine.document.conditions import read_month_day
from policies.engine.document.cursor import Cursor
from policies.engine.document.nouns import LABELS, labels, read_minor
from policies.engine.document.symbols import Symbols
from policies.engine.rulebook import PERIODS, SCOPES, WEEKDAYS, Budget


def read_budget(cursor: Cursor, symbols: Symbols) -> Budget:
    """One budget."""
    members = cursor.keys(
        required=["code", "scope", "measure", "limit"],
        optional=[*LABELS, "roles", "remedies", "reasons", "per", "starts", "rolling", "beyond", "alert_at"],
    )
    if ("per" in members) == ("rolling" in members):
        cursor.fault("must have either per or rolling")
    measure = (members["measure"].one_of(("money", "count")) if "measure" in members else "") or "count"
    rolling = members["rolling"].keys(optional=["days", "months"]) if "rolling" in members else {}
    if "rolling" in members and len(rolling) != 1:
        members["rolling"].fault("must have either days or months")
    per = (members["per"].one_of(PERIODS) if "per" in members else "") or ("" if rolling else "ever")
    scope = (members["scope"].one_of(SCOPES) if "scope" in members else "") or "policy"
    return Budget(
        scope=scope,
        measure=measure,
        limit=_read_limit(members.get("limit"), measure, symbols.currency),
        roles=members["roles"].codes(symbols.roles, "role") if "roles" in members else (),
        remedies=members["remedies"].codes(symbols.remedies, "remedy") if "remedies" in members else (),
        reasons=members["reasons"].codes(symbols.reasons, "reason") if "reasons" in members else (),
        per=per,
        starts=_read_starts(members.get("starts"), per),
        days=rolling["days"].whole(least=1, most=3660) if "days" in rolling else None,
        months=rolling["months"].whole(least=1, most=120) if "months" in rolling else None,
        beyond=_read_beyond(members["beyond"], symbols) if "beyond" in members else None,
        alert_at=_read_alerts(members["alert_at"]) if "alert_at" in members else usual_alerts(scope),
        **labels(members),
    )


def _read_limit(cursor: Cursor | None, measure: str, currency: str) -> int:
    if cursor is None:
        return 0
    if measure == "count":
        return cursor.whole(least=0, most=10**9)
    limit = read_minor(cursor, currency)
    if limit < 0:
        cursor.fault("must not be negative")
    return limit


def _read_starts(cursor: Cursor | None, per: str) -> str:
    if cursor is None:
        return ""
    if per == "week":
        return cursor.one_of(WEEKDAYS)
    if per == "year":
        read_month_day(cursor)
        return cursor.value if isinstance(cursor.value, str) else ""
    cursor.fault("is for budgets per week (a weekday) or per year (month-day)")
    return ""


def _read_beyond(cursor: Cursor, symbols: Symbols) -> Beyond | None:
    members = cursor.keys(required=["by"], optional=["answer_within"])
    within = members["answer_within"].duration() if "answer_within" in members else ""
    return Beyond(members["by"].known(symbols.roles, "role"), within) if "by" in members else None


def _read_alerts(cursor: Cursor) -> tuple[int, ...]:
    known = len(cursor.faults)
    found = tuple(item.whole(least=1, most=100) for item in cursor.items())
    if len(cursor.faults) == known and any(after <= before for before, after in pairwise(found)):
        cursor.fault("must be in ascending order, each once")
    return found
