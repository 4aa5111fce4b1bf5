"""Link cases: one replaces, splits or duplicates another, and from then on limits count over both.

An integration with the scope "cases" links what its user's policies are about; any other client links cases that its
own agents were asked about, both of them. Links are never undone: what was counted together stays so.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from guardrails.actions.acting import Actor
from guardrails.actions.caller import Caller
from guardrails.actions.cases.case_chain import join_chains
from guardrails.actions.cases.link_faults import InvalidLinkError, UnknownCaseError
from guardrails.actions.faults import UnknownPolicyError
from guardrails.actions.once import Written, once
from guardrails.actions.plain_references import require_plain
from guardrails.audit import Origin
from guardrails.models import ApiToken, LinkKind, Scope
from guardrails.queries.chains import CaseChain, chain_of_case, dealt_with
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


def read_chain(*, caller: Caller, policy: str, case: str) -> tuple[Policy, CaseChain]:
    """Give the chain of a case of which the client may know.

    Raises MissingScopeError, UnknownPolicyError or UnknownCaseError.
    """
    found = _policy(caller, policy, {"/case": case})
    return found, chain_of_case(policy_id=found.pk, case=case)


def _policy(caller: Caller, code: str, cases: Mapping[str, str]) -> Policy:
    """Give the policy, if the client may know of these cases (by their place in the request) under it."""
    if Scope.CASES in caller.scopes:
        user = ApiToken.objects.values_list("user", flat=True).get(pk=caller.client)
        mine = policies_for(User(pk=user)).filter(code=code).first()
        if mine is None:
            raise UnknownPolicyError(code)
        return mine
    caller.require(Scope.OFFERS)
    policy = Policy.objects.filter(code=code).first()
    known = dealt_with(client=caller.client, policy_id=policy.pk, cases=cases.values()) if policy else set()
    # A policy of which they know nothing looks like one without the case.
    unknown = [(path, case) for path, case in cases.items() if case not in known]
    if policy is None or unknown:
        path, case = unknown[0]
        raise UnknownCaseError(case, path=path)
    return policy
