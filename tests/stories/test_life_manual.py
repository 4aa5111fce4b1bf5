"""The page of these stories, sent line by line as it is printed."""

import json
import re
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from guardrails.models import FollowUp, Scope
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from policies.queries.document import document_of
from tests.stories.life import BERLIN, Answer, Shop, shop  # noqa: F401 - a fixture
from tests.stories.manual import missing

PAGE = Path(__file__).parents[2] / "templates" / "docs" / "how-to" / "stories-of-a-promise.md"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REQUEST = re.compile(r"^(?:KEY=(\S+) )?post (\S+) \$(\w+) '(\{.*\})'$")
KEPT = re.compile(r"^(\w+)=\$(\w+)$")
FRIDAY = datetime(2026, 6, 19, 19, 0, tzinfo=BERLIN)
MOMENTS = {
    '"case": "K-9"': datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN),
    '"case": "K-10"': datetime(2027, 1, 31, 23, 55, tzinfo=BERLIN),
}
"""What the page tells of time, by what stands in the line before which it is so."""


def test_every_request_of_the_page_is_answered_as_it_says(shop: Shop) -> None:  # noqa: F811
    clients = {
        "DESK": shop.desk,
        "AI": shop.assistant,
        "PAYER": shop.client("Payments", Scope.SETTLEMENTS, user="manager"),
        "SURVEY": shop.client("Survey", Scope.OUTCOMES, agents=("robin",)),
        "ORDERS": shop.client("Orders", Scope.CASES, user="manager"),
    }
    shop.move_to(FRIDAY)
    said: dict[str, str] = {}
    first: dict[str, Answer] = {}
    answer: Answer = {}
    compared = 0
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))[1:]:
        if language == "json":
            assert missing(json.loads(text), answer) == []
            compared += 1
            continue
        for line in text.splitlines():
            if kept := KEPT.match(line):
                said[kept[1]] = said[kept[2]]
                continue
            _meanwhile(shop, line, answer)
            key, place, client, body = _filled(line, said)
            shop.keys += 1
            key = key or f"line {shop.keys}"
            answer = clients[client].post(place, json.loads(body), Idempotency_Key=key).json()
            assert first.setdefault(key, answer) == answer
            said |= _names(answer)
    assert (shop.keys, compared) == (39, 18)


def _meanwhile(shop: Shop, line: str, before: Answer) -> None:  # noqa: F811
    """Let happen what the page tells in words between two requests."""
    for said, moment in MOMENTS.items():
        if said in line:
            shop.move_to(moment)
    if not line.endswith("/grant/ $DESK '{}'"):
        return
    if before["case"] == "K-7":
        _lower_what_is_given_alone(shop)
    if before["case"] == "K-10":
        shop.move_to(datetime(2027, 2, 1, 0, 5, tzinfo=BERLIN))


def _lower_what_is_given_alone(shop: Shop) -> None:  # noqa: F811
    document = document_of(shop.policy)
    late = next(rule for rule in document["rules"] if rule["code"] == "late_credit")
    late |= {"up_to": "10.00", "suggest": "5.00"}
    import_policy(document=document, actor=None, reason="It was too much.")
    publish_policy(policy=Policy.objects.get(pk=shop.policy.pk), actor=None, note="Less", now=timezone.now())


def _filled(line: str, said: dict[str, str]) -> tuple[str, str, str, str]:
    """Do what the shell does with a line: its words, with the variables in their places."""
    found = REQUEST.match(line)
    assert found, line
    key, place, client, body = found.groups()
    for name, value in said.items():
        place, body = place.replace(f"${name}", value), body.replace(f"'${name}'", value)
    return key or "", place, client, body


def _names(answer: Answer) -> dict[str, str]:
    found = {name.upper(): answer[name] for name in ("decision", "exception") if answer.get(name)}
    request = answer.get("request") or (answer.get("approval") or {}).get("request")
    owed = FollowUp.objects.filter(exception=answer.get("exception")).values_list("pk", flat=True).first()
    return found | ({"REQUEST": request} if request else {}) | ({"FOLLOW_UP": owed} if owed else {})
