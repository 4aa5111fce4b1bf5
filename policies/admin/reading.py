"""Reading: what a row's page shows to who may not change it: what is said, and as it would be typed."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import JSONField, Model

from policies.queries import yaml_document

Fieldset = tuple[Any, dict[str, Any]]
Shown = str | Callable[[Any], str]
"""The name of a field, or what shows it."""


def said_by(row: Model, fieldsets: Iterable[Fieldset], *, read_as: Mapping[str, str]) -> list[Fieldset]:
    """Give the fieldsets without fields that are empty, and without those that then have none.

    `read_as` names what is read in place of a form's own field.
    """
    found = []
    for name, options in fieldsets:
        lines = [_line(row, line, read_as) for line in options["fields"]]
        if any(lines):
            found.append((name, {**options, "fields": [line for line in lines if line]}))
    return found


def _line(row: Model, line: str | tuple[str, ...], read_as: Mapping[str, str]) -> tuple[Shown, ...]:
    names = [read_as.get(name, name) for name in ((line,) if isinstance(line, str) else line)]
    return tuple(_shown(row, name) for name in names if _says(row, name))


def _says(row: Model, name: str) -> bool:
    """Tell whether a field holds something; an empty list of other rows says "every", so it is kept."""
    return getattr(row, name, None) not in (None, "", [], {})


def _shown(row: Model, name: str) -> Shown:
    return as_typed(type(row), name)


@cache
def as_typed(model: type[Model], name: str) -> Shown:
    """Give what shows a field as its editor types it; a field that is no JSON shows itself."""
    meta = model._meta  # noqa: SLF001 - Django's documented name
    field = next((field for field in meta.get_fields() if field.name == name), None)
    if not isinstance(field, JSONField):
        return name

    def typed(row: Any) -> str:
        value = getattr(row, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else "–" if value is None else yaml_document.dump_value(value)

    typed.__name__ = name
    typed.short_description = field.verbose_name  # type: ignore[attr-defined]
    return typed
