"""What a client says of cases that belong together, or do not, and of which it asks."""

from typing import Annotated, Literal

from msgspec import Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Reference
from guardrails.api.field_words import says
from guardrails.api.lifecycle_bodies import Why

Kind = Literal["replaces", "splits", "duplicates"]


class CaseLinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What one case is to another."""

    policy: Annotated[Code, says("The policy's code.", must.CODE, "shop_eu")]
    case: Annotated[Reference, says("The case that replaces, splits off or duplicates.", must.REFERENCE, "K-882")]
    other: Annotated[Reference, says("The case that was there before.", must.REFERENCE, "K-881")]
    kind: Annotated[Kind, says("What it is to the other one.", "must be replaces, splits or duplicates", "replaces")]


class UndoLinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Two cases that do not belong together after all."""

    policy: Annotated[Code, says("The policy's code.", must.CODE, "shop_eu")]
    case: Annotated[Reference, says("One of the two cases.", must.REFERENCE, "K-882")]
    other: Annotated[Reference, says("The other one.", must.REFERENCE, "K-881")]
    reason: Why


class ChainParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which chain: that of this case."""

    policy: Annotated[Code, says("The policy's code.")]
    case: Annotated[Reference, says("The case.", must.REFERENCE)]
