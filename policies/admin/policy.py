"""The page of a policy: its head, its draft against the live version, publishing, export, and its timeline."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from policies.actions.publish_policy import publish_policy
from policies.admin.base import (
    ReadOnlyMixin,
    ReasonedForm,
    TabularInline,
    TrackedAdmin,
    UnfoldAdminSelect2Widget,
    UnfoldAdminTextareaWidget,
    action,
    actor_of,
)
from policies.admin.checking import said
from policies.admin.fields import HoursField, YamlField
from policies.engine.faults import DocumentError
from policies.engine.money import DIGITS
from policies.models import Policy, PolicyVersion
from policies.queries.changes import changes_of
from policies.queries.draft_preview import preview
from policies.queries.draft_state import draft_state
from policies.queries.export import export_draft
from policies.queries.proposal import faults_of_head
from policies.queries.scope import limited_to

_FIELDS = {"handover": "handover_name", "rounding": "rounding_step"}


class PolicyForm(ReasonedForm):
    """The head of a policy, checked by the engine."""

    currency = forms.ChoiceField(
        choices=[("", "Select value"), *((code, code) for code in sorted(DIGITS))], widget=UnfoldAdminSelect2Widget
    )
    time_zone = forms.ChoiceField(
        choices=[("", "Select value"), *((zone, zone) for zone in sorted(available_timezones()))],
        widget=UnfoldAdminSelect2Widget,
    )

    calendar = YamlField(
        required=False,
        rows=2,
        help_text="Which days are no working days: {weekend: [saturday, sunday], holidays: [2026-12-25]}.",
    )

    approvals_hours = HoursField(
        label="Business hours",
        required=False,
        rows=5,
        help_text="A weekday a line, for example monday: 09:00-12:00, 13:00-17:00, in the policy's time zone. "
        "An answer is due, and reminded of, while approvers are there; never on a holiday of the calendar. "
        "Left empty: the clock always runs.",
    )

    def _post_clean(self) -> None:
        """Check once the instance has the form's values; from django.forms.BaseForm."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        for fault in faults_of_head(self.instance):
            key, *rest = fault.path.split("/")[1:]
            field = f"approvals_{rest.pop(0)}" if key == "approvals" and rest else _FIELDS.get(key, key)
            self.add_error(field if field in self.fields else None, said(fault, rest))


class PublishForm(forms.Form):
    """What publishing asks for; `draft` is the hash of the draft that the manager has looked at."""

    note = forms.CharField(
        max_length=1000,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="What changes and why. Agents and auditors see it with the version.",
    )
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


class VersionInline(ReadOnlyMixin, TabularInline):
    """The published versions, newest first."""

    model = PolicyVersion
    fields = ("number", "published_at", "published_by", "note", "hash")
    readonly_fields = fields
    extra = 0
    max_num = 0
    per_page = 10
    show_change_link = True
    verbose_name_plural = "published versions"


@admin.register(Policy)
class PolicyAdmin(TrackedAdmin):
    """Policies."""

    form = PolicyForm
    policy_path = "pk"
    inlines = (VersionInline,)
    list_display = ("__str__", "code", "currency", "time_zone", "current_version", "draft")
    list_select_related = ("current_version",)
    search_fields = ("code", "name")
    actions_detail: tuple[str, ...] = ("publish", "export_yaml", "timeline")
    readonly_fields = ("draft",)
    fieldsets = [
        (None, {"fields": [("name", "code"), "description", "draft"]}),
        ("Market", {"fields": [("currency", "time_zone"), "language", ("rounding_mode", "rounding_step"), "calendar"]}),
        (
            "Approvals",
            {
                "fields": [
                    ("approvals_reserve", "approvals_keep"),
                    ("approvals_answer_within", "approvals_remind_before"),
                    "approvals_hours",
                ]
            },
        ),
        ("Where the ladder ends", {"fields": ["handover_name", "handover_how"]}),
    ]

    @admin.display(description="draft")
    def draft(self, row: Policy) -> str:
        """Say whether the draft can be published and differs from the live version."""
        return draft_state(row).summary if row.pk else "New."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what budgets, versions and clients rely on, once a version is out."""
        fixed = ("code", "currency") if obj and obj.current_version_id else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse to those limited to some policies: a new one would not be among them."""
        return bool(super().has_add_permission(request)) and limited_to(request.user) is None

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Tell whether the user may publish."""
        return bool(request.user.has_perm("policies.publish_policy"))

    @action(description="Publish…", url_path="publish", permissions=["publish"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what publishing would do, with every fault at its row; publish on POST."""
        policy = self._policy(request, object_id)
        state, meanwhile = draft_state(policy), False
        form = PublishForm(request.POST or None, initial={"draft": state.digest})
        if request.method == "POST" and form.is_valid() and not state.faults:
            if form.cleaned_data["draft"] != state.digest:
                form = PublishForm(initial={"draft": state.digest, "note": form.cleaned_data["note"]})
                meanwhile = True
            elif self._publish(request, policy, form.cleaned_data["note"]):
                return HttpResponseRedirect(reverse("admin:policies_policy_change", args=[policy.pk]))
        told = {"state": state, "changes": preview(policy, state), "form": form, "meanwhile": meanwhile}
        return self._page(request, policy, "Publish", "publish.html", **told)

    @action(description="Export as YAML", url_path="export", permissions=["view"], icon="download")
    def export_yaml(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the draft as one YAML file."""
        policy = self._policy(request, object_id)
        response = HttpResponse(export_draft(policy), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{policy.code}.yaml"'
        return response

    @action(description="All changes", url_path="changes", permissions=["view"], icon="history")
    def timeline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show every change of every row of the policy, newest first."""
        policy = self._policy(request, object_id)
        return self._page(request, policy, "All changes", "changes.html", changes=changes_of(policy, most=200))

    def _policy(self, request: HttpRequest, object_id: str) -> Policy:
        policy = self.get_object(request, object_id)
        if not isinstance(policy, Policy):
            raise Http404
        return policy

    def _publish(self, request: HttpRequest, policy: Policy, note: str) -> bool:
        try:
            version = publish_policy(policy=policy, actor=actor_of(request), note=note, now=timezone.now())
        except DocumentError:
            # Edited between the look and the click; the page that follows lists the faults.
            return False
        messages.success(request, f"Published {policy} as version {version.number}. Agents get it from now on.")
        return True

    def _page(self, request: HttpRequest, policy: Policy, title: str, template: str, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}: {policy}",
            "opts": self.opts,
            "policy": policy,
            **more,
        }
        return TemplateResponse(request, f"admin/policies/policy/{template}", context)
