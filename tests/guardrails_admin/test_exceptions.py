"""An auditor finds exceptions among however many there are, and takes them away as a file."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guardrails.admin.care_exception import CareExceptionAdmin
from guardrails.models import AuditRecord, BudgetWindow, CareException, Decision, Team
from tests.guardrails.builders import an_exception
from tests.guardrails_admin.conftest import Market, grant, page

LIST = "/admin/guardrails/careexception/"


def found(client: Client, query: str = "") -> set[str]:
    """The ids of the exceptions that a page of the list shows."""
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200, query
    return {row.pk for row in answer.context["cl"].result_list}


@pytest.fixture
def auditor(login: Callable[..., Client]) -> Client:
    return login("auditor")


@pytest.mark.parametrize(
    "query",
    [
        "policy={0.policy.code}", "agent={0.agent.code}", "team={0.team.code}", "customer=C-{0.policy.code}",
        "policy={0.policy.code}&role=frontline&remedy=store_credit&reason=late_delivery&state=granted",
        "policy={0.policy.code}&amount_from=12.50&amount_to=12.50",
        "q={0.exception.pk}", "q={0.exception.decision_id}", "q=C-{0.policy.code}", "q=K-{0.policy.code}",
        "q=note+of+{0.policy.name}", "q=+C-{0.policy.code}+",
    ],
)  # fmt: skip
def test_filters_and_search_keep_what_was_asked_for(query: str, shop: Market, other: Market, auditor: Client) -> None:
    assert found(auditor) == {shop.exception.pk, other.exception.pk}
    for market in (shop, other):
        assert found(auditor, "?" + query.format(market).replace(" ", "+")) == {market.exception.pk}


@pytest.mark.parametrize(
    "query",
    ["policy=none", "role=supervisor", "remedy=refund", "reason=damaged", "state=awaiting_approval", "customer=C-",
     "amount_from=12.51", "amount_to=12.49", "q=nothing+like+it", "agent=nobody", "team=none"],
)  # fmt: skip
def test_filters_and_search_leave_out_the_rest(query: str, shop: Market, auditor: Client) -> None:
    assert found(auditor, f"?{query}") == set()


def test_a_period_holds_its_first_and_its_last_day(shop: Market, auditor: Client) -> None:
    for hour, days in ((0, 0), (23, 0), (0, 1)):
        an_exception(shop.policy, now=datetime(2026, 3, 10, hour, 59 if hour else 0, tzinfo=UTC) + timedelta(days=days))
    assert len(found(auditor, "?period_from=2026-03-10&period_to=2026-03-10")) == 2
    assert len(found(auditor, "?period_to=2026-03-11")) == 3
    assert len(found(auditor, "?period_from=2026-03-11")) == 2
    today = f"period_from={timezone.now():%Y-%m-%d}"
    decisions = auditor.get(f"{page(Decision, 'changelist')}?{today}").context["cl"].result_list
    assert [row.pk for row in decisions] == [shop.exception.decision_id]
    records = auditor.get(f"{page(AuditRecord, 'changelist')}?{today}").context["cl"].result_list
    assert len(records) == AuditRecord.objects.count()
    assert not auditor.get(f"{page(AuditRecord, 'changelist')}?period_to=2026-03-11").context["cl"].result_list


@pytest.mark.parametrize(
    "query", ["period_from=yesterday", "amount_from=lots", "amount_to=1e999", "amount_from=NaN", "period_to=2026-13-01"]
)
def test_nonsense_in_a_filter_leads_back_to_the_list(query: str, shop: Market, auditor: Client) -> None:
    assert auditor.get(f"{LIST}?{query}").status_code == 302


def test_amounts_are_shown_with_their_currency_and_never_in_minor_units(shop: Market, auditor: Client) -> None:
    an_exception(shop.policy, amount=123456)
    text = auditor.get(LIST).content.decode()
    assert "€12.50" in text
    assert "€1,234.56" in text
    assert not re.search(r"\b1250\b", text)


def test_pages_go_on_where_the_last_one_ended(shop: Market, auditor: Client) -> None:
    at = timezone.now() + timedelta(minutes=1)
    for number in range(7):
        # Two at every moment, so that the id has to tell them apart.
        an_exception(shop.policy, now=at + timedelta(seconds=number // 2))
    rows = list(CareException.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))
    with patch.object(CareExceptionAdmin, "list_per_page", 3):
        seen, query, links = [], "?policy=shop_eu", []
        while query:
            cl = auditor.get(LIST + query).context["cl"]
            seen += [row.pk for row in cl.result_list]
            links.append((cl.newer_link, cl.counted_text))
            query = cl.older_link
        assert seen == rows
        assert [bool(newer) for newer, _ in links] == [False, True, True]
        back = auditor.get(LIST + links[-1][0]).context["cl"]
        assert [row.pk for row in back.result_list] == rows[3:6]
        assert "policy=shop_eu" in back.newer_link
        assert links[0][1] == "8"
    for nonsense in ("before=x", "after=x", "p=99", "o=1.-2", "all="):
        assert len(found(auditor, f"?{nonsense}")) == 8


def test_the_list_is_never_counted_as_a_whole_nor_skipped_through(shop: Market, auditor: Client) -> None:
    for number in range(4):
        an_exception(shop.policy, now=timezone.now() + timedelta(seconds=number))
    with (
        patch.object(CareExceptionAdmin, "list_per_page", 2),
        CaptureQueriesContext(
            connection,
        ) as few,
    ):
        auditor.get(LIST + "?policy=shop_eu")
    sent = [query["sql"] for query in few.captured_queries if "careexception" in query["sql"]]
    assert sent
    assert [sql for sql in sent if "LIMIT" not in sql or "OFFSET" in sql] == []
    for _ in range(3):
        an_exception(shop.policy, now=timezone.now())
    with patch.object(CareExceptionAdmin, "list_per_page", 2), CaptureQueriesContext(connection) as many:
        auditor.get(LIST + "?policy=shop_eu")
    assert len(many) == len(few)


def test_the_file_holds_the_rows_of_the_list_all_pages_of_it(shop: Market, other: Market, auditor: Client) -> None:
    evil = grant(shop.token, shop.policy, shop.agent, customer="=1+1", case="@SUM(A1)", note="+49 30 1234, \n-2")
    with patch.object(CareExceptionAdmin, "list_per_page", 1):
        answer: Any = auditor.get(f"{LIST}export/?policy=shop_eu")
    assert answer.streaming
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines(keepends=True)))
    assert [row["exception"] for row in rows] == [evil.pk, shop.exception.pk]
    assert (rows[0]["customer"], rows[0]["case"]) == ("'=1+1", "'@SUM(A1)")
    assert rows[0]["note"].startswith("'+49")
    assert (rows[1]["amount"], rows[1]["currency"], rows[1]["agent"]) == ("12.50", "EUR", "ana")
    nothing: Any = auditor.get(f"{LIST}export/?remedy=refund")
    assert len(b"".join(nothing.streaming_content).splitlines()) == 1


def test_a_filter_that_cannot_be_read_gives_the_whole_list_and_no_file(shop: Market, auditor: Client) -> None:
    for query in ("?amount_from=NaN", "?amount_from=much", "?period=x"):
        assert auditor.get(f"{LIST}{query}").status_code == 302
        assert auditor.get(f"{LIST}export/{query}").status_code == 400


def test_the_other_records_are_listed_and_found(shop: Market, other: Market, auditor: Client) -> None:
    def rows(model: Any, query: str) -> list[Any]:
        answer = auditor.get(f"{page(model, 'changelist')}?{query}")
        assert answer.status_code == 200
        return [row.pk for row in answer.context["cl"].result_list]

    decision, record = shop.exception.decision, AuditRecord.objects.get(subject_id=shop.exception.pk)
    assert rows(Decision, f"q={decision.pk}") == rows(Decision, "q=K-shop_eu") == rows(Decision, "policy=shop_eu")
    assert rows(Decision, f"q={decision.pk}") == [decision.pk]
    assert rows(AuditRecord, f"q={record.pk}") == rows(AuditRecord, f"q={shop.exception.pk}") == [record.pk]
    assert record.pk in rows(AuditRecord, "kind=exception.granted&policy=shop_eu")
    window = BudgetWindow.objects.get(policy=shop.policy, budget="agent_week")
    assert rows(BudgetWindow, "policy=shop_eu&budget=agent_week") == rows(BudgetWindow, "q=ana") == [window.pk]
    for model in (Decision, AuditRecord, BudgetWindow):
        assert rows(model, "before=nonsense")
    shown = auditor.get(page(BudgetWindow, "change", window.pk)).content.decode()
    assert "€187.50 left" in shown
    assert shop.exception.pk in shown


def test_codes_of_rows_that_are_gone_break_no_list(shop: Market, auditor: Client) -> None:
    an_exception(shop.policy, team="gone", role="gone", remedy="gone", reason="gone", rule="gone")
    Team.objects.create(code="empty", name="Empty")
    assert len(found(auditor)) == 2
