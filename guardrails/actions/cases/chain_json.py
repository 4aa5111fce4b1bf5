"""Chain JSON: what a client is told of cases that belong together, and of links that stand no more."""

from collections.abc import Iterable
from typing import Any

from guardrails.models import CaseLink, UndoneLink
from guardrails.queries.chains import CaseChain
from policies.models import Policy

Json = dict[str, Any]


def chain_json(policy: Policy, chain: CaseChain) -> Json:
    """Give the chain as every client is told of it; who linked what is for auditors."""
    return {
        "policy": policy.code,
        "chain": chain.id or None,
        "cases": list(chain.cases),
        "links": [_link(link) for link in chain.links],
    }


def undone_json(undone: Iterable[UndoneLink]) -> list[Json]:
    """Give links that stand no more. They may name cases of other customers: it is for those who link any cases."""
    return [
        {
            **_link(each.link),
            "undone_at": each.undone_at.isoformat(),
            "undone_by": each.undone_by,
            "undone_because": each.because,
        }
        for each in undone
    ]


def _link(link: CaseLink) -> Json:
    return {"case": link.case, "kind": link.kind, "other": link.other, "linked_at": link.linked_at.isoformat()}
