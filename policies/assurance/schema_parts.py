"""The small pieces that the document's JSON Schema is put together from."""

from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]

CODE_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"
NUMBER_PATTERN = r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
OPEN_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
DURATION_PATTERN = r"^P(?=[0-9]|T[0-9])([0-9]{1,4}D)?(T(?=[0-9])([0-9]{1,4}H)?([0-9]{1,5}M)?)?$"


def ref(name: str) -> Schema:
    """Point to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def text(most: int, *, least: int = 1, **more: Any) -> Schema:
    """A text of bounded length."""
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def whole(least: int, most: int) -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


def listed(items: Schema, *, least: int = 0, unique: bool = False) -> Schema:
    """A list."""
    return (
        {"type": "array", "items": items}
        | ({"minItems": least} if least else {})
        | ({"uniqueItems": True} if unique else {})
    )


def closed(*, required: Sequence[str] = (), **members: Schema) -> Schema:
    """An object with these members and no others."""
    return {"type": "object", "additionalProperties": False, "properties": members} | (
        {"required": list(required)} if required else {}
    )


def element(*, required: Sequence[str] = (), **members: Schema) -> Schema:
    """An object with code, name and description beside its own members."""
    labels: Schema = {"code": ref("code"), "name": text(200), "description": text(2000, least=0)}
    return closed(required=["code", *required], **labels, **members)
