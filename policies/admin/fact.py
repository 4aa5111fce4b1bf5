"""Pages of facts, with the choices of a choice and the fields of lines as inline rows."""

from typing import Any

from django import forms
from django.contrib import admin

from policies.admin.base import UnfoldAdminTextInputWidget
from policies.admin.checking import ElementForm, PartFormSet
from policies.admin.condition_values import read_value, show_value
from policies.admin.element import LABELS, ElementAdmin, PartInline
from policies.admin.fields import ChoicesField, tidy_money
from policies.models import Fact, FactChoice, FactType, LineField

BOUNDS = {"min": "minimum", "max": "maximum"}


class DomainMixin:
    """Bounds in the way of their type: money as 15.00."""

    policy: Any

    def clean(self) -> Any:
        """Give money all its digits; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]
        if cleaned.get("type") == FactType.MONEY and self.policy:
            for name in BOUNDS.values():
                if cleaned.get(name):
                    try:
                        cleaned[name] = tidy_money(cleaned[name], self.policy.currency)
                    except forms.ValidationError as error:
                        self.add_error(name, error)  # type: ignore[attr-defined]
        return cleaned


class FactForm(DomainMixin, ElementForm):
    """A fact, checked by the engine together with its choices and fields."""

    key = "facts"
    parts_follow = 2
    names = BOUNDS
    assume = forms.CharField(
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="Taken for it when a question leaves it out. Left empty: it is asked for.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.assume is not None:
            self.initial["assume"] = show_value(self.instance.assume, "is")

    def clean_assume(self) -> Any:
        """Read the value by the fact's type."""
        text = self.cleaned_data["assume"]
        return read_value(text, "is", self.cleaned_data.get("type", "")) if text else None


class ChoiceFormSet(PartFormSet):
    """The choices of a fact."""

    key = collection = "choices"
    names = {"code": "value"}


class FieldFormSet(PartFormSet):
    """The fields of lines."""

    key = collection = "fields"
    names = BOUNDS
    last = True


class LineFieldForm(DomainMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A field of lines; its choices are typed with commas between."""

    choices = ChoicesField(required=False, help_text="Of a choice: small, large")


class FactChoiceInline(PartInline):
    """The choices of a choice fact."""

    model = FactChoice
    formset = ChoiceFormSet
    fields = ("value", "name", "position")


class LineFieldInline(PartInline):
    """The fields of a lines fact."""

    model = LineField
    form = LineFieldForm
    formset = FieldFormSet
    fields = ("code", "name", "type", "unit", "places", "minimum", "maximum", "choices", "position")


@admin.register(Fact)
class FactAdmin(ElementAdmin):
    """Facts."""

    form = FactForm
    inlines = (FactChoiceInline, LineFieldInline)
    list_display = ("position", "__str__", "code", "type", "about", "source", "personal", "policy")
    list_filter = (*ElementAdmin.list_filter, "type", "about")
    fields = None
    fieldsets = [
        (None, {"fields": ["policy", *LABELS]}),
        ("What it is", {"fields": [("type", "about"), ("unit", "places"), ("minimum", "maximum"), "max_lines"]}),
        ("How it is known", {"fields": [("source", "assume"), "ask", "personal"]}),
    ]

    class Media:
        js = ("policies/fact_parts.js",)

    conditional_fields = {
        "unit": "type == 'integer' || type == 'decimal'",
        "places": "type == 'decimal'",
        "minimum": "['integer', 'money', 'decimal', 'date'].includes(type)",
        "maximum": "['integer', 'money', 'decimal', 'date'].includes(type)",
        "max_lines": "type == 'lines'",
    }
