"""Pages of derived facts and of history facts: what is worked out from other facts or from our own records."""

from django.contrib import admin

from policies.admin.checking import ElementForm
from policies.admin.element import LABELS, ElementAdmin
from policies.admin.fields import YamlField
from policies.models import DerivedFact, DerivedForm, HistoryFact
from policies.queries import yaml_document

DEFINITION_HELP = (
    "Difference and sum: [bill, average_bill]. Product: {of: bill, times: 4}. Ratio: {of: refund, to: order_total}. "
    "Days and hours between: {from: ordered_on, to: now}. Over lines: {lines: items, field: price, "
    "where: [{fact: returned, is: true}]}; number, any and all of lines need no field."
)


class DerivedFactForm(ElementForm):
    """A derived fact; the engine checks its definition."""

    key = "derived"
    names = dict.fromkeys(DerivedForm.values, "definition")
    definition = YamlField(rows=3, help_text=DEFINITION_HELP)


class HistoryFactForm(ElementForm):
    """A history fact; the engine checks it."""

    key = "history"
    names = {"count": "measure", "amount": "measure"}


@admin.register(DerivedFact)
class DerivedFactAdmin(ElementAdmin):
    """Derived facts."""

    form = DerivedFactForm
    list_display = ("position", "__str__", "code", "form", "shown_definition", "policy")
    fields = ["policy", *LABELS, "form", "definition"]

    @admin.display(description="definition")
    def shown_definition(self, row: DerivedFact) -> str:
        """Show the definition as it is typed."""
        return yaml_document.dump_value(row.definition)


@admin.register(HistoryFact)
class HistoryFactAdmin(ElementAdmin):
    """History facts."""

    form = HistoryFactForm
    list_display = ("position", "__str__", "code", "measure", "scope", "last_days", "last_months", "policy")
    fields = ["policy", *LABELS, ("measure", "scope"), ("last_days", "last_months"), "remedies", "reasons"]
