"""The form of a webhook endpoint: where events go, and which."""

from typing import Any

from django import forms

from guardrails.admin.token_form import ReasonForm
from guardrails.models import WebhookEndpoint
from guardrails.models.webhook_endpoint import KINDS
from guardrails.outbox.addresses import RefusedAddressError, check_url
from policies.admin.base import ReasonedForm, UnfoldAdminCheckboxSelectMultipleWidget
from policies.models import Policy

GRANT = "exception.granted"
SINGLE = {
    GRANT: "Only: an exception is granted",
    "exception.reversed": "Only: an exception is reversed, or a part of it",
}


class WebhookEndpointForm(ReasonedForm):
    """An endpoint; those who are limited to some policies choose among these."""

    kinds = forms.MultipleChoiceField(
        label="Events",
        required=False,
        choices=[*KINDS.items(), *SINGLE.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: every event.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "policies", "pays")

    policies_allowed: Any = Policy.objects.none()
    limited = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "policies" in self.fields:
            field: Any = self.fields["policies"]
            field.queryset = self.policies_allowed
            if self.limited:
                field.required = True
                field.help_text = "Of which of your policies."

    def clean(self) -> dict[str, Any]:
        """Refuse one that pays and hears of no grant: nothing would ever count as sent; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kinds = cleaned.get("kinds") or []
        if cleaned.get("pays") and kinds and not {"exception", GRANT} & set(kinds):
            self.add_error("kinds", f"What pays has to be told of grants: choose exceptions, or “{SINGLE[GRANT]}”.")
        return cleaned

    def clean_url(self) -> str:
        """Refuse what must not be written to, with the reason."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            check_url(url)
        except RefusedAddressError as error:
            raise forms.ValidationError(str(error)) from None
        return url


class SwitchOnForm(ReasonForm):
    """Asks why an endpoint is switched on, and whether it is to be told again what was given up."""

    replay = forms.BooleanField(label="Send again what was given up", required=False, initial=True)
