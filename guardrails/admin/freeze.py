"""Pages of freezes: what is stopped, the form that stops something, and lifting it."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from guardrails.actions.freezes.begin_freeze import begin_freeze
from guardrails.actions.freezes.freeze_faults import FreezeIsOverError
from guardrails.actions.freezes.lift_freeze import lift_freeze, may_lift
from guardrails.admin.freeze_form import FreezeForm, LiftForm
from guardrails.admin.one_way_to_save import OneWayToSaveMixin
from guardrails.admin.read_at import as_of_now
from guardrails.models import Freeze
from guardrails.models.database_clock import database_now
from guardrails.queries.freezes import freezes_seen_by, in_force
from policies.admin.base import (
    DropdownFilter,
    ModelAdmin,
    PlainFieldsMixin,
    QuotedKeysMixin,
    action,
    actor_of,
    display,
)

IN_FORCE, TO_COME, OVER, LIFTED = "In force", "To come", "Over", "Lifted"


def standing(row: Freeze, now: datetime) -> str:
    """Say whether it stops anything."""
    if row.lifted_at:
        return LIFTED
    if row.in_force(now):
        return IN_FORCE
    return TO_COME if row.begins_at > now else OVER


class StandingFilter(DropdownFilter):
    """By whether it stops anything now."""

    title = "whether it is in force"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the choices; from django.contrib.admin.SimpleListFilter."""
        return [("now", IN_FORCE), ("later", TO_COME), ("over", "Over or lifted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; from django.contrib.admin.SimpleListFilter."""
        now, value = database_now(), self.value()
        if value == "now":
            return in_force(queryset, now)
        if value == "later":
            return queryset.filter(lifted_at__isnull=True, begins_at__gt=now)
        if value == "over":
            return queryset.filter(Q(lifted_at__isnull=False) | Q(ends_at__lte=now))
        return queryset


@admin.register(Freeze)
class FreezeAdmin(OneWayToSaveMixin, PlainFieldsMixin, QuotedKeysMixin, ModelAdmin):
    """Freezes: what managers have stopped. One that has begun is lifted, never edited."""

    form = FreezeForm
    list_display = ("shown", "where", "state", "reason", "begins", "ends", "by")
    list_select_related = ("policy", "begun_by")
    list_filter = (StandingFilter, "kind")
    list_filter_submit = True
    search_fields = ("name", "target", "reason")
    fieldsets = [
        (None, {"fields": ["what", "policy"]}),
        ("What agents are told", {"fields": ["reason", "instead"]}),
        ("What was promised before", {"fields": ["promises"]}),
        ("When", {"fields": ["begins_at", "ends_at"], "description": "At once, until it is lifted, if left empty."}),
    ]
    actions = None
    actions_detail = ("lift",)
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the freezes that the user sees."""
        seen = freezes_seen_by(actor_of(request)).values("pk")
        return as_of_now(super().get_queryset(request).filter(pk__in=seen))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who stops something."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = actor_of(request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show all that is known of one that has begun."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        lifted = ["lifted", "lifted_because"] if obj.lifted_at else []
        told = ["reason", "instead", "promises", ("begins", "ends"), "by", *lifted]
        return [(None, {"fields": [("shown", "where"), "state", *told]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep all of it, once it has begun."""
        return ("shown", "where", "state", "begins", "ends", "by", "lifted")

    @admin.display(description="stopped", ordering="name")
    def shown(self, row: Freeze) -> str:
        """Say what is stopped."""
        return str(row)

    @admin.display(description="where")
    def where(self, row: Freeze) -> str:
        """Say in which policy."""
        return str(row.policy) if row.policy else "everywhere"

    @display(description="state", label={IN_FORCE: "danger", TO_COME: "warning", OVER: "info", LIFTED: "success"})
    def state(self, row: Any) -> str:
        """Say whether it stops anything."""
        return standing(row, row.read_at)

    @admin.display(description="begins (UTC)", ordering="begins_at")
    def begins(self, row: Freeze) -> str:
        """Show the moment."""
        return f"{row.begins_at:%d %b %Y, %H:%M}"

    @admin.display(description="ends (UTC)", ordering="ends_at")
    def ends(self, row: Freeze) -> str:
        """Show the moment."""
        if row.lifted_at:
            return f"{row.lifted_at:%d %b %Y, %H:%M} (lifted)"
        return f"{row.ends_at:%d %b %Y, %H:%M}" if row.ends_at else "when it is lifted"

    @admin.display(description="stopped by")
    def by(self, row: Freeze) -> str:
        """Show who stopped it."""
        return str(row.begun_by or "")

    @admin.display(description="lifted (UTC)")
    def lifted(self, row: Freeze) -> str:
        """Show who lifted it, and when."""
        return f"{row.lifted_at:%d %b %Y, %H:%M}, by {row.lifted_by}" if row.lifted_at else ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: lifting it is the one change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: that something was stopped stays known."""
        return False

    def has_lift_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Tell whether the user may lift this one, and there is something to be lifted."""
        row: Freeze | None = self.get_object(request, object_id) if object_id else None
        if not request.user.has_perm("guardrails.change_freeze") or row is None:
            return False
        return standing(row, database_now()) in (IN_FORCE, TO_COME) and may_lift(row, actor_of(request))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Stop it."""
        freeze = begin_freeze(values=form.values(), actor=actor_of(request), now=database_now())
        obj.pk, obj.kind, obj.name = freeze.pk, freeze.kind, freeze.name

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save nothing more; from django.contrib.admin.ModelAdmin."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Go where it is listed, and say what happens now."""
        messages.success(request, f"{obj} is stopped. Agents are told from their next question on.")
        return HttpResponseRedirect(reverse("admin:guardrails_freeze_change", args=[obj.pk]))

    @action(description="Lift…", url_path="lift", permissions=["lift"], icon="lock_open")
    def lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then lift it."""
        freeze = self.get_object(request, object_id)
        if freeze is None:
            raise Http404
        form = LiftForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                lift_freeze(
                    freeze=freeze.pk, reason=form.cleaned_data["reason"], actor=actor_of(request), now=database_now()
                )
                messages.success(request, f"{freeze} is lifted. From the next question on everything is as before.")
            except FreezeIsOverError as error:
                messages.warning(request, error.detail)
            return HttpResponseRedirect(reverse("admin:guardrails_freeze_change", args=[freeze.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": f"Lift: {freeze}",
            "lead": "It is offered again from the next question on. What was voided stays void.",
            "button": "Lift",
            "back": reverse("admin:guardrails_freeze_change", args=[freeze.pk]),
        }
        return TemplateResponse(request, "admin/guardrails/ask_why.html", context)
