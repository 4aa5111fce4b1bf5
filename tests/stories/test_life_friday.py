"""The approver is away from Friday evening: nobody is blocked, and nobody's silence is a "no"."""

from datetime import datetime

import pytest
from django.core import mail

from guardrails.models import Agent, AuditRecord, StandIn
from tests.guardrails_api.conftest import Api
from tests.stories.life import BERLIN, Answer, Shop, leads, offered, shop, stranger  # noqa: F401 - fixtures

EVENING = datetime(2026, 6, 19, 19, 0, tzinfo=BERLIN)


def saturday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 20, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def asked(shop: Shop) -> Answer:  # noqa: F811
    """On Friday at seven in the evening Ana asks for more than she may give alone."""
    shop.move_to(EVENING)
    return shop.credit(shop.desk, "40.00", status=202, agent="ana", note="It was a birthday present.")


def now(shop: Shop, asked: Answer) -> Answer:  # noqa: F811
    answer: Answer = shop.desk.get(f"exceptions/{asked['exception']}/").json()
    return answer


def events(exception: str) -> list[str]:
    kinds = AuditRecord.objects.filter(subject_id=exception).order_by("at", "id").values_list("kind", flat=True)
    return list(kinds)


def test_meanwhile_the_agent_knows_what_they_can_offer_and_when_an_answer_is_due(asked: Answer) -> None:
    assert (asked["state"], asked["asks"]) == ("awaiting_approval", ["supervisor"])
    # Two hours while somebody is there: one on Friday until eight, one on Saturday from nine.
    assert datetime.fromisoformat(asked["approval"]["until"]) == saturday(10)
    assert [(offer["remedy"], offer["amount"]["max"]) for offer in asked["meanwhile"]] == [("store_credit", "25.00")]


def test_they_are_reminded_then_the_next_role_is_asked_and_silence_is_a_time_out(
    shop: Shop,  # noqa: F811
    leads: Api,  # noqa: F811
    asked: Answer,
) -> None:
    shop.move_to(saturday(9, 45))
    assert events(asked["exception"])[-1] == "approval.reminded"
    shop.move_to(saturday(10))
    assert now(shop, asked)["approval"]["asks"] == ["care_lead"]
    assert datetime.fromisoformat(now(shop, asked)["approval"]["until"]) == saturday(12)
    shop.move_to(saturday(12))
    ended = now(shop, asked)
    assert (ended["state"], ended["approval"]["outcome"]) == ("timed_out", None)
    assert events(asked["exception"]) == [
        "exception.awaiting_approval", "approval.reminded", "approval.escalated", "exception.timed_out",
    ]  # fmt: skip
    shop.send(leads, f"approvals/{asked['approval']['request']}/approve/", status=409, agent="clara")
    # Nobody said no: asked again, it is the supervisors' again, and there is nothing to get round.
    again = shop.credit(shop.desk, "40.00", status=202, agent="ana")
    assert (again["asks"], again["approval"]["earlier_no"]) == (["supervisor"], None)


def test_a_stand_in_answers_in_their_place(
    shop: Shop,  # noqa: F811
    asked: Answer,
) -> None:
    mara = Agent.objects.create(code="mara", name="Mara", team=Agent.objects.get(code="sam").team)
    inbox = shop.client("Mara's inbox", "approvals", agents=("mara",))  # type: ignore[arg-type]
    request = asked["approval"]["request"]
    StandIn.objects.create(
        absent=Agent.objects.get(code="sofia"), stand_in=mara, starts_at=saturday(9), ends_at=saturday(18)
    )
    shop.send(inbox, f"approvals/{request}/approve/", status=404, agent="mara")
    shop.move_to(saturday(9))
    assert inbox.get("approvals/").json()["results"][0]["for"] == [
        {"agent": "mara", "role": "supervisor", "for_agent": "sofia"}
    ]
    shop.send(inbox, f"approvals/{request}/approve/", agent="mara", text="A birthday comes once a year.")
    told = now(shop, asked)
    assert told["state"] == "approved"
    assert (told["approval"]["outcome"]["agent"], told["approval"]["outcome"]["for_agent"]) == ("mara", "sofia")
    shop.send(shop.desk, f"exceptions/{asked['exception']}/grant/", agent="ana")


def test_those_who_are_asked_get_a_mail(shop: Shop, asked: Answer) -> None:  # noqa: F811
    sofia = Agent.objects.get(code="sofia").user
    assert sofia is not None
    sofia.email = "sofia@example.com"
    sofia.save()
    mail.outbox.clear()
    shop.move_to(saturday(9, 45))
    assert any("sofia@example.com" in each.to for each in mail.outbox)


def test_a_stranger_neither_sees_nor_answers_it(shop: Shop, stranger: Api, asked: Answer) -> None:  # noqa: F811
    request = asked["approval"]["request"]
    for moment in (EVENING, saturday(10), saturday(12)):
        shop.move_to(moment)
        assert stranger.get("approvals/").json()["results"] == []
        assert stranger.get(f"approvals/{request}/").status_code == 404
        assert stranger.get(f"exceptions/{asked['exception']}/").status_code == 404
        for agent in ("zoe", "sofia", "ana"):
            shop.send(stranger, f"approvals/{request}/approve/", status=404, agent=agent)
