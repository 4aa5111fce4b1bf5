"""Pages of linked cases: which cases belong together, who said so, and the form that says it by hand."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from guardrails.actions.cases.link_by_hand import link_by_hand
from guardrails.actions.faults import ActionError, InvalidQuestionError
from guardrails.actions.plain_references import require_plain
from guardrails.models import CaseLink, LinkKind
from guardrails.models.database_clock import database_now
from guardrails.queries.chains import chain_of_case
from policies.admin.base import ModelAdmin, PlainFieldsMixin, actor_of
from policies.queries.scope import policies_for, within


class CaseLinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one case is to another."""

    class Meta:
        model = CaseLink
        fields = ("policy", "case", "kind", "other")

    policies: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy: Any = self.fields.get("policy")
        if policy is not None:
            policy.queryset = self.policies

    def clean(self) -> dict[str, Any]:
        """Refuse two of the same; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = {name: str(cleaned.get(name) or "") for name in ("case", "other")}
        try:
            require_plain(named)
        except InvalidQuestionError as error:
            for fault in error.errors:
                self.add_error(fault.path[1:], fault.message)
        if named["case"] and named["case"] == named["other"]:
            self.add_error("other", "Name another case.")
        return cleaned


@admin.register(CaseLink)
class CaseLinkAdmin(PlainFieldsMixin, ModelAdmin):
    """Links of cases. Once said, it stays: what was counted together stays counted together."""

    form = CaseLinkForm
    list_display = ("case", "is_what", "other", "policy", "when", "linked_by")
    list_display_links = ("case", "other")
    list_select_related = ("policy",)
    list_filter = ("kind",)
    search_fields = ("=case", "=other")
    search_help_text = "A case"
    fields = ("policy", "case", "kind", "other")
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the links in the user's policies."""
        return within(super().get_queryset(request), request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form in which policies the user may link."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.policies = policies_for(request.user)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the whole chain of a link that was made."""
        return (*self.fields, "when", "linked_by", "whole_chain") if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what was said."""
        return ("when", "whole_chain")

    @admin.display(description="")
    def is_what(self, row: CaseLink) -> str:
        """Say what the case is to the other one."""
        return str(row.get_kind_display()).lower()

    @admin.display(description="linked (UTC)", ordering="linked_at")
    def when(self, row: CaseLink) -> str:
        """Show the moment."""
        return f"{row.linked_at:%d %b %Y, %H:%M}"

    @admin.display(description="all that belong together")
    def whole_chain(self, row: CaseLink) -> str:
        """List the cases of the chain."""
        return ", ".join(chain_of_case(policy_id=row.policy_id, case=row.case).cases)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: limits count over it."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Link the cases; what the action refuses is said on the page that follows."""
        found = form.cleaned_data
        kind = LinkKind(found["kind"])
        try:
            told = link_by_hand(
                policy=found["policy"],
                case=found["case"],
                other=found["other"],
                kind=kind,
                actor=actor_of(request),
                now=database_now(),
            )
        except ActionError as error:
            said = error.errors[0].message if error.errors else ""
            messages.error(request, f"Nothing was linked. {error.detail} {said}".strip())
        else:
            messages.success(request, f"Linked. Everything counts over: {', '.join(told['cases'])}.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save nothing more; from django.contrib.admin.ModelAdmin."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the audit log; from django.contrib.admin.ModelAdmin."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Go where links are listed."""
        return HttpResponseRedirect(reverse("admin:guardrails_caselink_changelist"))
