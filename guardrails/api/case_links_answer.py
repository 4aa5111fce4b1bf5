"""What a client says of cases that belong together, and what it is told of them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.bodies import VALID, Code, Reference
from guardrails.api.context_answer import Moment
from guardrails.api.lifecycle_bodies import Why

Kind = Literal["replaces", "splits", "duplicates"]
_NAMED = "must be text of 1 to 128 characters"


def _says(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


class CaseLinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What one case is to another."""

    policy: Annotated[Code, _says("The policy's code.", "must be text of 1 to 64 characters", "shop_eu")]
    case: Annotated[Reference, _says("The case that replaces, splits off or duplicates.", _NAMED, "K-882")]
    other: Annotated[Reference, _says("The case that was there before.", _NAMED, "K-881")]
    kind: Annotated[Kind, _says("What it is to the other one.", "must be replaces, splits or duplicates", "replaces")]


class UndoLinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Two cases that do not belong together after all."""

    policy: Annotated[Code, _says("The policy's code.", "must be text of 1 to 64 characters", "shop_eu")]
    case: Annotated[Reference, _says("One of the two cases.", _NAMED, "K-882")]
    other: Annotated[Reference, _says("The other one.", _NAMED, "K-881")]
    reason: Why


class ChainParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which chain: that of this case."""

    policy: Annotated[Code, _says("The policy's code.", "must be text of 1 to 64 characters")]
    case: Annotated[Reference, _says("The case.", _NAMED)]


class CaseLinkTold(Struct):
    """One link."""

    case: str
    kind: Kind
    other: str
    linked_at: Moment


class UndoneTold(CaseLinkTold):
    """One link that stands no more."""

    undone_at: Moment
    undone_by: str
    undone_because: str


class ChainAnswer(Struct):
    """Cases that belong together: every limit of a case, and of a customer in it, counts over all of them."""

    policy: str
    chain: Annotated[str | None, Meta(description="null where the case stands for itself.")]
    cases: list[str]
    links: list[CaseLinkTold]
    undone: Annotated[
        list[UndoneTold] | UnsetType,
        Meta(description='Links of these cases that stand no more; told to the scope "cases" when it reads.'),
    ] = UNSET


class UndoneAnswer(Struct):
    """What becomes of two cases whose link was undone."""

    policy: str
    case: str
    other: str
    undone: list[UndoneTold]
    by_way_of: Annotated[
        list[str], Meta(description="Where they still belong together: by way of these cases, in order.")
    ]
    chains: Annotated[list[ChainAnswer], Meta(description="That of either case; one where they still belong together.")]
