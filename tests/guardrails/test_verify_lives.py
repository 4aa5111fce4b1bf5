"""Whoever changes an exception behind the audit log's back is found out."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from guardrails.actions.caller import Caller
from guardrails.ledger import release, verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, OutboxMessage, State
from policies import triggers
from tests.guardrails.builders import NOON
from tests.guardrails.test_grant_held import take
from tests.guardrails.test_hold import hold


def found() -> list[str]:
    return sorted(each.what for each in verify())


def test_a_state_that_no_record_led_to(help_desk: Caller) -> None:
    held = hold(help_desk, amount="12.50")["exception"]
    release(exception_id=held, now=NOON)
    CareException.objects.filter(pk=held).update(state=State.VOIDED, counts_on=None)
    assert found() == [
        "is voided where its audit records lead to held",
        "took 0 where its audit records say 1250",
        "took 0 where its audit records say 1250",
    ]


def test_a_hold_that_gave_back_what_it_still_promises(help_desk: Caller) -> None:
    release(exception_id=hold(help_desk, amount="12.50")["exception"], now=NOON)
    assert "has 0 held and 0 spent where 1250 should be held and 0 spent" in found()


def test_an_amount_that_was_written_down_differently(help_desk: Caller) -> None:
    granted = take(help_desk, hold(help_desk, amount="12.50")["exception"])["exception"]
    CareException.objects.filter(pk=granted).update(reversed_cost_minor=500)
    assert found() == ["has 0 held and 1250 spent where 0 should be held and 750 spent"] * 2


def test_a_record_that_is_gone(help_desk: Caller) -> None:
    granted = take(help_desk, hold(help_desk, amount="12.50")["exception"], amount="5.00")["exception"]
    with triggers.lifted(connection):
        OutboxMessage.objects.filter(record__subject_id=granted).delete()
        AuditRecord.objects.filter(subject_id=granted, kind="exception.granted").delete()
    assert "is granted where its audit records lead to held" in found()
    assert found().count("took 500 where its audit records say 1250") == 2


def test_the_command_says_what_is_wrong_and_fails(help_desk: Caller) -> None:
    hold(help_desk, amount="12.50")
    call_command("verify_ledger")
    CareException.objects.update(cost_minor=1300)
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    assert BudgetWindow.objects.filter(held=1250).count() == 2
