"""Split chain: what was linked by mistake is linked no more; the chain is worked out anew from the links that stand.

Nothing that was said is edited or deleted: that it stands no more is said beside it.
"""

from datetime import datetime

from guardrails.actions.acting import Actor
from guardrails.actions.cases.chain_json import Json, chain_json, undone_json
from guardrails.actions.cases.chain_parts import parts_of, way_between
from guardrails.actions.cases.link_faults import NotLinkedError
from guardrails.actions.turns import take_turns
from guardrails.audit import Subject, record
from guardrails.models import CaseLink, LinkedCase, UndoneLink
from guardrails.models.identifiers import new_id
from guardrails.queries.chains import CaseChain, chain_of_case, undone_links
from policies.models import Policy


def split_chain(*, policy: Policy, case: str, other: str, because: str, actor: Actor, now: datetime) -> Json:
    """Undo in the caller's transaction every link that stands directly between the two; give what becomes of them.

    What was granted while they were linked stays granted, and counts from now on in its own chain. Raises
    NotLinkedError.
    """
    before = _in_all_turns(policy, case)
    wrong = [link for link in before.links if {link.case, link.other} == {case, other}]
    if not wrong:
        raise _not_linked(policy, before, case, other)
    undone = UndoneLink.objects.bulk_create(
        UndoneLink(link=link, undone_at=now, undone_by=actor.actor, because=because) for link in wrong
    )
    standing = [link for link in before.links if link not in wrong]
    _name_parts(before, standing, first=other, now=now)
    told = {
        "policy": policy.code,
        "case": case,
        "other": other,
        "undone": undone_json(undone),
        "by_way_of": list(way_between(case, other, standing)),
        "chains": _chains(policy, case, other),
    }
    record(
        kind="case.unlinked",
        subject=Subject(type="case", id=case, policy_id=policy.pk),
        body={"why": because, "chain": before.id, "answer": told},
        actor=actor.actor,
        origin=actor.origin,
        now=now,
    )
    return told


def _in_all_turns(policy: Policy, case: str) -> CaseChain:
    """Give the chain of the case, with the turns of all its cases taken, then its own: nobody writes about any of them.

    Whoever grants waits in the turn of the case or of the chain, then reads anew to which chain the case belongs
    (actions.chain_turns). Somebody may have linked or undone something before the turns were ours.
    """
    found = chain_of_case(policy_id=policy.pk, case=case)
    while found.id:
        take_turns(*(("case", policy.code, each) for each in found.cases))
        take_turns(("chain", found.id))
        again = chain_of_case(policy_id=policy.pk, case=case)
        if (again.id, again.cases) == (found.id, found.cases):
            return again
        found = again
    return found


def _name_parts(before: CaseChain, standing: list[CaseLink], *, first: str, now: datetime) -> None:
    """Let the part in which the `first` case is keep the chain's name, if it still is one; every other gets its own.

    Cases that are left alone are in no chain any more.
    """
    parts = sorted(parts_of(before.cases, standing), key=lambda part: first not in part)
    rows = LinkedCase.objects.filter(chain=before.id)
    rows.filter(case__in=[case for part in parts if len(part) == 1 for case in part]).delete()
    for part in [part for part in parts if len(part) > 1][1:]:
        rows.filter(case__in=part).update(chain=new_id("chn", now))


def _chains(policy: Policy, case: str, other: str) -> list[Json]:
    """Give the chain of either, once where it is still the same."""
    mine, theirs = (chain_of_case(policy_id=policy.pk, case=each) for each in (case, other))
    return [chain_json(policy, chain) for chain in ([mine] if other in mine.cases else [mine, theirs])]


def _not_linked(policy: Policy, chain: CaseChain, case: str, other: str) -> NotLinkedError:
    before = undone_links(policy_id=policy.pk, cases=[case])
    undone = any({each.link.case, each.link.other} == {case, other} for each in before)
    ends = [{link.case, link.other} for link in chain.links]
    linked = sorted(end for pair in ends if case in pair for end in pair - {case})
    return NotLinkedError(case, other, linked=linked, together=case != other and other in chain.cases, undone=undone)
