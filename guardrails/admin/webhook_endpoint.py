"""Pages of webhook endpoints. A secret is on one page once: the answer to the form that made or replaced it."""

from shlex import quote
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from guardrails.actions.webhooks.record_endpoint import record_endpoint
from guardrails.actions.webhooks.switch_endpoint import switch_endpoint
from guardrails.actions.webhooks.try_endpoint import try_endpoint
from guardrails.actions.webhooks.webhook_endpoint_secret import OVERLAP, give_secret, rotate_secret
from guardrails.admin.one_way_to_save import OneWayToSaveMixin
from guardrails.admin.token_form import ReasonForm
from guardrails.admin.webhook_endpoint_form import SwitchOnForm, WebhookEndpointForm
from guardrails.models import DeliveryState, WebhookEndpoint
from guardrails.queries.endpoints import endpoints_of
from policies.admin.base import WHY, TrackedAdmin, action, actor_of, display
from policies.queries.scope import limited_to, policies_for

WHEN_OFF = (
    "{} is told nothing from now on. What waits for it already waits until it is switched on again; what happens "
    "meanwhile it is not told of by itself: its page then says by which command that is sent as well."
)
WHEN_ON = (
    "{} is told what happens from now on, and what still waits for it. What happened while it was off is sent by: {}"
)


def replay_command(endpoint: WebhookEndpoint) -> str:
    """Give the command that sends an endpoint what happened since it was switched off; empty where it was not."""
    since = f"{endpoint.off_since:%Y-%m-%dT%H:%M:%SZ}" if endpoint.off_since else ""
    return since and f"manage.py replay_webhooks --endpoint {quote(endpoint.name)} --since {since}"


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(OneWayToSaveMixin, TrackedAdmin):
    """Webhook endpoints: which systems are told what happens."""

    form = WebhookEndpointForm
    change_form_before_template = "admin/guardrails/endpoint_state.html"
    policy_path = ""
    list_display = ("name", "url", "told", "paying", "waiting", "state")
    list_filter = ("active", "pays")
    search_fields = ("name", "url")
    fieldsets = [
        (None, {"fields": ["name", "url"]}),
        ("What it is told", {"fields": ["kinds", "policies"]}),
        ("What it does", {"fields": ["pays"]}),
    ]
    actions_detail = ("rotate", "try_it", "switch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the endpoints that hear of nothing beyond what the user sees, with what waits for them."""
        seen = super().get_queryset(request).filter(pk__in=endpoints_of(request.user).values("pk"))
        due, dead = (Q(deliveries__state=state) for state in (DeliveryState.DUE, DeliveryState.DEAD))
        return seen.annotate(due=Count("deliveries", filter=due), dead=Count("deliveries", filter=dead))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form which policies the user may choose."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.policies_allowed = policies_for(request.user)
        form.limited = limited_to(request.user) is not None
        return form

    @admin.display(description="events")
    def told(self, row: WebhookEndpoint) -> str:
        """Say of what it is told."""
        return ", ".join(row.kinds) or "every event"

    @admin.display(description="it pays")
    def paying(self, row: WebhookEndpoint) -> str:
        """Say which one pays; that the others do not is nothing amiss."""
        return "yes" if row.pays else ""

    @admin.display(description="due / given up")
    def waiting(self, row: Any) -> str:
        """Show what has not arrived."""
        return f"{row.due} / {row.dead}"

    @display(description="state", label={"Active": "success", "Busy": "warning", "Off": "danger"})
    def state(self, row: WebhookEndpoint) -> str:
        """Say whether it is told anything now."""
        if not row.active:
            return "Off"
        return "Busy" if row.quiet_until and row.quiet_until > timezone.now() else "Active"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: deliveries name endpoints; one that is not wanted any more is switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it, a new one with its secret; what is changed is tried at once, whatever was asked for before."""
        obj.quiet_until = None
        if not change:
            request.told = give_secret(obj)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the policies, and note it in the audit log; from django.contrib.admin.ModelAdmin."""
        super().save_related(request, form, formsets, change)
        record_endpoint(
            kind="webhook.changed" if change else "webhook.added",
            endpoint=form.instance,
            actor=actor_of(request),
            reason=form.cleaned_data[WHY],
            now=timezone.now(),
        )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Show the secret, once, instead of going elsewhere."""
        return self._told(request, obj, request.told)  # type: ignore[attr-defined]

    def require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        """Raise 404 for the history of an endpoint that the user does not see."""
        super().require_in_scope(request, object_id)
        if not self.get_queryset(request).filter(pk=object_id).exists():
            raise Http404

    @action(description="Replace the secret…", url_path="rotate", permissions=["change"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then give the endpoint a new secret and show it once."""
        endpoint = self._endpoint(request, object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason, now = form.cleaned_data["reason"], timezone.now()
            fresh, secret = rotate_secret(endpoint=endpoint, actor=actor_of(request), reason=reason, now=now)
            return self._told(request, fresh, secret)
        hours = OVERLAP.total_seconds() / 3600
        lead = (
            f"A new secret signs from now on. For {hours:g} hours the old one signs as well: change it there meanwhile."
        )
        title = f"Replace the secret of {endpoint}"
        return self._page(request, "ask", endpoint=endpoint, form=form, title=title, lead=lead, button="Replace")

    @action(description="Send a test…", url_path="try", permissions=["change"], icon="send")
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then send an event that says nothing, and tell what was answered."""
        endpoint = self._endpoint(request, object_id)
        if request.method == "POST":
            attempt = try_endpoint(endpoint=endpoint, now=timezone.now())
            if attempt.error:
                messages.error(request, f"{endpoint} did not take it. {attempt.error}")
            else:
                messages.success(request, f"{endpoint} took it, and answered {attempt.status}.")
            return HttpResponseRedirect(reverse("admin:guardrails_webhookendpoint_change", args=[endpoint.pk]))
        lead = f'An event of the type "test", signed as every other, is sent to {endpoint.url} at once.'
        return self._page(request, "ask", endpoint=endpoint, title=f"Test {endpoint}", lead=lead, button="Send")

    @action(description="Switch off or on…", url_path="switch", permissions=["change"], icon="power_settings_new")
    def switch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then switch it off, or on again, with what was given up meanwhile if that is wanted."""
        endpoint = self._endpoint(request, object_id)
        verb, missed = "off" if endpoint.active else "on", replay_command(endpoint)
        form = (ReasonForm if endpoint.active or not endpoint.dead else SwitchOnForm)(request.POST or None)
        if request.method == "POST" and form.is_valid():
            again = switch_endpoint(
                endpoint=endpoint,
                active=not endpoint.active,
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                replay=form.cleaned_data.get("replay", False),
                now=timezone.now(),
            )
            messages.success(
                request, f"{endpoint} is switched {verb}.{f' To be sent again: {again}.' if again else ''}"
            )
            if missed:
                messages.info(request, f"What happened while it was off is sent by: {missed}")
            return HttpResponseRedirect(reverse("admin:guardrails_webhookendpoint_change", args=[endpoint.pk]))
        lead = (WHEN_OFF if endpoint.active else WHEN_ON).format(endpoint, missed)
        title = f"Switch {verb} {endpoint}"
        return self._page(request, "ask", endpoint=endpoint, form=form, title=title, lead=lead, button=f"Switch {verb}")

    def _endpoint(self, request: HttpRequest, object_id: str) -> Any:
        endpoint = self.get_object(request, object_id)
        if endpoint is None:
            raise Http404
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        return endpoint

    def _told(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
        return self._page(request, "told", endpoint=endpoint, secret=secret, title=f"The secret of {endpoint}")

    def _page(self, request: HttpRequest, name: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        response = TemplateResponse(request, f"admin/guardrails/endpoint_{name}.html", context)
        response["Cache-Control"] = "no-store, private"
        return response
