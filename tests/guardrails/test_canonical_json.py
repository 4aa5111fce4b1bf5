"""The quick canonical JSON writes the bytes of RFC 8785."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from guardrails.models.canonical_json import canonical_text, text_digest
from policies.engine.canonical import canonical, digest

TEXTS = st.text(st.characters(codec="utf-8"))
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126))
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_it_is_what_the_standard_and_the_engine_write(value: object) -> None:
    text = canonical_text(value)
    assert text.encode() == rfc8785.dumps(value) == canonical(value)  # type: ignore[arg-type]
    assert text_digest(text) == digest(value)
