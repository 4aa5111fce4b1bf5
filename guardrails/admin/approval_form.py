"""The form in which an approver says something to a request."""

from typing import Any, NamedTuple

from django import forms

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.number_said import number_of
from guardrails.models import CareException
from policies.admin.base import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget
from policies.engine.money import DIGITS, decimal_text


class _Form(NamedTuple):
    """How a form is worded: what its text is for ("" where it has none), and what is said afterwards."""

    button: str
    lead: str
    text: str
    must: bool
    done: str


FORMS = {
    Say.APPROVE: _Form(
        "Approve…", "With the last yes it is kept for the agent. You can agree to less.", "What the agent is told",
        False, "You agreed.",
    ),
    Say.DECLINE: _Form(
        "Decline…", "A no stands: asked again for the same case, it goes one level up.", "Why not", True,
        "You declined.",
    ),
    Say.ASK: _Form(
        "Ask…", "No time runs until the agent has answered, at most for as long as you have to decide.",
        "What you want to know", True, "You asked.",
    ),
    Say.CLAIM: _Form("Take it up", "Others then see that you are at it.", "", False, "You have it."),
    Say.RELEASE: _Form("Put it back", "Anybody who is asked can take it up again.", "", False, "You put it back."),
}  # fmt: skip


class SayForm(forms.Form):
    """Words, for a yes also how much; `key` lets a form that is sent twice count once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, say: Say, row: CareException, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = number_of(row)
        if say is Say.APPROVE and number is not None:
            places = DIGITS[row.currency] if row.unit == "money" else row.places
            self.fields["number"] = forms.CharField(
                label=f"How much ({row.currency if row.unit == 'money' else row.unit})",
                initial=decimal_text(number, places),
                max_length=40,
                widget=UnfoldAdminTextInputWidget,
            )
        if FORMS[say].text:
            self.fields["text"] = forms.CharField(
                label=FORMS[say].text, required=FORMS[say].must, max_length=2000, widget=UnfoldAdminTextareaWidget
            )
