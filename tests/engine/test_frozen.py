"""What a manager has stopped is not offered; the answer says why, until when, and what to do instead."""

from typing import Any

from policies.engine.question import Frozen
from tests.engine.desk import ask, policy, row

FLAG = [{"code": "damaged", "type": "flag"}]
ROWS = [row(up_to="25.00", when=[{"fact": "damaged", "is": True}]), row("call")]
WAVE = Frozen("credit", "Store credit", "A wave of fraud.", "Offer a call.", "2026-06-16T09:30:00+00:00")
TEAM = Frozen("", "This team", "Too much was given away", "", "")


def desk(**parts: Any) -> dict[str, Any]:
    return policy(facts=FLAG, rules=ROWS, **parts)


def because(answer: dict[str, Any]) -> dict[str, Any]:
    return {each["remedy"]: each["because"] for each in answer["not_offered"]}


def test_a_stopped_remedy_is_not_offered_and_the_answer_says_all_about_it():
    answer = ask(desk(), {"damaged": True}, frozen=(WAVE,))
    assert [offer["remedy"] for offer in answer["offers"]] == ["call"]
    text = "Store credit is stopped until 2026-06-16 11:30 CEST: A wave of fraud. Instead: offer a call."
    assert because(answer)["credit"] == [{"code": "frozen", "text": text, "until": "2026-06-16T09:30:00+00:00"}]
    assert next(each for each in answer["not_offered"] if each["remedy"] == "credit")["text"] == text


def test_nothing_is_asked_for_the_sake_of_what_is_stopped():
    assert [question["fact"] for question in ask(desk())["questions"]] == ["damaged"]
    assert ask(desk(), frozen=(WAVE,))["questions"] == []


def test_what_is_not_said_is_left_out():
    answer = ask(desk(), frozen=(TEAM,))
    assert because(answer)["call"] == [{"code": "frozen", "text": "This team is stopped: Too much was given away."}]
    bare = because(ask(desk(), frozen=(Frozen("", "", "", "", ""),)))
    assert bare["call"] == [{"code": "frozen", "text": "Everything is stopped."}]


def test_where_everything_is_stopped_the_hand_over_is_left():
    answer = ask(desk(), {"damaged": True}, frozen=(TEAM,))
    assert (answer["offers"], answer["questions"]) == ([], [])
    assert {reason["code"] for reasons in because(answer).values() for reason in reasons} == {"frozen"}
    assert set(because(answer)) == {"credit", "call", "night", "points", "exchange"}
    assert answer["escalation"]["to"] == "lead"


def test_a_stop_wins_over_every_other_reason():
    grouped = [{"code": "credit", "kind": "store_credit", "unit": "money", "group": "either"}]
    forbid = {"code": "never", "effect": "forbid", "remedies": ["credit"]}
    document = policy(
        groups=[{"code": "either"}], remedies=grouped, facts=FLAG, rules=[forbid, row(roles=["lead"], up_to="1.00")]
    )
    for asked in ({"role": "lead"}, {"role": "lead", "granted": ("credit",)}, {"role": "agent"}):
        assert [each["code"] for each in because(ask(document, frozen=(WAVE,), **asked))["credit"]] == ["frozen"]


def test_every_stop_that_applies_is_named_and_no_other():
    elsewhere = Frozen("voucher", "Vouchers", "", "", "")
    answer = ask(desk(), {"damaged": True}, frozen=(WAVE, TEAM, elsewhere))
    assert [each["text"].split(" is ")[0] for each in because(answer)["credit"]] == ["Store credit", "This team"]
    assert len(because(answer)["call"]) == 1
    assert [offer["remedy"] for offer in ask(desk(), frozen=(elsewhere,))["offers"]] == ["call"]


def test_the_best_of_a_group_is_chosen_among_what_is_not_stopped():
    best = [
        {"code": "credit", "kind": "store_credit", "unit": "money", "group": "best"},
        {"code": "refund", "kind": "refund", "unit": "money", "group": "best"},
    ]
    rules = [row(up_to="25.00"), row("refund", up_to="5.00")]
    document = policy(groups=[{"code": "best", "choose": "best"}], remedies=best, rules=rules)
    assert [offer["remedy"] for offer in ask(document)["offers"]] == ["credit"]
    assert [offer["remedy"] for offer in ask(document, frozen=(WAVE,))["offers"]] == ["refund"]


def test_the_customer_never_hears_of_it():
    answer = ask(desk(), {"damaged": True}, frozen=(WAVE,))
    assert {"fraud" in offer["say"] for offer in answer["offers"]} == {False}
