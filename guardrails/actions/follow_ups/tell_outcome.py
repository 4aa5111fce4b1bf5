"""Tell an outcome: another system, such as a survey, says how it turned out."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_faults import UnknownCaseError
from guardrails.actions.faults import KeyConflictError, UnknownExceptionError
from guardrails.actions.follow_ups.follow_up_faults import InvalidOutcomeError, OutcomeConflictError
from guardrails.actions.follow_ups.outcome_values import About, Told, keep_outcome, outcome_json, personal_of
from guardrails.actions.moment_said import moment_said
from guardrails.actions.once import Written, once
from guardrails.actions.plain_references import require_plain
from guardrails.audit import Origin, Subject, record
from guardrails.models import OutcomeSource, Scope
from guardrails.queries.chains import dealt_with
from guardrails.queries.client_agents import agents_of_client
from guardrails.queries.known_exceptions import exceptions_of
from policies.models import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRequest:
    """What was told under the teller's own `id`: about an exception, or about a case of a policy.

    `at` is when it was said, in RFC 3339; empty: now.
    """

    id: str
    told: Told
    source: OutcomeSource = OutcomeSource.SURVEY
    exception: str | None = None
    policy: str | None = None
    case: str | None = None
    at: str = ""


def tell_outcome(*, caller: Caller, request: OutcomeRequest, now: datetime) -> Written:
    """Keep the outcome; the same id gives the first answer again.

    Raises MissingScopeError, InvalidOutcomeError, OutcomeConflictError (the same id with another content),
    UnknownExceptionError or UnknownCaseError; an exception or a case of which none of the client's agents knows
    looks like none at all.
    """
    caller.require(Scope.OUTCOMES)
    _require_readable(request)

    def write(origin: Origin, _: int) -> dict[str, Any]:
        about = _about(caller, request)
        row = keep_outcome(
            about=about,
            told=request.told,
            source=request.source,
            client=caller.client,
            now=now,
            external_id=request.id,
            said_at=_said_at(request, now),
        )
        answer = outcome_json(row)
        record(
            kind="outcome.recorded",
            subject=Subject(type="outcome", id=row.pk, policy_id=about.policy_id),
            body={"exception": about.exception_id, "personal": personal_of(request.told), "answer": answer},
            actor=f"client:{caller.client}",
            origin=origin,
            now=now,
        )
        return answer

    try:
        # No header begins with a space: an id is never taken for another request's key.
        return once(caller=caller, key=f" outcome {request.id}", request=_known_by(request), write=write)
    except KeyConflictError:
        raise OutcomeConflictError(request.id) from None


def _require_readable(request: OutcomeRequest) -> None:
    require_plain({"id": request.id, "case": request.case or ""})
    if request.exception is not None and (request.case is not None or request.policy is not None):
        raise InvalidOutcomeError("/exception", "must be left out where policy and case are given")
    if request.exception is None and request.case is None:
        raise InvalidOutcomeError("/exception", "is missing; give an exception, or a policy and a case")
    if request.case is not None and request.policy is None:
        raise InvalidOutcomeError("/policy", "is missing; a case is one of a policy's")
    if not request.told.says_something:
        raise InvalidOutcomeError(
            "",
            "must say something: reached, satisfied, effort, recommend, words, contacted_again, stayed or root_cause",
        )


def _known_by(request: OutcomeRequest) -> dict[str, Any]:
    """Give what a repeat is known by; the moment only where it was said."""
    return {name: value for name, value in asdict(request).items() if name != "at" or value}


def _said_at(request: OutcomeRequest, now: datetime) -> datetime:
    try:
        return moment_said(request.at, now)
    except ValueError as error:
        raise InvalidOutcomeError("/at", str(error)) from None


def _about(caller: Caller, request: OutcomeRequest) -> About:
    if request.exception is not None:
        row = exceptions_of(agents_of_client(caller.client)).filter(pk=request.exception).first()
        if row is None:
            raise UnknownExceptionError(request.exception)
        return About(policy_id=row.policy_id, case=row.case, exception_id=row.pk)
    case = request.case or ""
    policy = Policy.objects.filter(code=request.policy).first()
    if policy is None or not dealt_with(client=caller.client, policy_id=policy.pk, cases=[case]):
        raise UnknownCaseError(case)
    return About(policy_id=policy.pk, case=case)
