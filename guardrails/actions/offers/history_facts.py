"""History facts: what our own records say, counted in days of the policy's time zone."""

from collections.abc import Sequence
from datetime import date

from guardrails.actions.offers.inquiry import Inquiry
from guardrails.queries.situation import Situation, Tally
from policies.engine.periods import ALWAYS, first_day
from policies.engine.rulebook import History

YEAR_MONTHS = 12
"""How far back an answer's context looks, in months."""


def history_since(inquiry: Inquiry) -> date:
    """Give the first day of the customer's history that a fact or the context asks for."""
    asked = [each for each in inquiry.compiled.rulebook.history if each.scope == "customer"]
    return min([_first(each, inquiry.today) for each in asked] + [year_ago(inquiry.today)])


def year_ago(today: date) -> date:
    """Give the first of the last twelve months' days, today included."""
    return first_day(today, days=None, months=YEAR_MONTHS)


def history_values(inquiry: Inquiry, found: Situation) -> dict[str, int | None]:
    """Give every history fact whose reference is known: a count, or minor units."""
    known = {
        "customer": found.customer if inquiry.customer else None,
        "case": found.case if inquiry.case else None,
    }
    values: dict[str, int | None] = {}
    for each in inquiry.compiled.rulebook.history:
        tallies = known[each.scope]
        if tallies is not None:
            values[each.code] = _value(each, tallies, inquiry.today)
    return values


def _value(history: History, tallies: Sequence[Tally], today: date) -> int:
    first = _first(history, today)
    counted = [
        tally
        for tally in tallies
        if tally.on >= first
        and (not history.remedies or tally.remedy in history.remedies)
        and (not history.reasons or tally.reason in history.reasons)
    ]
    return sum(tally.count if history.measure == "count" else tally.cost_minor for tally in counted)


def _first(history: History, today: date) -> date:
    if history.days is None and history.months is None:
        return ALWAYS
    return first_day(today, days=history.days, months=history.months)
