"""Money and numbers: exact from text to text, with the digits of their currency."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine.money import DIGITS, MAX_DIGITS, decimal_text, exact, money_text, plain, scaled
from policies.engine.rounding import MODES
from tests.engine.desk import fact_faults, faults, offered, policy, row
from tests.engine.reference.values import rounded


@pytest.mark.parametrize(
    ("text", "places", "number"),
    [
        ("25.50", 2, 2550),
        ("25.5", 2, 2550),
        ("25", 2, 2500),
        ("-0.05", 2, -5),
        ("0", 0, 0),
        ("1.500", 2, 150),
        ("00012.30", 2, 1230),
        ("1.234", 3, 1234),
        ("500", 0, 500),
        ("500.00", 0, 500),
        ("9999999999999.99", 2, 10**15 - 1),
    ],
)
def test_plain_notation_is_read(text, places, number):
    assert scaled(text, places) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "+1",
        "1e3",
        "1,5",
        "1 000",
        " 1",
        "1 ",
        "--1",
        "1.2.3",
        "0x10",
        "1_0",
        "inf",
        "nan",
        "٣",
        "１",
        "½",
        "²",
    ],
)
def test_every_other_notation_is_refused(text):
    with pytest.raises(ValueError, match="plain notation"):
        scaled(text, 2)


@pytest.mark.parametrize(
    ("text", "places", "message"),
    [
        ("1.005", 2, "more than 2 decimal places"),
        ("1.5", 0, "whole number"),
        ("1" * 14, 2, f"at most {MAX_DIGITS} digits"),
        ("9" * 10_000, 2, f"at most {MAX_DIGITS} digits"),
    ],
)
def test_too_many_digits_are_refused(text, places, message):
    with pytest.raises(ValueError, match=message):
        scaled(text, places)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_a_number_that_is_written_is_read_back(number, places):
    text = decimal_text(number, places)
    assert scaled(text, places) == number
    assert exact(plain(Fraction(number, 10**places))) == Fraction(number, 10**places)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.sampled_from(sorted(MODES)))
def test_rounding_is_that_of_the_manual(numerator, denominator, mode):
    assert MODES[mode](numerator, denominator) == rounded(Fraction(numerator, denominator), Fraction(1), mode)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1250, "EUR", "€12.50"),
        (-310, "USD", "-$3.10"),
        (123456789, "GBP", "£1,234,567.89"),
        (1250, "CHF", "12.50 CHF"),
        (5000, "JPY", "¥5,000"),
        (1234567, "KWD", "1,234.567 KWD"),
        (0, "EUR", "€0.00"),
    ],
)
def test_money_is_written_as_people_read_it(minor, currency, text):
    assert money_text(minor, currency) == text


@pytest.mark.parametrize(
    ("currency", "good", "bad"),
    [("EUR", ["12.50", "12"], ["12.505"]), ("JPY", ["1250", "1250.0"], ["12.5"]), ("KWD", ["1.234"], ["1.2345"])],
)
def test_money_has_the_digits_of_its_currency(currency, good, bad):
    document = policy(currency=currency, facts=[{"code": "total", "type": "money"}], rules=[row(amount="total")])
    for figure in good:
        assert offered(document, {"total": figure})["credit"]["amount"]["currency"] == currency
    for figure in bad:
        assert list(fact_faults(document, {"total": figure})) == ["/facts/total"]


@pytest.mark.parametrize(("currency", "step"), [("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
def test_a_range_begins_at_the_smallest_unit_of_its_currency(currency, step):
    amount = offered(policy(currency=currency, rules=[row(up_to="5")]))["credit"]["amount"]
    assert (amount["min"], amount["step"]) == (step, step)


@pytest.mark.parametrize("currency", ["EURO", "eur", "XXX", "DEM", "", 5, None])
def test_a_currency_out_of_use_is_refused(currency):
    assert "/currency" in faults(policy(currency=currency)) or currency is None


def test_every_currency_in_use_has_its_digits():
    assert {DIGITS[code] for code in ("EUR", "USD", "INR")} == {2}
    assert {DIGITS[code] for code in ("JPY", "KRW", "ISK")} == {0}
    assert {DIGITS[code] for code in ("KWD", "BHD", "TND")} == {3}
