"""Link cases: one replaces, splits or duplicates another, and from then on limits count over both.

An integration with the scope "cases" links what its user's policies are about; any other client links cases that its
own agents were asked about, both of them. What was linked by mistake is undone (actions.cases.undo_link).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from guardrails.actions.acting import Actor
from guardrails.actions.caller import Caller
from guardrails.actions.cases.case_chain import join_chains
from guardrails.actions.cases.chain_json import Json, chain_json, undone_json
from guardrails.actions.cases.link_faults import InvalidLinkError, UnknownCaseError
from guardrails.actions.faults import UnknownPolicyError
from guardrails.actions.once import Written, once
from guardrails.actions.plain_references import require_plain
from guardrails.audit import Origin
from guardrails.models import ApiToken, LinkKind, Scope
from guardrails.queries.chains import chain_of_case, dealt_with, undone_links
from policies.models import Policy
from policies.queries.scope import policies_for


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """What `case` is to the `other` one, which was there before."""

    policy: str
    case: str
    other: str
    kind: LinkKind


def link_cases(*, caller: Caller, request: LinkRequest, key: str, now: datetime) -> Written:
    """Link two cases, and with them everything that either is linked to; one record in the audit log.

    Raises MissingScopeError, UnknownPolicyError, UnknownCaseError, InvalidLinkError, InvalidQuestionError,
    ChainTooLongError, MissingKeyError, KeyConflictError or LostRaceError.
    """
    require_plain({"case": request.case, "other": request.other})
    policy = _policy(caller, request.policy, {"/case": request.case, "/other": request.other})
    if request.case == request.other:
        raise InvalidLinkError

    def write(origin: Origin, attempt: int) -> dict[str, Any]:
        actor = Actor(actor=f"client:{caller.client}", origin=origin)
        case, other = request.case, request.other
        return join_chains(policy=policy, case=case, other=other, kind=request.kind, actor=actor, now=now)

    turns = [("case", policy.code, request.case), ("case", policy.code, request.other)]
    return once(caller=caller, key=key, request={"link": asdict(request)}, turns=turns, write=write)


def read_chain(*, caller: Caller, policy: str, case: str) -> Json:
    """Give the chain of a case of which the client may know; whoever links any cases is told what was undone too.

    Raises MissingScopeError, UnknownPolicyError or UnknownCaseError.
    """
    found = _policy(caller, policy, {"/case": case})
    chain = chain_of_case(policy_id=found.pk, case=case)
    told = chain_json(found, chain)
    if Scope.CASES in caller.scopes:
        told["undone"] = undone_json(undone_links(policy_id=found.pk, cases=chain.cases))
    return told


def policy_of_linker(caller: Caller, code: str) -> Policy:
    """Give the policy, if the user of a client with the scope "cases" may see it. Raises UnknownPolicyError."""
    user = ApiToken.objects.values_list("user", flat=True).get(pk=caller.client)
    found = policies_for(User(pk=user)).filter(code=code).first()
    if found is None:
        raise UnknownPolicyError(code)
    return found


def _policy(caller: Caller, code: str, cases: Mapping[str, str]) -> Policy:
    """Give the policy, if the client may know of these cases (by their place in the request) under it."""
    if Scope.CASES in caller.scopes:
        return policy_of_linker(caller, code)
    caller.require(Scope.OFFERS)
    policy = Policy.objects.filter(code=code).first()
    known = dealt_with(client=caller.client, policy_id=policy.pk, cases=cases.values()) if policy else set()
    # A policy of which they know nothing looks like one without the case.
    unknown = [(path, case) for path, case in cases.items() if case not in known]
    if policy is None or unknown:
        path, case = unknown[0]
        raise UnknownCaseError(case, path=path)
    return policy
