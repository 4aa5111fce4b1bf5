"""What every admin class is made from: the one place that names django-unfold and simple-history's admin.

To go back to Django's plain admin, change the imports here.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import NOT_PROVIDED, ForeignKey, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import DropdownFilter, RangeNumericListFilter, TextFilter
from unfold.contrib.filters.forms import RangeDateForm
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, PaginationInlineFormSet, UserChangeForm, UserCreationForm
from unfold.views import ChangeList
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from policies.actions.delete_row import delete_row
from policies.models.keep_referenced import references
from policies.models.tracking import sign
from policies.queries.scope import limited_to

__all__ = [
    "AdminPasswordChangeForm",
    "ChangeList",
    "DropdownFilter",
    "LabelledFormSet",
    "ModelAdmin",
    "PlainFieldsMixin",
    "QuotedKeysMixin",
    "RangeDateForm",
    "RangeNumericListFilter",
    "ReadOnlyMixin",
    "ReasonedForm",
    "StackedInline",
    "TabularInline",
    "TextFilter",
    "TrackedAdmin",
    "UnfoldAdminCheckboxSelectMultipleWidget",
    "UnfoldAdminSelect2MultipleWidget",
    "UnfoldAdminSelect2Widget",
    "UnfoldAdminSelectWidget",
    "UnfoldAdminTextInputWidget",
    "UnfoldAdminTextareaWidget",
    "UnfoldBooleanWidget",
    "UntitledMixin",
    "UserChangeForm",
    "UserCreationForm",
    "action",
    "actor_of",
    "display",
    "row_id",
]

WHY = "change_reason"
_LONGEST_ID = 18


class ReasonedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that asks why; the answer goes to the history of every row that is saved with it."""

    change_reason = forms.CharField(
        label="Reason for this change",
        max_length=1000,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept in the history with your name, for auditors and for your own later self.",
    )


class LabelledFormSet(PaginationInlineFormSet):
    """Inline rows whose inputs have a name for screen readers; a table's heading alone is none."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name each input by its column; from django.forms.formsets.BaseFormSet."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))


class PlainFieldsMixin:
    """Form fields as this project wants them, in forms and in inline rows."""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give a required choice without a default an empty first entry: nobody chooses by not choosing."""
        blank = db_field.blank or db_field.default is NOT_PROVIDED
        kwargs.setdefault("choices", db_field.get_choices(include_blank=blank, blank_choice=[("", "Select value")]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give a list of other rows as checkboxes."""
        kwargs.setdefault("widget", UnfoldAdminCheckboxSelectMultipleWidget())
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the pop-ups beside related fields: a row is added in its own list."""
        if isinstance(db_field, TextField):
            kwargs.setdefault("widget", UnfoldAdminTextareaWidget({"rows": 2}))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class QuotedKeysMixin:
    """Pages whose rows have text keys: lists lead to an address in which Django has quoted `_`."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Find the row whichever way its key is written: Django unquotes for its own pages, not for buttons."""
        return super().get_object(request, unquote(object_id), from_field)  # type: ignore[misc]


class UntitledMixin:
    """Inline rows that say what they are by their fields alone, without a heading each."""

    show_title = False
    if hasattr(TabularInline, "hide_title"):
        # Unfold's older name for it, in the last version for Python 3.11; newer ones warn of it.
        hide_title = True


class ReadOnlyMixin:
    """Rows that the admin shows and never writes, whoever asks."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class TrackedAdmin(PlainFieldsMixin, QuotedKeysMixin, SimpleHistoryAdmin, ModelAdmin):
    """Pages of a tracked model: every save names its actor and reason; history is read, never written."""

    form = ReasonedForm
    policy_path = "policy"
    """The path from a row to its policy, by which scope limits what a user sees; empty where there is none."""
    change_form_after_template = "admin/policies/why.html"
    delete_confirmation_template = "admin/policies/delete_confirmation.html"
    warn_unsaved_form = True
    actions = None
    """None at all: deleting many rows at once would ask for no reason."""
    list_per_page = 100
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows of the policies that the user may see."""
        rows: QuerySet[Any] = super().get_queryset(request)
        ids = limited_to(request.user) if self.policy_path else None
        return rows if ids is None else rows.filter(**{f"{self.policy_path}__in": ids})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the reason to the template, which asks for it last, after the inline rows."""
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != WHY]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete only with a reason."""
        without = not request.POST.get(WHY, "").strip()
        if request.method == "POST" and without and self.has_delete_permission(request):
            messages.error(request, "Nothing was deleted: please give the reason.")
            return HttpResponseRedirect(request.path)
        return super().delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save with actor and reason."""
        sign(obj, actor=actor_of(request), reason=form.cleaned_data[WHY])
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save inline rows, each with the actor and the reason of the form."""
        reason = form.cleaned_data[WHY]
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            delete_row(row=row, actor=actor_of(request), reason=reason)
        for row in rows:
            sign(row, actor=actor_of(request), reason=reason)
            row.save()
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete with actor and reason."""
        delete_row(row=obj, actor=actor_of(request), reason=request.POST[WHY].strip())

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Name the rows whose lists name what would be deleted; they protect it."""
        rows = list(objs)
        found, counts, needed, protected = super().get_deleted_objects(rows, request)
        named = [f"{row} is named by {other}" for row in rows for other in references(row)]
        return _rows_alone(found), counts, needed, [*protected, *named]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the history of rows in scope, those that are deleted too."""
        self.require_in_scope(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_history_queryset(
        self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any
    ) -> QuerySet[Any]:
        """Give the entries of one row; from simple_history.admin.SimpleHistoryAdmin.

        Of a row without foreign keys the library would name no related rows to load, of which Django 6.1 warns.
        """
        if any(isinstance(field, ForeignKey) for field in history_manager.model.tracked_fields):
            return super().get_history_queryset(request, history_manager, pk_name, object_id)
        entries: QuerySet[Any] = history_manager.filter(**{pk_name: object_id}).select_related("history_user")
        return entries

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one row of history. Anything but reading is refused: the library would let a viewer save here."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if row_id(version_id) is None:
            raise Http404
        self.require_in_scope(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        """Raise 404 for the history of a row whose policy the user may not see."""
        last = self.model.history.filter(id=row_id(unquote(object_id))).first()
        ids = limited_to(request.user) if self.policy_path else None
        if last is None or (ids is not None and self.policy_id_of(last) not in ids):
            raise Http404

    def policy_id_of(self, row: Any) -> int | None:
        """Give the policy of a row or of its history; None of a row that counts under every policy."""
        found: int | None = row.id if self.policy_path == "pk" else row.policy_id
        return found


def _rows_alone(found: list[Any]) -> list[Any]:
    """Leave out the rows of lists between two rows ("Rule-reason relationship: …"), which mean nothing to a reader."""
    kept = [_rows_alone(each) if isinstance(each, list) else each for each in found]
    return [each for each in kept if each and " relationship: " not in each]


def row_id(text: str) -> int | None:
    """Give the id that an address names; None where it cannot be one, as the database would refuse it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID else None


def actor_of(request: HttpRequest) -> User:
    """Give the user who is signed in; pages of the admin are for nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
