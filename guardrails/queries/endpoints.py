"""Endpoints in scope: who is limited to some policies sees the endpoints that hear of nothing beyond them."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from guardrails.models import Delivery, WebhookEndpoint
from policies.models import Policy
from policies.queries.scope import limited_to, within


def endpoints_of(user: User | AnonymousUser) -> QuerySet[WebhookEndpoint]:
    """Give the endpoints that are told of the user's policies alone."""
    ids = limited_to(user)
    if ids is None:
        return WebhookEndpoint.objects.all()
    beyond = Policy.objects.exclude(pk__in=ids)
    return WebhookEndpoint.objects.filter(policies__isnull=False).exclude(policies__in=beyond).distinct()


def deliveries_of(user: User | AnonymousUser) -> QuerySet[Delivery]:
    """Give the deliveries of what happened in the user's policies."""
    return within(Delivery.objects.all(), user, "message__record__policy")
