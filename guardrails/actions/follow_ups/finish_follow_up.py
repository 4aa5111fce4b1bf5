"""Finish a follow-up: it was done, and this is how it turned out."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.acting_on_follow_up import acting_on_follow_up, change_open
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.follow_ups.outcome_values import About, Told, keep_outcome, outcome_json, personal_of
from guardrails.actions.once import Written, once
from guardrails.audit import Origin, Subject, record
from guardrails.models import FollowUpState, OutcomeSource, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRequest:
    """What was found out, and who did it (None: the owner, or whose own token it is)."""

    follow_up: str
    told: Told
    agent: str | None = None


def finish_follow_up(*, caller: Caller, request: FinishRequest, key: str, now: datetime) -> Written:
    """Close the follow-up and keep its outcome; the answer holds both.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownFollowUpError, FollowUpClosedError or
    InvalidOutcomeError.
    """
    caller.require(Scope.EXCEPTIONS)

    def write(origin: Origin, _: int) -> dict[str, Any]:
        acting = acting_on_follow_up(caller=caller, follow_up=request.follow_up, agent=request.agent)
        row = acting.row
        change_open(row, state=FollowUpState.DONE, closed_at=now)
        about = About(policy_id=row.policy_id, case=row.case, exception_id=row.exception_id, follow_up_id=row.pk)
        kept = keep_outcome(about=about, told=request.told, source=OutcomeSource.AGENT, client=caller.client, now=now)
        answer = follow_up_json(row, now) | {"outcome": outcome_json(kept)}
        record(
            kind="follow_up.done",
            subject=Subject(type="follow_up", id=row.pk, policy_id=row.policy_id),
            body={"exception": row.exception_id, "personal": personal_of(request.told), "answer": answer},
            actor=f"client:{caller.client}",
            on_behalf_of=f"agent:{acting.context.agent}",
            origin=origin,
            now=now,
        )
        return answer

    asked = {"do": "finish", **asdict(request)}
    return once(caller=caller, key=key, request=asked, turns=[("follow_up", request.follow_up)], write=write)
