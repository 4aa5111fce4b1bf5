"""The form that stops something: what, where, why, until when, and what agents do meanwhile."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from guardrails.actions.freezes.begin_freeze import FreezeValues, checked_freeze
from guardrails.actions.freezes.freeze_faults import InvalidFreezeError
from guardrails.admin.why_field import why_field
from guardrails.models import Freeze, FreezeTarget, OpenPromises
from guardrails.models.database_clock import database_now
from guardrails.models.freeze import IN_A_POLICY
from guardrails.queries.freezes import remedies_of, roles_of
from guardrails.queries.people import agents_seen_by, teams_seen_by, tokens_of
from policies.admin.base import UnfoldAdminSelect2Widget, UnfoldAdminTextareaWidget
from policies.models import Policy
from policies.queries.scope import policies_for

Choices = list[tuple[str, list[tuple[str, str]]]]
_FIELD_OF = {"target": "what"}
"""Where a fault of the action is shown, if its field has another name here."""


def choice(kind: FreezeTarget, target: str, policy: Policy | None = None) -> str:
    """Give the value by which the form names what can be stopped; `policy` for what belongs to one."""
    return f"{kind}:{policy.code if policy else ''}:{target}"


class FreezeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Stops something; the admin says for whom (`user`)."""

    what = forms.ChoiceField(
        label="Stop what?", widget=UnfoldAdminSelect2Widget, help_text="Agents are told from their next question on."
    )

    class Meta:
        model = Freeze
        fields = ("policy", "reason", "instead", "promises", "begins_at", "ends_at")

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "policy" not in self.fields:
            return
        what: Any = self.fields["what"]
        what.choices = [("", "Select value"), *_choices(self.user)]
        policy: Any = self.fields["policy"]
        policy.queryset = policies_for(self.user)
        policy.label = "In which policy"
        policy.empty_label = "Everywhere"
        policy.help_text = "Of agents, teams and clients. A role, a remedy or a policy is stopped where it belongs."
        self.fields["reason"].widget = UnfoldAdminTextareaWidget({"rows": 2})
        self.fields["instead"].widget = UnfoldAdminTextareaWidget({"rows": 2})
        self.fields["begins_at"].required = False
        self.fields["begins_at"].help_text = "UTC. Left empty: at once."
        self.fields["ends_at"].help_text = "UTC, not included. Left empty: until it is lifted."

    def clean(self) -> dict[str, Any]:
        """Refuse what the action would refuse, at its field; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            checked_freeze(values=self.values(), actor=self.user, now=database_now())
        except InvalidFreezeError as error:
            for fault in error.errors:
                field = fault.path[1:]
                self.add_error(_FIELD_OF.get(field, field), fault.message)
        return cleaned

    def values(self) -> FreezeValues:
        """Give what was filled in."""
        found = self.cleaned_data
        kind, code, target = found["what"].split(":", 2)
        belongs = kind in IN_A_POLICY
        return FreezeValues(
            kind=FreezeTarget(kind),
            target=target,
            policy=policies_for(self.user).filter(code=code).first() if belongs else found["policy"],
            reason=found["reason"],
            instead=found["instead"],
            promises=OpenPromises(found["promises"]),
            begins_at=found["begins_at"],
            ends_at=found["ends_at"],
        )


def _choices(user: User) -> Choices:
    """Give everything that the user may stop, by kind; what is in a policy, under its name."""
    agents = agents_seen_by(user).filter(active=True).order_by("name")
    found: Choices = [
        ("Agents", [(choice(FreezeTarget.AGENT, each.code), f"{each.name} ({each.code})") for each in agents]),
        ("Teams", [(choice(FreezeTarget.TEAM, each.code), each.name) for each in teams_seen_by(user).order_by("name")]),
        ("Clients", [(choice(FreezeTarget.CLIENT, each.pk), each.name) for each in tokens_of(user).order_by("name")]),
    ]
    for policy in policies_for(user).select_related("current_version"):
        inside = [(choice(FreezeTarget.POLICY, policy.code, policy), f"The whole policy {policy}")]
        inside += [
            (choice(kind, code, policy), f"{kind.label}: {name} ({policy})")
            for kind, named in ((FreezeTarget.REMEDY, remedies_of(policy)), (FreezeTarget.ROLE, roles_of(policy)))
            for code, name in named.items()
        ]
        found.append((str(policy), inside))
    return [(label, options) for label, options in found if options]


class LiftForm(forms.Form):
    """Asks why a freeze is lifted."""

    reason = why_field("Why?", "Kept with your name, beside the reason why it was stopped.")
