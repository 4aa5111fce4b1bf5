"""Checking: the engine's faults of a row, shown at the fields of its form and of its inline rows."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from policies.admin.base import LabelledFormSet, ReasonedForm
from policies.engine.faults import Fault
from policies.queries.proposal import Proposed, faults_of_row


class ElementForm(ReasonedForm):
    """A form of one row of a policy, checked by the engine within the draft."""

    key = ""
    """The document's list that the row stands in."""
    parts_follow = 0
    """How many inline formsets belong to it; where there are any, the last one checks the whole."""
    names: dict[str, str] = {}
    """Form fields by the document's keys, where they differ."""
    policy: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: dict[str, list[Any]] = {}
        self.formsets: dict[str, Any] = {}
        if "name" in self.fields and self.instance.code:
            self.fields["name"].widget.attrs.setdefault("placeholder", str(self.instance))

    def clean(self) -> dict[str, Any]:
        """Let the engine check the row; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.parts_follow:
            self.instance.proposal = self
        return cleaned

    def _post_clean(self) -> None:
        """Check once the instance has the form's values; from django.forms.BaseForm."""
        super()._post_clean()  # type: ignore[misc]
        if not self.parts_follow and not self.errors:
            self.check_row()

    def check_row(self) -> None:
        """Put every fault of the row at its field."""
        lists = {
            field.name: self.cleaned_data.get(field.name, [])
            for field in self.instance._meta.many_to_many  # noqa: SLF001 - documented by Django
        }
        policy = self.instance.policy
        for fault in faults_of_row(policy=policy, key=self.key, row=self.instance, lists=lists | self.parts):
            self._place(fault)

    def _place(self, fault: Fault) -> None:
        key, *rest = fault.path.split("/")[1:] or [""]
        if key in self.formsets and rest and rest[0].isdecimal():
            self.formsets[key].place(int(rest[0]), rest[1:], fault)
            return
        field = self.names.get(key, key)
        if field in self.fields:
            self.add_error(field, said(fault, rest))
        else:
            self.add_error(None, said(fault, filter(None, [key, *rest])))


class PartFormSet(LabelledFormSet):
    """Inline rows that are parts of the row above; the last of a page's formsets checks everything together."""

    key = ""
    """The document's key of the list, for example when."""
    collection = ""
    """The name of the list on the row, for example conditions."""
    names: dict[str, str] = {}
    last = False

    def clean(self) -> None:
        """Hand the parts to the form of the whole; from django.forms.BaseFormSet."""
        super().clean()
        whole = getattr(self.instance, "proposal", None)
        if whole is None or whole.errors or any(self.errors):
            return
        self._live = sorted(filter(_stays, self.forms), key=_position)
        whole.formsets[self.key] = self
        whole.parts[self.collection] = [self.proposed(form) for form in self._live]
        if self.last and len(whole.formsets) == whole.parts_follow:
            whole.check_row()
            if whole.errors or any(form.errors for formset in whole.formsets.values() for form in formset.forms):
                raise ValidationError("Please correct what is marked on this page.")

    def proposed(self, form: Any) -> Any:
        """Give the row that a form would save, with its lists."""
        lists = form.instance._meta.many_to_many  # noqa: SLF001 - documented by Django
        return Proposed(form.instance, {field.name: form.cleaned_data.get(field.name, []) for field in lists})

    def place(self, index: int, rest: list[str], fault: Fault) -> None:
        """Put a fault at the field of the inline row that it is about."""
        form = self._live[index]
        field = self.names.get(rest[0], rest[0]) if rest else None
        form.add_error(field if field in form.fields else None, said(fault, rest[1:]))


def said(fault: Fault, within: Iterable[str] = ()) -> str:
    """Give a fault as a sentence; `within` is its place inside the field."""
    place = " › ".join(within)
    return f"{place}: {fault.message}." if place else f"This {fault.message}."


def _stays(form: Any) -> bool:
    deleted = form.cleaned_data.get("DELETE", False)
    return not deleted and (form.has_changed() or form.instance.pk is not None)


def _position(form: Any) -> tuple[bool, int]:
    """Order by place; rows without one come last, as saving puts them."""
    position = form.cleaned_data.get("position")
    return position is None, position or 0
