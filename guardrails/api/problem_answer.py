"""A problem (RFC 9457), as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.offers_answer import Offer


class FaultAnswer(Struct):
    """One faulty input: where it is, and what would be valid."""

    code: str
    detail: str
    pointer: Annotated[str | UnsetType, Meta(description="A JSON pointer into the body.")] = UNSET
    parameter: Annotated[str | UnsetType, Meta(description="A parameter of the address.")] = UNSET
    header: Annotated[str | UnsetType, Meta(description="A header.")] = UNSET


class ProblemAnswer(Struct):
    """Why the request was refused."""

    type: Annotated[str, Meta(description="Where the kind of problem is explained.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Meta(description="The kind of problem.", examples=["out_of_range"])]
    errors: list[FaultAnswer]
    request_id: Annotated[str, Meta(description="Under which the request is logged.")]
    alternatives: Annotated[
        list[Offer] | UnsetType, Meta(description="What can be offered instead, as in an answer's offers.")
    ] = UNSET
