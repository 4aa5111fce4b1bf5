"""The SQL of a situation: fixed texts, of which the parts that a question needs are put together.

Each part gives rows of its name and a JSON array; queries.situation reads them.
"""

from collections.abc import Sequence
from functools import cache

from guardrails.models.portable_sql import each_one, json_array, rows_of, texts

_IN_CHAIN = '"case" IN {}'


@cache
def situation_sql(*, customer: bool, case: bool, decision: bool, chain: bool) -> str:
    """Give the query of a situation: of the case's chain, under a decision, as far as these are known."""
    parts = [_WINDOWS]
    parts += [_CUSTOMER, _FOLLOW_UPS, _NO_TO_CUSTOMER + (_WITHOUT_CASE if case else "")] if customer else []
    parts += [_CASE, _EARLIER, _CONTACTS, _NO_IN_CASE, _HANDED_OVER] if case else []
    parts += [_TAKEN_HERE] if decision else []
    parts += [_TO_OTHERS, _FOLLOW_UPS_OF_OTHERS, _TAKEN_BY_OTHERS] if chain and customer else []
    return _text(parts, of_case=_IN_CHAIN.format(texts()) if chain else '"case" = %s')


@cache
def taken_sql(*, chain: bool) -> str:
    """Give the query of what is taken of windows, with what others took in the chain."""
    parts = [_WINDOWS, _TAKEN_BY_OTHERS] if chain else [_WINDOWS]
    return _text(parts, of_case=_IN_CHAIN.format(texts()))


def _text(parts: Sequence[str], *, of_case: str) -> str:
    asked = {"budget": "text", "scope_key": "text", "starts_on": "date", "first_day": "date"}
    text = " UNION ALL ".join(parts)
    each_window = each_one("guardrails_budgetwindow", alias="w", where=_SAME_WINDOW)
    text = text.replace("{each_window}", each_window).replace("{stands}", _STANDS).replace("{of_case}", of_case)
    return text.replace("{json}", json_array()).replace("{asked}", rows_of(asked, alias="asked"))


# A hold whose time is over counts no more, whether or not anything has noticed.
_STANDS = "(state = 'granted' OR state IN ('held', 'approved') AND expires_at > %s)"

# A rolling window may still hold what counts no more: nobody has taken from it since. It is left out here,
# and dropped from the balance by the next reservation. So are holds whose time is over: a reservation that they
# stand in the way of gives them back first.
_WINDOWS = """
SELECT 'window' AS part, CAST({json}(w.id, w.rolled_on, w.budget, w.scope_key, w.starts_on,
  w.held + w.spent - CASE WHEN w.held = 0 THEN 0
    ELSE (SELECT COALESCE(SUM(e.held_delta), 0)
          FROM guardrails_careexception x JOIN guardrails_ledgerentry e ON e.exception_id = x.id
          WHERE x.state IN ('held', 'approved') AND x.expires_at <= %s AND e.window_id = w.id
            AND e.on_date >= w.rolled_on AND e.on_date >= asked.first_day) END - CASE
    WHEN w.rolled_on >= asked.first_day THEN 0
    ELSE (SELECT COALESCE(SUM(e.held_delta + e.spent_delta), 0) FROM guardrails_ledgerentry e
          WHERE e.window_id = w.id AND e.on_date >= w.rolled_on AND e.on_date < asked.first_day
            AND e.kind <> 'roll') END) AS text) AS found
FROM {asked} {each_window}
"""
_SAME_WINDOW = """
w.policy_id = %s AND w.budget = asked.budget AND w.scope_key = asked.scope_key AND w.starts_on = asked.starts_on
"""

_CUSTOMER = """
SELECT 'customer', CAST({json}(remedy, reason, counts_on, COUNT(*), SUM(cost_minor - reversed_cost_minor)) AS text)
FROM guardrails_careexception
WHERE customer = %s AND policy_id = %s AND counts_on >= %s AND NOT (customer = '') AND {stands}
GROUP BY remedy, reason, counts_on
"""

_FOLLOW_UPS = """
SELECT 'follow_ups', CAST({json}(COUNT(*)) AS text) FROM guardrails_followup
WHERE customer = %s AND policy_id = %s AND NOT (customer = '') AND state = 'open'
"""

_CASE = """
SELECT 'case', CAST({json}(remedy, reason, counts_on, COUNT(*), SUM(cost_minor - reversed_cost_minor)) AS text)
FROM guardrails_careexception
WHERE {of_case} AND policy_id = %s AND NOT ("case" = '') AND {stands}
GROUP BY remedy, reason, counts_on
"""

_EARLIER = """
SELECT 'earlier', CAST({json}(
  id, remedy, reason, amount_minor, quantity, places, created_at, role, state, note, settlement, "case") AS text)
FROM (
  SELECT * FROM guardrails_careexception WHERE {of_case} AND policy_id = %s AND NOT ("case" = '')
  ORDER BY created_at DESC LIMIT %s
) latest
"""

_CONTACTS = """
SELECT 'contacts', CAST({json}(COUNT(*)) AS text) FROM (
  SELECT DISTINCT asked_on, agent_id, channel FROM (
    SELECT asked_on, agent_id, channel FROM guardrails_decision
    WHERE {of_case} AND policy_id = %s AND NOT ("case" = '')
    ORDER BY asked_at DESC LIMIT %s
  ) latest WHERE NOT (asked_on = %s AND agent_id = %s AND channel = %s)
) contacts
"""

# Of what was declined: nearly always nothing, which partial indexes tell.
_NO = """
SELECT 'no', CAST({json}(a.id, a.exception_id, a.remedy, a.number, a.alone_number, v.role, g.code, v.at, v.text,
  x.unit, x.places, x.currency, v.id) AS text)
FROM guardrails_approvalrequest a
JOIN guardrails_vote v ON v.request_id = a.id AND v.verdict = 'decline'
JOIN guardrails_agent g ON g.id = v.agent_id
JOIN guardrails_careexception x ON x.id = a.exception_id
WHERE a.state = 'declined' AND a.policy_id = %s
"""
_NO_IN_CASE = (
    _NO
    + """AND NOT (a."case" = '') AND a.{of_case}
"""
)
_NO_TO_CUSTOMER = (
    _NO
    + """AND NOT (a.customer = '') AND a.customer = %s
"""
)
_WITHOUT_CASE = """AND a."case" = ''
"""

_HANDED_OVER = """
SELECT 'handed_over', CAST({json}(w.id, w.for_role, w.state,
  (SELECT g.code FROM guardrails_agent g WHERE g.id = w.claimed_by_id), w.due_at) AS text)
FROM guardrails_workitem w
WHERE w.{of_case} AND w.policy_id = %s AND NOT (w."case" = '') AND NOT (w.state = 'done')
"""

# Of each remedy at most one is live, and what is past its time is in nobody's way.
_TAKEN_HERE = """
SELECT 'taken_here', CAST({json}(remedy,
  CASE WHEN state = 'awaiting_approval' OR {stands} THEN state ELSE 'expired' END) AS text)
FROM guardrails_careexception
WHERE decision_id = %s AND state IN ('held', 'awaiting_approval', 'approved', 'granted')
"""

# Of the chain of the case alone: what others were given in it counts for this customer too, everything once.
_TO_OTHERS = """
SELECT 'customer', CAST({json}(remedy, reason, counts_on, COUNT(*), SUM(cost_minor - reversed_cost_minor)) AS text)
FROM guardrails_careexception
WHERE {of_case} AND policy_id = %s AND NOT ("case" = '') AND NOT (customer = %s) AND counts_on >= %s AND {stands}
GROUP BY remedy, reason, counts_on
"""

_FOLLOW_UPS_OF_OTHERS = """
SELECT 'follow_ups', CAST({json}(COUNT(*)) AS text) FROM guardrails_followup
WHERE state = 'open' AND exception_id IN (
  SELECT id FROM guardrails_careexception
  WHERE {of_case} AND policy_id = %s AND NOT ("case" = '') AND NOT (customer = %s)
)
"""

_TAKEN_BY_OTHERS = """
SELECT 'taken', CAST({json}(asked.budget, SUM(e.held_delta + e.spent_delta)) AS text)
FROM {asked}
JOIN guardrails_careexception x ON {of_case} AND x.policy_id = %s AND NOT (x."case" = '')
  AND NOT (x.customer = %s) AND NOT (x.customer = '')
  AND NOT (x.state IN ('held', 'approved') AND x.expires_at <= %s)
JOIN guardrails_ledgerentry e ON e.exception_id = x.id AND e.on_date >= asked.first_day
JOIN guardrails_budgetwindow w ON w.id = e.window_id AND w.budget = asked.budget
  AND w.scope_key = x.customer AND w.starts_on = asked.starts_on
GROUP BY asked.budget
"""
