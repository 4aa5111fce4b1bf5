"""Pages of approvals: what awaits whom, everything that an approver needs, and their yes, no or question."""

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from guardrails.actions.approvals.proposals import can_propose
from guardrails.actions.approvals.question_time import clock_stands
from guardrails.actions.approvals.say_as_user import may_say, why_silent
from guardrails.actions.approvals.vote_on_approval import Say, vote_as_user
from guardrails.actions.faults import ActionError
from guardrails.admin.approval_form import FORMS, SayForm
from guardrails.admin.approval_page import approval_page, standing
from guardrails.admin.counter_form import CounterForm
from guardrails.admin.due_first import DueFirstAdmin, ToDoFilter
from guardrails.admin.exception_filters import SeenPolicyFilter
from guardrails.admin.figures import reason_name, role_name, told
from guardrails.admin.period import PeriodFilter
from guardrails.admin.read_at import as_of_now
from guardrails.admin.yes_awaited import awaited_requests
from guardrails.models import ApprovalRequest, ApprovalSeat, SeatState, State
from guardrails.models.database_clock import database_now
from policies.admin.base import DropdownFilter, actor_of, display
from policies.engine.words import lower_first

_LABELS = {
    "Overdue": "danger",
    "Open": "warning",
    "Waiting for an answer to a question": "info",
    "Approved": "success",
    "Declined": "danger",
}


class ApprovalFilter(ToDoFilter):
    """By whether somebody still has to say yes or no."""

    closed: ClassVar = {
        "approved": "Approved",
        "declined": "Declined",
        "countered": "Answered with another proposal",
        "timed_out": "Timed out",
        "voided": "Voided",
    }


class MineFilter(DropdownFilter):
    """By whether the agent with this login may answer it."""

    title = "whom it awaits"
    parameter_name = "awaits"
    all_option = ("", "Anybody")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the choices; from django.contrib.admin.SimpleListFilter."""
        return [("me", "Me")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; from django.contrib.admin.SimpleListFilter."""
        if self.value() != "me":
            return queryset
        return queryset.filter(pk__in=awaited_requests(request.user, now=database_now()))


@admin.register(ApprovalRequest)
class ApprovalAdmin(DueFirstAdmin):
    """Approvals: the most urgent first."""

    page_template = "admin/guardrails/approval.html"
    list_display = (
        "due",
        "asks_for",
        "for_reason",
        "customer",
        "case",
        "requested_by",
        "asked",
        "taken_up",
        "policy",
        "shown_state",
    )
    list_display_links = ("due", "asks_for")
    list_select_related = ("policy", "requested_by", "exception__agent", "exception__policy", "exception__version")
    list_filter = (ApprovalFilter, MineFilter, PeriodFilter, SeenPolicyFilter)
    search_fields = ("=pk", "=exception__pk", "=customer", "=case")
    search_help_text = "An id, an exception, a customer or a case"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with what their pages name."""
        seats = ApprovalSeat.objects.filter(state=SeatState.OPEN).select_related("claimed_by").order_by("position")
        rows = super().get_queryset(request).select_related(*self.list_select_related, "exception__decision")
        return as_of_now(rows.prefetch_related(Prefetch("seats", seats, to_attr="open_seats")))

    @admin.display(description="due")
    def due(self, row: Any) -> str:
        """Show until when, in the policy's time zone as its page does; while the clock stands, until when that is."""
        zone = ZoneInfo(row.policy.time_zone)
        asked = row.question_due_at if clock_stands(row, row.read_at) else None
        at = (asked or row.due_at).astimezone(zone)
        return f"{'Question until ' if asked else ''}{at:%d %b %Y, %H:%M} {zone.key}"

    @admin.display(description="asks for")
    def asks_for(self, row: ApprovalRequest) -> str:
        """Show how much of what."""
        return told(row.exception)

    @admin.display(description="reason")
    def for_reason(self, row: ApprovalRequest) -> str:
        """Show the reason."""
        return reason_name(row.exception)

    @admin.display(description="of whom")
    def asked(self, row: Any) -> str:
        """Show which roles are asked now."""
        return ", ".join(role_name(row.exception, role) for seat in row.open_seats for role in seat.roles) or "–"

    @admin.display(description="taken up by")
    def taken_up(self, row: Any) -> str:
        """Show who has it."""
        return ", ".join(str(seat.claimed_by) for seat in row.open_seats if seat.claimed_by) or "–"

    @display(description="state", label=_LABELS)
    def shown_state(self, row: Any) -> str:
        """Show the state, and whether it is overdue."""
        return standing(row, row.read_at)

    def page_context(self, request: HttpRequest, row: ApprovalRequest) -> dict[str, Any]:
        """Give everything, and what this user may say to it."""
        now = database_now()
        can = may_say(user_id=actor_of(request).pk, approval=row.pk, now=now)
        buttons = [
            {"what": what.value, "label": FORMS[what].button, "quiet": what is not Say.APPROVE}
            for what in FORMS
            if what in can
        ]
        why = "" if buttons else why_silent(user_id=actor_of(request).pk, approval=row.pk, now=now)
        return {**approval_page(row, now), "buttons": buttons, "no_buttons": why}

    def get_urls(self) -> list[Any]:
        """Add the forms; from django.contrib.admin.ModelAdmin."""
        say = self.admin_site.admin_view(self.say)
        return [
            path("<str:object_id>/say/<str:what>/", say, name="guardrails_approvalrequest_say"),
            *super().get_urls(),
        ]

    def say(self, request: HttpRequest, object_id: str, what: str) -> HttpResponse:
        """Ask for the words and the amount, then say it: the same action as over the API."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None or what not in [each.value for each in FORMS]:
            raise Http404
        said = Say(what)
        form = self._form(request, row, said)
        if request.method == "POST" and form.is_valid() and self._said(request, said, form):
            return HttpResponseRedirect(reverse("admin:guardrails_approvalrequest_change", args=[row.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": FORMS[said].title.format(what=lower_first(told(row.exception))),
            "lead": FORMS[said].lead,
            "button": FORMS[said].button.rstrip("…"),
            "back": reverse("admin:guardrails_approvalrequest_change", args=[row.pk]),
        }
        return TemplateResponse(request, form.template, context)

    def _form(self, request: HttpRequest, row: ApprovalRequest, said: Say) -> SayForm:
        given: dict[str, Any] = {"data": request.POST or None, "initial": {"key": uuid.uuid4().hex}}
        if said is not Say.COUNTER:
            return SayForm(said, row, **given)
        possible = can_propose(user_id=actor_of(request).pk, approval=row.pk, now=database_now())
        return CounterForm(row, possible, **given)

    def _said(self, request: HttpRequest, said: Say, form: SayForm) -> bool:
        user, key = actor_of(request), form.cleaned_data["key"]
        try:
            answer = vote_as_user(
                user_id=user.pk,
                username=user.get_username(),
                say=said,
                request=form.said(),
                key=key,
                now=database_now(),
            ).answer
        except ActionError as error:
            form.refuse(error)
            return False
        messages.success(request, f"{FORMS[said].done} It is now: {lower_first(State(answer['state']).label)}.")
        return True
