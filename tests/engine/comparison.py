"""The engine's decision and the reference's in one shape, to be compared field by field."""

from fractions import Fraction
from typing import Any

from policies.engine.decision import Decision, Offer
from policies.engine.money import DIGITS
from policies.engine.rulebook import Rulebook
from tests.engine.reference import Given, Reference


def of_engine(rulebook: Rulebook, decision: Decision) -> dict[str, Any]:
    return {
        "offers": [_offer(rulebook, offer) for offer in decision.offers],
        "refused": {each.remedy.code: each.because[0].code for each in decision.not_offered},
        "questions": {ask.fact: (set(ask.unlocks), set(ask.changes), ask.verify) for ask in decision.questions},
        "escalates_to": decision.escalates_to,
    }


def _offer(rulebook: Rulebook, offer: Offer) -> dict[str, Any]:
    places = DIGITS[rulebook.currency] if offer.remedy.unit == "money" else offer.remedy.places

    def whole(number: int | None) -> Fraction | None:
        return None if number is None else Fraction(number, 10**places)

    return {
        "remedy": offer.remedy.code,
        "rule": offer.rule.code,
        "alone": offer.alone,
        "exact": offer.exact,
        "minimum": whole(offer.minimum),
        "suggested": whole(offer.suggested),
        "maximum": whole(offer.maximum),
        "step": None if offer.remedy.unit == "none" else whole(offer.step),
        "ladder": [
            (whole(ladder.maximum), ladder.step.by, ladder.step.answer_within, ladder.extends)
            for ladder in offer.ladder
        ],
        "limited_by": offer.limited_by[1] if offer.limited_by[0] == "budget" else "",
        "budgets": offer.budgets,
        "terms": {term.code: Fraction(number, 10**term.places) for term, number in offer.terms},
    }


def of_reference(reference: Reference) -> dict[str, Any]:
    return {
        "offers": [_given(each) for each in reference.offers],
        "refused": reference.refused,
        "questions": reference.questions(),
        "escalates_to": reference.escalates_to,
    }


def _given(offer: Given) -> dict[str, Any]:
    return {
        "remedy": offer.remedy.code,
        "rule": offer.rule.code,
        "alone": offer.alone,
        "exact": offer.rule.kind != "up_to",
        "minimum": offer.minimum,
        "suggested": offer.suggested,
        "maximum": offer.maximum,
        "step": None if offer.remedy.unit == "none" else offer.step,
        "ladder": [(reach, step.by, step.answer_within, offer.extends.get(reach, ())) for reach, step in offer.ladder],
        "limited_by": offer.limited_by,
        "budgets": offer.budgets,
        "terms": offer.terms,
    }
