"""Export: a policy's draft, or one of its versions, as YAML text."""

import json
from typing import Any

from policies.engine.document import dump, read
from policies.engine.faults import DocumentError
from policies.models import Policy, PolicyVersion
from policies.queries import yaml_document
from policies.queries.document import document_of


def draft_document(policy: Policy) -> dict[str, Any]:
    """Give the draft's document in normal form; a draft that is not coherent yet, as its rows say it."""
    document = document_of(policy)
    try:
        return dump(read(document))
    except DocumentError:
        return document


def export_draft(policy: Policy) -> str:
    """Give the draft as YAML: the same rows give the same bytes on every database."""
    return yaml_document.dump(draft_document(policy))


def export_version(version: PolicyVersion) -> str:
    """Give a published version as YAML."""
    return yaml_document.dump(json.loads(version.document))
