"""The engine answers exactly as the slow, obvious reference does, whatever the policy and the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.compile import compile_rulebook
from policies.engine.decide import decide
from policies.engine.document import read
from policies.engine.faults import FactError
from tests.engine.comparison import of_engine, of_reference
from tests.engine.effort import effort
from tests.engine.reference import Reference, Refused
from tests.engine.strategies import documents, questions


@pytest.mark.long
@effort()
@given(st.data())
def test_the_engine_answers_as_the_reference_does(data):
    document = data.draw(documents(), label="document")
    rulebook = read(document)
    compiled = compile_rulebook(rulebook)
    for _ in range(4):
        question = data.draw(questions(rulebook, document), label="question")
        try:
            expected = of_reference(Reference(rulebook, question))
        except Refused:
            with pytest.raises(FactError):
                decide(compiled, question)
            continue
        assert of_engine(rulebook, decide(compiled, question)) == expected
