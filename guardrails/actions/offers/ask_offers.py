"""Ask offers: what may be offered for this case, now? Every answer is stored as a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.faults import InvalidQuestionError
from guardrails.actions.offers.inquiry import Inquiry, inquire
from guardrails.actions.offers.pose import Posed, pose
from guardrails.actions.offers.question_record import Heading, Json, decided, question_record
from guardrails.actions.offers.tell_held import tell_held
from guardrails.actions.offers.tell_no import tell_no
from guardrails.actions.plain_references import require_plain
from guardrails.models import Scope
from guardrails.models.canonical_json import canonical_text
from guardrails.models.identifiers import new_id
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor
from policies.engine.faults import FactError, Fault


@dataclass(frozen=True, kw_only=True)
class OffersRequest:
    """A question as a client asks it. Without `agent` the client's own agent asks.

    `verified` names the facts that come from a system (None: all of them); it counts only for clients whose
    facts may count as verified.
    """

    policy: str
    reason: str
    agent: str | None = None
    channel: str = ""
    customer: str = ""
    case: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    verified: Sequence[str] | None = None


def ask_offers(*, caller: Caller, request: OffersRequest, now: datetime) -> Json:
    """Decide, store the decision and give the answer, in the shape that templates/docs/reference/api.md shows.

    Three queries, and one more each where a budget is short, or somebody has said no.

    Raises MissingScopeError, UnknownAgentError, UnknownPolicyError, UnpublishedPolicyError or
    InvalidQuestionError.
    """
    caller.require(Scope.OFFERS)
    require_plain({"channel": request.channel, "customer": request.customer, "case": request.case})
    inquiry = inquire(
        client=caller.client,
        agent=request.agent,
        policy=request.policy,
        reason=request.reason,
        channel=request.channel,
        customer=request.customer,
        case=request.case,
        facts=request.facts,
        verified=_verified(caller, request),
        now=now,
    )
    posed = pose(inquiry)
    heading = heading_of(inquiry, decision=new_id("dec", now))
    try:
        decision, answer = decided(inquiry.compiled, posed.question, posed.context, heading)
    except FactError as error:
        raise InvalidQuestionError(error.faults) from error
    told = tell_no(inquiry, tell_held(inquiry, posed, decision), decision)
    if told is not posed:
        _, answer = decided(inquiry.compiled, told.question, told.context, heading)
    _store(caller, inquiry, told, answer)
    return answer


def heading_of(inquiry: Inquiry, *, decision: str) -> Heading:
    """Give what the answer says about itself."""
    context = inquiry.context
    return Heading(
        decision=decision,
        policy=context.policy or "",
        version=context.version_number or 0,
        hash=context.version_hash or "",
        agent=context.agent,
        role=inquiry.role,
    )


def _verified(caller: Caller, request: OffersRequest) -> frozenset[str]:
    for at, code in enumerate(request.verified or ()):
        if code not in request.facts:
            raise InvalidQuestionError([Fault(f"/verified/{at}", f'"{code}" is not among the facts given')])
    if not caller.facts_count_as_verified:
        return frozenset()
    return frozenset(request.facts if request.verified is None else request.verified)


_INSERT = """
INSERT INTO guardrails_decision
  (id, policy_id, version_id, agent_id, team, role, reason, channel, customer, "case", client,
   asked_at, asked_on, question, answer)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def _store(caller: Caller, inquiry: Inquiry, posed: Posed, answer: Json) -> None:
    context = inquiry.context
    row = [answer["decision"], inquiry.policy_id, inquiry.version_id, context.agent_id, context.team]
    row += [inquiry.role, inquiry.reason, inquiry.channel, inquiry.customer, inquiry.case, caller.client]
    row += [stored(inquiry.now), inquiry.today]
    row += [
        canonical_text(question_record(posed.question, posed.context, inquiry.compiled)),
        canonical_text(answer),
    ]
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, row)
