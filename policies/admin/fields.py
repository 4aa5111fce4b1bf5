"""Form fields for values that the document writes as text, number, list or small mapping."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policies.admin.base import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget
from policies.engine.faults import DocumentError
from policies.engine.money import DIGITS, decimal_text, scaled
from policies.queries import yaml_document
from policies.queries.key_order import in_order

FORMULA_HELP = (
    "An amount such as 25.00, a fact's code such as order_total, or a formula, for example "
    "{percent: {rate: 30, of: order_total}} or {least: [order_total, 25.00]}. "
    "All forms are in the rulebook reference."
)


class YamlField(forms.CharField):
    """A value as the document's YAML has it: `25.00` is text, `3` a number, `{days: 30}` a mapping."""

    def __init__(self, *, rows: int = 1, **options: Any) -> None:
        attrs = {"rows": rows, "spellcheck": "false"}
        widget = UnfoldAdminTextareaWidget(attrs) if rows > 1 else UnfoldAdminTextInputWidget({"spellcheck": "false"})
        super().__init__(**{"widget": widget, "max_length": 20_000, **options})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored value; what was typed is shown as it was typed; from django.forms.Field."""
        if isinstance(value, str) or value is None:
            return value
        return yaml_document.dump_value(value)

    def clean(self, value: Any) -> Any:
        """Read what was typed; empty is None; from django.forms.Field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return yaml_document.load_value(text)
        except DocumentError as error:
            raise ValidationError([fault.message for fault in error.faults], code="yaml") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare values, not their spelling; from django.forms.Field."""
        try:
            return bool(initial != self.clean(data))
        except ValidationError:
            return True


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class FormulaField(YamlField):
    """An amount formula; its numbers are texts, as in a document's normal form, but shown plain."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "rows": 2, **options})

    def clean(self, value: Any) -> Any:
        """Read what was typed; from django.forms.Field."""
        return _texts(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Show a stored formula with its numbers plain; from django.forms.Field."""
        if isinstance(value, str) or value is None:
            return value
        return yaml_document.dump_value(value, plain_numbers=True)


class MoneyField(forms.CharField):
    """Money as 15.00: what is typed with fewer digits gets those of its currency."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        self.currency = currency
        widget = UnfoldAdminTextInputWidget({"inputmode": "decimal", "suffix": currency})
        super().__init__(**{"widget": widget, "required": False, "max_length": 32, **options})

    def clean(self, value: Any) -> str:
        """Read money; from django.forms.Field."""
        text = str(super().clean(value))
        return tidy_money(text, self.currency) if text else ""


def tidy_money(text: str, currency: str) -> str:
    """Give money all digits of its currency: 15 in EUR is 15.00. Raises ValidationError."""
    places = DIGITS.get(currency, 2)
    try:
        return decimal_text(scaled(text, places), places)
    except ValueError as error:
        raise ValidationError(f"This {error}.", code="money") from None


def tidy_formula(value: Any, currency: str) -> Any:
    """Give a formula that is a plain amount all digits of its currency; leave any other formula as it is."""
    if not isinstance(value, str):
        return value
    try:
        return tidy_money(value, currency)
    except ValidationError:
        return value


class HoursField(YamlField):
    """Business hours, a weekday a line: `monday: 09:00-12:00, 13:00-17:00`."""

    def prepare_value(self, value: Any) -> Any:
        """Show stored hours a line for each day; from django.forms.Field."""
        if not isinstance(value, dict):
            return super().prepare_value(value)
        return "\n".join(f"{day}: {', '.join(map(str, hours))}" for day, hours in in_order(value).items())

    def clean(self, value: Any) -> Any:
        """Read the lines; from django.forms.Field."""
        found = super().clean(value)
        if found is not None and not isinstance(found, dict):
            raise ValidationError("Write a weekday a line, for example monday: 09:00-17:00.", code="hours")
        return found and {
            str(day).lower(): _split(hours) if isinstance(hours, str) else hours for day, hours in found.items()
        }


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


class PercentsField(YamlField):
    """Whole percents with commas between; `none` is a list of none, empty is left to the default."""

    def prepare_value(self, value: Any) -> Any:
        """Show percents with commas between; from django.forms.Field."""
        return (", ".join(map(str, value)) or "none") if isinstance(value, list) else super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        """Read the percents; from django.forms.Field."""
        text = str(value or "").replace("%", " ").strip()
        if text.lower() == "none":
            return []
        items = _split(text.strip("[]"))
        if not all(item.isascii() and item.isdecimal() and len(item) < 4 for item in items):
            raise ValidationError("Write whole percents with commas between, for example 50, 80, 100.", code="percents")
        return [int(item) for item in items] or None


class ChoicesField(YamlField):
    """A few values: `small, large`, or the document's list `[small, {code: l, name: Large}]`."""

    def prepare_value(self, value: Any) -> Any:
        """Show plain values with commas between; from django.forms.Field."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return ", ".join(value) if not any("," in item for item in value) else yaml_document.dump_value(value)
        return super().prepare_value(value)

    def clean(self, value: Any) -> list[Any]:
        """Read the values; from django.forms.Field."""
        text = str(value or "").strip()
        if text and not text.startswith(("[", "-")):
            return _split(text)
        found = super().clean(value)
        if found is not None and not isinstance(found, list):
            raise ValidationError("Write values with commas between.", code="choices")
        return found or []
