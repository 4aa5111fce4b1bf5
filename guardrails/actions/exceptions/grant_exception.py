"""Grant an exception: take one of a decision's offers, decided again in the transaction that takes its budgets."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import make_room
from guardrails.actions.exceptions.granting import Granting, grant
from guardrails.actions.faults import (
    KeyConflictError,
    LostRaceError,
    MissingKeyError,
    NotOfferedError,
    UnknownAgentError,
    UnknownDecisionError,
)
from guardrails.actions.once import LONGEST_KEY, Written, once
from guardrails.audit import Origin
from guardrails.models import Event, Scope, WhenApproved
from guardrails.queries.asked_decision import AskedDecision, asked_decision
from guardrails.queries.first_answer import first_answer


@dataclass(frozen=True, kw_only=True)
class GrantRequest:
    """Which offer to take, and how much: `amount` or `quantity`, as the remedy's unit says.

    Both are left out where the remedy has no unit, and may be where the amount is exactly what is due. `terms`
    are numbers by the codes of the remedy's terms.
    `agent` and `reason` may be said again, and must then be the decision's. `told` is what the customer was told
    where somebody has to agree, `when_approved` what becomes of it then.
    """

    decision: str
    remedy: str
    amount: Any = None
    quantity: Any = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    agent: str | None = None
    reason: str | None = None
    told: str = ""
    when_approved: WhenApproved = WhenApproved.HOLD

    @property
    def said(self) -> dict[str, Any]:
        """All of it as JSON, by which a repeated request is known; what is left out is as if it did not exist."""
        said = asdict(self) | {"when_approved": self.when_approved.value}
        usual = {"told": "", "when_approved": WhenApproved.HOLD.value}
        return {name: value for name, value in said.items() if usual.get(name) != value}


def grant_exception(
    *, caller: Caller, request: GrantRequest, key: str, now: datetime, clock: Callable[[], datetime] | None = None
) -> Written:
    """Decide again, take the budgets, and record the exception, its entries and one audit record: all or nothing.

    Beyond what the role may give alone, but within the approval ladder, the exception awaits approval.
    `clock` gives a fresh time for another attempt after midnight passed meanwhile (default: `now`).

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownDecisionError, DecisionTooOldError,
    NotOfferedError (with the alternatives), OutOfRangeError, AlreadyGrantedError, UnpublishedPolicyError,
    InvalidQuestionError.
    """
    return take_offer(caller=caller, request=request, key=key, now=now, clock=clock, event=Event.GRANT)


def take_offer(
    *,
    caller: Caller,
    request: GrantRequest,
    key: str,
    now: datetime,
    clock: Callable[[], datetime] | None,
    event: Event,
    said: Mapping[str, Any] | None = None,
) -> Written:
    """Grant or hold one of a decision's offers, once; see grant_exception.

    `said` is all that the client said, where that was more than the request.
    """
    asked = _asked(caller, request, key)

    def write(origin: Origin, attempt: int) -> dict[str, Any]:
        at = clock() if clock and attempt else now
        granting = Granting(caller=caller, request=request, asked=asked, origin=origin, event=event, now=at)
        try:
            return grant(granting)
        except UnknownAgentError:
            # Somebody else's decision looks like none at all.
            raise UnknownDecisionError(asked.id) from None

    try:
        return once(
            caller=caller,
            key=key,
            request=said or (request.said if event is Event.GRANT else {**request.said, "event": event.value}),
            turns=turns_of(asked),
            write=write,
            make_room=partial(make_room, now=now),
        )
    except LostRaceError:
        raise NotOfferedError("Others took from the same budgets at the same moment; ask again.") from None


def _asked(caller: Caller, request: GrantRequest, key: str) -> AskedDecision:
    caller.require(Scope.EXCEPTIONS)
    if not 0 < len(key) <= LONGEST_KEY:
        raise MissingKeyError
    asked = asked_decision(request.decision)
    if asked is None or request.agent not in (None, asked.agent):
        if first_answer(client=caller.client, key=key):
            # As for any other body; a decision that does not exist must look like somebody else's.
            raise KeyConflictError
        raise UnknownDecisionError(request.decision)
    return asked


def turns_of(asked: AskedDecision) -> list[tuple[str, ...]]:
    """Give what a decision is about, whose turns whoever takes one of its offers waits for."""
    names: list[tuple[str, ...]] = [("decision", asked.id)]
    if asked.customer:
        names.append(("customer", asked.policy, asked.customer))
    if asked.case:
        names.append(("case", asked.policy, asked.case))
    return names
