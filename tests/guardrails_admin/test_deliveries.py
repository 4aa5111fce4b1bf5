"""What could not be delivered is seen and sent again; an endpoint is switched off, and on again with what it missed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.models import AuditRecord, Delivery, DeliveryState, WebhookEndpoint
from tests.guardrails.conftest import receiver  # noqa: F401 - a fixture
from tests.guardrails.delivering import an_endpoint, happens, tend
from tests.guardrails.receiver import Receiver, answers
from tests.guardrails_admin.conftest import Market, page
from tests.guardrails_admin.test_webhook_endpoints import WHO, action


@pytest.fixture
def dead(shop: Market) -> Delivery:
    """A delivery that was given up."""
    an_endpoint("https://pay.example.com/", shop.policy, name="Payments", kinds=["freeze"])
    happens("freeze.begun", "frz_1", shop.policy, now=timezone.now(), name="Refunds")
    fan_out_messages(timezone.now())
    Delivery.objects.update(state=DeliveryState.DEAD, attempts=18, last_status=500, last_error="It answered 500.")
    return Delivery.objects.get()


@pytest.mark.parametrize("who", WHO)
def test_who_may_read_deliveries_and_send_them_again(who: str, dead: Delivery, login: Callable[..., Client]) -> None:
    client = login(who)
    reads = 200 if who in ("auditor", "approver") else WHO[who]
    assert client.get(page(Delivery, "changelist")).status_code == reads
    answer = client.get(page(Delivery, "change", dead.pk))
    assert answer.status_code == reads
    assert ("Send it again" in answer.content.decode()) == (who in ("manager", "superuser"))
    assert client.get(page(Delivery, "replay", dead.pk)).status_code == (302 if who == "nobody" else 405)
    sent = client.post(page(Delivery, "replay", dead.pk)).status_code
    assert sent == (302 if WHO[who] in (200, 302) else 403)
    dead.refresh_from_db()
    assert dead.state == ("due" if WHO[who] == 200 else "dead")


def test_a_delivery_is_found_by_its_event_and_its_subject(dead: Delivery, login: Callable[..., Client]) -> None:
    client = login("auditor")
    event = dead.message.event_id
    for term, found in ((event, True), ("frz_1", True), ("frz_2", False), ("evt_none", False)):
        text = client.get(page(Delivery, "changelist"), {"q": term}).content.decode()
        assert (f"/{dead.pk}/change/" in text) == found, term


def test_what_was_given_up_is_replayed_by_command(dead: Delivery, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("replay_webhooks", "--dead", "--endpoint", "Payments")
    assert capsys.readouterr().out == "1 to be sent again.\n"
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("due", 0)
    call_command("replay_webhooks", "--dead")
    assert capsys.readouterr().out == "0 to be sent again.\n"
    Delivery.objects.update(state=DeliveryState.DELIVERED, delivered_at=timezone.now())
    call_command("replay_webhooks", dead.message.event_id, "--endpoint", "Payments")
    assert capsys.readouterr().out == "1 to be sent again.\n"


def test_a_replay_of_nothing_in_particular_is_refused(dead: Delivery) -> None:
    with pytest.raises(CommandError, match="Say what"):
        call_command("replay_webhooks")
    with pytest.raises(CommandError, match="There is: Payments"):
        call_command("replay_webhooks", "--endpoint", "Paymints", "--since", "2026-01-01")


def test_a_manager_switches_an_endpoint_off_and_on_with_a_reason(dead: Delivery, login: Callable[..., Client]) -> None:
    client, endpoint = login("manager"), WebhookEndpoint.objects.get()
    assert "told nothing from now on" in client.get(action(endpoint, "switch")).content.decode()
    client.post(action(endpoint, "switch"), {"reason": ""})
    assert WebhookEndpoint.objects.get().active
    off = client.post(action(endpoint, "switch"), {"reason": "They move house"}, follow=True).content.decode()
    assert "Payments is switched off." in off
    assert "They move house" in off
    since = WebhookEndpoint.objects.get().off_since
    command = f"manage.py replay_webhooks --endpoint Payments --since {since:%Y-%m-%dT%H:%M:%SZ}"
    asked = client.get(action(endpoint, "switch")).content.decode()
    assert "Send again what was given up" in asked
    assert command in asked
    assert Delivery.objects.get().state == "dead"
    on = client.post(action(endpoint, "switch"), {"reason": "They have moved", "replay": "on"}, follow=True)
    assert "Payments is switched on. To be sent again: 1." in on.content.decode()
    assert f"What happened while it was off is sent by: {command}" in on.content.decode()
    assert Delivery.objects.get().state == "due"
    reasons = [entry.history_change_reason for entry in endpoint.history.all()]
    assert reasons[:2] == ["They have moved", "They move house"]
    kinds = AuditRecord.objects.filter(subject_type="webhook_endpoint").values_list("kind", flat=True)
    assert list(kinds) == ["webhook.switched_off", "webhook.switched_on"]


def test_what_was_given_up_stays_so_where_nobody_wants_it(dead: Delivery, login: Callable[..., Client]) -> None:
    client, endpoint = login("manager"), WebhookEndpoint.objects.get()
    for reason in ("Off", "On"):
        client.post(action(endpoint, "switch"), {"reason": reason})
    assert WebhookEndpoint.objects.get().active
    assert Delivery.objects.get().state == "dead"


def test_an_endpoint_that_is_gone_says_so_wherever_a_manager_looks(
    shop: Market,
    login: Callable[..., Client],
    receiver: Receiver,  # noqa: F811
) -> None:
    endpoint, _ = an_endpoint(receiver.url, shop.policy, name="Payments")
    happens("freeze.begun", "frz_1", shop.policy, now=timezone.now())
    receiver.behave = [answers(410)]
    tend(timezone.now())
    client = login("manager")
    home = client.get("/admin/").content.decode()
    assert "Ask whoever runs Payments what became of it" in home
    assert "See to what could not be delivered" in home
    shown = client.get(page(WebhookEndpoint, "change", endpoint.pk)).content.decode()
    assert "It answered 410 Gone: it wants to be told nothing more." in shown
    assert "given up</a>" in shown
    assert "Off" in client.get(page(WebhookEndpoint, "changelist")).content.decode()
    one = Delivery.objects.filter(endpoint=endpoint).first()
    assert one
    again = client.post(page(Delivery, "replay", one.pk), follow=True).content.decode()
    assert "is sent to Payments again, when that is switched on." in again
    assert "when it is switched on" in again


def test_an_endpoint_that_asked_for_time_says_until_when(dead: Delivery, login: Callable[..., Client]) -> None:
    until = timezone.now() + timedelta(hours=1)
    WebhookEndpoint.objects.update(quiet_until=until)
    Delivery.objects.update(state=DeliveryState.DUE)
    client, endpoint = login("manager"), WebhookEndpoint.objects.get()
    assert "Busy" in client.get(page(WebhookEndpoint, "changelist")).content.decode()
    said = f"It is left alone until {until:%-d %B %Y, %H:%M:%S} UTC:"
    assert said in client.get(page(WebhookEndpoint, "change", endpoint.pk)).content.decode()
    assert f"{until:%d %b %Y, %H:%M:%S}" in client.get(page(Delivery, "changelist")).content.decode()
    assert f"{until:%d %b %Y, %H:%M:%S}" in client.get(page(Delivery, "change", dead.pk)).content.decode()


def test_a_delivery_that_waits_for_an_earlier_one_says_for_which(shop: Market, login: Callable[..., Client]) -> None:
    endpoint, _ = an_endpoint("https://pay.example.com/", shop.policy, name="Payments")
    for kind in ("exception.granted", "settlement.sent", "settlement.failed"):
        happens(kind, "exc_1", shop.policy, now=timezone.now())
    fan_out_messages(timezone.now())
    client = login("auditor")
    first, second, third = Delivery.objects.filter(endpoint=endpoint, subject="exception:exc_1").order_by("message")
    text = client.get(page(Delivery, "change", third.pk)).content.decode()
    assert "after the one before it" in text
    assert f'<a href="{page(Delivery, "change", first.pk)}">exception.granted</a>' in text
    assert "Waits for" not in client.get(page(Delivery, "change", first.pk)).content.decode()
    listed = client.get(page(Delivery, "changelist")).content.decode()
    assert listed.count("after the one before it") == 2
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.DEAD)
    assert "after the one before it" not in client.get(page(Delivery, "change", second.pk)).content.decode()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(active=False)
    assert "when it is switched on" in client.get(page(Delivery, "change", third.pk)).content.decode()
