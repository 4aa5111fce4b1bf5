"""Beside: what is offered beside something that has set budgets aside, and what is left of each: one figure."""

from collections.abc import Mapping
from dataclasses import replace

from guardrails.actions.offers.ask_offers import heading_of
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed
from guardrails.actions.offers.question_record import Json, decided
from policies.engine.compile import Compiled
from policies.engine.money import DIGITS, decimal_text


def offered_beside(inquiry: Inquiry, posed: Posed, *, taken: Mapping[str, int], decision: str) -> list[Json]:
    """Give the offers as JSON while so much of the budgets is taken (minor units or counts, by code)."""
    question = replace(posed.question, taken=taken)
    heading = heading_of(inquiry, decision=decision)
    offers: list[Json] = decided(inquiry.compiled, question, posed.context, heading)[1]["offers"]
    return offers


def with_remaining(budget: Json, left: Mapping[str, int], rules: Compiled) -> Json:
    """Give a budget as an offer shows it, with what is left of it (minor units or a count), where that is known."""
    if budget["code"] not in left:
        return budget
    number = left[budget["code"]]
    money = budget["measure"] == "money"
    return {**budget, "remaining": decimal_text(number, DIGITS[rules.rulebook.currency]) if money else number}
