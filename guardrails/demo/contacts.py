"""The demo's contacts: whom the demo's people served in the weeks before, and what came of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.demo.people import AI_AGENT


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """A case that was handed over: why, what was said (by whom, what), and who took it up and how it ended."""

    note: str
    said: tuple[tuple[str, str], ...]
    taken_by: str = ""
    ended: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One contact with a customer: what was asked, what was then given (remedy, amount or None), how it turned out.

    It was `days_ago` and `minutes_ago`. `told` is what the customer said when the agent followed up, in time; None
    where nobody has done it yet. `over` says how the case was handed over.
    """

    days_ago: int = 0
    minutes_ago: int = 0
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
    over: HandedOver | None = None


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
        over=HandedOver(
            note="She wants to keep the number.",
            said=(("customer", "My husband died last week."), (AI_AGENT, "I am so sorry for your loss.")),
            taken_by="tom", ended="The contract was ended without a fee; the number is hers.",
        ),
    ),
    Contact(
        minutes_ago=200, policy="airline_eu", agent="lea", reason="flight_cancelled", customer="F-3418", case="R-97",
        channel="phone",
        facts={
            "passengers": 1, "distance_km": 780, "intra_eu": True, "ticket_price": "119.00", "notice_days": 0,
            "arrival_delay_minutes": 150, "extraordinary": True, "time_sensitive": False, "overnight": False,
        },
        given=(("rebooking", None),), note="He has to be at a wedding tonight.",
    ),
    Contact(
        minutes_ago=30, policy="shop_eu", agent="ana", reason="late_delivery", customer="C-20917", case="K-822",
        facts={"order_total": "89.00", "days_late": 4}, given=(),
        over=HandedOver(
            note="She wants to speak to somebody who decides; she is at home until six.",
            said=(
                ("customer", "This is the third parcel that is late."),
                ("ana", "I am sorry. A colleague will call you."),
            ),
        ),
    ),
    Contact(
        minutes_ago=25, policy="software_subscription", agent="ben", reason="refund_request", customer="S-1204",
        case="B-93", channel="email",
        facts={"charged_on": timedelta(days=33), "charged": "348.00", "monthly_fee": "29.00", "used_since": False},
        given=(("one_time_exception", None),), note="Paid for a year by mistake; wanted to pay by the month.",
    ),
    Contact(
        minutes_ago=20, policy="shop_eu", agent="ben", reason="late_delivery", customer="C-20901", case="K-815",
        facts={"order_total": "149.00", "days_late": 6}, given=(("store_credit", "45.00"),),
        note="It was for a child's first day at school.",
    ),
)  # fmt: skip
