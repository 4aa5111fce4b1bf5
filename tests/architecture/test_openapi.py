"""The OpenAPI document in the manual is the one that the API gives."""

from guardrails.api.browser import document_yaml
from tests.architecture.source import ROOT

DOCUMENT = ROOT / "templates" / "docs" / "reference" / "openapi.yaml"


def test_the_committed_document_is_up_to_date():
    """`manage.py spectacular --validate --fail-on-warn --file templates/docs/reference/openapi.yaml` writes it."""
    assert DOCUMENT.read_bytes().rstrip() == document_yaml().rstrip()
