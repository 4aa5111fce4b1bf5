"""The form of an API token: its name, what it may do, and for whom."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from guardrails.actions.tokens.token_values import TokenValues
from guardrails.models import Agent, AgentKind, ApiToken, Scope, Team
from policies.admin.base import (
    ReasonedForm,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminTextInputWidget,
)

EXPLAINED: dict[Scope, str] = {
    Scope.OFFERS: "ask what can be offered, and see what is left of budgets and what a policy says",
    Scope.EXCEPTIONS: "grant what is offered, and find exceptions of the agents it acts for",
    Scope.APPROVALS: "vote on what awaits approval, in the names of its people: for tools of approvers",
    Scope.FACTS: "what it says of facts from systems is believed: for order systems, never for an AI agent",
    Scope.SETTLEMENTS: "say what was paid, of the policies that you may see: for the system that pays",
    Scope.OUTCOMES: "tell how things turned out for the customers of its agents and teams: for survey tools",
    Scope.CASES: "link cases of the policies that you may see: for the system that replaces and splits orders",
    Scope.AUDIT: "read every exception of the policies that you may see, with its whole trace; grants nothing",
}

ACTING = {Scope.OFFERS, Scope.EXCEPTIONS, Scope.APPROVALS, Scope.OUTCOMES}
"""What is done in somebody's name: a token that acts for nobody could do nothing with these."""


class TokenForm(ReasonedForm):
    """A token, for one agent of its own or for several."""

    scopes = forms.MultipleChoiceField(
        # Of every scope: what a form does not show, saving it would take away.
        choices=[(scope.value, f"{scope.value}: {EXPLAINED[scope]}") for scope in Scope],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Give no more than it needs.",
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes", "agent", "agents", "teams", "expiry")

    agents_allowed: Any = Agent.objects.none()
    teams_allowed: Any = Team.objects.none()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "agent": (self.agents_allowed, UnfoldAdminSelect2Widget),
            "agents": (self.agents_allowed, UnfoldAdminSelect2MultipleWidget),
            "teams": (self.teams_allowed, UnfoldAdminCheckboxSelectMultipleWidget),
        }
        for name, (rows, widget) in choices.items():
            if name in self.fields:
                field: Any = self.fields[name]
                field.widget = widget()
                field.queryset = rows
                # Without what a plain select would add: how to hold which keys.
                field.help_text = str(getattr(ApiToken, name).field.help_text)

    def clean_name(self) -> str:
        """Refuse a name in use: a form that is sent twice makes no second token."""
        name = str(self.cleaned_data["name"])
        if ApiToken.objects.filter(name=name, active=True).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Another active token has this name. Rotate that one, or choose another name.")
        return name

    def clean_expiry(self) -> datetime | None:
        """Refuse a new end that has passed already."""
        expiry: datetime | None = self.cleaned_data["expiry"]
        if expiry and expiry <= timezone.now() and expiry != self.instance.expiry:
            raise forms.ValidationError("Choose a moment to come, or leave it empty.")
        return expiry

    def clean(self) -> dict[str, Any]:
        """Want either the one agent whose own token it is, or those it acts for; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        several = bool(cleaned.get("agents")) or bool(cleaned.get("teams"))
        if cleaned.get("agent") and several:
            self.add_error("agent", "Choose one agent of its own, or agents and teams that it acts for, not both.")
        acts = ACTING & set(cleaned.get("scopes") or ())
        if acts and not several and not cleaned.get("agent") and "agent" not in self.errors:
            self.add_error("agents", "Choose for whom it acts.")
        own = cleaned.get("agent")
        if own and own.kind == AgentKind.AI and Scope.FACTS in (cleaned.get("scopes") or ()):
            self.add_error("scopes", "What an AI agent says of facts is not verified; leave out facts.")
        return cleaned

    def values(self, *, active: bool) -> TokenValues:
        """Give what was filled in."""
        found = self.cleaned_data
        return TokenValues(
            name=found["name"],
            scopes=found["scopes"],
            agent=found["agent"],
            agents=list(found["agents"]),
            teams=list(found["teams"]),
            expiry=found["expiry"],
            active=active,
        )


class ReasonForm(forms.Form):
    """Asks why a token is rotated, or switched off or on."""

    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept in the token's history with your name.",
    )
