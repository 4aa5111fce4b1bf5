"""Roles told: which roles were told that something is past its time; they can see to it since."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import Escalation


def roles_told(**about: OuterRef) -> "QuerySet[Any, Any]":
    """Give the codes of the roles, of a `follow_up` or a `work_item` of an outer query."""
    return Escalation.objects.filter(**about).order_by().values("role")


def was_told(role: str, **about: OuterRef) -> Q:
    """Give the condition that this role was told, also where only the last one was written down."""
    return Q(escalated_to=role) | Q(Exists(Escalation.objects.filter(role=role, **about)))
