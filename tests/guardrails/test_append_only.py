"""Nobody changes what was recorded, not even with SQL."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction

from guardrails.audit import Subject, record
from guardrails.models import AuditRecord, Decision, EntryKind, LedgerEntry
from policies import triggers
from tests.guardrails.builders import NOON, a_policy, an_exception

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each() -> None:
    """A decision, a ledger entry and an audit record."""
    from guardrails.ledger import Claim, reserve

    policy = a_policy()
    exception = an_exception(policy)
    today = NOON.date()
    claim = Claim(
        policy_id=policy.pk,
        budget="week",
        scope_key="ana",
        starts_on=today,
        measure="money",
        limit=1000,
        amount=500,
        on_date=today,
        first_day=today,
    )
    reserve(exception_id=exception.pk, claims=[claim], kind=EntryKind.COMMIT, now=NOON)
    record(kind="x", subject=Subject(type="exception", id=exception.pk), body={}, actor="ana", now=NOON)


@pytest.mark.parametrize("model", [Decision, LedgerEntry, AuditRecord])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.usefixtures("one_of_each")
def test_the_database_refuses_to_change_or_delete(model: type[Decision], statement: str) -> None:
    before = model.objects.count()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table))
    assert model.objects.count() == before > 0


@pytest.mark.parametrize("model", [Decision, LedgerEntry, AuditRecord])
@pytest.mark.usefixtures("one_of_each")
def test_the_database_refuses_to_replace(model: type[Decision]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite replaces rows on insert.")
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_the_system_check_says_which_table_lost_its_triggers() -> None:
    assert triggers.missing(connection) == []
    triggers.drop(connection, ["guardrails_auditrecord"])
    with pytest.raises(SystemCheckError, match="guardrails_auditrecord"):
        call_command("check", databases=["default"])
    triggers.create(connection, ["guardrails_auditrecord"])
