"""Kept policy: one that was imported once, put back row by row, with its history, for every later test.

Importing checks each row of a draft as a manager's form does, which takes longer than most tests.
"""

import json
from collections.abc import Callable
from copy import copy
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from guardrails.models import AuditRecord, OutboxMessage
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy

_kept: dict[tuple[str, ...], list[list[Model]]] = {}


def published(
    document: dict[str, Any], *, now: datetime | None = None, reason: str = "test", note: str = "first"
) -> Policy:
    """Give the policy of the document, published by nobody: then, or (None) a moment after it was first imported."""

    def publish() -> None:
        policy = import_policy(document=document, actor=None, reason=reason)
        publish_policy(policy=policy, actor=None, note=note, now=now or timezone.now())

    keep((_text(document), reason, note, str(now)), publish, by=None)
    return Policy.objects.get(code=document["code"])


def draft(document: dict[str, Any], *, actor: User | None = None, reason: str = "test") -> Policy:
    """Give the policy of the document as a draft that somebody, or (None) nobody, imported."""
    importing = (_text(document), reason, "a draft")
    keep(importing, lambda: import_policy(document=document, actor=actor, reason=reason), by=actor)
    return Policy.objects.get(code=document["code"])


def keep(what: tuple[str, ...], make: Callable[[], object], *, by: User | None) -> None:
    """Make policies the first time, and put back what was made every time after it, as if this user had."""
    # Numbers are kept with the rows, so they are free only beside the policies that were there the first time.
    key = (*what, str(list(Policy.objects.order_by("pk").values_list("pk", "code"))))
    if not connection.in_atomic_block:
        # What is committed, as where processes race, has to have numbers that the database gave.
        make()
    elif key in _kept:
        for rows in _kept[key]:
            type(rows[0])._base_manager.bulk_create([_as_if_new(row, by=by) for row in rows])
    else:
        before = [{row.pk for row in rows} for rows in _rows()]
        make()
        new = [[row for row in rows if row.pk not in old] for rows, old in zip(_rows(), before, strict=True)]
        _kept[key] = [rows for rows in new if rows]


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, default=str)


def _as_if_new(row: Model, *, by: User | None) -> Model:
    again = copy(row)
    for who in ("history_user_id", "published_by_id"):
        if by and hasattr(again, who):
            setattr(again, who, by.pk)
    return again


def _rows() -> list[list[Model]]:
    models = apps.get_app_config("policies").get_models(include_auto_created=True)
    records = AuditRecord.objects.filter(kind="policy.published")
    told = OutboxMessage.objects.filter(record__in=records)
    return [list(rows) for rows in (*(model._base_manager.all() for model in models), records, told)]
