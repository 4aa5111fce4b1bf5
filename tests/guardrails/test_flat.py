"""Offers and grants do not slow down as history grows: every look-up goes through an index."""

import re
from typing import Any

import pytest
from django.db import connection

from guardrails.actions.caller import Caller
from tests.guardrails.asking import grant

GROWING = "careexception|decision|ledgerentry|budgetwindow|auditrecord"
READS_ALL = {
    "sqlite": re.compile(rf"SCAN (guardrails_({GROWING})|w|e|d)\b(?! USING (COVERING )?INDEX)"),
    "postgresql": re.compile(rf"Seq Scan on guardrails_({GROWING})\b"),
}


def plan(sql: str, params: Any) -> str:
    how = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.django_db
def test_no_query_of_a_question_or_a_grant_reads_a_whole_table(help_desk: Caller) -> None:
    sent: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    grant(help_desk, amount="5.00")
    with connection.execute_wrapper(listen):
        grant(help_desk, amount="5.00", note="again")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # So small a table is read whole for good reason; this says whether an index could serve instead.
            cursor.execute("SET LOCAL enable_seqscan = off")
    plans = {sql: plan(sql, params) for sql, params in sent if re.match(r"\s*SELECT (?!pg_advisory)", sql)}
    assert len(plans) >= 5
    assert {sql: found for sql, found in plans.items() if READS_ALL[connection.vendor].search(found)} == {}
