"""Promised: the offer that a hold or an approval stands for, as it was decided then, from the audit log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from guardrails.actions.offers.beside import with_remaining
from guardrails.actions.offers.question_record import Heading, Json, decided, question_of
from guardrails.actions.offers.redecide import GRANTS, deciding
from guardrails.ledger import Balance
from guardrails.models import AuditRecord, CareException
from guardrails.queries.situation import AskedWindow, Chain, taken_of
from policies.engine.compile import Compiled
from policies.engine.decision import Offer
from policies.engine.periods import first_day
from policies.engine.question import Question
from policies.engine.say import say
from policies.engine.values import read_decimal
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """`offer` reaches as far as what is held or approved, and may be given alone; `shown` is how it was told."""

    rules: Compiled
    question: Question
    offer: Offer
    shown: Json

    def say(self, number: int | None) -> str:
        """Give what may be said to the customer of this much of it."""
        return say(self.rules, self.question, self.offer._replace(suggested=number))


def promised(row: CareException) -> Promised:
    """Decide again what was decided when it was last decided; the same version gives the same offer."""
    records = AuditRecord.objects.filter(subject_type="exception", subject_id=row.pk, kind__in=GRANTS)
    *_, (_, body) = deciding(records.order_by("at", "id"))
    rules = compiled(body["policy"]["version_id"])
    record = body["question"] | {"personal": body["personal"]}
    question, policy, agent = question_of(record), body["policy"], body["agent"]
    heading = Heading(
        decision=body["decision"],
        policy=policy["code"],
        version=policy["version"],
        hash=policy["hash"],
        agent=agent["id"],
        role=agent["role"],
    )
    decision, answer = decided(rules, question, record["context"], heading)
    offer = next(each for each in decision.offers if each.remedy.code == row.remedy)
    shown = next(each for each in answer["offers"] if each["remedy"] == row.remedy)
    return Promised(rules=rules, question=question, offer=_as_far_as(row, offer), shown=shown)


def _as_far_as(row: CareException, offer: Offer) -> Offer:
    number = row.quantity if row.amount_minor is None else row.amount_minor
    kept: Mapping[str, Any] = row.promise or {}
    return offer._replace(
        alone=True,
        exact=kept.get("exact", offer.exact),
        minimum=kept.get("minimum", offer.minimum),
        step=kept.get("step", offer.step),
        suggested=number,
        maximum=number,
        ladder=(),
        terms=tuple(
            (term, read_decimal(term.places)(row.terms[term.code])) for term, _ in offer.terms if term.code in row.terms
        ),
    )


def budgets_left(
    shown: Iterable[Json],
    balances: Sequence[Balance],
    *,
    row: CareException,
    linked: Sequence[str],
    rules: Compiled,
    now: datetime,
) -> list[Json]:
    """Give the budgets as an offer shows them, with what remains now under `rules`, the version in force.

    `linked` are the cases of the chain of the exception's case, over which it counts; empty where it is in none.
    """
    moved = {balance.budget: balance for balance in balances}
    limits = {budget.code: budget.limit for budget in rules.rulebook.budgets}
    taken = {code: balance.taken for code, balance in moved.items()}
    if linked or any(balance.held for balance in moved.values()):
        # Holds that are past their time may be among what is held, and count no more. And no window knows what was
        # taken elsewhere in the chain.
        taken |= _taken(balances, row, linked, rules, now)
    left = {code: max(0, limits.get(code, each.limit) - taken[code]) for code, each in moved.items()}
    return [with_remaining(budget, left, rules) for budget in shown]


def _taken(
    balances: Iterable[Balance], row: CareException, linked: Sequence[str], rules: Compiled, now: datetime
) -> dict[str, int]:
    scopes = {budget.code: budget.scope for budget in rules.rulebook.budgets}
    windows = [_window(balance, rules, now) for balance in balances]
    others = [
        replace(window, scope_key=case)
        for window in windows
        if scopes.get(window.budget) == "case"
        for case in linked
        if case != row.case
    ]
    shared = [window for window in windows if scopes.get(window.budget) == "customer"]
    chain = Chain(cases=tuple(linked), customer=row.customer, shared=shared) if linked else None
    return taken_of(policy_id=row.policy_id, windows=[*windows, *others], now=now, chain=chain)


def _window(balance: Balance, rules: Compiled, now: datetime) -> AskedWindow:
    budget = next((each for each in rules.rulebook.budgets if each.code == balance.budget), None)
    first = balance.starts_on
    if budget and budget.rolling:
        first = first_day(now.astimezone(rules.zone).date(), days=budget.days, months=budget.months)
    return AskedWindow(budget=balance.budget, scope_key=balance.scope_key, starts_on=balance.starts_on, first_day=first)
