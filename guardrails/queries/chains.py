"""Chains: which cases belong together, who said so, and who may know of them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from guardrails.models import AuditRecord, CaseLink, Decision, LinkedCase, UndoneLink
from guardrails.queries.client_agents import agents_of_client


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChain:
    """Cases that belong together, in order; `id` is empty where one stands for itself.

    `links` are those that stand, in order of time.
    """

    id: str
    cases: Sequence[str]
    links: Sequence[CaseLink]


def chains_of(*, policy_id: int, cases: Collection[str]) -> dict[str, str]:
    """Give the chain's id for each of the cases that is linked to others."""
    rows = LinkedCase.objects.filter(policy=policy_id, case__in=cases)
    return dict(rows.values_list("case", "chain"))


def chain_of_case(*, policy_id: int, case: str) -> CaseChain:
    """Give the whole chain of a case; a case that is linked to none is a chain of one."""
    id_ = chains_of(policy_id=policy_id, cases=[case]).get(case)
    if id_ is None:
        return CaseChain(id="", cases=[case], links=[])
    cases = sorted(LinkedCase.objects.filter(chain=id_).values_list("case", flat=True))
    # Whatever a case of the chain is linked to is in the chain.
    links = standing_links(policy_id=policy_id).filter(case__in=cases).order_by("linked_at", "pk")
    return CaseChain(id=id_, cases=cases, links=list(links))


def standing_links(*, policy_id: int) -> QuerySet[CaseLink]:
    """Give the links under a policy that nobody has undone."""
    return CaseLink.objects.filter(policy=policy_id, undone__isnull=True)


def undone_links(*, policy_id: int, cases: Collection[str]) -> list[UndoneLink]:
    """Give the links of these cases that stand no more, in the order in which they were undone."""
    ends = Q(link__case__in=cases) | Q(link__other__in=cases)
    rows = UndoneLink.objects.filter(ends, link__policy=policy_id).select_related("link")
    return list(rows.order_by("undone_at", "link"))


def dealt_with(*, client: str, policy_id: int, cases: Collection[str]) -> set[str]:
    """Give those of the cases that one of the client's agents was asked about."""
    asked = Decision.objects.filter(policy=policy_id, case__in=cases, agent__in=agents_of_client(client))
    return set(asked.exclude(case="").values_list("case", flat=True))


def never_asked_about(*, policy_id: int, cases: Sequence[str]) -> list[str]:
    """Give those of the cases about which nobody has ever asked anything under the policy."""
    asked = Decision.objects.filter(policy=policy_id, case__in=cases).exclude(case="")
    known = set(asked.values_list("case", flat=True).distinct())
    return [case for case in cases if case not in known]


def why_linked(link: CaseLink) -> str:
    """Give why a person said so, from its audit record; empty where a system did."""
    records = AuditRecord.objects.filter(
        kind="case.linked", subject_type="case", subject_id=link.case, policy=link.policy_id, at=link.linked_at
    )
    bodies = (json.loads(body) for body in records.values_list("body", flat=True))
    return next((str(body.get("why", "")) for body in bodies if body["other"] == link.other), "")
