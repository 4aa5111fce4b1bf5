"""Rows that others name stay: deleting the last role of a rule would open the rule to every role."""

from typing import Any

from django.db import models
from django.db.models.deletion import ProtectedError
from django.db.models.signals import pre_delete

from policies.models.reason import Reason
from policies.models.remedy import Remedy
from policies.models.role import Role


def references(row: models.Model) -> list[models.Model]:
    """Give the rows whose lists name `row`: rules, budgets, history facts, approval steps."""
    found: list[models.Model] = []
    for relation in row._meta.related_objects:  # noqa: SLF001 - documented by Django
        if relation.many_to_many:
            owners = relation.related_model._default_manager  # noqa: SLF001
            found.extend(owners.filter(**{relation.field.name: row.pk}))
    return found


def _refuse_referenced(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    found = references(instance)
    if found:
        raise ProtectedError(f"{instance} is named by {', '.join(map(str, found))}.", set(found))


def connect() -> None:
    """Guard the rows that lists name."""
    for model in (Role, Reason, Remedy):
        pre_delete.connect(_refuse_referenced, sender=model, dispatch_uid=f"keep_{model.__name__}")
