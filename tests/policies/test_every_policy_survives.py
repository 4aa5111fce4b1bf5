"""Whatever policy publishing accepts: rows hold all of it, files are the same again, and the schema accepts it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis.extra.django import TestCase

from policies.actions.import_policy import import_policy
from policies.engine.document import dump, read
from policies.models import Policy
from policies.queries.document import document_of
from policies.queries.export import export_draft
from policies.queries.yaml_document import load
from tests.engine.effort import effort
from tests.engine.strategies import documents
from tests.policies.test_import_policy import remove_everything
from tests.policies.test_schema import faults


@effort(0.5)
@given(documents())
def test_the_schema_accepts_it(document: dict[str, Any]) -> None:
    assert faults(document) == []
    assert faults(dump(read(document))) == []


@pytest.mark.long
@pytest.mark.django_db
class PolicyThatSurvives(TestCase):
    """Hypothesis' own test case rolls back after each example."""

    @effort(0.15)
    @given(documents())
    def test_export_import_into_nothing_and_export_give_the_same_bytes(self, document: dict[str, Any]) -> None:
        policy = import_policy(document=document, actor=None, reason="Made up")
        assert in_any_order(read(document_of(policy))) == in_any_order(read(document))
        first = export_draft(policy)
        remove_everything(policy)
        again = import_policy(document=load(first), actor=None, reason="Again")
        assert export_draft(again) == first
        assert Policy.objects.count() == 1


def in_any_order(rulebook: Any) -> Any:
    """The rulebook with lists that only name rows, whose order says nothing, sorted."""
    document = dump(rulebook)
    for row in [*document["rules"], *document.get("budgets", [])]:
        _sort(row)
        for step in row.get("approval", []):
            _sort(step)
    for row in document.get("history", []):
        _sort(row.get("count", row.get("amount")))
    return document


def _sort(row: dict[str, Any]) -> None:
    for key in ("roles", "reasons", "remedies", "any_of", "all_of"):
        if key in row:
            row[key] = row[key] if key == "all_of" and row.get("in_sequence") else sorted(row[key])
