"""Verify: balances are worked out again from the entries, and entries are held against their exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from guardrails.models.care_exception import State


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
