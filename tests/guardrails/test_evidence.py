"""What an auditor can do with what was recorded."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.faults import UnknownAgentError
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, Decision
from policies import triggers
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.builders import NOON

LATE = OffersRequest(
    policy="shop_eu",
    agent="ana",
    reason="late_delivery",
    channel="chat",
    customer="C-1",
    case="K-1",
    facts={"order_total": "82.50", "days_late": 3, "postcode": "north"},
)


def grant(caller: Caller, amount: str = "12.50", request: OffersRequest = LATE) -> dict[str, Any]:
    decision = ask_offers(caller=caller, request=request, now=NOON)["decision"]
    wanted = GrantRequest(decision=decision, remedy="store_credit", amount=amount)
    return grant_exception(caller=caller, request=wanted, key=decision, now=NOON + timedelta(minutes=1)).answer


def run(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out, **options)
    return out.getvalue()


def tamper(table: str, change: str, parameters: list[Any]) -> None:
    """Somebody who owns the database lifts the triggers first."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}", parameters)


def test_every_answer_can_be_had_again_byte_for_byte_after_the_policy_changed(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    grant(help_desk)
    grant(help_desk, "30.00", replace(LATE, case="K-2"))
    ask_offers(caller=help_desk, request=replace(LATE, facts={}, customer="", case=""), now=NOON)
    shop_document["rules"] = shop_document["rules"][:1]
    shop_document["roles"][0]["name"] = "Front line"
    import_policy(document=shop_document, actor=None, reason="fewer")
    publish_policy(policy=shop, actor=None, note="fewer", now=NOON)
    assert run("redecide") == "5 answers, every one the same as recorded.\n"
    assert run("redecide", exceptions=True) == "2 answers, every one the same as recorded.\n"


def test_an_answer_that_differs_from_the_recorded_one_is_an_error(help_desk: Caller) -> None:
    told = grant(help_desk)
    question = json.loads(Decision.objects.get().question)
    question["facts"]["days_late"] = 4
    tamper("guardrails_decision", "question = %s", [json.dumps(question)])
    with pytest.raises(CommandError, match="1 of 1 answers differ"):
        run("redecide", told["decision"])
    assert run("redecide", told["exception"]) == "1 answers, every one the same as recorded.\n"


def test_a_record_that_was_changed_is_an_error(help_desk: Caller) -> None:
    told = grant(help_desk)
    body = AuditRecord.objects.get(kind="exception.granted").body
    tamper("guardrails_auditrecord", "body = %s WHERE kind = 'exception.granted'", [body.replace("12.50", "12.51")])
    with pytest.raises(CommandError, match="1 of 1"):
        run("redecide", told["exception"])


def test_an_id_that_nobody_knows_is_an_error(help_desk: Caller) -> None:
    with pytest.raises(CommandError, match="dec_none"):
        run("redecide", "dec_none")


def test_filters_choose_what_is_decided_again(help_desk: Caller) -> None:
    grant(help_desk)
    assert run("redecide", "--policy", "shop_eu", "--since", "2026-06-15", "--until", "2026-06-15").startswith("2 ")
    assert run("redecide", "--since", "2026-06-16").startswith("0 ")
    assert run("redecide", "--policy", "other").startswith("0 ")


def test_the_ledger_is_verified_by_a_command(help_desk: Caller) -> None:
    grant(help_desk)
    assert run("verify_ledger") == "2 budget windows and 2 entries add up.\n"
    BudgetWindow.objects.update(spent=1)
    with pytest.raises(CommandError, match="2 discrepancies"):
        run("verify_ledger")


def test_an_entry_that_vanished_with_its_balance_is_still_missed(help_desk: Caller) -> None:
    grant(help_desk)
    BudgetWindow.objects.update(spent=0)
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM guardrails_ledgerentry")
    assert sorted(found.what for found in verify()) == ["took 0 where its audit records say 1250"] * 2


def test_a_publication_is_recorded(shop: Policy) -> None:
    found = AuditRecord.objects.get()
    assert (found.kind, found.subject_id, found.actor) == ("policy.published", "shop_eu", "system")
    assert json.loads(found.body)["version"]["number"] == 1


def test_the_trace_of_an_exception_tells_the_whole_story(help_desk: Caller, shop: Policy) -> None:
    # The history of rows keeps real time.
    publish_policy(policy=shop, actor=None, note="again", now=timezone.now())
    told = grant(help_desk)
    trace = trace_exception(CareException.objects.get())
    assert trace["question"]["facts"][0] == {
        "fact": "days_late",
        "name": "Days late",
        "value": 3,
        "verified": True,
        "personal": False,
    }
    assert trace["question"]["facts"][2]["personal"]
    assert trace["rule"]["conditions"] == [
        {"fact": "days_late", "name": "Days late", "needs": "is at least 2 days", "is": "3 days"}
    ]
    assert trace["rule"]["sentence"] == told["rule"]["sentence"]
    assert [(each["code"], each["key"], each["before"], each["after"]) for each in trace["budgets"]] == [
        ("agent_week", "ana", "0.00", "12.50"),
        ("case_money", "K-1", "0.00", "12.50"),
    ]
    assert [event["kind"] for event in trace["events"]] == ["exception.granted"]
    assert {change["what"] for change in trace["changes"]} >= {"rule late_credit"}
    assert {change["why"] for change in trace["changes"]} == {"test"}
    assert trace["version"]["number"] == 2


def test_an_agent_sees_what_is_left_of_each_budget(help_desk: Caller) -> None:
    grant(help_desk)
    request = BudgetsRequest(policy="shop_eu", agent="ana", case="K-1")
    answer = read_budgets(caller=help_desk, request=request, now=NOON)
    left = {each["code"]: each for each in answer["budgets"]}
    assert sorted(left) == ["agent_week", "case_money", "months_given"]
    assert left["agent_week"] == {
        "code": "agent_week",
        "name": "Agent week",
        "scope": "agent",
        "measure": "money",
        "limit": "200.00",
        "taken": "12.50",
        "remaining": "187.50",
        "currency": "EUR",
        "resets_at": "2026-06-22T00:00:00+02:00",
        "rolling": None,
        "reasons": None,
        "remedies": None,
    }
    assert left["months_given"]["rolling"] == {"days": 30}


def test_budgets_are_for_those_who_may_act_for_the_agent(help_desk: Caller) -> None:
    with pytest.raises(UnknownAgentError):
        read_budgets(caller=help_desk, request=BudgetsRequest(policy="shop_eu", agent="eve"), now=NOON)
