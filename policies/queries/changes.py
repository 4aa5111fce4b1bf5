"""Changes: one timeline over the history of all rows of a policy, inline rows included."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from policies import models
from policies.models import Policy
from policies.models.shown import shown

TRACKED: dict[type[Any], str] = {
    models.Policy: "id",
    models.Role: "policy_id",
    models.Reason: "policy_id",
    models.RemedyGroup: "policy_id",
    models.Remedy: "policy_id",
    models.Fact: "policy_id",
    models.FactChoice: "fact_id",
    models.LineField: "fact_id",
    models.DerivedFact: "policy_id",
    models.HistoryFact: "policy_id",
    models.Rule: "policy_id",
    models.Condition: "rule_id",
    models.ApprovalStep: "rule_id",
    models.Budget: "policy_id",
}
"""Every tracked model of a policy, with the column that leads to the policy or to the row it is a part of."""

Rows = Mapping[type[Any], Collection[str]]
"""Codes of rows by their model; parts of a row go with it."""

_OWNERS: dict[str, type[Any]] = {"fact_id": models.Fact, "rule_id": models.Rule}
_KINDS = {"+": "created", "~": "changed", "-": "deleted"}


@dataclass(frozen=True)
class Change:
    """One entry: what happened to which row, when, by whom and why; `details` are (field, before, after)."""

    at: datetime
    model: str
    row: str
    kind: str
    actor: str
    reason: str
    details: tuple[tuple[str, str, str], ...]


def changes_of(
    policy: Policy, *, most: int = 100, until: datetime | None = None, rows: Rows | None = None
) -> list[Change]:
    """Give the latest changes of a policy's rows, newest first; `rows` keeps some of them with their parts."""
    before = Q() if until is None else Q(history_date__lte=until)
    entries = [
        entry
        for model, link in TRACKED.items()
        for entry in model.history.filter(
            before & _of_policy(link, policy) & _of_rows(model, link, rows)
        ).select_related("history_user")[:most]
    ]
    entries.sort(key=lambda entry: (entry.history_date, entry.history_id), reverse=True)
    return [change_of(entry) for entry in entries[:most]]


def _of_policy(link: str, policy: Policy) -> Q:
    if link not in _OWNERS:
        return Q(**{link: policy.pk})
    return Q(**{f"{link}__in": _OWNERS[link].history.filter(policy_id=policy.pk).values("id")})


def _of_rows(model: type[Any], link: str, rows: Rows | None) -> Q:
    """Keep some rows and their parts; called with the policy's condition beside it."""
    if rows is None:
        return Q()
    if model in rows:
        return Q(code__in=rows[model])
    owner = _OWNERS.get(link)
    if owner is None or owner not in rows:
        return Q(pk__in=[])
    return Q(**{f"{link}__in": owner.history.filter(code__in=rows[owner]).values("id")})


def change_of(entry: Any) -> Change:
    """Give one entry of a history as a change against the one before it."""
    before = entry.prev_record if entry.history_type == "~" else None
    return Change(
        at=entry.history_date,
        model=str(entry.instance_type._meta.verbose_name),  # noqa: SLF001 - documented by Django
        row=_name(entry),
        kind=_KINDS[entry.history_type],
        actor=str(entry.history_user) if entry.history_user_id else "the system",
        reason=entry.history_change_reason or "",
        details=tuple(_details(entry, before)) if before else (),
    )


def _name(entry: Any) -> str:
    if hasattr(entry, "code"):
        return str(entry.code)
    owner = next((_OWNERS[link] for link in _OWNERS if hasattr(entry, link)), None)
    if owner is None:
        return str(entry.instance)
    link = next(link for link in _OWNERS if hasattr(entry, link))
    found = owner.history.filter(id=getattr(entry, link)).first()
    return f"{found.code if found else '?'}: {entry.instance}"


def _details(entry: Any, before: Any) -> Iterator[tuple[str, str, str]]:
    for change in entry.diff_against(before, foreign_keys_are_objs=True).changes:
        yield change.field, shown(change.old), shown(change.new)
