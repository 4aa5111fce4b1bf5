"""Case chain: two chains become one, in the turns of everybody who writes about a case of either."""

from collections.abc import Collection
from datetime import datetime

from guardrails.actions.acting import Actor
from guardrails.actions.approvals.reach_waiting import reach_linked
from guardrails.actions.cases.chain_json import Json, chain_json
from guardrails.actions.cases.link_faults import ChainTooLongError
from guardrails.actions.turns import take_turns
from guardrails.audit import Subject, record
from guardrails.models import CaseLink, LinkedCase, LinkKind
from guardrails.models.identifiers import new_id
from guardrails.queries.chains import chain_of_case, chains_of
from policies.models import Policy

MOST = 100
"""How many cases can be linked with one another: every question about one of them looks at all of them."""


def join_chains(
    *, policy: Policy, case: str, other: str, kind: LinkKind, actor: Actor, now: datetime, because: str = ""
) -> Json:
    """Link the cases in the caller's transaction, in which it has the turns of both, and give their chain.

    `because` is why, where a person says it.

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
    _say(CaseLink(policy=policy, case=case, other=other, kind=kind, linked_at=now, linked_by=actor.actor))
    linked = chain_of_case(policy_id=policy.pk, case=case)
    told = chain_json(policy, linked)
    body = {"policy": policy.code, "case": case, "other": other, "kind": kind.value, "chain": chain}
    if because:
        body["why"] = because
    record(
        kind="case.linked",
        subject=Subject(type="case", id=case, policy_id=policy.pk),
        body={**body, "joined": sorted(set(joined.values())), "answer": told},
        actor=actor.actor,
        origin=actor.origin,
        now=now,
    )
    reach_linked(policy_id=policy.pk, cases=linked.cases, actor=actor, now=now)
    return told


def _say(link: CaseLink) -> None:
    """Write down the link, unless it stands already; nobody else does now, the turns of both cases are ours."""
    said = CaseLink.objects.filter(policy=link.policy, case=link.case, other=link.other, kind=link.kind)
    if not said.filter(undone__isnull=True).exists():
        link.nth = said.count() + 1
        link.save(force_insert=True)


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
