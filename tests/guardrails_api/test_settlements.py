"""Granting is not paying: the system that pays says over the API what became of it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User

from guardrails.api.settlement_answer import SettlementAnswer
from guardrails.models import AuditRecord, CareException, Scope, Settlement, State
from guardrails.models.settlement import SAID, SETTLEMENTS, settlement_refusal
from policies.models import Policy, PolicyScope
from tests.guardrails.builders import a_policy, an_exception
from tests.guardrails_api.conftest import Api, Response


@pytest.fixture
def payer(new_token: Callable[..., Api]) -> Api:
    """The system that pays."""
    return new_token("payer", [Scope.SETTLEMENTS])


@pytest.fixture
def granted(shop: Policy) -> CareException:
    """A store credit of €12.50."""
    return an_exception(shop, amount=1250)


def say(api: Api, exception: str, event: str, key: str = "", **said: Any) -> Response:
    body = {"exception": exception, "event": event, **said}
    return api.post("settlements/", body, Idempotency_Key=key or f"{exception} {event} {said}")


def records(kind: str) -> int:
    return AuditRecord.objects.filter(kind=kind).count()


def test_a_payer_sends_and_confirms(payer, granted):
    sent = say(payer, granted.pk, "sent", reference="PAY-1")
    assert sent.status_code == 200
    assert sent.json()["settlement"]["state"] == "sent"

    confirmed = say(payer, granted.pk, "confirmed", reference="PAY-1", amount="12.50", note="Arrived.")
    answer = confirmed.json()
    assert answer["settlement"] == {
        "state": "confirmed",
        "since": "2026-06-15T12:00:00+00:00",
        "reference": "PAY-1",
        "amount": {"amount": "12.50", "currency": "EUR"},
        "note": "Arrived.",
    }
    assert answer["mismatch"] is None
    assert [records(f"settlement.{each}") for each in ("sent", "confirmed")] == [1, 1]
    msgspec.convert(answer, SettlementAnswer, strict=True)


def test_it_may_say_when_it_was(payer, granted):
    answer = say(payer, granted.pk, "confirmed", at="2026-06-15T14:00:00+02:00").json()
    assert answer["settlement"]["since"] == "2026-06-15T12:00:00+00:00"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"event": "paid"}, "/event"),
        ({"amount": "12.505"}, "/amount"),
        ({"amount": "-1.00"}, "/amount"),
        ({"amount": "9" * 30}, "/amount"),
        ({"amount": {"amount": "12.50", "currency": "USD"}}, "/amount"),
        ({"amount": 12.5}, "/amount"),
        ({"at": "yesterday"}, "/at"),
        ({"at": "2026-06-15T12:00:00"}, "/at"),
        ({"at": "2026-06-16T12:00:00Z"}, "/at"),
        ({"reference": " PAY-1"}, "/reference"),
        ({"reference": "PAY\u00001"}, "/reference"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(said, pointer, payer, granted):
    refused = payer.post("settlements/", {"exception": granted.pk, "event": "confirmed", **said}, Idempotency_Key="key")
    assert refused.status_code == 422, refused.content
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    granted.refresh_from_db()
    assert granted.settlement == Settlement.PENDING


def test_what_has_no_amount_is_confirmed_without(payer, shop):
    replacement = an_exception(shop, amount=0, unit="none", amount_minor=None)
    assert say(payer, replacement.pk, "confirmed").status_code == 200
    other = an_exception(shop, amount=0, unit="none", amount_minor=None)
    assert say(payer, other.pk, "confirmed", amount="1.00").status_code == 422


def test_another_amount_is_noted_and_told_as_a_mismatch(payer, granted):
    answer = say(payer, granted.pk, "confirmed", amount="15.20").json()
    assert answer["mismatch"] == {
        "due": {"amount": "12.50", "currency": "EUR"},
        "paid": {"amount": "15.20", "currency": "EUR"},
    }
    granted.refresh_from_db()
    assert granted.settled_minor == 1520


def test_what_was_reversed_in_part_is_due_in_part(payer, shop):
    part = an_exception(shop, amount=1250, reversed_number=250, reversed_cost_minor=250)
    assert say(payer, part.pk, "confirmed", amount="10.00").json()["mismatch"] is None


def test_the_same_key_gives_the_first_answer(payer, granted):
    first = say(payer, granted.pk, "confirmed", key="one", amount="12.50")
    again = say(payer, granted.pk, "confirmed", key="one", amount="12.50")
    other = say(payer, granted.pk, "confirmed", key="one", amount="12.60")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_conflict")
    assert records("settlement.confirmed") == 1


def test_without_a_key_nothing_happens(payer, granted):
    assert payer.post("settlements/", {"exception": granted.pk, "event": "sent"}).status_code == 400


def test_the_same_confirmation_under_another_key_is_no_second_payment(payer, granted):
    say(payer, granted.pk, "confirmed", key="one", reference="PAY-1")
    again = say(payer, granted.pk, "confirmed", key="two", reference="PAY-1")
    assert again.status_code == 200


def test_a_second_payment_is_refused_and_kept(payer, granted):
    say(payer, granted.pk, "confirmed", reference="PAY-1", amount="12.50")
    second = say(payer, granted.pk, "confirmed", reference="PAY-2", amount="12.50")
    assert (second.status_code, second.json()["code"]) == (409, "wrong_settlement")
    assert "cannot_be_confirmed_while_confirmed" in second.json()["errors"][0]["detail"]
    assert "is kept" in second.json()["detail"]
    assert records("settlement.refused") == 1


@pytest.mark.parametrize("state", [State.HELD, State.AWAITING_APPROVAL, State.DECLINED, State.VOIDED, State.EXPIRED])
def test_what_was_never_granted_is_refused_and_kept_once(state, payer, shop):
    until: dict[str, Any] = {"expires_at": "2026-06-15T13:00:00Z"} if state == State.HELD else {}
    never = an_exception(shop, state=state, **until)
    first = say(payer, never.pk, "confirmed", key="one", amount="5.00")
    again = say(payer, never.pk, "confirmed", key="one", amount="5.00")
    assert first.status_code == 409
    assert "cannot_be_confirmed_while_not_granted" in first.json()["errors"][0]["detail"]
    assert first.json()["detail"] == again.json()["detail"]
    assert records("settlement.refused") == 1


@pytest.mark.parametrize("before", [None, *Settlement])
@pytest.mark.parametrize("event", list(SAID))
def test_every_state_and_event_is_allowed_or_a_named_refusal(before, event, payer, shop):
    if before is None:
        row = an_exception(shop, state=State.VOIDED)
    else:
        state = State.REVERSED if before == Settlement.REVERSED else State.GRANTED
        row = an_exception(shop, state=state, settlement=before, payer_reference="PAY-1")
    answer = say(payer, row.pk, event, reference="PAY-2")
    step = SETTLEMENTS.get((before, SAID[event])) if before else None
    if step and event != "returned":
        assert answer.status_code == 200
        assert answer.json()["settlement"]["state"] == step.to
        return
    assert answer.status_code == 409
    assert f"({settlement_refusal(before or '', SAID[event])[0]})" in answer.json()["errors"][0]["detail"]
    row.refresh_from_db()
    assert row.settlement == (before or "")


def test_money_that_bounces_after_it_arrived_is_paid_again(payer, granted):
    say(payer, granted.pk, "confirmed", reference="PAY-1", amount="12.50")
    bounced = say(payer, granted.pk, "bounced", reference="PAY-1", note="Account closed")
    assert bounced.status_code == 200
    assert bounced.json()["because"] == "Account closed"
    settlement = bounced.json()["settlement"]
    assert (settlement["state"], settlement["amount"], settlement["note"]) == ("failed", None, "Account closed")
    assert say(payer, granted.pk, "confirmed", reference="PAY-2", amount="12.50").json()["settlement"]["note"] is None
    assert records("settlement.bounced") == 1


def test_failed_after_confirmed_says_what_to_say_instead_and_is_kept(payer, granted):
    say(payer, granted.pk, "confirmed", reference="PAY-1")
    refused = say(payer, granted.pk, "failed", note="Came back")
    assert refused.status_code == 409
    assert "say bounced" in refused.json()["detail"]
    assert "bounced" in refused.json()["errors"][0]["detail"]
    assert records("settlement.refused") == 1


def test_what_was_taken_back_after_it_was_paid_is_to_come_back(payer, shop):
    row = an_exception(shop, amount=1250, settlement="reversed", state=State.REVERSED, owed_back=1250)
    part = say(payer, row.pk, "returned", amount="10.00").json()
    assert part["reversed"]["owed_back"] == {"amount": "12.50", "currency": "EUR"}
    assert part["reversed"]["came_back"] == {"amount": "10.00", "currency": "EUR"}
    assert say(payer, row.pk, "returned", amount="2.50").json()["settlement"]["state"] == "reversed"
    more = say(payer, row.pk, "returned", amount="1.00")
    assert (more.status_code, records("settlement.refused")) == (409, 1)


def test_points_are_confirmed_by_their_number(payer, shop):
    row = an_exception(shop, amount=0, unit="points", amount_minor=None, quantity=500)
    answer = say(payer, row.pk, "confirmed", quantity=400).json()
    assert answer["settlement"]["amount"] == {"quantity": "400", "unit": "points"}
    assert answer["mismatch"]["due"] == {"quantity": "500", "unit": "points"}
    assert say(payer, row.pk, "confirmed", amount="4.00").status_code == 422
    msgspec.convert(answer, SettlementAnswer, strict=True)


def test_refusals_speak_of_payers_and_say_what_is_wrong(payer, granted):
    missing = say(payer, "exc_none", "confirmed").json()
    assert "for this client" in missing["detail"]
    wrong = say(payer, granted.pk, "confirmed", reference=" PAY-1").json()
    assert (wrong["code"], wrong["detail"][:9]) == ("invalid_settlement", "reference")
    other = say(payer, granted.pk, "confirmed", amount="12.505").json()
    assert other["detail"].startswith("amount ")


def test_strangers_get_nothing_not_even_existence(new_token, desk, auditor, granted):
    limited = new_token("other payer", [Scope.SETTLEMENTS])
    PolicyScope.objects.create(user=limited.row.user).policies.add(a_policy("other"))
    hidden = say(limited, granted.pk, "confirmed")
    missing = say(limited, "exc_none", "confirmed")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["detail"].replace(granted.pk, "exc_none") == missing.json()["detail"]
    for api in (desk, auditor, new_token("all but", [scope for scope in Scope if scope != Scope.SETTLEMENTS])):
        assert say(api, granted.pk, "confirmed").status_code == 403
    assert say(Api(), granted.pk, "confirmed").status_code == 401
    granted.refresh_from_db()
    assert granted.settlement == Settlement.PENDING


def test_a_payer_limited_to_the_policy_is_heard(new_token, granted):
    limited = new_token("shop payer", [Scope.SETTLEMENTS])
    PolicyScope.objects.create(user=User.objects.get(username="shop payer")).policies.add(granted.policy)
    assert say(limited, granted.pk, "confirmed").status_code == 200
