"""Field words: what a field of a body or a parameter is, and what would be valid, in words that follow its name."""

from typing import Any

from msgspec import Meta

from guardrails.models.codes import NAME_LENGTH, REFERENCE_LENGTH

VALID = "valid"
"""The key under which a field says what would be valid."""
LONGEST_NOTE = 2000

CODE = f"must be text of 1 to {NAME_LENGTH} characters"
REFERENCE = f"must be text of 1 to {REFERENCE_LENGTH} characters"
OPTIONAL_CODE = f"{CODE}, or left out"
OPTIONAL_REFERENCE = f"{REFERENCE}, or left out"
NOTE = f"must be text of at most {LONGEST_NOTE} characters"
OPTIONAL_NOTE = f"{NOTE}, or left out"
TEXT = f"must be text of 1 to {LONGEST_NOTE} characters"
AMOUNT = 'must be money as text in major units, such as "12.50", or an object with amount and currency'
QUANTITY = 'must be a whole number, or a decimal as text, such as 2 or "2.5"'
TERMS = 'must be an object with whole numbers, or decimals as text, such as {"months": 6}'
MOMENT = "must be RFC 3339 with a time zone"
DAY_OR_MOMENT = "must be a date such as 2026-06-01 (UTC), or a moment such as 2026-06-01T09:00:00Z"


def says(what: str, valid: str = CODE, *examples: Any) -> Meta:
    """Give what it is and what would be valid."""
    return Meta(description=what, examples=list(examples) or None, extra={VALID: valid})
