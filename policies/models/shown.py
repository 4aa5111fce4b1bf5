"""Stored values as people read them in lists and histories."""

from typing import Any

from django.db.models import Model


def shown(value: Any) -> str:
    """Give a JSON value as plain words: lists with commas, mappings as `key value`, true as yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    if isinstance(value, dict):
        if any(isinstance(inner, Model) for inner in value.values()):
            # An entry of a list of other rows: the row itself, then the one that it names.
            return shown(list(value.values())[-1])
        return ", ".join(f"{key} {shown(inner)}" for key, inner in value.items())
    return "" if value is None else str(value)
