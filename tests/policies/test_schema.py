"""The JSON Schema accepts every policy that the engine accepts, and refuses the typical faults of shape."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policies.assurance.schema import document_schema
from policies.engine.document import dump, read
from policies.queries import yaml_document
from tests.policies.conftest import EXAMPLES

VALIDATOR = jsonschema.Draft202012Validator(document_schema())


def faults(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(document_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_published_scheme_validates(path: Path) -> None:
    document = yaml_document.load(path.read_bytes())
    assert faults(document) == []
    assert faults(dump(read(document))) == []


def test_the_shop_validates(shop_document: dict[str, Any]) -> None:
    assert faults(shop_document) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("guardrails",), "policy/2"),
        (("currency",), "euro"),
        (("surprise",), 1),
        (("roles",), []),
        (("roles", 0, "code"), "Front Line"),
        (("remedies", 0, "kind"), "present"),
        (("remedies", 0, "cost"), 12.5),
        (("remedies", 0, "follow_up", "after"), "two days"),
        (("facts", 0, "type"), "text"),
        (("derived", 0, "ratio"), {"of": "a", "to": "b"}),
        (("history", 0, "count", "of"), "agent"),
        (("rules", 0, "amount"), "1.00"),
        (("rules", 0, "when", 0, "matches"), "a.*"),
        (("rules", 0, "up_to"), {"percent": {"rate": "10"}}),
        (("rules", 0, "up_to"), {"eval": "1+1"}),
        (("rules", 0, "up_to"), 12.5),
        (("rules", 0, "approval", 0, "any_of"), []),
        (("rules", 4, "up_to"), "1.00"),
        (("budgets", 0, "rolling"), {"days": 3}),
        (("budgets", 0, "limit"), "lots"),
    ],
)
def test_faults_of_shape_are_refused(shop_document: dict[str, Any], place: tuple[Any, ...], value: Any) -> None:
    document: Any = copy.deepcopy(shop_document)
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert faults(document)


def test_the_published_schema_is_the_current_one() -> None:
    published = Path(__file__).parent.parent.parent / "templates/docs/reference/policy.schema.json"
    stale = "write it again: manage.py policy schema -o templates/docs/reference/policy.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == document_schema(), stale
