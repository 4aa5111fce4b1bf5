"""Body faults: everything that is wrong with a body, field by field, with what would be valid.

msgspec stops at the first fault; whoever repairs a client wants to see them all.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields

from guardrails.api.field_words import VALID
from guardrails.api.problems import FieldFault
from policies.engine.faults import pointer

MOST_SHOWN = 64
"""How much of an unknown name is repeated in an answer."""


def faults_of(body: Any, shape: type[msgspec.Struct], *, kind: str = "field", strict: bool = True) -> list[FieldFault]:
    """Give every fault of a JSON value that is not a `shape`.

    `kind` is what its members are called; `strict=False` reads numbers from text.
    """
    if not isinstance(body, dict):
        return [FieldFault(pointer="", code="wrong_type", detail="must be a JSON object")]
    found = [*_wrong(body, shape, strict), *_unknown(body, shape, kind)]
    return found or [FieldFault(pointer="", code="invalid", detail=f"is not a valid {shape.__name__}")]


def _wrong(body: dict[str, Any], shape: type[msgspec.Struct], strict: bool) -> Iterator[FieldFault]:
    for field in fields(shape):
        place, valid = pointer(field.encode_name), _valid(shape, field.name)
        if field.encode_name not in body:
            if field.required:
                yield FieldFault(pointer=place, code="required", detail=f"is missing; it {valid}")
            continue
        try:
            msgspec.convert(body[field.encode_name], field.type, strict=strict)
        except msgspec.ValidationError:
            inside = _inside(body[field.encode_name], field.type, place, strict)
            yield from inside or [FieldFault(pointer=place, code="invalid", detail=valid)]


def _inside(body: Any, hint: Any, place: str, strict: bool) -> list[FieldFault]:
    """Give the faults of a body within the body, each at its own place.

    None where it is no such body at all, or where the sentence of the whole says what its parts must be.
    """
    shapes = [each for each in _members(hint) if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    if not isinstance(body, dict) or len(shapes) != 1 or not _sentences(shapes[0]):
        return []
    found = [*_wrong(body, shapes[0], strict), *_unknown(body, shapes[0], "field")]
    return [replace(each, pointer=place + each.pointer) for each in found]


def _members(hint: Any) -> tuple[Any, ...]:
    """Give the types that a hint allows."""
    if get_origin(hint) is Annotated:
        return _members(get_args(hint)[0])
    return get_args(hint) or (hint,)


def _unknown(body: dict[str, Any], shape: type[msgspec.Struct], kind: str) -> Iterator[FieldFault]:
    known = [field.encode_name for field in fields(shape)]
    for name in body:
        if name not in known:
            valid = ", ".join(known)
            detail = f"is not a {kind}; there are {valid}"
            yield FieldFault(pointer=pointer(name[:MOST_SHOWN]), code=f"unknown_{kind}", detail=detail)


def _valid(shape: type[msgspec.Struct], name: str) -> str:
    return _sentences(shape).get(name, "is not valid")


@cache
def _sentences(shape: type[msgspec.Struct]) -> dict[str, str]:
    hints = get_type_hints(shape, include_extras=True)
    return {name: sentence for name, hint in hints.items() if (sentence := _sentence(hint))}


def _sentence(hint: Any) -> str:
    if get_origin(hint) is not Annotated:
        return ""
    for note in get_args(hint)[1:]:
        if isinstance(note, msgspec.Meta) and note.extra:
            return str(note.extra.get(VALID, ""))
    return ""
