"""Grant an exception: take one of a decision's offers, decided again in the transaction that takes its budgets."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.faults import (
    KeyConflictError,
    MissingKeyError,
    NotOfferedError,
    UnknownAgentError,
    UnknownDecisionError,
)
from guardrails.actions.granting import Granting, grant
from guardrails.actions.turns import take_turns
from guardrails.ledger import BudgetExceededError, DayIsOverError
from guardrails.models import Scope
from guardrails.models.canonical_json import canonical_text, text_digest
from guardrails.queries.asked_decision import AskedDecision, asked_decision
from guardrails.queries.first_answer import first_answer

ATTEMPTS = 4
"""How often a grant that lost a race is decided again; each time it sees what the winner left."""
_LONGEST_KEY = 255


@dataclass(frozen=True, kw_only=True)
class GrantRequest:
    """Which offer to take, and how much: `amount` or `quantity`, as the remedy's unit says.

    Both are left out where the remedy has no unit, and may be where the amount is exactly what is due. `terms`
    are numbers by the codes of the remedy's terms.
    `agent` and `reason` may be said again, and must then be the decision's.
    """

    decision: str
    remedy: str
    amount: Any = None
    quantity: Any = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    agent: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOutcome:
    """The answer; `repeated` says that it is the first answer to the same request, given again."""

    answer: dict[str, Any]
    repeated: bool


def grant_exception(
    *, caller: Caller, request: GrantRequest, key: str, now: datetime, clock: Callable[[], datetime] | None = None
) -> GrantOutcome:
    """Decide again, take the budgets, and record the exception, its entries and one audit record: all or nothing.

    Beyond what the role may give alone, but within the approval ladder, the exception awaits approval and takes no
    budget yet. `clock` gives a fresh time for another attempt after midnight passed meanwhile (default: `now`).

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownDecisionError, DecisionTooOldError,
    NotOfferedError (with the alternatives), OutOfRangeError, AlreadyGrantedError, UnpublishedPolicyError,
    InvalidQuestionError.
    """
    caller.require(Scope.EXCEPTIONS)
    if not 0 < len(key) <= _LONGEST_KEY:
        raise MissingKeyError
    asked = asked_decision(request.decision)
    if asked is None or request.agent not in (None, asked.agent):
        if first_answer(client=caller.client, key=key):
            # As for any other body; a decision that does not exist must look like somebody else's.
            raise KeyConflictError
        raise UnknownDecisionError(request.decision)
    digest = text_digest(canonical_text(asdict(request)))
    for attempt in range(ATTEMPTS):
        at = clock() if clock and attempt else now
        granting = Granting(caller=caller, request=request, asked=asked, key=key, request_digest=digest, now=at)
        try:
            with transaction.atomic():
                return _once(granting)
        except (BudgetExceededError, DayIsOverError):
            continue
        except OperationalError as error:
            if not _lost_a_race(error):
                raise
    raise NotOfferedError("Others took from the same budgets at the same moment; ask again.")


def _once(granting: Granting) -> GrantOutcome:
    caller, asked = granting.caller, granting.asked
    take_turns(*_names(granting))
    if first := first_answer(client=caller.client, key=granting.key):
        if first.request_digest != granting.request_digest:
            raise KeyConflictError
        return GrantOutcome(answer=first.answer, repeated=True)
    try:
        return GrantOutcome(answer=grant(granting), repeated=False)
    except UnknownAgentError:
        # Somebody else's decision looks like none at all.
        raise UnknownDecisionError(asked.id) from None


def _names(granting: Granting) -> list[tuple[str, ...]]:
    asked: AskedDecision = granting.asked
    names: list[tuple[str, ...]] = [("key", granting.caller.client, granting.key), ("decision", asked.id)]
    if asked.customer:
        names.append(("customer", asked.policy, asked.customer))
    if asked.case:
        names.append(("case", asked.policy, asked.case))
    return names


def _lost_a_race(error: OperationalError) -> bool:
    """Deadlock or serialization failure on PostgreSQL: the other transaction went through."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
