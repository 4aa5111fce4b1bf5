"""Currencies and exact decimal numbers: text in, scaled integers inside, text out."""

from __future__ import annotations

from fractions import Fraction

_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_TWO_DIGITS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
# ISO 4217 as published 2025-01: the digits after the point of each active currency.
DIGITS: dict[str, int] = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
_SYMBOLS = {
    "EUR": "€", "GBP": "£", "USD": "$", "INR": "₹", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$",
    "KRW": "₩", "PLN": "zł ", "BRL": "R$", "ILS": "₪", "TRY": "₺", "MXN": "MX$",
}  # fmt: skip

MAX_DIGITS = 15
"""A number in a document or question has at most this many digits, so that sums always fit 64 bits in a database."""
MOST = 10**18
"""No amount reaches this, in the smallest unit: formulas that do have no use, and no database could hold them."""


def scaled(text: str, places: int) -> int:
    """The number in `text` as an integer scaled by 10**places: `scaled("25.5", 2)` is 2550.

    Raises ValueError, with a message that says what would be valid, unless `text` is plain decimal notation
    with at most `places` decimal places and at most MAX_DIGITS digits.
    """
    whole, _, part = text.partition(".")
    digits = whole + part
    if len(part) == places and whole and part and len(digits) <= MAX_DIGITS and digits.isdecimal() and digits.isascii():
        return int(digits)  # "25.50" as nearly everybody writes it
    sign, body = (-1, text[1:]) if text[:1] == "-" else (1, text)
    whole, point, part = body.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (point and not (part.isascii() and part.isdigit())):
        raise ValueError(f'is not a number in plain notation, such as "{_example(places)}"')
    part = part.rstrip("0") if len(part) > places else part
    if len(part) > places:
        raise ValueError(f"has more than {places} decimal places" if places else "must be a whole number")
    if len(whole.lstrip("0")) + places > MAX_DIGITS:
        raise ValueError(f"is too large: at most {MAX_DIGITS} digits")
    scale: int = 10**places
    return sign * (int(whole) * scale + int(part.ljust(places, "0") or "0"))


def _example(places: int) -> str:
    return "12." + "50".ljust(places, "0")[:places] if places else "12"


def exact(text: str) -> Fraction:
    """The number in `text` as a fraction; ValueError as for `scaled`, with up to nine decimal places."""
    places = min(9, len(text.partition(".")[2]))
    return Fraction(scaled(text, places), 10**places)


def decimal_text(number: int, places: int) -> str:
    """The scaled integer as text with all its places: `decimal_text(2550, 2)` is "25.50"."""
    if places == 0:
        return str(number)
    digits = str(abs(number)).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def plain(value: Fraction) -> str:
    """The shortest plain decimal text of a fraction that terminates: 2.50 gives "2.5"."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return decimal_text(int(value * 10**places), places)


def money_text(minor: int, currency: str) -> str:
    """Minor units as people read them: "€25.00", "-$3.10", "12.50 CHF"."""
    number = decimal_text(abs(minor), DIGITS[currency])
    whole, point, part = number.partition(".")
    grouped = f"{int(whole):,}{point}{part}"
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{grouped}" if symbol else f"{sign}{grouped} {currency}"
