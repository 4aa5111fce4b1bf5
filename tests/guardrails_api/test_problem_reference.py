"""The manual explains every kind of problem where its `type` leads."""

import re
from pathlib import Path

from django.conf import settings
from django.test import Client

from guardrails.actions.faults import ActionError
from guardrails.api import problem_handler
from guardrails.api.problems import EXPLAINED_AT

PAGE = Path(settings.BASE_DIR) / "templates" / "docs" / "reference" / "problems.md"


def test_every_code_has_its_heading() -> None:
    codes = {kind.code for kind in ActionError.__subclasses__()} | {"invalid_json"}
    for module in Path(problem_handler.__file__).parent.glob("*.py"):
        # Those of a Problem have a status beside them; single inputs have codes of their own.
        codes |= set(re.findall(r'status=\d+,\s+code="([a-z_]+)"', module.read_text()))
    assert set(re.findall(r"^### (\w+)$", PAGE.read_text(), re.MULTILINE)) == codes


def test_the_address_leads_there(client: Client) -> None:
    page = client.get(EXPLAINED_AT.removesuffix("#"))
    assert page.status_code == 200
    assert 'id="not_offered"' in page.content.decode()
