"""Amend what awaits approval or is approved: within what was agreed to it stays, beyond it is asked anew."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from guardrails.actions.acting import Acting, acting_on
from guardrails.actions.approvals.approval_json import Json, asked_now, standing
from guardrails.actions.caller import Caller
from guardrails.actions.cases.chain_turns import in_turn_of_linked
from guardrails.actions.exceptions.amend_beyond import ask_anew
from guardrails.actions.exceptions.amend_within import GONE, agreed_up_to, least_agreed, set_aside_anew
from guardrails.actions.exceptions.expire_holds import make_room
from guardrails.actions.exceptions.grant_held import require_own_of_ai, turns_about
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.exceptions.promised import promised
from guardrails.actions.faults import LostRaceError, NotOfferedError
from guardrails.actions.number_said import number_of, number_path, number_said, refused_number
from guardrails.actions.once import Written, once
from guardrails.audit import Origin
from guardrails.ledger import Balance
from guardrails.models import UNDECIDED, ApprovalRequest, ApprovalSeat, CareException, Event, Scope, State
from policies.engine.offers import cost_of
from policies.queries.rulebooks import compiled

ALONE = "So much needs nobody's yes. To give it now, void this one, ask for offers and take it."


@dataclass(frozen=True, kw_only=True)
class AmendRequest:
    """What changes; None leaves it as it is. `note` are the agent's words, `told` what the customer was told."""

    exception: str
    agent: str | None = None
    amount: Any = None
    quantity: Any = None
    note: str | None = None
    told: str | None = None


def amend_exception(*, caller: Caller, request: AmendRequest, key: str, now: datetime) -> Written:
    """Change how much, or the words. The words alone never touch what was agreed to.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownExceptionError, WrongStateError,
    NotForRoleError, OutOfRangeError, NotOfferedError, StandingNoError.
    """
    caller.require(Scope.EXCEPTIONS)
    acting = acting_on(caller=caller, exception=request.exception, agent=request.agent, now=now)
    require_own_of_ai(acting)
    about = acting.exception

    def write(origin: Origin, attempt: int) -> Json:
        # Before any row is locked, as whoever grants or declines in the chain does.
        in_turn_of_linked(policy_id=about.policy_id, case=about.case)
        return happen(
            exception=about.pk,
            event=Event.AMEND,
            actor=acting.actor(caller, origin),
            now=now,
            act=lambda row: _amend(row, acting, request, now),
        )

    turns = [*turns_about(about), ("exception", about.pk)]
    said = {"amend": asdict(request)}
    room = partial(make_room, now=now)
    try:
        return once(caller=caller, key=key, request=said, turns=turns, write=write, make_room=room)
    except LostRaceError:
        raise NotOfferedError(GONE) from None


def _amend(row: CareException, acting: Acting, request: AmendRequest, now: datetime) -> Effect:
    number = number_said(row, amount=request.amount, quantity=request.quantity)
    asked = ApprovalRequest.objects.filter(exception=row.pk).order_by("-created_at", "-id").first()
    most = number_of(row)
    if number is None or most is None or number == most:
        return _kept(row, asked, request, number=most, balances=())
    _require_valid(row, number)
    if number > agreed_up_to(row, asked):
        return ask_anew(row, asked, request, acting=acting, number=number, now=now)
    balances = set_aside_anew(row, asked, cost_minor=_cost(row, number), now=now)
    return _kept(row, asked, request, number=number, balances=balances)


def _require_valid(row: CareException, number: int) -> None:
    promise = row.promise or {}
    if promise.get("exact"):
        raise refused_number(number_path(row), "cannot change: exactly this is due")
    if number < (promise.get("minimum") or 1) or number % (promise.get("step") or 1):
        raise refused_number(number_path(row), "must be at least the smallest that is offered, on its step")


def _cost(row: CareException, number: int | None) -> int:
    return cost_of(compiled(row.version_id).remedies[row.remedy], number)


def _kept(
    row: CareException,
    asked: ApprovalRequest | None,
    request: AmendRequest,
    *,
    number: int | None,
    balances: list[Balance] | tuple[()],
) -> Effect:
    """Let the approval, or the votes so far, hold for what is now asked for."""
    changes: Json = {"note": row.note if request.note is None else request.note}
    if number != number_of(row):
        money = row.unit == "money"
        changes |= {
            "amount_minor": number if money else None,
            "quantity": None if money else number,
            "cost_minor": _cost(row, number),
        }
    told: Json = {"request": asked.pk if asked else None, "asks": [], "asked_anew": False}
    if asked is not None and asked.state in UNDECIDED:
        seats = list(ApprovalSeat.objects.filter(request=asked))
        _change_request(asked, request, number, changes.get("cost_minor", row.cost_minor))
        changes["approval"] = standing(row, asked, seats)
        told["asks"] = asked_now(seats)
        if _needs_nobody(asked, number):
            told["text"] = ALONE
    elif row.state == State.APPROVED and row.approval:
        changes["approval"] = row.approval | {"say": _words(row, number)}
    return Effect(to=State(row.state), changes=changes, balances=balances, told=told)


def _words(row: CareException, number: int | None) -> str:
    """Give what may be said of so much; of what it was, in the words of whoever proposed it."""
    said: Json | None = row.approval if number == number_of(row) else None
    return (said or {}).get("say") or promised(row).say(number)


def _needs_nobody(asked: ApprovalRequest, number: int | None) -> bool:
    """Say whether so much could be given alone when it was asked for, and nobody has said no."""
    alone = asked.alone_number
    return asked.earlier_no_id is None and number is not None and alone is not None and number <= alone


def _change_request(asked: ApprovalRequest, request: AmendRequest, number: int | None, cost_minor: int) -> None:
    asked.says = asked.says if request.note is None else request.note
    asked.told = asked.told if request.told is None else request.told
    asked.number, asked.cost_minor = number, cost_minor
    asked.approved_number = least_agreed(asked, number)
    asked.save(update_fields=["says", "told", "number", "cost_minor", "approved_number"])
