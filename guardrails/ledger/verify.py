"""Verify: balances are worked out again from the entries, and entries are held against exceptions and audit log."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from guardrails.ledger.verify_lives import against_records
from guardrails.models import State


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
    for where, what in against_records():
        yield Discrepancy(where=where, what=what)


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

# What stands of an exception: its cost without what was taken back, or once where exceptions are counted.
_STANDS = "CASE WHEN w.measure = 'count' THEN 1 ELSE x.cost_minor - x.reversed_cost_minor END"
_HELD = f"CASE WHEN x.state IN ('{State.HELD}', '{State.APPROVED}') THEN {_STANDS} ELSE 0 END"
_SPENT = f"CASE WHEN x.state = '{State.GRANTED}' THEN {_STANDS} ELSE 0 END"
# What a rolling window has dropped already is not moved any more. What awaits approval has set everything aside or
# nothing, as its policy says. What expired and was decided again left nothing in windows that it takes from no more.
_EXCEPTIONS = f"""
SELECT 'exception ' || x.id || ', budget ' || w.budget, e.held, e.spent, {_HELD}, {_SPENT}
FROM (
  SELECT e.exception_id, e.window_id, SUM(e.held_delta) AS held, SUM(e.spent_delta) AS spent
  FROM guardrails_ledgerentry e JOIN guardrails_budgetwindow w ON w.id = e.window_id
  WHERE e.exception_id IS NOT NULL AND e.on_date >= w.rolled_on
  GROUP BY e.exception_id, e.window_id
) e
JOIN guardrails_careexception x ON x.id = e.exception_id
JOIN guardrails_budgetwindow w ON w.id = e.window_id
WHERE NOT (e.held = {_HELD} AND e.spent = {_SPENT})
  AND NOT (x.state = '{State.AWAITING_APPROVAL}' AND e.spent = 0 AND e.held = {_STANDS})
  AND NOT (e.held = 0 AND e.spent = 0 AND EXISTS (
    SELECT 1 FROM guardrails_auditrecord r
    WHERE r.subject_type = 'exception' AND r.subject_id = x.id AND r.kind = 'exception.{State.EXPIRED}'))
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
    (_EXCEPTIONS, "has {0} held and {1} spent where {2} should be held and {3} spent"),
    (_POLICIES, "takes from a window of another policy"),
    (_RECORDED, "has no audit record"),
)
