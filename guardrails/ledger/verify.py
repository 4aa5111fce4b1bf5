"""Verify: balances are worked out again from the entries, and entries are held against their exceptions."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import connection

from guardrails.models import AuditRecord, EntryKind, LedgerEntry, State

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not add up, in words, and where."""

    where: str
    what: str


def verify() -> Iterator[Discrepancy]:
    """Give every discrepancy; none means that the ledger holds. Amounts are minor units or counts."""
    for sql, describe in _CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for where, *numbers in cursor.fetchall():
                yield Discrepancy(where=str(where), what=describe.format(*numbers))
    for grants in _batches(_grants(), _AT_ONCE):
        yield from _against_records(grants)


_Takings = dict[tuple[str, str, str], int]
"""What an exception took: by budget code, whose, and the window's first day."""
_AT_ONCE = 500


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of at most `size`; itertools.batched comes with Python 3.12."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _grants() -> Iterator[tuple[str, _Takings]]:
    """Give, from the audit log alone, what each grant took when it was made."""
    records = AuditRecord.objects.filter(kind="exception.granted").order_by("at", "id")
    for id_, text in records.values_list("subject_id", "body").iterator(chunk_size=_AT_ONCE):
        moved = json.loads(text)["budgets"]
        yield id_, {(m["budget"], m["scope_key"], m["starts_on"]): m["after"] - m["before"] for m in moved}


def _against_records(grants: Sequence[tuple[str, _Takings]]) -> Iterator[Discrepancy]:
    found: dict[str, _Takings] = {id_: {} for id_, _ in grants}
    entries = LedgerEntry.objects.filter(exception__in=list(found), kind__in=(EntryKind.HOLD, EntryKind.COMMIT))
    columns = ("exception", "window__budget", "window__scope_key", "window__starts_on", "held_delta", "spent_delta")
    for id_, budget, scope_key, starts_on, held, spent in entries.values_list(*columns):
        key = (budget, scope_key, starts_on.isoformat())
        found[id_ or ""][key] = found[id_ or ""].get(key, 0) + held + spent
    for id_, recorded in grants:
        for key in sorted(recorded.keys() | found[id_].keys()):
            if recorded.get(key) != found[id_].get(key):
                what = f"took {found[id_].get(key, 0)} where its audit record says {recorded.get(key, 0)}"
                yield Discrepancy(where=f"exception {id_}, budget {' '.join(key)}", what=what)


_WINDOW = "'window ' || w.id || ' (' || w.budget || ' ' || w.scope_key || ' ' || w.starts_on || ')'"

_BALANCES = f"""
SELECT {_WINDOW}, w.held, COALESCE(e.held, 0), w.spent, COALESCE(e.spent, 0)
FROM guardrails_budgetwindow w LEFT JOIN (
  SELECT window_id, SUM(held_delta) AS held, SUM(spent_delta) AS spent
  FROM guardrails_ledgerentry GROUP BY window_id
) e ON e.window_id = w.id
WHERE w.held <> COALESCE(e.held, 0) OR w.spent <> COALESCE(e.spent, 0)
ORDER BY w.id
"""  # noqa: S608 - fixed text

_ROLLED = f"""
SELECT {_WINDOW}, SUM(e.held_delta + e.spent_delta)
FROM guardrails_budgetwindow w JOIN guardrails_ledgerentry e ON e.window_id = w.id
WHERE w.rolled_on > w.starts_on AND (e.kind = 'roll' OR e.on_date < w.rolled_on)
GROUP BY w.id, w.budget, w.scope_key, w.starts_on
HAVING SUM(e.held_delta) <> 0 OR SUM(e.spent_delta) <> 0
ORDER BY w.id
"""  # noqa: S608 - fixed text

_EXCEPTIONS = f"""
SELECT 'exception ' || x.id || ', budget ' || w.budget, SUM(e.held_delta), SUM(e.spent_delta),
  CASE WHEN x.state <> '{State.GRANTED}' THEN 0 WHEN w.measure = 'count' THEN 1 ELSE x.cost_minor END
FROM guardrails_ledgerentry e
JOIN guardrails_careexception x ON x.id = e.exception_id
JOIN guardrails_budgetwindow w ON w.id = e.window_id
GROUP BY x.id, x.state, x.cost_minor, w.id, w.budget, w.measure
HAVING SUM(e.held_delta) <> 0 OR SUM(e.spent_delta) <>
  CASE WHEN x.state <> '{State.GRANTED}' THEN 0 WHEN w.measure = 'count' THEN 1 ELSE x.cost_minor END
ORDER BY x.id
"""  # noqa: S608 - fixed text

_POLICIES = f"""
SELECT 'exception ' || x.id || ', ' || {_WINDOW}
FROM guardrails_ledgerentry e
JOIN guardrails_careexception x ON x.id = e.exception_id
JOIN guardrails_budgetwindow w ON w.id = e.window_id
WHERE x.policy_id <> w.policy_id
"""  # noqa: S608 - fixed text

_RECORDED = """
SELECT 'exception ' || x.id
FROM guardrails_careexception x
WHERE NOT EXISTS (
  SELECT 1 FROM guardrails_auditrecord r WHERE r.subject_type = 'exception' AND r.subject_id = x.id
)
"""

_CHECKS = (
    (_BALANCES, "holds {0} held where its entries sum to {1}, {2} spent where they sum to {3}"),
    (_ROLLED, "has {0} left over from days that count no more"),
    (_EXCEPTIONS, "has {0} held and {1} spent where {2} should be spent"),
    (_POLICIES, "takes from a window of another policy"),
    (_RECORDED, "has no audit record"),
)
