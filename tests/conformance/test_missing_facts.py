"""An agent who does not know everything is asked for it, and is never offered more for knowing less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policies.engine.compile import Compiled
from policies.engine.decide import decide
from policies.engine.decision import Decision, Offer
from tests.conformance import schemes
from tests.conformance.decided import asked, compiled
from tests.conformance.schemes import Case


def reach(offer: Offer) -> tuple[int, int]:
    """How much may be given alone, and with every approval; a remedy of unit none reaches 1."""
    alone = (offer.maximum if offer.maximum is not None else 1) if offer.alone else -1
    return alone, max([alone, *(1 if step.maximum is None else step.maximum for step in offer.ladder)])


def reaches(decision: Decision) -> dict[str, tuple[int, int]]:
    return {offer.remedy.code: reach(offer) for offer in decision.offers}


def without(policy: Compiled, case: Case) -> list[tuple[str, Decision]]:
    """The decisions of the case with each of its facts left out in turn, but for those that are assumed then."""
    assumed = {fact.code for fact in policy.rulebook.facts if fact.assume is not None}
    found = []
    for left_out in sorted(case.facts.keys() - assumed):
        facts: dict[str, Any] = {code: value for code, value in case.facts.items() if code != left_out}
        found.append((left_out, decide(policy, asked(policy, replace(case, facts=facts)))))
    return found


@pytest.fixture
def policy(case: Case) -> Compiled:
    return compiled(case.scheme)


@pytest.mark.parametrize("case", schemes.case_parameters(disputes=False))
def test_knowing_less_never_offers_more(case: Case, policy: Compiled):
    whole = reaches(decide(policy, asked(policy, case)))
    for left_out, decision in without(policy, case):
        for remedy, (alone, approved) in reaches(decision).items():
            assert remedy in whole, left_out
            assert (alone <= whole[remedy][0], approved <= whole[remedy][1]) == (True, True), left_out


@pytest.mark.parametrize("case", schemes.case_parameters(disputes=False))
def test_a_fact_that_an_offer_waits_for_is_asked_for(case: Case, policy: Compiled):
    whole = reaches(decide(policy, asked(policy, case)))
    for left_out, decision in without(policy, case):
        smaller = {remedy for remedy, reached in whole.items() if reached != reaches(decision).get(remedy)}
        questions = {ask.fact: {*ask.unlocks, *ask.changes} for ask in decision.questions}
        assert smaller <= questions.get(left_out, set()), left_out


@pytest.mark.parametrize("case", schemes.case_parameters(disputes=False))
def test_the_order_of_facts_changes_nothing(case: Case, policy: Compiled):
    backwards = replace(case, facts=dict(reversed(case.facts.items())))
    assert decide(policy, asked(policy, backwards)) == decide(policy, asked(policy, case))
