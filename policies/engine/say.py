"""What may be said to the customer. No text made here can hold a limit, a budget or an approver's name."""

from __future__ import annotations

import re

from policies.engine.compile import Compiled
from policies.engine.decide import read_values
from policies.engine.decision import Offer
from policies.engine.money import decimal_text, money_text
from policies.engine.question import Question
from policies.engine.sentences import plain_offer
from policies.engine.values import UNKNOWN, show, with_unit
from policies.engine.words import lower_first

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def say(compiled: Compiled, question: Question, offer: Offer) -> str:
    """The customer's text of an offer: the rule's, the remedy's, or a plain one where a placeholder stays empty."""
    if not offer.alone:
        name = lower_first(offer.remedy.name)
        return f"I would like to arrange this for you: {name}. A colleague has to confirm it; I will let you know."
    amount = suggested_words(compiled, offer)
    for template in (offer.rule.say, offer.remedy.say):
        text = _filled(template, compiled, question, offer, amount) if template else None
        if text is not None:
            return text
    return plain_offer(offer.remedy, amount)


def suggested_words(compiled: Compiled, offer: Offer) -> str:
    """What is suggested, in words: "€12.50", "2 nights", or nothing for remedies of unit none."""
    remedy = offer.remedy
    if offer.suggested is None:
        return ""
    if remedy.unit == "money":
        return money_text(abs(offer.suggested), compiled.rulebook.currency)
    return with_unit(decimal_text(offer.suggested, remedy.places), remedy.unit)


def _filled(template: str, compiled: Compiled, question: Question, offer: Offer, amount: str) -> str | None:
    """The template with its placeholders filled; None where one of them has nothing to stand for."""
    fixed = {
        "amount": amount,
        "quantity": amount,
        "remedy": lower_first(offer.remedy.name),
        "reason": lower_first(compiled.reasons[question.reason]),
    }
    parts = _PLACEHOLDER.split(template)
    for at in range(1, len(parts), 2):
        name = parts[at]
        kind, _, code = name.rpartition(":")
        found = (
            {"fact": _fact_words, "term": _term_words}[kind](compiled, question, offer, code) if kind else fixed[name]
        )
        if not found:
            return None
        parts[at] = found
    return "".join(parts)


def _term_words(compiled: Compiled, question: Question, offer: Offer, code: str) -> str | None:
    """How far a term of the offer goes: "6 months"."""
    for term, most in offer.terms:
        if term.code == code:
            return with_unit(decimal_text(most, term.places), term.unit)
    return None


def _fact_words(compiled: Compiled, question: Question, offer: Offer, code: str) -> str | None:
    """A fact's value in words, also of one that is assumed or worked out; None where it is unknown or none."""
    values, _ = read_values(compiled, question)
    needed = compiled.read_by(frozenset([code]))
    for each, (derive, _) in compiled.derived.items():
        if each in needed:
            values[compiled.slots[each]] = derive(values)
    value = values[compiled.slots[code]]
    if value is None or value is UNKNOWN:
        return None
    return show(compiled.facts[code], value, compiled.rulebook.currency)
