"""The page of these stories, sent line by line as it is printed."""

import json
import re
from datetime import datetime
from pathlib import Path

from guardrails.models import FollowUp, Scope
from tests.stories.life import BERLIN, Answer, Shop, shop  # noqa: F401 - a fixture
from tests.stories.manual import missing

PAGE = Path(__file__).parents[2] / "templates" / "docs" / "how-to" / "stories-of-a-promise.md"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REQUEST = re.compile(r"^post (\S+) \$(\w+) '(\{.*\})'$")


def test_every_request_of_the_page_is_answered_as_it_says(shop: Shop) -> None:  # noqa: F811
    clients = {
        "DESK": shop.desk,
        "AI": shop.assistant,
        "INBOX": shop.client("Inbox", Scope.APPROVALS, Scope.EXCEPTIONS, agents=("ben", "sofia", "clara")),
        "PAYER": shop.client("Payments", Scope.SETTLEMENTS, user="manager"),
        "SURVEY": shop.client("Survey", Scope.OUTCOMES, agents=("robin",)),
        "ORDERS": shop.client("Orders", Scope.CASES, user="manager"),
    }
    shop.move_to(datetime(2026, 6, 19, 19, 0, tzinfo=BERLIN))
    said: dict[str, str] = {}
    answer: Answer = {}
    sent = compared = 0
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))[1:]:
        if language == "json":
            assert missing(json.loads(text), answer) == []
            compared += 1
            continue
        for line in text.splitlines():
            place, client, body = _filled(line, said)
            shop.keys += 1
            answer = clients[client].post(place, json.loads(body), Idempotency_Key=f"line {shop.keys}").json()
            said |= _names(answer)
            sent += 1
    assert (sent, compared) == (22, 11)


def _filled(line: str, said: dict[str, str]) -> tuple[str, str, str]:
    """Do what the shell does with a line: its words, with the variables in their places."""
    found = REQUEST.match(line)
    assert found, line
    place, client, body = found.groups()
    for name, value in said.items():
        place, body = place.replace(f"${name}", value), body.replace(f"'${name}'", value)
    return place, client, body


def _names(answer: Answer) -> dict[str, str]:
    found = {name.upper(): answer[name] for name in ("decision", "exception") if answer.get(name)}
    request = answer.get("request") or (answer.get("approval") or {}).get("request")
    owed = FollowUp.objects.filter(exception=answer.get("exception")).values_list("pk", flat=True).first()
    return found | ({"REQUEST": request} if request else {}) | ({"FOLLOW_UP": owed} if owed else {})
