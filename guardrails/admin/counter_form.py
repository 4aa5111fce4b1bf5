"""The form in which an approver proposes something else than what was asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from guardrails.actions.approvals.proposals import Possible
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.admin.approval_form import SayForm
from guardrails.models import ApprovalRequest
from policies.admin.base import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget
from policies.engine.money import DIGITS, decimal_text, money_text
from policies.engine.values import with_unit

Json = dict[str, Any]


class CounterForm(SayForm):
    """One of the remedies that can be proposed, each with how much of it; words for the agent and for the customer."""

    template = "admin/guardrails/approval_counter.html"

    def __init__(self, row: ApprovalRequest, possible: Sequence[Possible], **given: Any) -> None:
        super().__init__(Say.COUNTER, row, **given)
        self.possible = {each.offer.remedy.code: each for each in possible}
        only = next(iter(self.possible)) if len(self.possible) == 1 else None
        self.fields["remedy"] = forms.ChoiceField(
            choices=[(code, each.offer.remedy.name) for code, each in self.possible.items()],
            initial=only,
            error_messages={"required": "Choose what to propose."},
        )
        for each in possible:
            self.fields.update(self._fields_of(each))
        self.fields["say"] = forms.CharField(
            label="What the customer may be told",
            help_text="Left empty: what the policy says.",
            required=False,
            max_length=2000,
            widget=UnfoldAdminTextareaWidget({"rows": 3}),
        )

    def options(self) -> Iterator[Json]:
        """Give the remedies as the page shows them: how far each reaches, and the fields that belong to it."""
        chosen = self["remedy"].value()
        for code, each in self.possible.items():
            yield {
                "code": code,
                "name": each.offer.remedy.name,
                "span": self._span(each),
                "asked": code == self.row.remedy,
                "chosen": code == chosen,
                "say": each.say,
                "fields": [self[name] for name in self._fields_of(each)],
            }

    def said(self) -> VoteRequest:
        """Give what was said, of the remedy that was chosen."""
        code = self.cleaned_data["remedy"]
        offer = self.possible[code].offer
        number = self.cleaned_data.get(_number(code)) or None
        terms = {term.code: self.cleaned_data.get(_term(code, term.code)) for term, _ in offer.terms}
        money = offer.remedy.unit == "money"
        return VoteRequest(
            approval=self.row.pk,
            remedy=code,
            amount=number if money else None,
            quantity=None if money else number,
            terms={name: value for name, value in terms.items() if value},
            text=self.cleaned_data["text"],
            to_customer=self.cleaned_data["say"],
        )

    def field_at(self, path: str) -> str:
        """Give the field to which a fault's pointer leads."""
        code = self.cleaned_data.get("remedy", "")
        if path in ("/amount", "/quantity"):
            return _number(code)
        return _term(code, path.removeprefix("/terms/")) if path.startswith("/terms/") else path[1:]

    def _fields_of(self, each: Possible) -> dict[str, forms.Field]:
        offer, code = each.offer, each.offer.remedy.code
        found: dict[str, forms.Field] = {}
        if each.most is not None and not offer.exact:
            first = min(offer.suggested or each.most, each.most)
            label = f"How much ({self._currency if offer.remedy.unit == 'money' else offer.remedy.unit})"
            found[_number(code)] = _text(label, decimal_text(first, self._places(each)))
        for term, most in offer.terms:
            reach = with_unit(decimal_text(most, term.places), term.unit)
            found[_term(code, term.code)] = _text(f"{term.name} (up to {reach})", decimal_text(most, term.places))
        return found

    @property
    def _currency(self) -> str:
        return self.row.exception.currency

    def _places(self, each: Possible) -> int:
        remedy = each.offer.remedy
        return DIGITS[self._currency] if remedy.unit == "money" else remedy.places

    def _span(self, each: Possible) -> str:
        """Say how much of it is possible; empty of what is given or not."""
        if each.most is None:
            return ""
        least = each.offer.minimum or 0
        return (
            f"exactly {self._figure(each, each.most)}"
            if each.offer.exact
            else f"{self._figure(each, least)} to {self._figure(each, each.most)}"
        )

    def _figure(self, each: Possible, number: int) -> str:
        remedy = each.offer.remedy
        if remedy.unit == "money":
            return money_text(number, self._currency)
        return with_unit(decimal_text(number, remedy.places), remedy.unit)


def _text(label: str, initial: str) -> forms.CharField:
    return forms.CharField(
        label=label, initial=initial, required=False, max_length=40, widget=UnfoldAdminTextInputWidget
    )


def _number(code: str) -> str:
    return f"number-{code}"


def _term(code: str, term: str) -> str:
    return f"term-{code}-{term}"
