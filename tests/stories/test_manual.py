"""What the manual and the README print is what the program says."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from guardrails.demo.clients import HELP_DESK
from guardrails.demo.load import load_demo
from guardrails.demo.welcome import FIRST_QUESTION
from tests.stories.manual import OFFERS, missing

ROOT = Path(__file__).parents[2]


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language, in order; "" for those that name none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [text for named, text in found if named == language]


@pytest.mark.parametrize("page", ["README.md", "templates/docs/reference/api.md"])
def test_the_first_question_has_the_printed_answer(db, page):
    request, shown = (json.loads(text) for text in blocks(page, "json")[:2])
    assert request == FIRST_QUESTION
    for vary in ("decision", "policy"):
        shown.pop(vary, None)
    keys = load_demo(keys={"passwords": {}, "tokens": {}}, now=timezone.now(), codes=("shop_eu",))
    client = APIClient(headers={"Authorization": f"Token {keys['tokens'][HELP_DESK]}"})
    answer = client.post(OFFERS, request, format="json").json()
    assert [gap for gap in missing(without_times(shown), answer) if "…" not in gap] == []


def without_times(shown):
    """What is shown, without what depends on the day or is cut short with an ellipsis."""
    if isinstance(shown, dict):
        kept = {key: without_times(value) for key, value in shown.items() if key != "resets_at"}
        return {key: value for key, value in kept.items() if not (isinstance(value, str) and "…" in value)}
    return [without_times(value) for value in shown] if isinstance(shown, list) else shown


def test_the_policy_of_the_how_to_is_coherent(tmp_path):
    file = tmp_path / "corner_shop.yaml"
    file.write_text("\n".join(blocks("templates/docs/how-to/write-a-policy.md", "yaml")))
    said = io.StringIO()
    call_command("policy", "check", str(file), stdout=said)
    assert said.getvalue() == blocks("templates/docs/how-to/write-a-policy.md", "")[0]


def test_the_faults_of_the_how_to_are_the_programs(tmp_path):
    text = "\n".join(blocks("templates/docs/how-to/write-a-policy.md", "yaml"))
    text = text.replace("fact: days_late", "fact: days_lat").replace("  - {code: supervisor, name: Supervisor}\n", "")
    file = tmp_path / "corner_shop.yaml"
    file.write_text(text)
    said = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("policy", "check", str(file), stderr=said)
    printed = blocks("templates/docs/how-to/write-a-policy.md", "")[1]
    assert said.getvalue() + f"CommandError: {refused.value}\n" == printed
