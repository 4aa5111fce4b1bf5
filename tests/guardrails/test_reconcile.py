"""What was granted and what was paid are held against each other, also with the payer's own list."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from guardrails.actions.caller import Caller
from guardrails.actions.settlements.settle_exception import settle_exception
from guardrails.actions.settlements.settlement_faults import WrongSettlementError
from guardrails.actions.settlements.settlement_word import SettlementRequest
from guardrails.models import CareException, Scope, Settlement, State
from guardrails.queries.payer_file import PayerFileError, read_payments
from policies.models import Policy
from tests.guardrails.builders import NOON, a_policy, an_exception

TOMORROW = NOON + timedelta(days=1)
PAYER = Caller(client="tok_payer", scopes=frozenset({Scope.SETTLEMENTS}))


@pytest.fixture
def policy(db: None) -> Policy:
    return a_policy()


def reconcile(*options: Any) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the findings."""
    out = StringIO()
    with time_machine.travel(TOMORROW, tick=False):
        try:
            call_command("reconcile_settlements", "--json", *options, stdout=out, stderr=StringIO())
        except CommandError as error:
            return error.returncode, [json.loads(line) for line in out.getvalue().splitlines()]
    return 0, [json.loads(line) for line in out.getvalue().splitlines()]


def found(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each["found"], each["exception"]) for each in findings}


def a_file(folder: Path, *lines: str) -> Path:
    file = folder / "payments.csv"
    file.write_text("\n".join(["exception,reference,amount,currency,date", *lines]))
    return file


def confirm(row: CareException, *, reference: str = "", amount: str | None = None) -> None:
    request = SettlementRequest(exception=row.pk, event="confirmed", reference=reference, amount=amount)
    settle_exception(caller=PAYER, user_id=0, request=request, key=f"{row.pk} {reference} {amount}", now=NOON)


@pytest.fixture(autouse=True)
def payer_sees_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardrails.actions.settlements.settle_exception.scope.within", lambda rows, user: rows)


def test_nothing_to_say_when_everything_agrees(policy, capsys):
    confirm(an_exception(policy, amount=1250), amount="12.50")
    assert reconcile() == (0, [])
    with time_machine.travel(TOMORROW, tick=False):
        call_command("reconcile_settlements")
    assert "agree" in capsys.readouterr().out


def test_what_was_granted_and_never_confirmed_is_listed_after_its_time(policy):
    waits = an_exception(policy)
    failed = an_exception(policy, settlement=Settlement.FAILED)
    an_exception(policy, now=NOON + timedelta(hours=1))
    an_exception(policy, settlement=Settlement.CONFIRMED)
    an_exception(policy, state=State.DECLINED)
    code, findings = reconcile()
    assert code == 1
    assert found(findings) == {("never_confirmed", waits.pk), ("never_confirmed", failed.pk)}
    assert reconcile("--older-than", "P3D") == (0, [])
    assert reconcile("--until", "2026-06-15T12:00:00Z") == (0, [])
    assert reconcile("--since", "2026-06-16") == (0, [])


def test_what_was_paid_and_never_granted_is_listed(policy):
    voided = an_exception(policy, state=State.VOIDED)
    with pytest.raises(WrongSettlementError):
        confirm(voided, reference="PAY-7", amount="5.00")
    code, [finding] = reconcile()
    assert (code, finding["found"], finding["reference"]) == (1, "never_granted", "PAY-7")
    assert "5.00 EUR" in finding["text"]


def test_what_was_paid_twice_is_listed(policy):
    row = an_exception(policy)
    confirm(row, reference="PAY-1")
    with pytest.raises(WrongSettlementError):
        confirm(row, reference="PAY-2")
    assert found(reconcile()[1]) == {("paid_twice", row.pk)}


def test_another_amount_is_listed(policy):
    row = an_exception(policy, amount=1250)
    confirm(row, amount="15.20")
    code, [finding] = reconcile()
    assert (code, finding["found"], finding["text"]) == (1, "amount_mismatch", "due 12.50 EUR, paid 15.20 EUR")


def test_what_was_reversed_in_part_afterwards_is_no_mismatch(policy):
    row = an_exception(policy, amount=1250)
    confirm(row, amount="12.50")
    CareException.objects.update(reversed_number=250, reversed_cost_minor=250)
    assert reconcile() == (0, [])


def test_the_payers_file_confirms_and_contradicts(policy, tmp_path):
    paid = an_exception(policy, amount=500)
    other = an_exception(policy, amount=500, settlement=Settlement.SENT, payer_reference="PAY-2")
    wrong = an_exception(policy, amount=500)
    voided = an_exception(policy, state=State.VOIDED)
    twice = an_exception(policy, amount=500)
    forgotten = an_exception(policy, amount=500)
    file = a_file(
        tmp_path,
        f"{paid.pk},PAY-1,5.00,EUR,2026-06-15",
        ",PAY-2,5.00,EUR,2026-06-15",
        f"{wrong.pk},PAY-3,7.00,eur,",
        f"{voided.pk},PAY-4,5.00,EUR,2026-06-15",
        f"{twice.pk},PAY-5,5.00,EUR,2026-06-15",
        f"{twice.pk},PAY-6,5.00,EUR,2026-06-15",
        ",PAY-7,5.00,EUR,2026-06-15",
    )
    code, findings = reconcile("--csv", file)
    assert code == 1
    assert other.pk not in {each["exception"] for each in findings}
    assert found(findings) == {
        ("never_confirmed", forgotten.pk),
        ("amount_mismatch", wrong.pk),
        ("never_granted", voided.pk),
        ("paid_twice", twice.pk),
        ("never_granted", ""),
    }
    assert {each["found"]: each["line"] for each in findings if each["line"]} == {
        "amount_mismatch": 4,
        "never_granted": 8,
        "paid_twice": 7,
    }


def test_another_currency_is_another_amount(policy, tmp_path):
    row = an_exception(policy, amount=500)
    _, findings = reconcile("--csv", a_file(tmp_path, f"{row.pk},,5.00,USD,"))
    assert found(findings) == {("amount_mismatch", row.pk)}
    assert findings[0]["text"] == "due 5.00 EUR, paid 5.00 USD"


def test_bad_lines_are_named_all_at_once(policy, tmp_path, capsys):
    file = a_file(
        tmp_path,
        ",,5.00,EUR,",
        "exc_1,,5.005,EUR,",
        "exc_1,,5.00,XXX,",
        "exc_1,,,EUR,",
        'exc_1,,"5,00",EUR,',
        "exc_1,,5.00,EUR,yesterday",
        "exc_1,,5.00,EUR,2026-06-15",
    )
    with pytest.raises(CommandError) as error:
        call_command("reconcile_settlements", "--csv", file)
    assert error.value.returncode == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("payments.csv, ")[1].split(":")[0] for line in lines] == [f"line {n}" for n in range(2, 8)]


@pytest.mark.parametrize("text", ["", "date\n2026-06-15", "exception,amount\nexc_1,5.00", '"open', "a\0b,c"])
def test_what_is_no_such_file_is_refused_by_name(text):
    with pytest.raises(PayerFileError):
        read_payments(text.splitlines())


def test_columns_come_in_any_order_and_others_are_ignored():
    [payment] = read_payments(["\ufeffCurrency, Amount ,colour,Exception", "EUR, 5.00 ,red,exc_1"])
    assert (payment.exception, payment.paid_minor, payment.currency, payment.on) == ("exc_1", 500, "EUR", None)
