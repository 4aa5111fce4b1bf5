"""Reverse an exception: take back what was granted, or a part of it, into the windows in which it was taken."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from guardrails.actions.acting import Acting, Actor, acting_on
from guardrails.actions.approvals.approval_json import number_json
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.exceptions.lifecycle_faults import NotForRoleError
from guardrails.actions.exceptions.paid import owed_back_after
from guardrails.actions.faults import OutOfRangeError
from guardrails.actions.follow_ups.cancel_follow_ups import cancel_follow_ups
from guardrails.actions.freezes.stops import of_people, require_not_stopped
from guardrails.actions.money_json import money_json
from guardrails.actions.once import Written, once
from guardrails.actions.settlements.settle_exception import take_back_settlement
from guardrails.audit import Origin
from guardrails.ledger import Balance, reverse
from guardrails.models import CareException, Event, Scope, State
from policies.engine.faults import Fault
from policies.engine.money import DIGITS, decimal_text
from policies.engine.offers import cost_of
from policies.engine.values import read_decimal, read_money
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, kw_only=True)
class ReverseRequest:
    """How much is taken back, default: everything that stands; and why."""

    exception: str
    reason: str
    amount: Any = None
    quantity: Any = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What is taken back: `number` as in the exception (None: it has none), `cost_minor` what goes back to budgets."""

    number: int | None
    cost_minor: int
    whole: bool


def reverse_exception(*, caller: Caller, request: ReverseRequest, key: str, now: datetime) -> Written:
    """Take it back for somebody whose role may, under the version in force, with one audit record.

    Taking back the whole also takes back its settlement and what is owed to the customer. AI agents never may, nor
    whoever is stopped; what is stopped can be taken back.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownExceptionError, NotForRoleError,
    StoppedError, WrongStateError, OutOfRangeError.
    """
    caller.require(Scope.EXCEPTIONS)
    acting = acting_on(caller=caller, exception=request.exception, agent=request.agent, now=now)
    _require_may_reverse(acting)
    require_not_stopped(of_people(acting.context.stops), remedy=acting.exception.remedy, rules=acting.rules)

    def write(origin: Origin, attempt: int) -> dict[str, Any]:
        actor = acting.actor(caller, origin)
        act = partial(_act, request, actor, acting.context.agent, now)
        return happen(exception=request.exception, event=Event.REVERSE, actor=actor, now=now, act=act)

    return once(caller=caller, key=key, request={"reverse": asdict(request)}, write=write)


def _require_may_reverse(acting: Acting) -> None:
    roles = acting.rules.roles
    able = [role for role in roles.values() if role.may_reverse]
    if acting.context.is_ai or acting.context.role not in {role.code for role in able}:
        who = ", ".join(role.name for role in able) or "no role, as the policy stands"
        raise NotForRoleError(f"What was granted can be taken back by people alone, of these roles: {who}.")


def _act(request: ReverseRequest, actor: Actor, by: str, now: datetime, row: CareException) -> Effect:
    part = _part(row, request)
    balances = _give_back(row, part, now)
    owed_back = owed_back_after(row, number=part.number, whole=part.whole)
    if part.whole:
        take_back_settlement(exception=row, actor=actor, now=now)
        cancel_follow_ups(row.pk, now)
    return Effect(
        to=State.REVERSED if part.whole else State.GRANTED,
        changes={
            "reversed_number": row.reversed_number + (part.number or 0),
            "reversed_cost_minor": row.reversed_cost_minor + part.cost_minor,
            "reversed_because": request.reason,
            "reversed_by": by,
            "owed_back": owed_back,
        },
        balances=balances,
        told={"taken_back": {**number_json(part.number, row), "cost": money_json(part.cost_minor, row.currency)}},
        body={"why": request.reason, "cost_minor": part.cost_minor},
    )


def _give_back(row: CareException, part: _Part, now: datetime) -> Sequence[Balance]:
    if part.whole:
        return reverse(exception_id=row.pk, now=now)
    return reverse(exception_id=row.pk, now=now, amount=part.cost_minor) if part.cost_minor else ()


def _part(row: CareException, request: ReverseRequest) -> _Part:
    """Read how much is taken back. Raises OutOfRangeError, which says how much still stands."""
    remedy = compiled(row.version_id).remedies[row.remedy]
    whole_cost = row.cost_minor - row.reversed_cost_minor
    number = row.quantity if row.amount_minor is None else row.amount_minor
    if number is None or remedy.signed:
        _must_be_absent(request, "it is taken back as a whole")
        return _Part(number, whole_cost, whole=True)
    stands = number - row.reversed_number
    wanted = _read(row, request, stands)
    if wanted == stands:
        return _Part(wanted, whole_cost, whole=True)
    # Never more than it cost, also where the remedy's cost was another when it was approved.
    return _Part(wanted, whole_cost - min(whole_cost, cost_of(remedy, stands - wanted)), whole=False)


def _read(row: CareException, request: ReverseRequest, stands: int) -> int:
    money = row.unit == "money"
    places = DIGITS[row.currency] if money else row.places
    path, value, other = ("/amount", request.amount, request.quantity)
    if not money:
        path, value, other = ("/quantity", request.quantity, request.amount)
    if other is not None:
        raise _refused("/quantity" if money else "/amount", f"must be left out; say {path[1:]}")
    if value is None:
        return stands
    try:
        wanted: int = read_money(row.currency, places)(value) if money else read_decimal(places)(value)
    except ValueError as error:
        raise _refused(path, str(error)) from None
    if not 0 < wanted <= stands:
        raise _refused(path, f"must be above 0 and at most {decimal_text(stands, places)}, which is what stands")
    return wanted


def _must_be_absent(request: ReverseRequest, why: str) -> None:
    for path, value in (("/amount", request.amount), ("/quantity", request.quantity)):
        if value is not None:
            raise _refused(path, f"must be left out: {why}")


def _refused(path: str, message: str) -> OutOfRangeError:
    return OutOfRangeError(f"Nothing was taken back: {path[1:]} {message}.", errors=[Fault(path, message)])
