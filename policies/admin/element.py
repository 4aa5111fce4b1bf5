"""Element pages: rows of one policy, whose choices never reach into another."""

from copy import copy
from typing import Any, ClassVar
from urllib.parse import parse_qs

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from policies.admin.base import PlainFieldsMixin, TabularInline, TrackedAdmin, UntitledMixin, row_id
from policies.admin.checking import ElementForm, PartFormSet
from policies.admin.reading import as_typed, said_by
from policies.models import Policy
from policies.queries.draft_state import draft_state
from policies.queries.scope import policies_for

LABELS = [("name", "code"), "description", "position"]


class PolicyFilter(admin.SimpleListFilter):
    """Filter by policy, naming only those that the user may see."""

    title = "policy"
    parameter_name = "policy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the choices; from django.contrib.admin.SimpleListFilter."""
        return [(str(policy.pk), str(policy)) for policy in policies_for(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of one policy; from django.contrib.admin.SimpleListFilter."""
        value = row_id(self.value() or "")
        return queryset if value is None else queryset.filter(policy=value)


class PolicyFieldsMixin(PlainFieldsMixin):
    """Choices of related rows are limited to the policy in hand."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Limit a choice; the policy itself is given, not chosen."""
        policy = in_hand(request)
        if db_field.name == "policy":
            kwargs |= {"queryset": Policy.objects.filter(pk=policy.pk if policy else 0), "disabled": True}
            return super().formfield_for_foreignkey(  # type: ignore[misc]
                db_field, request, **kwargs, initial=policy.pk if policy else None
            )
        kwargs.setdefault("queryset", db_field.related_model.objects.filter(policy=policy))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Limit a list of choices."""
        kwargs.setdefault("queryset", db_field.related_model.objects.filter(policy=in_hand(request)))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PartInline(UntitledMixin, PolicyFieldsMixin, TabularInline):
    """Parts of a row, in order; dragging sets their places."""

    formset = PartFormSet
    extra = 0
    ordering_field = "position"
    hide_ordering_field = True
    ordering = ("position", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show to who may only read what is said; from django.contrib.admin.InlineModelAdmin."""
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj):
            return fields
        return [as_typed(self.model, name) for name in fields if name != self.ordering_field]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Name what is no field; from django.contrib.admin.InlineModelAdmin."""
        return [each for each in self.get_fields(request, obj) if callable(each)]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell each inline form which policy it is in."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.policy = in_hand(request)
        return formset


class ElementAdmin(PolicyFieldsMixin, TrackedAdmin):
    """Pages of one kind of row."""

    form = ElementForm
    list_display: Any = ("position", "__str__", "code", "policy")
    list_display_links = ("__str__",)
    list_select_related: Any = ("policy",)
    list_filter: Any = (PolicyFilter,)
    search_fields = ("code", "name", "description")
    ordering = ("policy", "position", "pk")
    fields: Any = ["policy", *LABELS]
    read_as: ClassVar[dict[str, str]] = {}
    """What is read where editors have fields that are none of the row's own."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Find the policy in hand before any form is made; for a new row, ask which one it is for."""
        if object_id is not None:
            row = self.get_object(request, unquote(object_id))
            hold(request, row.policy if row else None)
        else:
            if not self.has_add_permission(request):
                raise PermissionDenied
            hold(request, self._policy_of_new_row(request))
            if in_hand(request) is None:
                return self._choose_policy(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one row of history with the choices of its policy."""
        row = self.model.history.filter(id=row_id(object_id)).first()
        hold(request, Policy.objects.filter(pk=row.policy_id).first() if row else None)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show to who may only read what is said; from django.contrib.admin.ModelAdmin."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if self._may_edit(request, obj) else said_by(obj, fieldsets, read_as=self.read_as)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Hide no field from who may only read: the conditions look at inputs, and there are none."""
        if not self._may_edit(request, options.get("obj")):
            reader = copy(self)
            reader.conditional_fields = {}
            context["adminform"].model_admin = reader
        return super().render_change_form(request, context, *args, **options)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form which policy it is in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.policy = in_hand(request)
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save inline rows, then say whether the draft as a whole could be published."""
        super().save_related(request, form, formsets, change)
        policy = form.instance.policy
        faults = len(draft_state(policy).faults)
        if faults:
            link = reverse("admin:policies_policy_publish", args=[policy.pk])
            text = 'The draft of {} is not coherent yet: {} to mend. <a href="{}" class="underline">See all</a>'
            counted = f"{faults} fault{'s' if faults > 1 else ''}"
            messages.warning(request, format_html(text, policy, counted, link))

    def _may_edit(self, request: HttpRequest, row: Any) -> bool:
        return row is None or bool(self.has_change_permission(request, row))

    def _policy_of_new_row(self, request: HttpRequest) -> Policy | None:
        allowed = policies_for(request.user)
        filters = parse_qs(request.GET.get("_changelist_filters", ""))
        named = request.GET.get("policy") or (filters.get("policy") or [""])[0]
        if (policy := row_id(named)) is not None:
            return allowed.filter(pk=policy).first()
        return allowed.first() if allowed.count() == 1 else None

    def _choose_policy(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Add {self.opts.verbose_name}: in which policy?",
            "opts": self.opts,
            "policies": policies_for(request.user),
        }
        return TemplateResponse(request, "admin/policies/choose_policy.html", context)


def hold(request: HttpRequest, policy: Policy | None) -> None:
    """Remember the policy whose rows this request edits."""
    request.policy_in_hand = policy  # type: ignore[attr-defined]


def in_hand(request: HttpRequest) -> Policy | None:
    """Give the policy whose rows this request edits."""
    return getattr(request, "policy_in_hand", None)
