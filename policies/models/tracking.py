"""Change tracking: every edit of a policy row is kept with its actor and its reason."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class Tracking(HistoricalRecords):  # type: ignore[misc]
    """The library's history, which can also be told to write an entry, for rows whose lists are set after them."""

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        """Remember itself beside the model; from simple_history.models.HistoricalRecords."""
        super().finalize(sender, **kwargs)
        if hasattr(sender, "history"):
            _TRACKING.setdefault(sender, self)


_TRACKING: dict[Any, Tracking] = {}


def record_creation(row: models.Model) -> None:
    """Write the first entry of a row that was saved with `skip_history_when_saving`, lists included."""
    _TRACKING[type(row)].create_historical_record(row, "+")


def tracked(*, m2m_fields: Sequence[Any] = (), excluded_fields: Sequence[str] = ()) -> HistoricalRecords:
    """Give the history of one model; reasons are texts of any length (the library's default cuts at 100).

    `excluded_fields` are kept out of it: secrets.

    >>> class Role(Element):
    ...     history = tracked()
    """
    return Tracking(
        history_change_reason_field=models.TextField(null=True),
        m2m_fields=m2m_fields,
        excluded_fields=list(excluded_fields),
    )


def sign(row: models.Model, *, actor: Any, reason: str) -> None:
    """Say who changes `row` and why; every history row that its next save makes carries both.

    `actor` is a user, or None for a named system job (then the reason says which).
    """
    setattr(row, "_history_user", actor)  # noqa: B010 - simple-history reads these two names
    setattr(row, "_change_reason", reason)  # noqa: B010
