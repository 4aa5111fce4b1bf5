"""Pages of deliveries: what was told to whom, and what was given up; it can be sent again."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from guardrails.actions.webhooks.replay_deliveries import replay_deliveries
from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.exception_filters import EqualFilter
from guardrails.models import Delivery, DeliveryState
from guardrails.models.outbox_message import record_id
from guardrails.outbox.envelope import envelope
from guardrails.queries.due_deliveries import behind_another, first_before
from guardrails.queries.endpoints import deliveries_of, endpoints_of
from policies.admin.base import display, row_id


class StateFilter(EqualFilter):
    """By how far it has got."""

    title = parameter_name = column = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the states; from django.contrib.admin.SimpleListFilter."""
        return [(value, str(label)) for value, label in DeliveryState.choices]


class EndpointFilter(EqualFilter):
    """By endpoint."""

    title = parameter_name = "endpoint"
    column = "endpoint__name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the endpoints that the user sees; from django.contrib.admin.SimpleListFilter."""
        return [(endpoint.name, endpoint.name) for endpoint in endpoints_of(request.user)]


@admin.register(Delivery)
class DeliveryAdmin(EvidenceAdmin):
    """Deliveries: each event for each receiver."""

    page_template = "admin/guardrails/delivery.html"
    list_display = ("event", "to", "shown_state", "next_try", "last_error")
    list_select_related = ("message", "endpoint")
    list_filter = (StateFilter, EndpointFilter)
    search_fields = ("subject",)
    search_help_text = "The id of an exception, follow-up, freeze … or of an event"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the deliveries of what happened in policies that the user may see."""
        return deliveries_of(request.user).annotate(behind=behind_another())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look for the subject or the event, exactly."""
        term = search_term.strip()
        if term.startswith("evt_"):
            return queryset.filter(message__record=record_id(term)), False
        return (queryset.filter(subject__endswith=f":{term}") if term else queryset), False

    @admin.display(description="event")
    def event(self, row: Delivery) -> str:
        """Show what happened, and the event's id."""
        return format_html('{}<br><span class="gr-hash gr-subtle">{}</span>', row.kind, row.message.event_id)

    @admin.display(description="to")
    def to(self, row: Delivery) -> str:
        """Show the receiver."""
        return row.receiver

    @display(description="state", label={"Due": "warning", "Delivered": "success", "Given up": "danger"})
    def shown_state(self, row: Delivery) -> str:
        """Show how far it has got."""
        return str(DeliveryState(row.state).label)

    @admin.display(description="next attempt")
    def next_try(self, row: Delivery) -> str:
        """Show when it is tried again."""
        return _next_try(row)

    def get_urls(self) -> list[Any]:
        """Add the address that sends one again; from django.contrib.admin.ModelAdmin."""
        replay = self.admin_site.admin_view(self.replay)
        return [path("<path:object_id>/replay/", replay, name="guardrails_delivery_replay"), *super().get_urls()]

    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make it due at once."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("guardrails.change_delivery"):
            raise PermissionDenied
        row = deliveries_of(request.user).filter(pk=row_id(object_id) or 0).first()
        if row is None:
            raise Http404
        if replay_deliveries(deliveries=[row.pk], now=timezone.now()):
            when = "" if row.endpoint is None or row.endpoint.active else ", when that is switched on"
            messages.success(request, f"{row.message.event_id} is sent to {row.receiver} again{when}.")
        else:
            messages.info(request, "It is due already.")
        return HttpResponseRedirect(reverse("admin:guardrails_delivery_change", args=[row.pk]))

    def page_context(self, request: HttpRequest, row: Delivery) -> dict[str, Any]:
        """Give the delivery, and what is sent."""
        told = json.loads(envelope(row.message))
        return {
            "title": f"{row.kind} to {row.receiver}",
            "row": row,
            "state": DeliveryState(row.state).label,
            "exception": row.subject.partition(":")[2] if row.subject.startswith("exception:") else "",
            "next_try": _next_try(row),
            "before": first_before(row) if row.state == DeliveryState.DUE else None,
            "sent": json.dumps(told, indent=2, ensure_ascii=False),
            "may_replay": request.user.has_perm("guardrails.change_delivery") and row.state != DeliveryState.DUE,
        }


def _next_try(row: Any) -> str:
    """Say when it is tried again, in UTC; empty where it is not. The row says whether it is `behind` another."""
    if row.state != DeliveryState.DUE:
        return ""
    if row.endpoint is not None and not row.endpoint.active:
        return "when it is switched on"
    if row.behind:
        return "after the one before it"
    quiet = row.endpoint.quiet_until if row.endpoint else None
    return _moment(max(row.next_at, quiet or row.next_at))


def _moment(at: datetime) -> str:
    return f"{at:%d %b %Y, %H:%M:%S} UTC"
