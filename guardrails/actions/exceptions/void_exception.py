"""Void an exception: what is held, asked for or approved is not given after all, and everything goes back."""

from datetime import datetime
from typing import Any

from guardrails.actions.acting import Actor, acting_on
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_held import require_own_of_ai
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.once import Written, once
from guardrails.ledger import release
from guardrails.models import CareException, Event, Scope, State


def void_exception(*, exception: str, actor: Actor, reason: str, now: datetime) -> dict[str, Any]:
    """Void it in the caller's transaction, and give the exception as it then is.

    Raises UnknownExceptionError, WrongStateError.
    """

    def act(row: CareException) -> Effect:
        return Effect(to=State.VOIDED, balances=release(exception_id=row.pk, now=now), body={"why": reason})

    return happen(exception=exception, event=Event.VOID, actor=actor, now=now, act=act)


def void_for_agent(
    *, caller: Caller, exception: str, agent: str | None, reason: str, key: str, now: datetime
) -> Written:
    """Void it for somebody who may know of it.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownExceptionError, WrongStateError,
    NotForRoleError.
    """
    caller.require(Scope.EXCEPTIONS)
    acting = acting_on(caller=caller, exception=exception, agent=agent)
    require_own_of_ai(acting)
    return once(
        caller=caller,
        key=key,
        request={"void": {"exception": exception, "agent": agent, "note": reason}},
        write=lambda origin, _: void_exception(
            exception=exception, actor=acting.actor(caller, origin), reason=reason, now=now
        ),
    )
