"""Codes: how rows of a policy name each other in documents, questions and answers."""

from django.core.validators import RegexValidator
from django.db import models

CODE_LENGTH = 64

validate_code = RegexValidator(
    r"\A[a-z][a-z0-9_]{0,63}\Z",
    "Use lower snake case: a letter, then letters, digits and underscores, for example late_delivery.",
)


def code_field(*, unique: bool = False) -> "models.CharField[str, str]":
    """Give a code column: lower snake case, at most 64 characters."""
    return models.CharField(
        max_length=CODE_LENGTH,
        unique=unique,
        validators=[validate_code],
        help_text="Lower snake case, for example late_delivery. Rules, questions and answers use it.",
    )


def one_of(field: str, choices: type[models.TextChoices], *, blank: bool = False) -> models.Q:
    """Give the condition of a check constraint: the column holds one of the choices."""
    return models.Q(**{f"{field}__in": [*choices.values, *([""] if blank else [])]})
