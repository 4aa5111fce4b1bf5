"""Grant what is held or approved: the promise is kept, whatever became of the policy and its budgets meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from guardrails.actions.acting import Acting, acting_on
from guardrails.actions.approvals.bound_facts import require_same_facts
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.become_granted import become_granted
from guardrails.actions.exceptions.decide_afresh import decide_afresh
from guardrails.actions.exceptions.expire_holds import make_room
from guardrails.actions.exceptions.given import Given, read_given
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.lifecycle_faults import NotForRoleError
from guardrails.actions.exceptions.promised import Promised, budgets_left, promised
from guardrails.actions.faults import LostRaceError, NotOfferedError, OutOfRangeError
from guardrails.actions.freezes.stops import breaking, require_not_stopped
from guardrails.actions.once import Written, once
from guardrails.audit import Origin
from guardrails.ledger import Balance, commit, line_up, release
from guardrails.models import CareException, Event, Scope, State
from policies.engine.offers import cost_of


def grant_held(
    *, caller: Caller, request: HeldRequest, key: str, now: datetime, clock: Callable[[], datetime] | None = None
) -> Written:
    """Spend what was set aside, or a part of it; the rest goes back. Nothing is decided again in time.

    Past its time it expires first, and is then decided again for whoever grants it, on the facts of its decision and
    under the version in force; where it is offered no more, nothing has changed. `clock` is as in grant_exception.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownExceptionError, WrongStateError,
    OutOfRangeError, NotForRoleError, StoppedError, FactsChangedError; and, decided again, what grant_exception raises.
    """
    caller.require(Scope.EXCEPTIONS)
    acting = acting_on(caller=caller, exception=request.exception, agent=request.agent, now=now)
    row = acting.exception
    require_own_of_ai(acting)
    require_not_stopped(breaking(acting.context.stops), remedy=row.remedy, rules=acting.rules)

    def write(origin: Origin, attempt: int) -> dict[str, Any]:
        at = clock() if clock and attempt else now
        return happen(
            exception=row.pk,
            event=Event.GRANT,
            actor=acting.actor(caller, origin),
            now=at,
            act=partial(_act, acting, caller, request, at),
        )

    try:
        return once(
            caller=caller,
            key=key,
            request={"grant": asdict(request)},
            turns=turns_about(row),
            write=write,
            make_room=partial(make_room, now=now),
        )
    except LostRaceError:
        raise NotOfferedError("Others took from the same budgets at the same moment; ask again.") from None


def require_own_of_ai(acting: Acting) -> None:
    """Raise NotForRoleError for an AI agent that acts on what somebody else promised."""
    if acting.context.is_ai and acting.context.agent_id != acting.exception.agent_id:
        raise NotForRoleError(
            "An AI agent may grant, change or void only what it promised itself; a person has to do this."
        )


def turns_about(row: CareException) -> list[tuple[str, ...]]:
    """Give what an exception is about, whose turns whoever decides about it waits for."""
    names: list[tuple[str, ...]] = [("decision", row.decision_id)]
    if row.customer:
        names.append(("customer", row.policy.code, row.customer))
    if row.case:
        names.append(("case", row.policy.code, row.case))
    return names


def _act(acting: Acting, caller: Caller, request: HeldRequest, now: datetime, row: CareException) -> Effect:
    if row.state == State.EXPIRED:
        return decide_afresh(row, acting=acting, caller=caller, request=request, now=now)
    if row.state == State.APPROVED:
        require_same_facts(row)
    kept = promised(row)
    given = _part(row, kept, request)
    # Never more than was set aside, also where the remedy's cost was another when it was approved.
    cost = row.cost_minor if given.number == kept.offer.maximum else cost_of(kept.offer.remedy, given.number)
    cost = min(cost, row.cost_minor)
    balances = _spent(row, cost, now)
    changes = become_granted(row, rules=kept.rules, rule=row.rule, agent_id=row.agent_id, role=row.role, now=now)
    money = row.unit == "money"
    changes |= {
        "amount_minor": given.number if money else None,
        "quantity": None if money else given.number,
        "terms": dict(given.terms),
        "cost_minor": cost,
        "note": row.note if request.note is None else request.note,
    }
    said = _say(row, kept, given)
    if row.approval:
        changes["approval"] = row.approval | {"say": said}
    linked, rules = acting.context.linked, acting.rules
    left = budgets_left(kept.shown["budgets"], balances, row=row, linked=linked, rules=rules, now=now)
    told = {name: kept.shown[name] for name in ("name", "kind", "guidance", "follow_up", "rule")}
    return Effect(
        to=State.GRANTED,
        changes=changes,
        balances=balances,
        told={**told, "budgets": left, "say": said, "decided_again": False},
        body={"cost_minor": cost},
    )


def _spent(row: CareException, cost: int, now: datetime) -> list[Balance]:
    """Spend what it costs. A part may cost nothing: then the money goes back, and it counts all the same."""
    if cost or not row.cost_minor:
        return commit(exception_id=row.pk, now=now, amount=cost)
    line_up(exceptions=[row.pk])
    return [*release(exception_id=row.pk, now=now, keep=0), *commit(exception_id=row.pk, now=now)]


def _say(row: CareException, kept: Promised, given: Given) -> str:
    """Give what may be said to the customer; of all of a proposal, in the words of whoever proposed it."""
    outcome: Mapping[str, Any] = (row.approval or {}).get("outcome") or {}
    words: str = outcome.get("say", "") if given.number == kept.offer.maximum else ""
    return words or kept.say(given.number)


def _part(row: CareException, kept: Promised, request: HeldRequest) -> Given:
    """Read how much of it is given. Raises OutOfRangeError, which says how to give more."""
    try:
        return read_given(kept.offer, **request.how_much(row), currency=row.currency, alternatives=())
    except OutOfRangeError as error:
        more = "ask for offers to give more"
        if row.state == State.APPROVED:
            more = f"to give more than was approved, amend it first: POST /api/v1/exceptions/{row.pk}/amend/"
        raise OutOfRangeError(f"{error.detail[:-1]}; {more}.", errors=error.errors) from None
