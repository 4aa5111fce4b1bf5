"""Forms of rules, of their conditions and of their approval steps."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policies.admin.base import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from policies.admin.checking import ElementForm, PartFormSet
from policies.admin.condition_values import read_value, show_value
from policies.admin.fields import FORMULA_HELP, FormulaField, YamlField, tidy_formula
from policies.engine.document.conditions import OPERATORS
from policies.engine.faults import DocumentError
from policies.engine.rulebook import Fact
from policies.models import Remedy

ALONE = [
    ("", "All of it"),
    ("up_to", "Up to"),
    ("below", "Less than"),
    ("never", "Nothing: always with approval"),
]


AMOUNTS = ("amount", "at_least", "suggest", "step", "alone_limit")


def gives_money(remedies: Iterable[Remedy]) -> bool:
    """Tell whether these remedies are given in money, so that their amounts read as 15.00."""
    units = {remedy.unit for remedy in remedies}
    return units == {"money"}


class RuleForm(ElementForm):
    """A rule, checked by the engine together with its conditions and its ladder."""

    key = "rules"
    parts_follow = 2
    names = {"up_to": "amount", "alone": "alone_limit", "follow_up": "follow_up_after"}

    terms = YamlField(
        required=False, help_text="How far each term of the remedy goes, for example {months: 6}. Mostly left empty."
    )
    amount = FormulaField(help_text=FORMULA_HELP)
    at_least = FormulaField(rows=1, help_text="The range's lower end, for example 1.00. Left empty: one step.")
    suggest = FormulaField(rows=1, help_text="What to start with, for example 12.50. Left empty: the upper end.")
    alone_how = forms.ChoiceField(
        label="The role gives alone", choices=ALONE, required=False, widget=UnfoldAdminSelectWidget
    )
    alone_limit = FormulaField(
        rows=1, label="this amount", help_text="For example 10.00. Beyond it, the approval ladder says who agrees."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._show_alone()
        if self.instance.pk and gives_money(self.instance.remedies.all()):
            for name in AMOUNTS:
                self.initial[name] = tidy_formula(self.initial.get(name), self.instance.policy.currency)

    def _show_alone(self) -> None:
        alone = self.instance.alone
        if isinstance(alone, dict):
            self.initial["alone_how"], self.initial["alone_limit"] = next(iter(alone.items()), ("", None))
        else:
            self.initial["alone_how"] = alone or ""

    def clean(self) -> dict[str, Any]:
        """Put the two fields of `alone` together; from django.forms.Form."""
        cleaned = super().clean()
        if gives_money(cleaned.get("remedies", ())):
            for name in AMOUNTS:
                cleaned[name] = tidy_formula(cleaned.get(name), self.policy.currency)
        how, limit = cleaned.get("alone_how"), cleaned.get("alone_limit")
        if how in ("up_to", "below"):
            if limit is None and "alone_limit" not in self.errors:
                self.add_error("alone_limit", "How much may the role give alone?")
            self.instance.alone = {how: limit}
        else:
            self.instance.alone = how or None
            if limit is not None:
                self.add_error("alone_how", "Choose Up to or Less than for this amount, or leave the amount empty.")
        return cleaned


class ConditionFormSet(PartFormSet):
    """The conditions of a rule."""

    key, collection = "when", "conditions"
    names = dict.fromkeys(OPERATORS, "value")

    def place(self, index: int, rest: list[str], fault: Any) -> None:
        """Put an operator that does not fit at the operator, everything else where it belongs."""
        if len(rest) == 1 and fault.message.startswith("does not fit"):
            rest = ["operator"]
        super().place(index, rest, fault)


class ConditionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A condition: which operators fit, and how the value is read, follow the fact's type."""

    policy: Any = None
    facts: dict[str, Fact] = {}

    fact = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    value = forms.CharField(
        max_length=2000, widget=UnfoldAdminTextInputWidget({"spellcheck": "false", "data-value": "yes"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fact: Any = self.fields["fact"]
        fact.choices = self._choices()
        types = {code: fact.type for code, fact in self.facts.items()}
        choices = {code: [choice.value for choice in fact.choices] for code, fact in self.facts.items()}
        fact.widget.attrs |= {"data-types": json.dumps(types), "data-choices": json.dumps(choices)}
        fits = {operator: sorted(types) for operator, types in OPERATORS.items()}
        self.fields["operator"].widget.attrs["data-fits"] = json.dumps(fits)
        if self.instance.pk:
            self.initial["value"] = show_value(self.instance.value, self.instance.operator)

    def clean(self) -> dict[str, Any]:
        """Read the value by the fact's type and the operator; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"fact", "operator", "value"} <= set(cleaned):
            fact = self.facts.get(cleaned["fact"])
            try:
                cleaned["value"] = read_value(cleaned["value"], cleaned["operator"], fact.type if fact else "")
            except DocumentError as error:
                self.add_error("value", ValidationError([fault.message for fault in error.faults]))
        return cleaned

    def _choices(self) -> list[tuple[str, str]]:
        known = [(code, f"{fact.name} ({_described(fact)})") for code, fact in self.facts.items()]
        old = self.instance.fact if self.instance.pk else ""
        missing = [(old, f"{old} (not declared)")] if old and old not in self.facts else []
        return [("", "Select value"), *known, *missing]


def _described(fact: Fact) -> str:
    return f"{fact.type}, {fact.unit}" if fact.unit else fact.type


class LadderFormSet(PartFormSet):
    """The approval ladder of a rule."""

    key = collection = "approval"
    names = {"up_to": "limit", "below": "limit", "in_sequence": "sequence"}
    last = True

    def proposed(self, form: Any) -> Any:
        """Give the step that a form would save, money with all its digits."""
        whole = self.instance.proposal
        if gives_money(whole.cleaned_data.get("remedies", ())):
            form.instance.limit = tidy_formula(form.instance.limit, self.instance.policy.currency)
        return super().proposed(form)


LISTED, REVERSED, KEPT = "listed", "reversed", "kept"
"""One after the other as the page lists them, the other way round, or as nobody can choose here any more."""
ORDERS = [
    ("", "All at once"),
    (LISTED, "One after the other, from the top of the list down"),
    (REVERSED, "One after the other, from the bottom of the list up"),
]


class ApprovalStepForm(forms.ModelForm):  # type: ignore[type-arg]
    """A step of the ladder."""

    policy: Any = None
    money = False
    """Whether the rule as it is saved gives money."""
    limit = FormulaField(rows=1, help_text="For example 60.00")
    sequence = forms.ChoiceField(
        label="Those of all of are asked",
        choices=ORDERS,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="One after the other: the next is asked once the one before has agreed.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.money and self.policy:
            self.initial["limit"] = tidy_formula(self.initial.get("limit"), self.policy.currency)
        self._show_order()

    def _show_order(self) -> None:
        """Name an order that the list cannot give by its roles, and keep it as long as nobody chooses another."""
        known = self.instance.sequence or [] if self.instance.pk else []
        if not known:
            self.initial["sequence"] = ""
            return
        names = {role.code: str(role) for role in self.instance.all_of.all()}
        listed = [code for code in names if code in known]
        orders = {LISTED: listed, REVERSED: listed[::-1]}
        self.initial["sequence"] = next((name for name, order in orders.items() if order == known), KEPT)
        if self.initial["sequence"] == KEPT:
            text = ", then ".join(names.get(code, code) for code in known)
            order: Any = self.fields["sequence"]
            order.choices = [*ORDERS, (KEPT, f"One after the other: {text}")]

    def clean(self) -> dict[str, Any]:
        """Want an amount exactly where the step is bounded; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "limit" in cleaned and bool(cleaned.get("bound")) != (cleaned["limit"] is not None):
            self.add_error("limit", "Give an amount with up to or below, and none without.")
        cleaned["sequence"] = self._order(cleaned.get("sequence"), cleaned.get("all_of", ()))
        return cleaned

    def _order(self, chosen: str | None, every: Iterable[Any]) -> list[str] | None:
        """Give the codes in their order; None where all are asked at once."""
        codes = [role.code for role in every]
        if not chosen:
            return None
        if not codes:
            self.add_error("sequence", "Choose who must agree under all of, or ask all at once.")
            return None
        if chosen != KEPT:
            return codes if chosen == LISTED else codes[::-1]
        kept = [str(code) for code in self.instance.sequence]
        if sorted(kept) != sorted(codes):
            self.add_error("sequence", "Others must agree now: choose their order.")
        return kept
