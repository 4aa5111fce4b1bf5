"""YAML in, YAML out: safe on any text, and the same bytes for the same document."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.faults import DocumentError
from policies.queries import yaml_document

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n"), max_size=200).filter(
    lambda text: "￾" not in text and "\uffff" not in text
)
AWKWARD = st.sampled_from(
    ["yes", "25.00", "2026-01-01", "null", "~", "true", "012", "1e5", "", " a ", "#", "- x", ": "]
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXT | AWKWARD
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT | AWKWARD, inner, max_size=5),
    max_leaves=30,
)
DOCUMENTS = st.dictionaries(TEXT | AWKWARD, VALUES, max_size=6)


@given(DOCUMENTS)
def test_what_is_written_reads_back_the_same(document: dict[str, Any]) -> None:
    assert yaml_document.load(yaml_document.dump(document)) == document


@given(st.dictionaries(st.sampled_from(["code", "name", "z", "rules", "a"]), SCALARS, min_size=2))
def test_the_order_of_keys_in_memory_does_not_change_the_bytes(document: dict[str, Any]) -> None:
    backwards = dict(reversed(document.items()))
    assert yaml_document.dump(document) == yaml_document.dump(backwards)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_no_text_whatever_breaks_the_reader(text: str | bytes) -> None:
    with suppress(DocumentError):
        assert isinstance(yaml_document.load(text), dict)


def test_only_true_false_null_and_whole_numbers_are_more_than_text() -> None:
    text = "{a: yes, b: 25.00, c: 2026-01-01, d: true, e: 'true', f: 0x1, g: 012, h: -5, i: null, j: 1e5, k: No}"
    assert yaml_document.load(text) == {
        "a": "yes", "b": "25.00", "c": "2026-01-01", "d": True, "e": "true", "f": "0x1", "g": "012", "h": -5,
        "i": None, "j": "1e5", "k": "No",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &a [1]\nb: [*a, *a]", "Line 1, column 4: anchors and aliases are not allowed"),
        ("a: *nothing", "anchors and aliases"),
        ("a: !!python/object/apply:os.system ['true']", "tags are not allowed"),
        ("a: 1\nb: 2\na: 3", "Line 3, column 1: the key a is there twice"),
        ("a: " + "[" * 100_000, "nested more than 40 levels"),
        ("a: " + "x" * 1024 * 1024, "larger than 1 MiB"),
        ("--- {a: 1}\n--- {b: 2}", "only one document"),
        ("- a", "must be a mapping"),
        ("", "must be a mapping"),
        ("a: [1", "This is not YAML"),
        ("[a]: 1", "must be a mapping|a key must be a text"),
        ('a: "\\0"', "U\\+0000 is not allowed"),
        (b"a: \xff", "not UTF-8"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_place(text: str | bytes, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        yaml_document.load(text)


def test_formulas_are_shown_with_plain_numbers() -> None:
    formula = {"clamp": {"of": {"percent": {"rate": "30", "of": "order_total"}}, "at_most": "25.00"}}
    shown = yaml_document.dump_value(formula, plain_numbers=True)
    assert shown == "{clamp: {of: {percent: {rate: 30, of: order_total}}, at_most: 25.00}}"
