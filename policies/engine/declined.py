"""A no that stands: what is left of an offer after somebody has declined it for the same case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from policies.engine.decision import Because, Ladder, NotOffered, Offer
from policies.engine.rulebook import Step


class Reach(NamedTuple):
    """Up to how much (None: unit none) those who are above may say yes; as a step of the approval ladder is."""

    maximum: int | None
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]
    answer_within: str
    in_sequence: bool
    extends: tuple[str, ...]


class Declined(NamedTuple):
    """What a no leaves of one remedy: `alone` is how much needs no yes still, None: as much as without it.

    In minor units or scaled by the remedy's places. `ladder` are those above, `text` says who declined it and why.
    """

    alone: int | None
    ladder: tuple[Reach, ...]
    text: str


def declined_of(record: list[Any]) -> Declined:
    """Read it from JSON."""
    alone, ladder, text = record
    return Declined(alone, tuple(Reach(most, tuple(any_of), tuple(all_of), within, in_turn, tuple(extends))
                                 for most, any_of, all_of, within, in_turn, extends in ladder), text)  # fmt: skip


def after_no(offers: list[Offer], declined: Mapping[str, Declined]) -> tuple[list[Offer], list[NotOffered]]:
    """Give what is left of the offers, and what is not offered any more."""
    left = [_left(offer, declined[offer.remedy.code]) if offer.remedy.code in declined else offer for offer in offers]
    return (
        [each for each in left if isinstance(each, Offer)],
        [each for each in left if isinstance(each, NotOffered)],
    )


def _left(offer: Offer, no: Declined) -> Offer | NotOffered:
    ladder = tuple(
        Ladder(each.maximum, Step(None, each.any_of, each.all_of, each.answer_within, each.in_sequence), each.extends)
        for each in no.ladder
    )
    code = offer.remedy.code
    if not offer.alone or no.alone is None:
        alone, maximum, cut = offer.alone, offer.maximum, False
    else:
        maximum = min(offer.maximum or 0, no.alone) // offer.step * offer.step
        alone, cut = maximum >= max(offer.minimum or 0, 1), maximum < (offer.maximum or 1)
    if not alone and not ladder:
        return NotOffered(offer.remedy, (Because("declined", rule=offer.rule, said=no.text),))
    return offer._replace(
        alone=alone,
        maximum=maximum if alone else None,
        suggested=min(offer.suggested, maximum) if alone and offer.suggested and maximum else offer.suggested,
        ladder=ladder,
        limited_by=("declined", code) if cut or ladder != offer.ladder else offer.limited_by,
    )
