"""What was granted and what was paid are held against each other, also with the payer's own list."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from guardrails.actions.acting import SYSTEM
from guardrails.actions.caller import Caller
from guardrails.actions.settlements.settle_exception import settle_exception, take_back_settlement
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


def say(row: CareException, event: str, **said: Any) -> None:
    request = SettlementRequest(exception=row.pk, event=event, **said)
    settle_exception(caller=PAYER, user_id=0, request=request, key=f"{row.pk} {event}", now=NOON)


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
    CareException.objects.update(reversed_number=250, reversed_cost_minor=250, owed_back=250)
    _, [finding] = reconcile()
    assert (finding["found"], finding["text"]) == ("not_returned", "2.50 EUR is to come back, and 0.00 EUR has")
    say(row, "returned")
    assert reconcile() == (0, [])


def test_what_was_paid_and_taken_back_as_a_whole_is_to_come_back(policy, tmp_path):
    row = an_exception(policy, amount=1200)
    confirm(row, amount="12.00")
    with transaction.atomic():
        row.refresh_from_db()
        take_back_settlement(exception=row, actor=SYSTEM, now=NOON)
        CareException.objects.update(
            state="reversed", counts_on=None, reversed_number=1200, reversed_cost_minor=1200, owed_back=1200
        )
    assert found(reconcile()[1]) == {("not_returned", row.pk)}
    # The payer's file has the rightful payment, and then its return.
    paid = f"{row.pk},,12.00,EUR,2026-06-15"
    assert found(reconcile("--csv", a_file(tmp_path, paid))[1]) == {("not_returned", row.pk)}
    assert reconcile("--csv", a_file(tmp_path, paid, f"{row.pk},,-12.00,EUR,2026-06-15")) == (0, [])


def test_one_reference_may_stand_for_a_whole_transfer(policy, tmp_path):
    ten, eleven = an_exception(policy, amount=1000), an_exception(policy, amount=1100)
    open_one = an_exception(policy, amount=1200, settlement=Settlement.SENT, payer_reference="BATCH-7")
    for row in (ten, eleven):
        confirm(row, reference="BATCH-7")
    lines = [f",BATCH-7,{amount},EUR,2026-06-15" for amount in ("11.00", "10.00", "12.00")]
    assert reconcile("--csv", a_file(tmp_path, *lines)) == (0, [])
    assert found(reconcile("--csv", a_file(tmp_path, *lines[:2]))[1]) == {("never_confirmed", open_one.pk)}
    assert found(reconcile("--csv", a_file(tmp_path, *lines, lines[0]))[1]) == {("paid_twice", eleven.pk)}


def test_what_nobody_pays_is_listed_when_it_is_asked_for(policy):
    call = an_exception(policy, amount=0, unit="none", amount_minor=None)
    assert reconcile() == (0, [])
    assert found(reconcile("--everything")[1]) == {("never_confirmed", call.pk)}
    assert found(reconcile("--remedy", call.remedy)[1]) == {("never_confirmed", call.pk)}
    CareException.objects.update(settlement="failed", settlement_note="No such number")
    _, [finding] = reconcile()
    assert (finding["policy"], finding["text"].endswith(": No such number")) == (policy.code, True)


def test_it_can_be_narrowed_down(policy):
    here, there = an_exception(policy), an_exception(a_policy("other"))
    assert found(reconcile("--policy", policy.code)[1]) == {("never_confirmed", here.pk)}
    assert found(reconcile("--policy", "other")[1]) == {("never_confirmed", there.pk)}
    assert reconcile("--remedy", "no_such") == (0, [])


def test_what_was_confirmed_and_is_not_in_the_file_is_listed(policy, tmp_path):
    row = an_exception(policy, amount=500)
    confirm(row)
    assert found(reconcile("--csv", a_file(tmp_path))[1]) == {("not_in_file", row.pk)}
    assert reconcile("--csv", a_file(tmp_path), "--since", "2026-07-01") == (0, [])


def test_what_is_said_to_have_failed_after_it_arrived_is_listed_until_it_bounces(policy):
    row = an_exception(policy, amount=500)
    confirm(row)
    with pytest.raises(WrongSettlementError):
        say(row, "failed")
    assert found(reconcile()[1]) == {("contradicted", row.pk)}
    say(row, "bounced", note="Account closed")
    assert found(reconcile()[1]) == {("never_confirmed", row.pk)}


def test_points_are_compared_as_points(policy, tmp_path):
    row = an_exception(policy, amount=0, unit="points", amount_minor=None, quantity=500)
    file = tmp_path / "points.csv"
    file.write_text(f"exception,quantity\n{row.pk},500")
    assert reconcile("--csv", file) == (0, [])
    file.write_text(f"exception,quantity\n{row.pk},400")
    [finding] = reconcile("--csv", file)[1]
    assert (finding["found"], finding["text"]) == ("amount_mismatch", "due 500 points, paid 400 points")
    assert found(reconcile("--csv", a_file(tmp_path, f"{row.pk},,5.00,EUR,"))[1]) == {("amount_mismatch", row.pk)}


@pytest.mark.parametrize("text", ['exc_1,,"5.00,EUR,', "exc_1,\0,5.00,EUR,", f"exc_1,{'x' * 200_000},5.00,EUR,"])
def test_what_csv_cannot_hold_is_named_and_nothing_is_compared(text, policy, tmp_path, capsys):
    with pytest.raises(CommandError) as error:
        call_command("reconcile_settlements", "--csv", a_file(tmp_path, text))
    assert error.value.returncode == 2
    assert "line 2" in capsys.readouterr().err


def test_a_column_is_named_once():
    with pytest.raises(PayerFileError, match="more than once: amount"):
        read_payments(["exception,amount,amount,currency", "exc_1,5.00,6.00,EUR"])


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
    assert (payment.exception, payment.paid, payment.currency, payment.on) == ("exc_1", 500, "EUR", None)
