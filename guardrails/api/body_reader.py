"""Reading bodies: JSON straight into a struct; whatever is wrong with it becomes a problem, never an error 500."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from rest_framework.exceptions import UnsupportedMediaType

from guardrails.api.body_faults import faults_of
from guardrails.api.problems import FieldFault, invalid, unreadable
from policies.engine.faults import pointer

Body = TypeVar("Body", bound=msgspec.Struct)

MOST_BYTES = 256 * 1024
LONGEST_NUMBER = 40
"""The most characters of a number with a fraction or an exponent."""
LARGEST_EXPONENT = 30
"""1e999999999 is nine characters of JSON, and a gigabyte when it is written out."""


def read_body(request: HttpRequest, shape: type[Body]) -> Body:
    """Give the body as `shape`; numbers with a fraction become exact Decimals.

    Raises ProblemError (400 no JSON, 413 over 256 KiB, 422 with every field that is wrong) or UnsupportedMediaType.
    """
    raw = _raw(request)
    try:
        body: Body = _decoder(shape).decode(raw)
    except msgspec.ValidationError:
        raise invalid(faults_of(_anything(raw), shape)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error) from None
    if rb"\u0000" in raw:
        _refuse_nul(msgspec.to_builtins(body))
    return body


@cache
def _decoder(shape: type[Body]) -> "msgspec.json.Decoder[Body]":
    return msgspec.json.Decoder(shape, float_hook=exact)


def exact(text: str) -> Decimal:
    """Give the JSON number as a Decimal; ValueError where writing it out would take unreasonably long."""
    number = Decimal(text)
    if len(text) > LONGEST_NUMBER or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"number out of range: at most {LARGEST_EXPONENT} digits")
    return number


def _raw(request: HttpRequest) -> bytes:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() != "utf-8":
        raise UnsupportedMediaType(request.content_type or "")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    raw = _sent(request)
    if len(raw) > MOST_BYTES:
        raise RequestDataTooBig
    return raw


def _sent(request: HttpRequest) -> bytes:
    if not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated"):
        # Sent in chunks: Django would read nothing without a length, though the server says where the body ends.
        chunks: bytes = request.META["wsgi.input"].read(MOST_BYTES + 1)
        return chunks
    return request.body


def _anything(raw: bytes) -> Any:
    """Give the JSON whatever it says, to look for everything that is wrong with it."""
    try:
        return _ANYTHING.decode(raw)
    except msgspec.ValidationError as error:
        raise invalid([FieldFault(pointer="", code="invalid", detail=_number_fault(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error) from None


_ANYTHING: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(float_hook=exact)


def _number_fault(error: Exception) -> str:
    why = str(error).partition(" - at ")[0]
    return f"holds a number that cannot be read ({why}); send numbers of at most 15 digits"


def _not_json(error: Exception) -> Exception:
    if isinstance(error, RecursionError):
        reason = "It is nested too deeply."
    elif isinstance(error, UnicodeDecodeError):
        reason = "It is not UTF-8."
    elif str(error) == "Input data was truncated":
        reason = "It is empty or ends too early."
    else:
        what = str(error).removeprefix("JSON is malformed: ")
        reason = f"{what[:1].upper()}{what[1:]}."
    return unreadable("invalid_json", "The body is not JSON", reason)


def _refuse_nul(body: Any) -> None:
    found = [
        FieldFault(pointer=place, code="invalid", detail="must not contain the character U+0000")
        for place in _nul_places(body, "")
    ]
    if found:
        raise invalid(found)


def _nul_places(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value:
            yield place
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\0" in key:
                yield place
            else:
                yield from _nul_places(item, place + pointer(key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _nul_places(item, place + pointer(at))
