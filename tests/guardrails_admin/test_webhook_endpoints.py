"""A manager says which systems are told what; each secret is told once, and what was given up can be sent again."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.models import AuditRecord, BudgetWatcher, Delivery, WebhookEndpoint
from guardrails.models.sealed import unseal
from guardrails.outbox import addresses
from tests.guardrails.delivering import an_endpoint
from tests.guardrails.receiver import Receiver, answers, serving
from tests.guardrails_admin.conftest import Market, page

SECRET = re.compile(r'<code id="secret">(whsec_[A-Za-z0-9+/=]+)</code>')
WHO = {"manager": 200, "superuser": 200, "auditor": 403, "approver": 403, "agent": 403, "stranger": 403, "nobody": 302}


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names mean public addresses, but for this machine's."""
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.1" if "local" in host else "93.184.216.34"])


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A system on this machine, which the settings allow."""
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.1"])
    with serving() as found:
        yield found


def wanted(**changes: Any) -> dict[str, Any]:
    data = {
        "name": "Payments", "url": "https://pay.example.com/hooks", "kinds": ["exception", "settlement"],
        "policies": [], "pays": "on", "change_reason": "It pays what we grant",
    }  # fmt: skip
    return {**data, **changes}


def action(endpoint: WebhookEndpoint, name: str) -> str:
    return page(WebhookEndpoint, "change", endpoint.pk).removesuffix("change/") + f"{name}/"


def told(answer: Any) -> str:
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = SECRET.search(answer.content.decode())
    assert found, answer.content.decode()
    return found.group(1)


def test_a_secret_is_told_once_and_kept_readable_nowhere(
    shop: Market, login: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    client = login("manager")
    secret = told(client.post(page(WebhookEndpoint, "add"), wanted(policies=[shop.policy.pk])))
    endpoint = WebhookEndpoint.objects.get()
    assert unseal(endpoint.secret) == secret
    assert (endpoint.kinds, endpoint.pays, list(endpoint.policies.all())) == (
        ["exception", "settlement"],
        True,
        [shop.policy],
    )
    for name in ("changelist", "change", "history"):
        arguments = () if name == "changelist" else (endpoint.pk,)
        text = client.get(page(WebhookEndpoint, name, *arguments)).content.decode()
        assert secret[6:] not in text
        assert endpoint.secret not in text
    kept = [str(row) for model in (LogEntry, AuditRecord) for row in model.objects.values()]
    kept += [str(row) for row in WebhookEndpoint.history.values()] + [caplog.text]
    assert not [text for text in kept if secret[6:18] in text or endpoint.secret in text]
    record = AuditRecord.objects.get(kind="webhook.added")
    assert (record.actor, json.loads(record.body)["endpoint"]["url"]) == (
        "user:the_manager",
        "https://pay.example.com/hooks",
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://pay.example.com/", "must start with https"),
        ("https://localhost/", "not a public address"),
        ("https://user:x@pay.example.com/", "user name"),
        ("not an address", "without spaces"),
    ],
)
def test_an_address_of_our_own_network_is_refused_in_the_form(
    url: str, why: str, shop: Market, login: Callable[..., Client]
) -> None:
    answer = login("manager").post(page(WebhookEndpoint, "add"), wanted(url=url))
    assert why in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_a_secret_is_replaced_with_a_reason(db: None, login: Callable[..., Client]) -> None:
    endpoint, old = an_endpoint("https://pay.example.com/")
    client = login("manager")
    assert client.get(action(endpoint, "rotate")).status_code == 200
    assert client.post(action(endpoint, "rotate"), {"reason": ""}).status_code == 200
    endpoint.refresh_from_db()
    assert unseal(endpoint.secret) == old

    new = told(client.post(action(endpoint, "rotate"), {"reason": "Somebody left"}))
    endpoint.refresh_from_db()
    assert endpoint.secrets(timezone.now()) == [new, old]
    assert endpoint.history.latest().history_change_reason == "Somebody left"
    assert AuditRecord.objects.filter(kind="webhook.rotated").count() == 1


def test_a_test_is_sent_and_the_answer_shown(db: None, login: Callable[..., Client], receiver: Receiver) -> None:
    endpoint, secret = an_endpoint(receiver.url)
    client = login("manager")
    assert "is sent to" in client.get(action(endpoint, "try")).content.decode()
    assert not receiver.received
    receiver.behave = [answers(202), answers(500)]
    said = client.post(action(endpoint, "try"), follow=True).content.decode()
    assert "took it, and answered 202" in said
    one = receiver.received[0]
    assert Webhook(secret).verify(one.body, one.headers)["type"] == "test"
    assert "did not take it. It answered 500" in client.post(action(endpoint, "try"), follow=True).content.decode()


@pytest.mark.parametrize("who", WHO)
def test_who_may_keep_endpoints_and_watchers(who: str, shop: Market, login: Callable[..., Client]) -> None:
    endpoint, _ = an_endpoint("https://pay.example.com/")
    watcher = BudgetWatcher.objects.create(policy=shop.policy, email="mia@example.com")
    client, status = login(who), WHO[who]
    reads = 200 if who == "auditor" else status
    for model, row in ((WebhookEndpoint, endpoint), (BudgetWatcher, watcher)):
        assert client.get(page(model, "changelist")).status_code == reads
        assert client.get(page(model, "change", row.pk)).status_code == reads
        assert client.get(page(model, "add")).status_code == status
        if status != 200:
            assert client.post(page(model, "add"), wanted()).status_code == status
    for name in ("rotate", "try", "switch"):
        assert client.get(action(endpoint, name)).status_code == status
        if status != 200:
            assert client.post(action(endpoint, name), {"reason": "Mischief"}).status_code == status
    assert client.post(page(WebhookEndpoint, "delete", endpoint.pk), {"post": "yes"}).status_code in (302, 403)
    assert WebhookEndpoint.objects.values_list("secret", "active").get() == (endpoint.secret, True)


@pytest.mark.parametrize("who", ["manager", "auditor"])
def test_a_limited_user_finds_no_trace_of_other_policies(
    who: str, shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    mine, _ = an_endpoint("https://pay.example.com/mine", shop.policy)
    hidden = [
        an_endpoint("https://zebra.example.com/", other.policy)[0],
        an_endpoint("https://zebra.example.com/both", shop.policy, other.policy)[0],
        an_endpoint("https://zebra.example.com/all")[0],
    ]
    BudgetWatcher.objects.create(policy=other.policy, email="zebra@example.com")
    fan_out_messages(timezone.now())
    client = login(who, limited_to=shop.policy)
    for model in (WebhookEndpoint, BudgetWatcher):
        assert "zebra" not in client.get(page(model, "changelist")).content.decode().lower()
    assert other.exception.pk not in client.get(page(Delivery, "changelist")).content.decode()
    assert client.get(page(WebhookEndpoint, "change", mine.pk)).status_code == 200
    for endpoint in hidden:
        assert client.get(page(WebhookEndpoint, "change", endpoint.pk)).status_code == 302
        assert client.get(page(WebhookEndpoint, "history", endpoint.pk)).status_code in (302, 404)
        assert client.post(action(endpoint, "rotate"), {"reason": "x"}).status_code in (302, 403, 404)
        assert client.post(action(endpoint, "switch"), {"reason": "x"}).status_code in (302, 403, 404)
        assert WebhookEndpoint.objects.get(pk=endpoint.pk).secret == endpoint.secret
        assert WebhookEndpoint.objects.get(pk=endpoint.pk).active
    foreign = Delivery.objects.filter(message__record__policy=other.policy).first()
    assert foreign
    assert client.get(page(Delivery, "change", foreign.pk)).status_code in (302, 404)
    assert client.post(page(Delivery, "replay", foreign.pk)).status_code in (403, 404)


def test_a_limited_manager_adds_endpoints_for_their_policies_only(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    client = login("manager", limited_to=shop.policy)
    client.post(page(WebhookEndpoint, "add"), wanted())
    client.post(page(WebhookEndpoint, "add"), wanted(policies=[other.policy.pk]))
    assert not WebhookEndpoint.objects.exists()
    told(client.post(page(WebhookEndpoint, "add"), wanted(policies=[shop.policy.pk])))
    client.post(page(BudgetWatcher, "add"), {"policy": other.policy.pk, "email": "x@example.com", "change_reason": "x"})
    assert not BudgetWatcher.objects.exists()


def test_a_manager_adds_a_watcher(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    both = {"policy": shop.policy.pk, "user": "", "email": "", "budget": "", "team": "", "change_reason": "x"}
    assert "exactly one" in client.post(page(BudgetWatcher, "add"), both).content.decode()
    unknown = client.post(page(BudgetWatcher, "add"), {**both, "email": "mia@example.com", "budget": "no_such"})
    assert "no budget of this code" in unknown.content.decode()
    mute = User.objects.create_user("mute").pk
    assert "no e-mail address" in client.post(page(BudgetWatcher, "add"), {**both, "user": mute}).content.decode()
    added = client.post(page(BudgetWatcher, "add"), {**both, "email": "mia@example.com"})
    assert added.status_code == 302
    assert str(BudgetWatcher.objects.get()) == "mia@example.com: every budget of Shop Europe"


def test_an_address_that_is_changed_is_tried_at_once(shop: Market, login: Callable[..., Client]) -> None:
    until = timezone.now() + timedelta(hours=1)
    endpoint, _ = an_endpoint("https://busy.example.com/", shop.policy, quiet_until=until)
    changed = wanted(url="https://new.example.com/", policies=[shop.policy.pk])
    login("manager").post(page(WebhookEndpoint, "change", endpoint.pk), changed)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.quiet_until) == ("https://new.example.com/", None)


def test_what_pays_has_to_be_told_of_grants(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    for kinds in (["settlement"], ["exception.reversed", "budget"]):
        refused = client.post(page(WebhookEndpoint, "add"), wanted(kinds=kinds)).content.decode()
        assert "What pays has to be told of grants: choose exceptions" in refused
    assert not WebhookEndpoint.objects.exists()
    for number, kinds in enumerate(([], ["exception"], ["exception.granted", "budget"])):
        told(client.post(page(WebhookEndpoint, "add"), wanted(name=f"Payer {number}", kinds=kinds)))
    told(client.post(page(WebhookEndpoint, "add"), wanted(name="Books", kinds=["budget"], pays="")))
