"""The forms of linked cases: what belongs together and why, asked twice because it changes limits; and why not."""

import json
from typing import Any

from django import forms

from guardrails.actions.faults import InvalidQuestionError
from guardrails.actions.plain_references import require_plain
from guardrails.admin.why_field import why_field
from guardrails.models import CaseLink
from guardrails.queries.chains import chain_of_case, never_asked_about, standing_links
from policies.admin.base import UnfoldBooleanWidget


class UndoForm(forms.Form):
    """Asks why a link is undone."""

    reason = why_field("Why do they not belong together?", "Kept with your name, beside the link.")


class CaseLinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one case is to another, and why. What comes of it is said first, and has to be confirmed."""

    reason = why_field("Why do they belong together?", "Kept with your name. What was linked by mistake can be undone.")
    confirmed = forms.BooleanField(label="Yes, link them", required=False, widget=forms.HiddenInput)
    confirms = forms.CharField(required=False, widget=forms.HiddenInput)
    """What was said to the user, so that nobody confirms one thing and links another."""

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
        """Refuse two of the same, and ask whether it is meant; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = {name: str(cleaned.get(name) or "") for name in ("case", "other")}
        try:
            require_plain(named)
        except InvalidQuestionError as error:
            for fault in error.errors:
                self.add_error(fault.path[1:], fault.message)
        if named["case"] and named["case"] == named["other"]:
            self.add_error("other", "Name another case.")
        if not self.errors:
            self._ask(cleaned)
        return cleaned

    def _ask(self, cleaned: dict[str, Any]) -> None:
        """Say what comes of it, unless exactly this was confirmed."""
        said = what_comes_of_it(policy=cleaned["policy"], case=cleaned["case"], other=cleaned["other"])
        confirms = json.dumps([cleaned["policy"].pk, cleaned["case"], cleaned["kind"], cleaned["other"], said])
        if cleaned["confirmed"] and cleaned["confirms"] == confirms:
            return
        self.fields["confirmed"].widget = UnfoldBooleanWidget()
        self.data = {name: value for name, value in self.data.items() if name != "confirmed"} | {"confirms": confirms}
        self.add_error("confirmed", [*said, "If that is right, tick the box and save again."])


def what_comes_of_it(*, policy: Any, case: str, other: str) -> list[str]:
    """Say over what limits count once these are linked, and what looks like a typing error."""
    chains = [chain_of_case(policy_id=policy.pk, case=each).cases for each in (case, other)]
    together = sorted({*chains[0], *chains[1]})
    said = [f"From the next question on limits count over all of these together: {', '.join(together)}."]
    unknown = never_asked_about(policy_id=policy.pk, cases=[case, other])
    said += [f"Nobody has ever asked about {each} in {policy}. Is the number right?" for each in unknown]
    turned = standing_links(policy_id=policy.pk).filter(case=other, other=case)
    return said + [f"The other way round is there already: {link}." for link in turned]
