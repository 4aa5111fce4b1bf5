"""What holds for every policy and every question: answers that are never empty, never too much, and always the same."""

import dataclasses
import json
import re
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.canonical import canonical
from policies.engine.compile import Compiled, compile_rulebook
from policies.engine.decide import decide
from policies.engine.decision import Decision, Offer
from policies.engine.document import dump, read
from policies.engine.explain import answer
from policies.engine.offers import cost_of
from policies.engine.question import Question
from tests.engine.effort import effort
from tests.engine.strategies import documents, questions
from tests.engine.strategies_formulas import scalar
from tests.engine.vocabulary import Vocabulary


class Decided(NamedTuple):
    """What Hypothesis shows of a test that fails is all that one needs to see it again, and no more.

    Of a representation of more than 30 kB it warns, which would be the error that is shown, in the failure's place.
    """

    compiled: Compiled
    question: Question
    decision: Decision

    def __repr__(self) -> str:
        return f"{json.dumps(dump(self.compiled.rulebook))} asked {self.question}"


@st.composite
def decided(draw) -> Decided:
    document = draw(documents())
    rulebook = read(document)
    question = draw(questions(rulebook, document))
    compiled = compile_rulebook(rulebook)
    return Decided(compiled, question, decide(compiled, question))


def an_answer_is_never_empty_and_says_something_about_every_remedy(found: Decided) -> None:
    compiled, question, decision = found
    said = answer(compiled, question, decision)
    assert said["offers"] or said["questions"] or said["escalation"]["name"]
    spoken_of = [offer.remedy.code for offer in decision.offers] + [each.remedy.code for each in decision.not_offered]
    assert sorted(spoken_of) == sorted(compiled.remedies)
    for offer in decision.offers:
        assert offer.alone or offer.ladder
    for closed in said["not_offered"]:
        assert closed["text"]
        assert all(because["text"] for because in closed["because"])


def the_same_question_gives_the_same_bytes(found: Decided) -> None:
    compiled, question, decision = found
    again = compile_rulebook(read(dump(compiled.rulebook)))
    shuffled = dataclasses.replace(question, facts=dict(reversed([*question.facts.items()])))
    first = canonical(answer(compiled, question, decision))
    assert canonical(answer(compiled, question, decide(compiled, question))) == first
    assert canonical(answer(again, shuffled, decide(again, shuffled))) == first


def a_person_and_an_ai_agent_hear_the_same_but_for_human_only_rows(found: Decided) -> None:
    compiled, question, _ = found
    rules = tuple(rule for rule in compiled.rulebook.rules if rule.effect != "human_only")
    same = compile_rulebook(dataclasses.replace(compiled.rulebook, rules=rules))
    asked = [dataclasses.replace(question, is_ai=is_ai) for is_ai in (True, False)]
    by_ai, by_person = (canonical(answer(same, each, decide(same, each))) for each in asked)
    assert by_ai == by_person


def amounts_are_in_order_on_step_and_within_every_budget(found: Decided) -> None:
    compiled, question, decision = found
    budgets = {budget.code: budget for budget in compiled.rulebook.budgets}
    for offer in decision.offers:
        if offer.minimum is not None:
            _in_order(offer)
        reaches = [(each.maximum, each.extends) for each in offer.ladder] or [(offer.maximum, ())]
        for code, remaining in offer.budgets:
            budget = budgets[code]
            assert remaining == max(0, budget.limit - question.taken.get(code, 0))
            for most, extends in reaches:
                cost = 1 if budget.measure == "count" else cost_of(offer.remedy, most)
                assert cost <= remaining or (code in extends and budget.beyond)


def _in_order(offer: Offer) -> None:
    reaches = [ladder.maximum for ladder in offer.ladder]
    figures: list[Any] = [offer.minimum, *([offer.suggested, offer.maximum] if offer.alone else []), *reaches]
    assert figures == sorted(figures)
    assert len(set(reaches)) == len(reaches)
    assert all(figure % offer.step == 0 for figure in figures)
    assert offer.remedy.signed or figures[0] >= 0
    assert offer.remedy.signed or figures[-1] > 0


def the_customer_hears_no_limit_and_no_budget(found: Decided) -> None:
    compiled, question, decision = found
    said = answer(compiled, question, decision)
    for offer in said["offers"]:
        measured = offer.get("amount") or offer.get("quantity") or {}
        allowed = {abs(Decimal(measured[key])) for key in ("suggested",) if measured.get(key)}
        kept = [measured.get("max"), (offer["with_approval"] or {}).get("max")]
        kept += [str(budget["remaining"]) for budget in offer["budgets"]]
        spoken = {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", offer["say"].replace(",", ""))}
        assert not spoken & ({abs(Decimal(figure)) for figure in kept if figure} - allowed)


def an_answer_is_json_without_binary_floats(found: Decided) -> None:
    compiled, question, decision = found
    _check_json(answer(compiled, question, decision))


def _check_json(value: Any) -> None:
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value)
        for inner in value.values():
            _check_json(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_json(inner)
    else:
        assert value is None or type(value) in (str, int, bool)


PROMISES = (
    an_answer_is_never_empty_and_says_something_about_every_remedy,
    the_same_question_gives_the_same_bytes,
    a_person_and_an_ai_agent_hear_the_same_but_for_human_only_rows,
    amounts_are_in_order_on_step_and_within_every_budget,
    the_customer_hears_no_limit_and_no_budget,
    an_answer_is_json_without_binary_floats,
)


@pytest.mark.long
@effort()
@given(decided())
def test_every_answer_keeps_every_promise(found):
    """Together, because a policy takes longer to make up than to be asked."""
    for promise in PROMISES:
        promise(found)


@pytest.mark.long
@effort()
@given(st.data())
def test_knowing_less_never_brings_more(data):
    """What is offered while a fact is missing is offered, or more is, whatever the answer turns out to be."""
    document = data.draw(documents())
    rulebook = dataclasses.replace(read(document), groups=())  # options of a group hide one another
    question = dataclasses.replace(data.draw(questions(rulebook, document)), granted=())
    assumed = {fact.code for fact in rulebook.facts if fact.assume is not None}
    left_out = sorted({fact["code"] for fact in document["facts"]} - set(question.facts) - assumed)
    if left_out:
        code = data.draw(st.sampled_from(left_out))
        told = data.draw(st.one_of(st.none(), scalar(Vocabulary.of(document), code, as_asked=True)))
        compiled = compile_rulebook(rulebook)
        after = decide(compiled, dataclasses.replace(question, facts={**question.facts, code: told}))
        reaches = {offer.remedy.code: _reach(offer) for offer in after.offers}
        for offer in decide(compiled, question).offers:
            assert reaches[offer.remedy.code] >= _reach(offer)


def _reach(offer: Offer) -> tuple[bool, int, int]:
    """Alone before with approval, then how much."""
    alone = offer.maximum or 0
    return offer.alone, alone, max([alone, *(ladder.maximum or 0 for ladder in offer.ladder)])
