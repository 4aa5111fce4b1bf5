"""Scope: which policies a user may see at all."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from policies.models import Policy, PolicyScope


def limited_to(user: User | AnonymousUser) -> frozenset[int] | None:
    """Give the ids of the policies that a user is limited to; None means every policy."""
    if user.pk is None:
        return frozenset()
    ids = PolicyScope.objects.filter(user=user.pk, policies__isnull=False).values_list("policies", flat=True)
    return frozenset(ids) or None


def policies_for(user: User | AnonymousUser) -> QuerySet[Policy]:
    """Give the policies that a user may see, as far as scope goes; permissions come on top."""
    return within(Policy.objects.all(), user, "pk")


def within(rows: "QuerySet[Any]", user: User | AnonymousUser, policy: str = "policy") -> "QuerySet[Any]":
    """Keep the rows of policies that the user may see; `policy` is the path from a row to its policy."""
    ids = limited_to(user)
    return rows if ids is None else rows.filter(**{f"{policy}__in": ids})
