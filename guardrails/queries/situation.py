"""Situation: all that a question needs of what was done before, in one query.

The windows of the budgets that apply, what the customer and the case were given before, and how often the
case came up. Its cost depends on this customer and this case, never on how many others there are.

Of a case that is linked to others all of this counts over the whole chain: what was given in any of its cases to
any customer, once, however it is asked for.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from guardrails.models.portable_sql import read_moment, rows_json, stored
from guardrails.models.prepared import prepared_cursor
from guardrails.queries.earlier_no import EarlierNo, earlier_no
from guardrails.queries.situation_sql import situation_sql, taken_sql

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
class Chain:
    """The cases that are linked with the one that is asked about, itself included; `customer` asks, or is empty.

    `shared` are the windows of the customer's own budgets: what exceptions of the chain took of the same budgets in
    the same period counts there too, whoever's customer they were for.
    """

    cases: tuple[str, ...]
    customer: str
    shared: Sequence[AskedWindow]


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
    settlement: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """Work on the case that was handed over and is not done; `claimed_by` is empty while nobody has taken it up."""

    work_item: str
    role: str
    state: str
    claimed_by: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One agent's dealing with a case over one channel on one day, however often they asked."""

    on: date
    agent_id: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWindow:
    """A window that is there; from `rolled_on` on its balance counts what was taken."""

    id: int
    budget: str
    scope_key: str
    starts_on: date
    rolled_on: date


@dataclass(slots=True)
class Situation:
    """What was done before. `taken` maps budgets to held plus spent, in minor units or a count, of the `windows`
    that are there already.

    `earlier` is in order of time. `contacts` are those of the case before the present one. `taken_here` maps the
    remedies that were taken under the decision to their states, "expired" where that has only to be noticed.
    `noes` maps remedies to the latest no to them in the case, or where there is no case to the customer.
    """

    taken: dict[str, int] = field(default_factory=dict)
    windows: list[FoundWindow] = field(default_factory=list)
    customer: list[Tally] = field(default_factory=list)
    case: list[Tally] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    taken_here: dict[str, str] = field(default_factory=dict)
    contacts: int = 0
    open_follow_ups: int = 0
    noes: dict[str, EarlierNo] = field(default_factory=dict)
    handed_over: list[HandedOver] = field(default_factory=list)


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
    chain: Chain | None = None,
) -> Situation:
    """Give what was done before; `since` is the first day of the customer's history that anything asks for.

    Empty `customer` and `case` are none; `contact` is the present one; `decision` adds what was taken
    under that decision already. Several windows of one budget, those of the cases of a `chain`, are added up.
    """
    at, cases = stored(now), json.dumps(chain.cases) if chain else case
    parameters: list[Any] = [at, rows_json(_row(window) for window in windows), policy_id]
    if customer:
        parameters += [customer, policy_id, since.isoformat(), at, customer, policy_id, policy_id, customer]
    if case:
        parameters += [cases, policy_id, at, cases, policy_id, MOST_EARLIER, cases, policy_id, MOST_CONTACTS]
        parameters += [contact.on, contact.agent_id, contact.channel, policy_id, cases]
        parameters += [cases, policy_id]
    if decision:
        parameters += [at, decision]
    if chain and customer:
        parameters += [cases, policy_id, customer, since.isoformat(), at, cases, policy_id, customer]
        parameters += _taken_by_others(chain, policy_id, at)
    sql = situation_sql(customer=bool(customer), case=bool(case), decision=bool(decision), chain=bool(chain))
    return _found(sql, parameters)


def taken_of(
    *, policy_id: int, windows: Sequence[AskedWindow], now: datetime, chain: Chain | None = None
) -> dict[str, int]:
    """Give held plus spent of these windows, by budget code, in minor units or counts; missing: nothing."""
    at = stored(now)
    parameters: list[Any] = [at, rows_json(_row(window) for window in windows), policy_id]
    shared = _taken_by_others(chain, policy_id, at) if chain and chain.customer else []
    return _found(taken_sql(chain=bool(shared)), parameters + shared).taken


def _taken_by_others(chain: Chain, policy_id: int, at: Any) -> list[Any]:
    rows = rows_json(_row(window) for window in chain.shared)
    return [rows, json.dumps(chain.cases), policy_id, chain.customer, at]


def _found(sql: str, parameters: list[Any]) -> Situation:
    found = Situation()
    with prepared_cursor() as cursor:
        cursor.execute(sql, parameters)
        for part, values in cursor.fetchall():
            _ADD[part](found, json.loads(values))
    found.earlier.sort(key=lambda earlier: (earlier.at, earlier.id))
    found.handed_over.sort(key=lambda item: (item.due_at, item.work_item))
    return found


def _row(window: AskedWindow) -> dict[str, Any]:
    return {
        "budget": window.budget,
        "scope_key": window.scope_key,
        "starts_on": window.starts_on,
        "first_day": window.first_day,
    }


def _add_window(found: Situation, values: list[Any]) -> None:
    id_, rolled_on, budget, scope_key, starts_on, taken = values
    window = FoundWindow(
        id=id_,
        budget=budget,
        scope_key=scope_key,
        starts_on=date.fromisoformat(starts_on),
        rolled_on=date.fromisoformat(rolled_on),
    )
    found.windows.append(window)
    _add_taken(found, [budget, taken])


def _add_taken(found: Situation, values: list[Any]) -> None:
    budget, taken = values
    found.taken[budget] = found.taken.get(budget, 0) + int(taken)


def _tally(values: list[Any]) -> Tally:
    remedy, reason, on, count, cost = values
    return Tally(remedy=remedy, reason=reason, on=date.fromisoformat(on), count=count, cost_minor=int(cost))


def _add_earlier(found: Situation, values: list[Any]) -> None:
    id_, remedy, reason, amount, quantity, places, at, role, state, note, settlement, case = values
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
            settlement=settlement,
            case=case,
        )
    )


def _add_handed_over(found: Situation, values: list[Any]) -> None:
    work_item, role, state, claimed_by, due_at = values
    found.handed_over.append(
        HandedOver(work_item=work_item, role=role, state=state, claimed_by=claimed_by or "", due_at=read_moment(due_at))
    )


def _add_no(found: Situation, values: list[Any]) -> None:
    no = earlier_no(values)
    known = found.noes.get(no.remedy)
    if known is None or known.vote < no.vote:
        found.noes[no.remedy] = no


def _set_contacts(found: Situation, values: list[Any]) -> None:
    found.contacts = values[0]


def _set_follow_ups(found: Situation, values: list[Any]) -> None:
    found.open_follow_ups += values[0]


_ADD: dict[str, Callable[[Situation, list[Any]], None]] = {
    "window": _add_window,
    "taken": _add_taken,
    "customer": lambda found, values: found.customer.append(_tally(values)),
    "case": lambda found, values: found.case.append(_tally(values)),
    "earlier": _add_earlier,
    "contacts": _set_contacts,
    "follow_ups": _set_follow_ups,
    "no": _add_no,
    "handed_over": _add_handed_over,
    "taken_here": lambda found, values: found.taken_here.update({values[0]: values[1]}),
}
