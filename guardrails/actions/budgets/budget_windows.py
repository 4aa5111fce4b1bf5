"""Which windows of which budgets a question looks at, and what an exception claims of them."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from guardrails.actions.offers.inquiry import Inquiry
from guardrails.ledger import Claim, Window, WindowKey
from guardrails.queries.situation import AskedWindow, Chain, FoundWindow
from policies.engine.periods import first_day, window
from policies.engine.rulebook import Budget


def scope_key(budget: Budget, inquiry: Inquiry) -> str | None:
    """Give whose budget it is: a code or reference, empty for the policy's, None where it is not known."""
    keys = {
        "agent": inquiry.context.agent,
        "team": inquiry.context.team,
        "role": inquiry.role,
        "customer": inquiry.customer or None,
        "case": inquiry.case or None,
        "policy": "",
    }
    return keys[budget.scope]


def asked_windows(budgets: Iterable[Budget], inquiry: Inquiry) -> list[AskedWindow]:
    """Give the windows in force of the budgets whose reference is known."""
    found = []
    for budget in budgets:
        key = scope_key(budget, inquiry)
        if key is not None:
            starts_on = window(budget, inquiry.now, inquiry.compiled.zone).starts_on
            found.append(
                AskedWindow(
                    budget=budget.code,
                    scope_key=key,
                    starts_on=starts_on,
                    first_day=first_day(inquiry.today, days=budget.days, months=budget.months)
                    if budget.rolling
                    else starts_on,
                )
            )
    return found


def linked_windows(budgets: Iterable[Budget], inquiry: Inquiry) -> list[AskedWindow]:
    """Give the same windows of the other cases in the chain: what was taken there counts here too."""
    others = [case for case in inquiry.cases if case != inquiry.case]
    per_case = [budget for budget in budgets if budget.scope == "case"]
    return [replace(own, scope_key=case) for own in asked_windows(per_case, inquiry) for case in others]


def chain_of(budgets: Iterable[Budget], inquiry: Inquiry) -> Chain | None:
    """Give the chain of the case for a situation; None where the case stands for itself."""
    if not inquiry.context.linked:
        return None
    shared = asked_windows([budget for budget in budgets if budget.scope == "customer"], inquiry)
    return Chain(cases=inquiry.context.linked, customer=inquiry.customer, shared=shared)


def claims(
    budgets: Iterable[Budget], inquiry: Inquiry, *, cost_minor: int, extends: Collection[str] = ()
) -> list[Claim]:
    """Give what an exception of this cost takes: its cost of budgets in money, 1 of those that count.

    Beyond the limits of those that it `extends` it may go.
    """
    by_code = {budget.code: budget for budget in budgets}
    return [
        Claim(
            policy_id=inquiry.policy_id,
            budget=asked.budget,
            scope_key=asked.scope_key,
            starts_on=asked.starts_on,
            measure=by_code[asked.budget].measure,
            limit=by_code[asked.budget].limit,
            amount=cost_minor if by_code[asked.budget].measure == "money" else 1,
            on_date=inquiry.today,
            first_day=asked.first_day,
            extends=asked.budget in extends,
        )
        for asked in asked_windows(by_code.values(), inquiry)
    ]


def known_windows(found: Iterable[FoundWindow]) -> dict[WindowKey, Window]:
    """Give what a situation found of windows as the ledger knows them."""
    return {
        (each.budget, each.scope_key, each.starts_on): Window(id=each.id, rolled_on=each.rolled_on) for each in found
    }


def resets_at(budget: Budget, inquiry: Inquiry) -> datetime | None:
    """Give when the window in force ends; None for a rolling budget and one for ever."""
    return window(budget, inquiry.now, inquiry.compiled.zone).resets_at
