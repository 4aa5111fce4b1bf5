"""Promise: what a hold or a request is bound to, whatever changes meanwhile."""

from typing import Any

from policies.engine.compile import facts_of_rule
from policies.engine.decision import Offer


def promise_of(offer: Offer) -> dict[str, Any]:
    """Give the rule's facts, and the offer's smallest amount and step, in minor units or scaled by its places."""
    return {
        "minimum": offer.minimum,
        "step": offer.step,
        "exact": offer.exact,
        "facts_used": sorted(facts_of_rule(offer.rule)),
    }
