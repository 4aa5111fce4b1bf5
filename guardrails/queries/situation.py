"""Situation: all that a question needs of what was done before, in one query.

The windows of the budgets that apply, what the customer and the case were given before, and how often the
case came up. Its cost depends on this customer and this case, never on how many others there are.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from guardrails.models.portable_sql import json_array, read_moment, rows_json, rows_of, stored
from guardrails.models.prepared import prepared_cursor

MOST_EARLIER = 20
"""How many earlier exceptions of a case are told; its history facts count every one."""
MOST_CONTACTS = 200
"""How many of the case's latest decisions are looked at to count its contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWindow:
    """One window to look up; `first_day` is the first that counts of a rolling budget, else `starts_on`."""

    budget: str
    scope_key: str
    starts_on: date
    first_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was granted of one remedy, for one reason, on one day; its cost in minor units."""

    remedy: str
    reason: str
    on: date
    count: int
    cost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One earlier exception of the case; `quantity` is scaled by `places`."""

    id: str
    remedy: str
    reason: str
    amount_minor: int | None
    quantity: int | None
    places: int
    at: datetime
    role: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One agent's dealing with a case over one channel on one day, however often they asked."""

    on: date
    agent_id: int
    channel: str


@dataclass(slots=True)
class Situation:
    """What was done before. `taken` maps budgets to held plus spent, in minor units or a count.

    `earlier` is in order of time. `contacts` are those of the case before the present one. `taken_here` maps the
    remedies that were taken under the decision to their states, "expired" where that has only to be noticed.
    """

    taken: dict[str, int] = field(default_factory=dict)
    customer: list[Tally] = field(default_factory=list)
    case: list[Tally] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    taken_here: dict[str, str] = field(default_factory=dict)
    contacts: int = 0
    open_follow_ups: int = 0


def situation(
    *,
    policy_id: int,
    windows: Sequence[AskedWindow],
    customer: str,
    case: str,
    since: date,
    contact: Contact,
    now: datetime,
    decision: str = "",
) -> Situation:
    """Give what was done before; `since` is the first day of the customer's history that anything asks for.

    Empty `customer` and `case` are none; `contact` is the present one; `decision` adds what was taken
    under that decision already.
    """
    at = stored(now)
    parameters: list[Any] = [at, rows_json(_row(window) for window in windows), policy_id]
    if customer:
        parameters += [customer, policy_id, since.isoformat(), at, customer, policy_id]
    if case:
        parameters += [case, policy_id, at, case, policy_id, MOST_EARLIER, case, policy_id, MOST_CONTACTS]
        parameters += [contact.on, contact.agent_id, contact.channel]
    if decision:
        parameters += [at, decision]
    found = Situation()
    with prepared_cursor() as cursor:
        cursor.execute(_sql(bool(customer), bool(case), bool(decision)), parameters)
        for part, values in cursor.fetchall():
            _ADD[part](found, json.loads(values))
    found.earlier.sort(key=lambda earlier: (earlier.at, earlier.id))
    return found


def taken_of(*, policy_id: int, windows: Sequence[AskedWindow], now: datetime) -> dict[str, int]:
    """Give held plus spent of these windows, by budget code, in minor units or counts; missing: nothing."""
    found = Situation()
    rows = rows_json(_row(window) for window in windows)
    with prepared_cursor() as cursor:
        cursor.execute(_sql(False, False, False), [stored(now), rows, policy_id])
        for _, values in cursor.fetchall():
            _add_window(found, json.loads(values))
    return found.taken


def _row(window: AskedWindow) -> dict[str, Any]:
    return {
        "budget": window.budget,
        "scope_key": window.scope_key,
        "starts_on": window.starts_on,
        "first_day": window.first_day,
    }


def _add_window(found: Situation, values: list[Any]) -> None:
    budget, taken = values
    found.taken[budget] = int(taken)


def _tally(values: list[Any]) -> Tally:
    remedy, reason, on, count, cost = values
    return Tally(remedy=remedy, reason=reason, on=date.fromisoformat(on), count=count, cost_minor=int(cost))


def _add_earlier(found: Situation, values: list[Any]) -> None:
    id_, remedy, reason, amount, quantity, places, at, role, state, note = values
    found.earlier.append(
        Earlier(
            id=id_,
            remedy=remedy,
            reason=reason,
            amount_minor=amount,
            quantity=quantity,
            places=places,
            at=read_moment(at),
            role=role,
            state=state,
            note=note,
        )
    )


def _set_contacts(found: Situation, values: list[Any]) -> None:
    found.contacts = values[0]


def _set_follow_ups(found: Situation, values: list[Any]) -> None:
    found.open_follow_ups = values[0]


_ADD: dict[str, Callable[[Situation, list[Any]], None]] = {
    "window": _add_window,
    "customer": lambda found, values: found.customer.append(_tally(values)),
    "case": lambda found, values: found.case.append(_tally(values)),
    "earlier": _add_earlier,
    "contacts": _set_contacts,
    "follow_ups": _set_follow_ups,
    "taken_here": lambda found, values: found.taken_here.update({values[0]: values[1]}),
}


@cache
def _sql(customer: bool, case: bool, decision: bool) -> str:
    parts = [_WINDOWS]
    parts += [_CUSTOMER, _FOLLOW_UPS] if customer else []
    parts += [_CASE, _EARLIER, _CONTACTS] if case else []
    parts += [_TAKEN_HERE] if decision else []
    asked = {"budget": "text", "scope_key": "text", "starts_on": "date", "first_day": "date"}
    text = " UNION ALL ".join(parts)
    text = text.replace("{stands}", _STANDS)
    return text.replace("{json}", json_array()).replace("{asked}", rows_of(asked, alias="asked"))


# A hold whose time is over counts no more, whether or not anything has noticed.
_STANDS = "(state = 'granted' OR state IN ('held', 'approved') AND expires_at > %s)"

# A rolling window may still hold what counts no more: nobody has taken from it since. It is left out here,
# and dropped from the balance by the next reservation. So are holds whose time is over: a reservation that they
# stand in the way of gives them back first.
_WINDOWS = """
SELECT 'window' AS part, CAST({json}(w.budget, w.held + w.spent - CASE WHEN w.held = 0 THEN 0
    ELSE (SELECT COALESCE(SUM(e.held_delta), 0)
          FROM guardrails_careexception x JOIN guardrails_ledgerentry e ON e.exception_id = x.id
          WHERE x.state IN ('held', 'approved') AND x.expires_at <= %s AND e.window_id = w.id
            AND e.on_date >= w.rolled_on AND e.on_date >= asked.first_day) END - CASE
    WHEN w.rolled_on >= asked.first_day THEN 0
    ELSE (SELECT COALESCE(SUM(e.held_delta + e.spent_delta), 0) FROM guardrails_ledgerentry e
          WHERE e.window_id = w.id AND e.on_date >= w.rolled_on AND e.on_date < asked.first_day
            AND e.kind <> 'roll') END) AS text) AS found
FROM {asked}
JOIN guardrails_budgetwindow w ON w.policy_id = %s AND w.budget = asked.budget
  AND w.scope_key = asked.scope_key AND w.starts_on = asked.starts_on
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
WHERE "case" = %s AND policy_id = %s AND NOT ("case" = '') AND {stands}
GROUP BY remedy, reason, counts_on
"""

_EARLIER = """
SELECT 'earlier', CAST({json}(
  id, remedy, reason, amount_minor, quantity, places, created_at, role, state, note) AS text)
FROM (
  SELECT * FROM guardrails_careexception WHERE "case" = %s AND policy_id = %s AND NOT ("case" = '')
  ORDER BY created_at DESC LIMIT %s
) latest
"""

_CONTACTS = """
SELECT 'contacts', CAST({json}(COUNT(*)) AS text) FROM (
  SELECT DISTINCT asked_on, agent_id, channel FROM (
    SELECT asked_on, agent_id, channel FROM guardrails_decision
    WHERE "case" = %s AND policy_id = %s AND NOT ("case" = '')
    ORDER BY asked_at DESC LIMIT %s
  ) latest WHERE NOT (asked_on = %s AND agent_id = %s AND channel = %s)
) contacts
"""

# Of each remedy at most one is live, and what is past its time is in nobody's way.
_TAKEN_HERE = """
SELECT 'taken_here', CAST({json}(remedy,
  CASE WHEN state = 'awaiting_approval' OR {stands} THEN state ELSE 'expired' END) AS text)
FROM guardrails_careexception
WHERE decision_id = %s AND state IN ('held', 'awaiting_approval', 'approved', 'granted')
"""
