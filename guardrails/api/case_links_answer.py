"""What a client is told of cases that belong together, as msgspec structs."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.case_links_bodies import Kind
from guardrails.api.context_answer import Moment


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
