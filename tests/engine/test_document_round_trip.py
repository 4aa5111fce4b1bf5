"""A policy survives being written and read, its canonical bytes are those of RFC 8785, and nonsense is refused."""

import copy

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.canonical import canonical
from policies.engine.compile import compile_rulebook
from policies.engine.decide import decide
from policies.engine.document import dump, read
from policies.engine.faults import DocumentError, FactError
from policies.engine.question import Question
from tests.engine.effort import effort
from tests.engine.strategies import documents, questions

_TEXTS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ("now", "1e9", "9" * 5000, "-0.00", "2026-02-30", "0001-01-01", "9999-12-31", "unlimited", "never")
    ),
)
_NASTY = st.sampled_from(
    [
        10**30, -(10**16), 0, "10" * 9, "-1", "0.000000001", "1e5", "٣", "1_000", " 1", "0" * 5000 + "1",
        [], {}, [[]], [{}], [None], "", "\x00", "\ud800", "A" * 5000, "{", "{amount", "{fact:price}", "{fact:}",
        "0001-01-01", "9999-12-31", "2026-02-29", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+23:59", "../etc/passwd", "now", "price", "items", "flagged",
        "a/b~c", "tier", {"price": "price"}, {"times": []}, {"sum": [[], {}]},
        {"per": {"of": "1", "every": "0"}}, {"fact": "items"},
    ]
)  # fmt: skip
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=8,
)


@effort(0.5)
@given(documents())
def test_a_policy_that_is_written_and_read_again_is_the_same(document):
    rulebook = read(document)
    written = dump(rulebook)
    assert read(written) == rulebook
    assert dump(read(written)) == written
    assert canonical(written) == rfc8785.dumps(written)


@given(_JSON.filter(lambda value: not _has_float(value)))
def test_canonical_bytes_are_those_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


def _has_float(value):
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_float, value))
    return isinstance(value, float) or (isinstance(value, int) and abs(value) > 2**53 - 1)


@given(_JSON)
def test_nonsense_is_no_policy(value):
    _refused_or_read(value)


@pytest.mark.long
@effort()
@given(st.data())
def test_a_policy_with_nonsense_at_any_place_is_refused_or_read(data):
    """Every fault is a DocumentError, wherever it is; what is read all the same can be compiled and written."""
    document = data.draw(documents())
    for _ in range(8):
        place, key = data.draw(_places(document))
        elsewhere, other = data.draw(_places(document))
        kept = place[key]
        place[key] = data.draw(st.one_of(st.just(copy.deepcopy(elsewhere[other])), _NASTY, _JSON))
        _refused_or_read(document)
        place[key] = kept


@st.composite
def _places(draw, document):
    """A list or object somewhere in the document, and one of its keys."""
    at = document
    while True:
        key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], dict | list) or draw(st.integers(0, 5)) == 0:
            return at, key
        at = at[key]


def _refused_or_read(value):
    faults = _faults(lambda: read(value))
    assert all(fault.message and (fault.path == "" or fault.path.startswith("/")) for fault in faults)
    if not faults:
        rulebook = read(value)
        compile_rulebook(rulebook)
        assert read(dump(rulebook)) == rulebook


@pytest.mark.long
@effort()
@given(st.data())
def test_facts_that_cannot_be_read_are_refused_by_name(data):
    document = data.draw(documents())
    rulebook = read(document)
    compiled = compile_rulebook(rulebook)
    question: Question = data.draw(questions(rulebook, document))
    code = data.draw(st.sampled_from([fact["code"] for fact in document["facts"]]))
    facts = {**question.facts, code: data.draw(st.one_of(_NASTY, _JSON))}
    asked = Question(question.role, question.reason, question.now, facts=facts)
    assert {fault.path for fault in _faults(lambda: decide(compiled, asked))} <= {f"/facts/{code}"}


def _faults(action):
    """What a reading action finds wrong; nothing where it succeeds."""
    try:
        action()
    except (DocumentError, FactError) as error:
        return error.faults
    return ()
