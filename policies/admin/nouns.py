"""Pages of roles, reasons, remedy groups and remedies."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from policies.admin.checking import ElementForm
from policies.admin.element import LABELS, ElementAdmin
from policies.admin.fields import MoneyField, YamlField
from policies.models import Reason, Remedy, RemedyGroup, Role


class RoleForm(ElementForm):
    """A role, checked by the engine."""

    key = "roles"


class ReasonForm(ElementForm):
    """A reason, checked by the engine."""

    key = "reasons"


class RemedyGroupForm(ElementForm):
    """A group, checked by the engine."""

    key = "groups"


class RemedyForm(ElementForm):
    """A remedy, checked by the engine."""

    key = "remedies"
    names = {"follow_up": "follow_up_after"}

    terms = YamlField(
        required=False,
        rows=2,
        help_text="Further measures beside the amount, for example [{code: months, unit: month}]. Mostly left empty.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "cost" in self.fields:
            old = self.fields["cost"]
            currency = self.policy.currency if self.policy else ""
            self.fields["cost"] = MoneyField(currency=currency, label=old.label, help_text=old.help_text)


@admin.register(Role)
class RoleAdmin(ElementAdmin):
    """Roles and their ladder."""

    form = RoleForm
    list_display = ("position", "__str__", "code", "escalates_to", "may_reverse", "policy")
    list_select_related = ("policy", "escalates_to")
    fields = ["policy", *LABELS, "escalates_to", "may_reverse"]


@admin.register(Reason)
class ReasonAdmin(ElementAdmin):
    """Reasons."""

    form = ReasonForm


@admin.register(RemedyGroup)
class RemedyGroupAdmin(ElementAdmin):
    """Groups of remedies that exclude each other."""

    form = RemedyGroupForm
    list_display = ("position", "__str__", "code", "choose", "policy")
    fields = ["policy", *LABELS, "choose"]


@admin.register(Remedy)
class RemedyAdmin(ElementAdmin):
    """Remedies, in the order in which they are offered."""

    form = RemedyForm
    list_display = ("position", "__str__", "code", "kind", "unit", "group", "policy")
    list_select_related = ("policy", "group")
    fields = None
    fieldsets = [
        (None, {"fields": ["policy", *LABELS]}),
        ("What it is", {"fields": [("kind", "group"), ("unit", "places"), "cost", "hold_for", "signed", "terms"]}),
        ("In words", {"fields": ["say", "guidance"]}),
        ("Owed afterwards", {"fields": [("follow_up_after", "follow_up_by"), "follow_up_what"]}),
    ]
    conditional_fields = {
        "places": "unit != 'money' && unit != 'none'",
        "cost": "unit != 'money' || signed == true",
        "signed": "unit == 'money'",
    }

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search kinds as well; from django.contrib.admin.ModelAdmin."""
        found, distinct = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(kind__icontains=search_term) if search_term else found, distinct
