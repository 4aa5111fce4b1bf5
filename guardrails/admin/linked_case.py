"""Pages of linked cases: which cases belong together, who said so; saying so by hand, and undoing what was wrong."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from guardrails.actions.cases.link_by_hand import link_by_hand, undo_by_hand
from guardrails.actions.faults import ActionError
from guardrails.admin.linked_case_form import CaseLinkForm, UndoForm
from guardrails.admin.names import name_of
from guardrails.admin.one_way_to_save import OneWayToSaveMixin
from guardrails.models import CaseLink, LinkKind, UndoneLink
from guardrails.models.database_clock import database_now
from guardrails.queries.chains import chain_of_case, why_linked
from policies.admin.base import DropdownFilter, ModelAdmin, PlainFieldsMixin, action, actor_of, display
from policies.queries.scope import policies_for, within

STANDS, UNDONE = "Stands", "Undone"


class StandingFilter(DropdownFilter):
    """By whether the link stands."""

    title = "whether it stands"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the choices; from django.contrib.admin.SimpleListFilter."""
        return [("yes", STANDS), ("no", UNDONE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; from django.contrib.admin.SimpleListFilter."""
        undone = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if undone is None else queryset.filter(undone__isnull=undone)


def undone_of(link: CaseLink) -> UndoneLink | None:
    """Give by whom and why it was undone; None while it stands."""
    found: UndoneLink | None = getattr(link, "undone", None)
    return found


def in_words(chains: list[Sequence[str]]) -> str:
    """Give chains one after the other: "K-1, K-2; apart from that: K-3"."""
    return "; apart from that: ".join(", ".join(cases) for cases in chains)


@admin.register(CaseLink)
class CaseLinkAdmin(OneWayToSaveMixin, PlainFieldsMixin, ModelAdmin):
    """Links of cases. What was said is never edited; what was wrong is undone, and both stay known."""

    form = CaseLinkForm
    list_display = ("case", "is_what", "other", "policy", "when", "by", "state")
    list_display_links = ("case", "other")
    list_select_related = ("policy", "undone")
    list_filter = (StandingFilter, "kind")
    ordering = ("-linked_at", "-pk")
    search_fields = ("=case", "=other")
    search_help_text = "A case"
    fields = ("policy", "case", "kind", "other")
    show_full_result_count = False
    actions = None
    actions_detail = ("undo",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the links in the user's policies."""
        rows = super().get_queryset(request).annotate(linker=name_of("linked_by"), undoer=name_of("undone__undone_by"))
        return within(rows, request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form in which policies the user may link."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.policies = policies_for(request.user)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the whole chain of a link that was made, and who undid it."""
        if obj is None:
            return (*self.fields, "reason", "confirmed", "confirms")
        undone = ("undone_when", "undone_because") if undone_of(obj) else ()
        return (*self.fields, "when", "by", "why", "state", *undone, "whole_chain")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what was said."""
        return ("when", "by", "why", "state", "undone_when", "undone_because", "whole_chain")

    @admin.display(description="what it is")
    def is_what(self, row: CaseLink) -> str:
        """Say what the case is to the other one."""
        return str(row.get_kind_display()).lower()

    @admin.display(description="linked (UTC)", ordering="linked_at")
    def when(self, row: CaseLink) -> str:
        """Show the moment."""
        return f"{row.linked_at:%d %b %Y, %H:%M}"

    @admin.display(description="linked by")
    def by(self, row: Any) -> str:
        """Name who said so: a person or a system."""
        return str(row.linker)

    @admin.display(description="why")
    def why(self, row: CaseLink) -> str:
        """Show why, where a person said so."""
        return why_linked(row) or "-"

    @display(description="state", label={STANDS: "success", UNDONE: "warning"})
    def state(self, row: CaseLink) -> str:
        """Say whether it stands."""
        return UNDONE if undone_of(row) else STANDS

    @admin.display(description="undone (UTC)")
    def undone_when(self, row: Any) -> str:
        """Show when, and by whom."""
        undone = undone_of(row)
        return f"{undone.undone_at:%d %b %Y, %H:%M}, by {row.undoer}" if undone else ""

    @admin.display(description="undone because")
    def undone_because(self, row: CaseLink) -> str:
        """Show why."""
        undone = undone_of(row)
        return undone.because if undone else ""

    @admin.display(description="all that belong together")
    def whole_chain(self, row: CaseLink) -> str:
        """List the cases of the chain; of either case where they do not belong together any more."""
        chains = [chain_of_case(policy_id=row.policy_id, case=case).cases for case in (row.case, row.other)]
        return in_words([chains[0]] if row.other in chains[0] else chains)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: that it was said stays known."""
        return False

    def has_undo_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Tell whether the user may link by hand, and this link of theirs stands."""
        row = self._link(request, object_id) if object_id else None
        return request.user.has_perm("guardrails.add_caselink") and row is not None and undone_of(row) is None

    def _link(self, request: HttpRequest, object_id: str) -> CaseLink | None:
        found: CaseLink | None = self.get_object(request, object_id)
        return found

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
                reason=found["reason"],
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

    @action(description="Undo…", url_path="undo", permissions=["undo"], icon="link_off")
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then undo it."""
        link = self._link(request, object_id)
        if link is None:
            raise Http404
        form = UndoForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._undo(request, link, form.cleaned_data["reason"])
            return HttpResponseRedirect(reverse("admin:guardrails_caselink_change", args=[object_id]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": f"Undo: {link}",
            "lead": f"Whatever was said directly of {link.case} and {link.other} stands no more. From the next "
            "question on limits count for each by itself, with what it is still linked to. What was granted stays "
            "granted.",
            "button": "Undo",
            "back": reverse("admin:guardrails_caselink_change", args=[object_id]),
        }
        return TemplateResponse(request, "admin/guardrails/ask_why.html", context)

    @staticmethod
    def _undo(request: HttpRequest, link: CaseLink, reason: str) -> None:
        try:
            told = undo_by_hand(link=link, reason=reason, actor=actor_of(request), now=database_now())
        except ActionError as error:
            messages.error(request, f"Nothing was undone. {error.detail}")
            return
        counts = in_words([chain["cases"] for chain in told["chains"]])
        if told["by_way_of"]:
            way = ", ".join(told["by_way_of"])
            messages.warning(request, f"Undone, but they still belong together by way of {way}: {counts}.")
        else:
            messages.success(request, f"Undone. Limits count over {counts}.")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Go where links are listed."""
        return HttpResponseRedirect(reverse("admin:guardrails_caselink_changelist"))
