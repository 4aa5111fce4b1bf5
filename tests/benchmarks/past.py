"""A past: exceptions with their decisions, entries and records, written to the database in bulk.

Rows are copies of some that the demo's own actions wrote, with other ids, people, days and amounts; only the long texts
are shortened. Most customers have one or two exceptions in two years, a few have dozens, one has very many. The
balances of windows equal the sum of their entries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PER_CUSTOMER = 2.5
"""Exceptions of a customer on average."""
BUSY = "C-busy"
"""The customer of every BUSY_SHARE-th exception."""
BUSY_SHARE = 200

# A customer's share falls with the square of a random number: most have one or two, some have dozens.
_PAST = """
CREATE TEMPORARY TABLE past ON COMMIT DROP AS
SELECT n, 'dec_0' || lpad(n::text, 25, '0') AS decision_id, 'exc_0' || lpad(n::text, 25, '0') AS exception_id,
  a.id AS agent_id, a.code AS agent, t.code AS team,
  CASE WHEN n %% %(busy_share)s = 0 THEN %(busy)s ELSE
    'C-' || substr(md5('customer' || (%(first)s + floor(%(customers)s * power(random(), 2)))), 1, 10) END AS customer,
  'K-' || substr(md5('case' || (n / 2)), 1, 10) AS "case",
  now() - interval '1 hour' - (%(last)s - n) * interval '730 days' / (%(last)s - %(first)s) AS at,
  (ARRAY['store_credit', 'store_credit', 'refund'])[1 + n %% 3] AS remedy,
  (ARRAY['late_delivery', 'damaged', 'wrong_item', 'bereavement'])[1 + n %% 4] AS reason,
  100 * (1 + floor(random() * 24)::bigint) AS cost
FROM generate_series(%(first)s, %(last)s) n
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS nth, count(*) OVER () AS number FROM guardrails_agent) a
  ON a.nth = n %% a.number
JOIN guardrails_team t ON t.id = a.team_id
"""

# What differs from the row that is copied: column, and its value in terms of `past`.
_WHO = {"agent_id": "past.agent_id", "team": "past.team", "customer": "past.customer", "case": 'past."case"'}
_DECISION = {
    **_WHO,
    "id": "past.decision_id",
    "reason": "past.reason",
    "asked_at": "past.at",
    "asked_on": "past.at::date",
    "question": """repeat('{"facts":{}}', 20)""",
    "answer": """repeat('{"offers":[]}', 20)""",
}
_EXCEPTION = {
    **_WHO,
    "id": "past.exception_id",
    "decision_id": "past.decision_id",
    "remedy": "past.remedy",
    "reason": "past.reason",
    "amount_minor": "past.cost",
    "cost_minor": "past.cost",
    "created_at": "past.at",
    "granted_at": "past.at",
    "granted_on": "past.at::date",
    "counts_on": "past.at::date",
    "settlement_at": "past.at",
    "follow_up_due_at": "CASE WHEN past.n % 10 = 0 THEN past.at + interval '2 days' END",
}
_RECORD = {
    "id": "'aud_0' || lpad(past.n::text, 25, '0')",
    "at": "past.at",
    "subject_id": "past.exception_id",
    "request_id": "'request-' || past.n",
    "idempotency_key": "'key-' || past.n",
    "body": """repeat('{"offers":[]}', 20)""",
}

# Which budgets an exception draws on: code, whose, since when, and whether it counts.
_CLAIMS = """
CREATE TEMPORARY TABLE claim ON COMMIT DROP AS
WITH credit AS (SELECT * FROM past WHERE remedy = 'store_credit')
SELECT exception_id, at, 'agent_week' AS budget, agent AS scope_key, date_trunc('week', at)::date AS starts_on,
  'money' AS measure, cost AS taken FROM credit
UNION ALL SELECT exception_id, at, 'team_month', team, date_trunc('month', at)::date, 'money', cost FROM credit
UNION ALL SELECT exception_id, at, 'customer_year', customer, '0001-01-01', 'count', 1 FROM credit
"""

_WINDOWS = """
INSERT INTO guardrails_budgetwindow (policy_id, budget, scope_key, starts_on, measure, "limit", held, spent, rolled_on)
SELECT %(policy)s, budget, scope_key, starts_on, measure, %(limit)s, 0, sum(taken), '0001-01-01'
FROM claim GROUP BY budget, scope_key, starts_on, measure
ON CONFLICT (policy_id, budget, scope_key, starts_on)
DO UPDATE SET spent = guardrails_budgetwindow.spent + excluded.spent, "limit" = excluded."limit"
"""

_ENTRIES = """
INSERT INTO guardrails_ledgerentry (window_id, exception_id, kind, held_delta, spent_delta, on_date, at)
SELECT w.id, c.exception_id, 'commit', 0, c.taken, c.at::date, c.at
FROM claim c JOIN guardrails_budgetwindow w
  ON w.policy_id = %(policy)s AND (w.budget, w.scope_key, w.starts_on) = (c.budget, c.scope_key, c.starts_on)
"""


def write_past(*, first: int, last: int, most: int) -> None:
    """Write the exceptions with these numbers; `most` is the limit of every window, in minor units or a count."""
    from django.db import connection, transaction

    from guardrails.models import AuditRecord, CareException, Decision, LedgerEntry

    sample = CareException.objects.filter(policy__code="shop_eu", remedy="store_credit", state="granted").earliest("id")
    record = AuditRecord.objects.get(subject_id=sample.pk, kind="exception.granted")
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "busy": BUSY,
        "busy_share": BUSY_SHARE,
        "customers": (last - first + 1) / PER_CUSTOMER,
        "policy": sample.policy_id,
        "limit": most,
    }
    tables = [model._meta.db_table for model in (Decision, CareException, LedgerEntry, AuditRecord)]
    with transaction.atomic(), connection.cursor() as cursor, _without_indexes(cursor, tables):
        # Foreign keys are not checked row by row, which would take most of the time.
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'")
        cursor.execute(_PAST, values)
        _copies(cursor, Decision, sample.decision_id, _DECISION)
        _copies(cursor, CareException, sample.pk, _EXCEPTION)
        _copies(cursor, AuditRecord, record.pk, _RECORD)
        for statement in (_CLAIMS, _WINDOWS, _ENTRIES):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # what is left to write would be written while we measure


def _copies(cursor: Any, model: Any, like: str, given: dict[str, str]) -> None:
    """One row like this one for each of the past, but for the columns that are given as expressions."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    chosen = ", ".join(given.get(column, f'sample."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {chosen} FROM past, (SELECT * FROM {table} WHERE id = '{like}') sample"
    )


@contextmanager
def _without_indexes(cursor: Any, tables: list[str]) -> Iterator[None]:
    """Drop the indexes that belong to no constraint, and make them again: far quicker than to keep them up to date."""
    cursor.execute(
        """SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexname::regclass)""",
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        cursor.execute(definition)
