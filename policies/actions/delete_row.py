"""Delete a row of a policy's draft, with its parts."""

from django.contrib.auth.models import User
from django.db import models, transaction

from policies.models.tracking import sign

PARTS = ("choices", "fields", "conditions", "approval")
"""What goes with its row: choices and fields of a fact, conditions and steps of a rule."""


def delete_row(*, row: models.Model, actor: User | None, reason: str) -> None:
    """Delete a row and its parts; the history of each says who and why.

    Raises ProtectedError, and changes nothing, where other rows name it.
    """
    with transaction.atomic():
        for part in _parts_of(row):
            sign(part, actor=actor, reason=reason)
            part.delete()
        sign(row, actor=actor, reason=reason)
        row.delete()


def _parts_of(row: models.Model) -> list[models.Model]:
    collections = (getattr(row, name, None) for name in PARTS)
    # A field of lines has a plain list named choices.
    return [part for parts in collections if hasattr(parts, "all") for part in parts.all()]  # type: ignore[union-attr]
