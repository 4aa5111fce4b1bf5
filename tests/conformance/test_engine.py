"""What a published scheme owes, the engine offers: all of it, and nothing more."""

from __future__ import annotations

import pytest

from policies.engine.decide import decide
from policies.engine.document import dump, read
from policies.engine.explain import answer
from tests.conformance import answers, schemes
from tests.conformance.decided import asked, compiled, offers_of
from tests.conformance.schemes import Case, Scheme


# One worker of a parallel run gets them all, and writes the conformance page.
@pytest.mark.xdist_group("conformance")
@pytest.mark.parametrize("case", schemes.case_parameters())
def test_the_engine_offers_what_the_scheme_does(case: Case):
    policy = compiled(case.scheme)
    question = asked(policy, case)
    decision = decide(policy, question)
    assert offers_of(decision, policy.rulebook.currency) == case.offers, case.why
    assert answers.offers_of(answer(policy, question, decision)) == case.offers


def test_there_are_as_many_cases_as_were_published():
    assert len(schemes.schemes()) == 17
    assert len({case.id for case in schemes.cases()}) == 310


def test_every_disputed_case_exists():
    assert schemes.disputed().keys() <= {case.id for case in schemes.cases()}


@pytest.mark.parametrize("scheme", schemes.schemes(), ids=lambda scheme: scheme.code)
def test_a_policy_survives_being_written_out_and_read_again(scheme: Scheme):
    rulebook = read(schemes.policy(scheme.code))
    assert read(dump(rulebook)) == rulebook


@pytest.mark.parametrize("scheme", schemes.schemes(), ids=lambda scheme: scheme.code)
def test_a_policy_says_something_kind_about_every_remedy_and_asks_for_every_fact(scheme: Scheme):
    rulebook = read(schemes.policy(scheme.code))
    assert rulebook.currency == scheme.currency
    assert [remedy.code for remedy in rulebook.remedies if not (remedy.say and remedy.guidance)] == []
    assert [fact.code for fact in rulebook.facts if not fact.ask] == []
    assert [rule.code for rule in rulebook.rules if rule.effect != "allow" and not rule.because] == []
