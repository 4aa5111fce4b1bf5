"""Why field: where a form asks its user for the reason, which is kept with their name."""

from django import forms

from policies.admin.base import UnfoldAdminTextareaWidget


def why_field(label: str, help_text: str) -> forms.CharField:
    """Give the field; it must be filled in, in a few words."""
    widget = UnfoldAdminTextareaWidget({"rows": 2})
    return forms.CharField(label=label, max_length=1000, widget=widget, help_text=help_text)
