"""Codes and references: how teams, agents, customers and cases are named by the systems around us."""

from django.core.validators import RegexValidator
from django.db import models

NAME_LENGTH = 64
REFERENCE_LENGTH = 128
"""The longest customer or case reference."""

validate_name = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\Z",
    "Use letters, digits and . _ @ + - (at most 64, a letter or digit first), for example ana@example.com.",
)


def name_code_field() -> "models.CharField[str, str]":
    """Give the unique code by which other systems call a team or an agent."""
    return models.CharField(
        "code",
        max_length=NAME_LENGTH,
        unique=True,
        validators=[validate_name],
        help_text="As the systems around us write it, for example ana or ana@example.com.",
    )


def code_column() -> "models.CharField[str, str]":
    """Give a column that keeps a code as it was when something was done; its row may change."""
    return models.CharField(max_length=NAME_LENGTH)


def reference_column(*, help_text: str) -> "models.CharField[str, str]":
    """Give a column for a reference into another system; empty means none was given."""
    return models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="", help_text=help_text)
