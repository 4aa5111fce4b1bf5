"""A manager gives systems and AI agents their tokens; each text is told once and kept nowhere."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from knox.crypto import hash_token

from guardrails.models import Agent, AgentKind, ApiToken, AuditRecord, Scope
from tests.guardrails_admin.conftest import Market, page

SECRET = re.compile(r'<code id="token">([0-9a-f]{64})</code>')


def wanted(market: Market, **changes: Any) -> dict[str, Any]:
    data = {
        "name": "Order system", "scopes": ["offers", "facts"], "agent": "", "agents": [], "teams": [market.team.pk],
        "expiry_0": "", "expiry_1": "", "change_reason": "The shop asks by itself",
    }  # fmt: skip
    return {**data, **changes}


def action(token: ApiToken, name: str) -> str:
    return page(ApiToken, "change", token.pk).removesuffix("change/") + f"{name}/"


def told(client: Client, address: str, data: dict[str, Any]) -> str:
    """Send a form, and give the text that its answer shows."""
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = SECRET.search(answer.content.decode())
    assert found, answer.content.decode()
    return found.group(1)


def test_the_text_is_told_once_and_kept_nowhere(
    shop: Market, login: Callable[..., Client], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client = login("manager")
    secret = told(client, page(ApiToken, "add"), wanted(shop))
    token = ApiToken.objects.get(name="Order system")
    assert token.digest == hash_token(secret)
    for address in (
        page(ApiToken, "changelist"),
        page(ApiToken, "change", token.pk),
        page(ApiToken, "history", token.pk),
    ):
        text = client.get(address).content.decode()
        assert secret not in text
        assert token.digest not in text
        assert secret[:16] not in text
    kept = [str(row) for model in (LogEntry, AuditRecord) for row in model.objects.values()]
    kept += [str(row) for row in ApiToken.history.values()] + [caplog.text, *capfd.readouterr()]
    assert not [text for text in kept if secret in text or token.digest in text or secret[:12] in text]


def test_who_issued_it_and_why_is_in_the_history_and_in_the_audit_log(
    shop: Market, login: Callable[..., Client]
) -> None:
    told(login("manager"), page(ApiToken, "add"), wanted(shop))
    token = ApiToken.objects.get(name="Order system")
    first = token.history.earliest()
    assert (first.history_type, first.history_user.username) == ("+", "the_manager")
    assert first.history_change_reason == "The shop asks by itself"
    record = AuditRecord.objects.get(subject_id=token.pk)
    assert (record.kind, record.actor) == ("token.issued", "user:the_manager")
    assert json.loads(record.body)["token"]["teams"] == [shop.team.code]


def test_a_form_that_is_sent_twice_makes_one_token(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    told(client, page(ApiToken, "add"), wanted(shop))
    again = client.post(page(ApiToken, "add"), wanted(shop)).content.decode()
    assert "Another active token has this name" in again
    assert ApiToken.objects.filter(name="Order system").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scopes": []}, "This field is required"),
        ({"scopes": ["everything"]}, "not one of the available choices"),
        ({"teams": []}, "Choose for whom it acts"),
        ({"teams": [], "scopes": ["outcomes"]}, "Choose for whom it acts"),
        ({"teams": [], "scopes": ["approvals"]}, "Choose for whom it acts"),
        ({"agent": "ana"}, "not both"),
        ({"expiry_0": "2020-01-01", "expiry_1": "00:00"}, "Choose a moment to come"),
        ({"change_reason": ""}, "This field is required"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    changes: dict[str, Any], said: str, shop: Market, login: Callable[..., Client]
) -> None:
    if changes.get("agent"):
        changes = changes | {"agent": shop.agent.pk}
    answer = login("manager").post(page(ApiToken, "add"), wanted(shop, **changes))
    assert said in answer.content.decode()
    assert not ApiToken.objects.filter(name="Order system").exists()


def test_every_scope_can_be_chosen_and_says_what_it_allows(shop: Market, login: Callable[..., Client]) -> None:
    text = login("manager").get(page(ApiToken, "add")).content.decode()
    for scope in Scope:
        assert f'value="{scope.value}"' in text
        assert re.search(rf">\s*{scope.value}: [a-z ]+", text), scope


def test_saving_what_the_form_shows_takes_nothing_away(shop: Market, login: Callable[..., Client]) -> None:
    ApiToken.objects.update(scopes=Scope.values)
    client, address = login("manager"), page(ApiToken, "change", shop.token.pk)
    boxes = re.findall(r'<input type="checkbox" name="scopes"[^>]*>', client.get(address).content.decode())
    ticked = [re.findall(r'value="(\w+)"', box)[0] for box in boxes if "checked" in box]
    assert client.post(address, wanted(shop, scopes=ticked)).status_code == 302
    assert sorted(ApiToken.objects.get().scopes) == sorted(Scope.values)


def test_an_audit_token_acts_for_nobody(shop: Market, login: Callable[..., Client]) -> None:
    told(login("manager"), page(ApiToken, "add"), wanted(shop, scopes=["audit"], teams=[]))


def test_an_ai_agents_own_token_verifies_no_facts(shop: Market, login: Callable[..., Client]) -> None:
    Agent.objects.filter(pk=shop.agent.pk).update(kind=AgentKind.AI)
    client, own = login("manager"), {"teams": [], "agent": shop.agent.pk}
    answer = client.post(page(ApiToken, "add"), wanted(shop, **own))
    assert "What an AI agent says of facts is not verified" in answer.content.decode()
    assert not ApiToken.objects.filter(name="Order system").exists()
    told(client, page(ApiToken, "add"), wanted(shop, scopes=["offers"], **own))


def test_an_edit_keeps_the_text_and_tells_what_changed(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    data = wanted(shop, name="Desk", scopes=["offers"], change_reason="Grants by hand")
    assert client.post(page(ApiToken, "change", shop.token.pk), data).status_code == 302
    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.digest) == ("Desk", ["offers"], shop.token.digest)
    assert list(token.teams.all()) == [shop.team]
    body = json.loads(AuditRecord.objects.get(kind="token.changed").body)
    assert body["reason"] == "Grants by hand"
    assert ["name", "Desk of Shop Europe", "Desk"] in body["changes"]


def test_a_rotated_token_is_the_same_client_with_another_text(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    assert "Why?" in client.get(action(shop.token, "rotate")).content.decode()
    assert ApiToken.objects.get().digest == shop.token.digest
    secret = told(client, action(shop.token, "rotate"), {"reason": "A laptop was stolen"})
    token = ApiToken.objects.get()
    assert (token.pk, token.digest) == (shop.token.pk, hash_token(secret))
    assert list(token.teams.all()) == [shop.team]
    asked = {"policy": "shop_eu", "agent": "ana", "reason": "late_delivery", "facts": {"days_late": 3}}
    for text, status in ((shop.secret, 401), (secret, 200)):
        headers = {"Authorization": f"Token {text}"}
        answer = Client().post("/api/v1/offers/", asked, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert token.history.latest().history_change_reason == "A laptop was stolen"


def test_a_token_is_switched_off_and_on_again(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    client.post(action(shop.token, "switch"), {"reason": ""})
    assert ApiToken.objects.get().active
    for active in (False, True):
        assert client.post(action(shop.token, "switch"), {"reason": "Because"}).status_code == 302
        assert ApiToken.objects.get().active is active
    assert AuditRecord.objects.filter(kind="token.changed").count() == 2


def test_the_list_tells_expired_from_active(shop: Market, login: Callable[..., Client]) -> None:
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=1))
    client = login("manager")
    assert "Expired" in client.get(page(ApiToken, "changelist")).content.decode()
    assert "Renew the token of Desk of Shop Europe" in client.get("/admin/").content.decode()


def test_a_limited_manager_lets_tokens_act_for_their_own_people_alone(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    client = login("manager", limited_to=shop.policy)
    text = client.get(page(ApiToken, "add")).content.decode()
    assert "Zebra" not in text
    assert "Zoe_Quist" not in text
    for changes in (
        {"teams": [other.team.pk]},
        {"teams": [], "agents": [other.agent.pk]},
        {"teams": [], "agent": other.agent.pk},
    ):
        assert "valid choice" in client.post(page(ApiToken, "add"), wanted(shop, **changes)).content.decode()
    # An agent of both policies would carry the token beyond.
    Agent.objects.get(code="ana").assignments.create(
        policy=other.policy, role=other.policy.role_set.get(code="frontline")
    )
    assert "valid choice" in client.post(page(ApiToken, "add"), wanted(shop)).content.decode()
    assert ApiToken.objects.count() == 2
