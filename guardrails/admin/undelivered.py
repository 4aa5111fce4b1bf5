"""Undelivered: what the home page says of receivers that are told nothing, or have not taken what they were told."""

from django.http import HttpRequest
from django.urls import reverse

from guardrails.admin.overdue import ToDo, counted
from guardrails.models import DeliveryState
from guardrails.outbox.post import GONE
from guardrails.queries.endpoints import deliveries_of, endpoints_of

MOST = 8


def undelivered(request: HttpRequest) -> list[ToDo]:
    """Give the endpoints that are gone, and how much was given up, of what the user sees."""
    found = []
    for endpoint in endpoints_of(request.user).filter(active=False, off_because=GONE).order_by("name")[:MOST]:
        link = reverse("admin:guardrails_webhookendpoint_change", args=[endpoint.pk])
        detail = f"Switched off since {endpoint.off_since:%d %b %Y, %H:%M} UTC. {GONE}"
        found.append(ToDo(f"Ask whoever runs {endpoint} what became of it", link, detail, urgent=True))
    if number := counted(deliveries_of(request.user).filter(state=DeliveryState.DEAD)):
        link = reverse("admin:guardrails_delivery_changelist") + f"?state={DeliveryState.DEAD}"
        found.append(ToDo("See to what could not be delivered", link, f"{number} given up"))
    return found
