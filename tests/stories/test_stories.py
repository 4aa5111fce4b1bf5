"""The eight stories of the manual, over the API: what a caring company answers to eight customers who were let down."""

import json

from guardrails.models import CareException
from guardrails.queries.repeat_contacts import repeat_contacts
from tests.stories.conftest import Answer, Tell


def offered(answer: Answer) -> list[str]:
    return [offer["remedy"] for offer in answer["offers"]]


def offer(answer: Answer, remedy: str) -> Answer:
    return next(each for each in answer["offers"] if each["remedy"] == remedy)


def why_not(answer: Answer, remedy: str) -> list[str]:
    return next(
        [because["code"] for because in each["because"]] for each in answer["not_offered"] if each["remedy"] == remedy
    )


def test_a_gift_comes_back_without_a_receipt_and_nobody_asks_for_one(tell: Tell) -> None:
    first, after_the_look_up = tell(1, policy="shop_eu")
    assert offered(first) == ["card_lookup"]
    assert offered(after_the_look_up) == ["gift_credit"]
    assert offer(after_the_look_up, "gift_credit")["amount"]["suggested"] == "39.90"
    said = json.dumps([first["offers"], first["questions"], after_the_look_up["offers"]]).lower()
    assert "receipt required" not in said
    assert not any("receipt" in each["say"] for each in first["offers"] + after_the_look_up["offers"])


def test_a_subscriber_outside_the_window_has_two_ways_on(tell: Tell) -> None:
    answer, request = tell(2, policy="software_subscription")
    assert offered(answer) == ["next_month", "one_time_exception"]
    assert offer(answer, "next_month")["alone"]
    assert offer(answer, "one_time_exception")["with_approval"]["by"] == {"any_of": ["billing_lead"]}
    assert request["state"] == "awaiting_approval"


def test_a_damaged_parcel_is_replaced_today_and_sent_back_only_if_that_is_worth_it(tell: Tell) -> None:
    worth_it, not_worth_it = tell(3, policy="shop_eu")
    assert offered(worth_it)[0] == offered(not_worth_it)[0] == "replacement"
    assert "today" in offer(worth_it, "replacement")["say"]
    assert "return_label" in offered(worth_it)
    assert "keep_item" not in offered(worth_it)
    assert "keep_item" in offered(not_worth_it)
    assert "return_label" not in offered(not_worth_it)


def test_a_card_swallowed_abroad_comes_by_courier_for_nothing_and_a_call_is_owed(tell: Tell) -> None:
    answer, granted = tell(4, policy="bank_cards")
    assert offered(answer) == ["courier_card", "courier_fee_waiver", "emergency_cash"]
    assert offer(answer, "courier_fee_waiver")["amount"]["suggested"] == "35.00"
    assert granted["state"] == "granted"
    assert granted["follow_up"]["after"] == "P2D"
    assert granted["follow_up"]["what"].startswith("Call the customer")


def test_a_cancelled_flight_is_rebooked_first_and_one_question_unlocks_more(tell: Tell) -> None:
    answer, for_a_wedding = tell(5, policy="airline_eu")
    assert offered(answer)[0] == "rebooking"
    question = answer["questions"][0]
    assert question["ask"].startswith("Is it for something time-sensitive")
    assert question["unlocks"] == ["earlier_carrier", "hotel_night"]
    assert not {"earlier_carrier", "hotel_night"} & set(offered(answer))
    assert {"earlier_carrier", "hotel_night"} <= set(offered(for_a_wedding))
    assert offer(answer, "compensation")["amount"]["suggested"] == "500.00"


def test_the_third_contact_skips_what_was_tried_and_gives_more(tell: Tell) -> None:
    (answer,) = tell(6, policy="telecom_uk")
    assert answer["context"]["case"]["contacts"] == 3
    assert answer["context"]["case"]["tried"] == ["line_reset", "engineer_visit"]
    assert not {"line_reset", "engineer_visit"} & set(offered(answer))
    assert offered(answer)[0] == "network_team"
    assert offer(answer, "goodwill_credit")["rule"]["code"] == "third_time"
    assert offer(answer, "goodwill_credit")["amount"]["max"] == "60.00"


def test_eight_days_without_broadband_are_paid_to_the_penny_and_a_person_adds_something(tell: Tell) -> None:
    answer, compensation, gesture = tell(7, policy="telecom_uk")
    owed = offer(answer, "automatic_compensation")
    assert owed["exact"]
    assert owed["amount"]["min"] == owed["amount"]["max"] == "62.04"
    assert compensation["amount"] == {"amount": "62.04", "currency": "GBP"}
    week = next(budget for budget in gesture["budgets"] if budget["code"] == "agent_week")
    assert week["remaining"] == "125.00"
    assert not any(budget["code"] == "agent_week" for budget in compensation["budgets"])


def test_an_ai_assistant_hands_a_bereaved_customer_to_a_person_with_all_that_was_said(tell: Tell) -> None:
    met, handed_over, item, claimed, with_a_person, ended = tell(8, policy="telecom_uk")
    assert offered(met) == ["warm_handover"]
    assert why_not(met, "end_contract") == why_not(met, "bill_cleared") == ["human_only"]
    assert met["escalation"]["to"] == "frontline"
    assert handed_over["state"] == "granted"
    assert offered(with_a_person)[:2] == ["end_contract", "bill_cleared"]
    assert with_a_person["context"]["case"]["contacts"] == 2
    assert with_a_person["context"]["case"]["earlier"][0]["remedy"] == "warm_handover"
    assert item["work_item"] == claimed["work_item"] == ended["work_item"]
    assert item["decision"] == met["decision"]
    assert repeat_contacts(CareException.objects.get(pk=handed_over["exception"])) == []
