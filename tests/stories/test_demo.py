"""`manage.py demo`: everything that a newcomer needs, and nothing lost when it runs again."""

import io
import json
import re
import shlex
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from guardrails.demo.contacts import CONTACTS
from guardrails.demo.people import LOGINS
from guardrails.demo.rulebooks import EVERY, document_file, load_policies
from guardrails.models import Agent, ApiToken, BudgetWatcher, CareException, Decision, FollowUp, Outcome, WorkItem
from guardrails.queries.approvals import open_seats, roles_of
from policies.engine.document import dump, read
from policies.models import Policy, PolicyVersion
from policies.queries import yaml_document
from policies.queries.document import document_of
from tests.kept_policy import keep

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 19, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def demo(*arguments: str) -> str:
    said = io.StringIO()
    call_command("demo", *arguments, stdout=said)
    return said.getvalue()


def printed_curl(said: str) -> tuple[str, dict[str, str], str]:
    words = shlex.split(said[said.index("curl ") :].replace("\\\n", " "))
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    return words[2], dict(header.split(": ", 1) for header in headers), words[words.index("-d") + 1]


def in_any_order(document: dict[str, Any]) -> dict[str, Any]:
    """The normal form with the codes that a row is for sorted: "for A and B" is "for B and A"."""
    normal = dump(read(document))
    for row in [*normal["rules"], *normal["budgets"], *normal.get("history", [])]:
        for name in ("roles", "reasons", "remedies"):
            row[name] = sorted(row.get(name, []))
    return normal


def test_the_printed_question_is_answered_with_offers(folder):
    address, headers, body = printed_curl(demo("--only", "shop_eu", "--address", "http://testserver"))
    answer = Client().post(
        address.removeprefix("http://testserver"), body, content_type=headers.pop("Content-Type"), headers=headers
    )
    assert answer.status_code == 200
    assert answer.json()["offers"][0]["remedy"] == "store_credit"
    assert answer.json()["context"]["customer"]["exceptions_12_months"] == 1


def test_the_printed_logins_work_each_in_its_group(folder):
    said = demo("--only", "shop_eu")
    printed = dict(re.findall(r"^  (\w+) +(\S+-\S+)  +[a-z]", said, re.MULTILINE))
    assert list(printed) == list(LOGINS)
    for username, password in printed.items():
        user = authenticate(username=username, password=password)
        assert isinstance(user, User)
        assert [group.name for group in user.groups.all()] == [LOGINS[username][1]]
        assert user.is_staff
        assert not user.is_superuser


def test_running_it_again_keeps_everything(folder):
    first = demo("--only", "shop_eu")
    kept = CareException.objects.count(), Decision.objects.count(), PolicyVersion.objects.count(), Agent.objects.count()
    assert demo("--only", "shop_eu") == first
    assert kept == (
        CareException.objects.count(), Decision.objects.count(), PolicyVersion.objects.count(), Agent.objects.count()
    )  # fmt: skip
    assert ApiToken.objects.filter(active=True).count() == 3


def test_a_changed_password_is_not_printed_and_a_lost_token_is_replaced(folder):
    demo("--only", "shop_eu")
    auditor = User.objects.get(username="auditor")
    auditor.set_password("my own, not the demo's")
    auditor.save()
    keys = json.loads((folder / "demo.json").read_text())
    lost = keys["tokens"].pop("Help desk")
    (folder / "demo.json").write_text(json.dumps(keys))
    said = demo("--only", "shop_eu")
    assert re.search(r"auditor +\(set before", said)
    assert lost not in said
    assert ApiToken.objects.filter(name="Help desk", active=True).count() == 1


def test_the_keys_are_for_their_user_alone(folder):
    demo("--only", "shop_eu")
    assert stat.S_IMODE((folder / "demo.json").stat().st_mode) == 0o600


def test_its_past_is_there_for_the_auditor(folder):
    demo()
    assert CareException.objects.count() == sum(len(contact.given) for contact in CONTACTS)
    assert set(CareException.objects.values_list("policy__code", flat=True)) == set(EVERY)
    assert CareException.objects.filter(state="awaiting_approval").exists()
    followed_up = {outcome.exception.decision_id for outcome in Outcome.objects.all() if outcome.exception}
    assert len(followed_up) == sum(contact.told is not None for contact in CONTACTS)
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"done", "open"}
    assert not CareException.objects.filter(created_at__lt=PolicyVersion.objects.earliest("published_at").published_at)


def test_its_people_hear_of_what_waits_for_them_and_not_of_its_past(folder, mailoutbox):
    demo()
    for _ in range(3):
        call_command("tend", "--once", stdout=io.StringIO())
    told = {(mail.to[0], mail.subject.partition(":")[0]) for mail in mailoutbox}
    sofia = "sofia@example.com"
    assert told >= {(sofia, "Approval needed"), (sofia, "Handed over to Supervisor"), (sofia, "Overdue")}
    assert len(mailoutbox) < 10
    assert WorkItem.objects.filter(state="done").exists()
    assert BudgetWatcher.objects.filter(user__email="mara@example.com").count() == len(EVERY)


@pytest.fixture
def known_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's policies as they are loaded on a Monday, whenever the rest is."""

    def load(*, codes: tuple[str, ...], actor: User, now: datetime) -> None:
        keep(("the demo's", *codes), lambda: load_policies(codes=codes, actor=actor, now=MONDAY), by=actor)

    monkeypatch.setattr("guardrails.demo.load.load_policies", load)


@pytest.mark.parametrize("day", range(7))
def test_its_approver_is_asked_for_some_business_hours_whatever_the_day(folder, known_policies, day):
    evening = MONDAY + timedelta(days=day)
    with time_machine.travel(evening, tick=False) as clock:
        demo()
        for minutes in (0, 25):
            clock.move_to(evening + timedelta(minutes=minutes), tick=False)
            call_command("tend", "--once", stdout=io.StringIO())
            assert {"K-815", "B-93"} <= awaits_now("approver")


def awaits_now(username: str) -> set[str]:
    """The cases of the requests that ask a role of this user's agent, with time left."""
    now = timezone.now()
    roles = roles_of(Agent.objects.filter(user__username=username), now)
    return {
        seat.request.case
        for seat in open_seats(roles, after=None)
        if seat.due_at is not None
        and seat.due_at > now
        and {capacity.role for _, capacity in roles[seat.request.policy_id]} & set(seat.roles)
    }


@pytest.mark.parametrize("code", EVERY)
def test_what_is_loaded_is_what_the_file_says(folder, code):
    demo("--only", code)
    policy = Policy.objects.get(code=code)
    assert in_any_order(document_of(policy)) == in_any_order(yaml_document.load(document_file(code).read_text()))
    assert policy.current_version is not None
    assert policy.current_version.number == 1
