"""Case chain: two chains become one, in the turns of everybody who writes about a case of either."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from guardrails.actions.acting import Actor
from guardrails.actions.cases.link_faults import ChainTooLongError
from guardrails.actions.turns import take_turns
from guardrails.audit import Subject, record
from guardrails.models import CaseLink, LinkedCase, LinkKind
from guardrails.models.identifiers import new_id
from guardrails.queries.chains import CaseChain, chain_of_case, chains_of
from policies.models import Policy

Json = dict[str, Any]
MOST = 100
"""How many cases can be linked with one another: every question about one of them looks at all of them."""


def chain_json(policy: Policy, chain: CaseChain) -> Json:
    """Give the chain as a client is told of it; who linked what is for auditors."""
    return {
        "policy": policy.code,
        "chain": chain.id or None,
        "cases": list(chain.cases),
        "links": [
            {"case": link.case, "kind": link.kind, "other": link.other, "linked_at": link.linked_at.isoformat()}
            for link in chain.links
        ],
    }


def join_chains(*, policy: Policy, case: str, other: str, kind: LinkKind, actor: Actor, now: datetime) -> Json:
    """Link the cases in the caller's transaction, in which it has the turns of both, and give their chain.

    Whoever grants takes the turn of the case, then that of its chain (actions.chain_turns); so does this. What they
    decided upon cannot change before they are done, and what is granted later counts what they gave.
    Raises ChainTooLongError.
    """
    joined = _in_turn(policy, (case, other))
    chain = min(joined.values(), default="") or new_id("chn", now)
    rows = LinkedCase.objects.filter(chain__in=set(joined.values()))
    new = [each for each in (case, other) if each not in joined]
    if rows.count() + len(new) > MOST:
        raise ChainTooLongError(MOST)
    rows.exclude(chain=chain).update(chain=chain)
    LinkedCase.objects.bulk_create([LinkedCase(policy=policy, case=each, chain=chain) for each in new])
    CaseLink.objects.get_or_create(
        policy=policy, case=case, other=other, kind=kind, defaults={"linked_at": now, "linked_by": actor.actor}
    )
    told = chain_json(policy, chain_of_case(policy_id=policy.pk, case=case))
    body = {"policy": policy.code, "case": case, "other": other, "kind": kind.value, "chain": chain}
    record(
        kind="case.linked",
        subject=Subject(type="case", id=case, policy_id=policy.pk),
        body={**body, "joined": sorted(set(joined.values())), "answer": told},
        actor=actor.actor,
        origin=actor.origin,
        now=now,
    )
    return told


def _in_turn(policy: Policy, cases: Collection[str]) -> dict[str, str]:
    """Give the chains of the cases, with the turns of these chains taken; somebody may have joined them meanwhile."""
    found = chains_of(policy_id=policy.pk, cases=cases)
    while found:
        take_turns(*(("chain", chain) for chain in set(found.values())))
        again = chains_of(policy_id=policy.pk, cases=cases)
        if again == found:
            break
        found = again
    return found
