"""The form in which an approver says something to a request."""

from typing import Any, NamedTuple

from django import forms

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.faults import ActionError
from guardrails.actions.number_said import number_of
from guardrails.models import ApprovalRequest
from policies.admin.base import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget
from policies.engine.money import DIGITS, decimal_text


class _Form(NamedTuple):
    """How a form is worded: what its text is for ("" where it has none), and what is said afterwards."""

    button: str
    title: str
    lead: str
    text: str
    must: bool
    done: str


FORMS = {
    Say.APPROVE: _Form(
        "Approve…", "Approve: {what}", "With the last yes it is kept for the agent. You can agree to less.",
        "What the agent is told", False, "You agreed.",
    ),
    Say.COUNTER: _Form(
        "Propose something else…", "Propose something else instead of {what}",
        "The request ends. Your proposal is approved with that: the agent gives it to the customer, or lets it go.",
        "What the agent is told", True, "You proposed something else.",
    ),
    Say.DECLINE: _Form(
        "Decline…", "Decline: {what}", "A no stands: asked again for the same case, it goes one level up.",
        "Why not", True, "You declined.",
    ),
    Say.ASK: _Form(
        "Ask…", "Ask about {what}",
        "No time runs until the agent has answered, at most for as long as you have to decide.",
        "What you want to know", True, "You asked.",
    ),
    Say.CLAIM: _Form(
        "Take it up", "Take it up: {what}", "Others then see that you are at it.", "", False, "You have it.",
    ),
    Say.RELEASE: _Form(
        "Put it back", "Put it back: {what}", "Anybody who is asked can take it up again.", "", False,
        "You put it back.",
    ),
}  # fmt: skip


class SayForm(forms.Form):
    """Words, for a yes also how much; `key` lets a form that is sent twice count once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    template = "admin/guardrails/approval_say.html"

    def __init__(self, say: Say, row: ApprovalRequest, **given: Any) -> None:
        super().__init__(**given)
        self.row, exception = row, row.exception
        number = number_of(exception)
        if say is Say.APPROVE and number is not None:
            money = exception.unit == "money"
            places = DIGITS[exception.currency] if money else exception.places
            self.fields["number"] = forms.CharField(
                label=f"How much ({exception.currency if money else exception.unit})",
                initial=decimal_text(number, places),
                max_length=40,
                widget=UnfoldAdminTextInputWidget,
            )
        if FORMS[say].text:
            self.fields["text"] = forms.CharField(
                label=FORMS[say].text,
                required=FORMS[say].must,
                max_length=2000,
                widget=UnfoldAdminTextareaWidget({"rows": 4}),
            )

    def said(self) -> VoteRequest:
        """Give what was said."""
        number = self.cleaned_data.get("number") or None
        money = self.row.exception.unit == "money"
        return VoteRequest(
            approval=self.row.pk,
            amount=number if money else None,
            quantity=None if money else number,
            text=self.cleaned_data.get("text", ""),
        )

    def refuse(self, error: ActionError) -> None:
        """Say what was refused, at its fields where it names any."""
        named = [(self.field_at(fault.path), fault.message) for fault in error.errors]
        if not any(field in self.fields for field, _ in named):
            self.add_error(None, error.detail)
        for field, message in named:
            if field in self.fields:
                self.add_error(field, f"{message[:1].upper()}{message[1:]}.")

    def field_at(self, path: str) -> str:
        """Give the field to which a fault's pointer leads."""
        return "number" if path in ("/amount", "/quantity") else path[1:]
