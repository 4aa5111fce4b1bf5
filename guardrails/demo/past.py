"""The demo's past: questions that were asked and exceptions that were granted in the weeks before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.demo.clients import AI_ASSISTANT, HELP_DESK, caller_of
from guardrails.demo.people import AI_AGENT
from guardrails.models import CareException, FollowUp, FollowUpState


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One contact with a customer: what was asked, what was then given (remedy, amount or None), how it turned out.

    `told` is what the customer said when the agent followed up, in time; None where nobody has done it yet.
    """

    days_ago: int
    policy: str
    agent: str
    reason: str
    customer: str
    case: str
    channel: str = "chat"
    facts: dict[str, Any] = field(default_factory=dict)
    given: tuple[tuple[str, str | None], ...]
    note: str = ""
    told: Told | None = None


CONTACTS = (
    Contact(
        days_ago=48, policy="shop_eu", agent="ana", reason="late_delivery", customer="C-20417", case="K-702",
        facts={"order_total": "54.00", "days_late": 2, "damaged": False},
        given=(("store_credit", "10.00"),), note="Two days late; the customer was friendly about it.",
        told=Told(reached=True, satisfied=4, effort=6, recommend=8, stayed="stayed", root_cause="carrier_delay"),
    ),
    Contact(
        days_ago=41, policy="shop_eu", agent=AI_AGENT, reason="late_delivery", customer="C-20588", case="K-715",
        facts={"order_total": "31.90", "days_late": 3}, given=(("store_credit", "7.50"),),
        told=Told(reached=False),
    ),
    Contact(
        days_ago=34, policy="shop_eu", agent="ben", reason="damaged", customer="C-20731", case="K-731",
        channel="phone", facts={"damaged": True, "item_price": "49.00", "item_value": "20.00"},
        given=(("replacement", None), ("return_label", None)), note="The lid was broken.",
        told=Told(reached=True, satisfied=5, effort=7, recommend=10, words="It came the next day, well packed."),
    ),
    Contact(
        days_ago=27, policy="software_subscription", agent="ben", reason="refund_request", customer="S-1180",
        case="B-77", channel="email",
        facts={"charged_on": timedelta(days=40), "charged": "29.00", "monthly_fee": "29.00", "used_since": True},
        given=(("one_time_exception", None),), note="Forgot to cancel during a stay in hospital.",
    ),
    Contact(
        days_ago=20, policy="bank_cards", agent="kofi", reason="card_swallowed", customer="P-5521", case="D-14",
        channel="phone", facts={"abroad": True, "cash_only": True, "available_balance": "812.40"},
        given=(("courier_card", None), ("courier_fee_waiver", None), ("emergency_cash", "200.00")),
        note="On an island; only cash is taken there.",
        told=Told(reached=True, satisfied=4, effort=4, recommend=7, contacted_again=True, root_cause="machine_fault"),
    ),
    Contact(
        days_ago=16, policy="airline_eu", agent="lea", reason="flight_cancelled", customer="F-3310", case="R-90",
        channel="phone",
        facts={
            "passengers": 2, "distance_km": 1180, "intra_eu": True, "ticket_price": "240.00", "notice_days": 0,
            "arrival_delay_minutes": 300, "extraordinary": False, "time_sensitive": False, "overnight": False,
        },
        given=(("rebooking", None), ("meals", "40.00"), ("compensation", None)),
        told=Told(reached=True, satisfied=2, effort=3, recommend=3, words="We arrived. It was a very long day."),
    ),
    Contact(
        days_ago=12, policy="shop_eu", agent="sofia", reason="late_delivery", customer="C-20733", case="K-768",
        channel="phone", facts={"order_total": "210.00", "days_late": 5}, given=(("store_credit", "60.00"),),
        note="A birthday was missed.",
    ),
    Contact(
        days_ago=11, policy="telecom_uk", agent="tom", reason="missed_appointment", customer="T-40077",
        case="F-288", channel="phone", facts={"incident_date": timedelta(days=1), "notice_hours": None},
        given=(("automatic_compensation", None), ("goodwill_credit", "10.00")), note="Nobody came.",
    ),
    Contact(
        days_ago=6, policy="telecom_uk", agent=AI_AGENT, reason="outage", customer="T-40112", case="F-301",
        facts={"incident_date": timedelta(days=0), "days_down": 0, "payable_days": 0},
        given=(("line_reset", None),), note="Up again for an hour.",
    ),
    Contact(
        days_ago=4, policy="telecom_uk", agent="tom", reason="outage", customer="T-40112", case="F-301",
        channel="phone", facts={"incident_date": timedelta(days=2), "days_down": 2, "payable_days": 0},
        given=(("engineer_visit", None),), note="The engineer found the line in order.",
    ),
    Contact(
        days_ago=3, policy="shop_eu", agent="ben", reason="gift_return", customer="C-20850", case="K-801",
        channel="store", facts={"item_price": "39.90", "card_lookup": "not_found"},
        given=(("gift_credit", None),), note="A grandmother's gift; wrong size.",
    ),
    Contact(
        days_ago=2, policy="telecom_uk", agent=AI_AGENT, reason="bereavement", customer="T-40220", case="F-310",
        given=(("warm_handover", None),), note="Her husband has died; she wants to end his contract.",
    ),
    Contact(
        days_ago=1, policy="shop_eu", agent="ben", reason="late_delivery", customer="C-20901", case="K-815",
        facts={"order_total": "149.00", "days_late": 6}, given=(("store_credit", "45.00"),),
        note="It was for a child's first day at school.",
    ),
)  # fmt: skip


def tell_the_past(*, policies: Sequence[str], now: datetime) -> int:
    """Ask and grant what happened before `now` under these policies, through the same actions as the API.

    Gives the number of exceptions. Does nothing where there are exceptions already.
    """
    if CareException.objects.exists():
        return 0
    made = 0
    for number, contact in enumerate(CONTACTS):
        if contact.policy in policies:
            made += _happened(contact, number=number, now=now - timedelta(days=contact.days_ago))
    return made


def _happened(contact: Contact, *, number: int, now: datetime) -> int:
    caller = caller_of(AI_ASSISTANT if contact.agent == AI_AGENT else HELP_DESK)
    asked = OffersRequest(
        policy=contact.policy,
        reason=contact.reason,
        agent=contact.agent,
        channel=contact.channel,
        customer=contact.customer,
        case=contact.case,
        facts={code: _fact(value, now) for code, value in contact.facts.items()},
    )
    decision = ask_offers(caller=caller, request=asked, now=now)["decision"]
    for remedy, amount in contact.given:
        grant_exception(
            caller=caller,
            request=GrantRequest(decision=decision, remedy=remedy, amount=amount, note=contact.note),
            key=f"demo-{number}-{remedy}",
            now=now + timedelta(minutes=4),
        )
    if contact.told is not None:
        _follow_up(caller, contact.told, decision=decision)
    return len(contact.given)


def _follow_up(caller: Caller, told: Told, *, decision: str) -> None:
    """Do what was owed, an hour before it was due."""
    for owed in FollowUp.objects.filter(exception__decision=decision, state=FollowUpState.OPEN, owner__isnull=False):
        finish_follow_up(
            caller=caller,
            request=FinishRequest(follow_up=owed.pk, told=told),
            key=f"demo-{owed.pk}",
            now=owed.due_at - timedelta(hours=1),
        )


def _fact(value: Any, now: datetime) -> Any:
    """A time span stands for the day that lies so far back."""
    return (now - value).date().isoformat() if isinstance(value, timedelta) else value
