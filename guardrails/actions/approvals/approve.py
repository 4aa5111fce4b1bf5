"""Approve: a yes, to all of it or to less; with the last one it is decided again, and its budgets are set aside."""

from collections.abc import Collection
from dataclasses import replace

from guardrails.actions.approvals.approval_faults import MayNotVoteError
from guardrails.actions.approvals.approval_json import Json, agreed_json, outcome_json, standing
from guardrails.actions.approvals.ask_next import ask_next
from guardrails.actions.approvals.seats import no_stands_against
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.approvals.who_may_vote import Voter
from guardrails.actions.exceptions.become_granted import become_granted
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.exceptions.promised import promised
from guardrails.actions.faults import NotOfferedError, OutOfRangeError
from guardrails.actions.number_said import number_path, number_said, refused_number
from guardrails.actions.offers.ask_again import Again
from guardrails.ledger import Balance, commit, line_up, release, reserve
from guardrails.models import (
    ApprovalRequest,
    CareException,
    EntryKind,
    Event,
    SeatState,
    State,
    Verdict,
    Vote,
    WhenApproved,
)
from policies.engine.decision import Offer
from policies.engine.durations import duration
from policies.engine.faults import Fault
from policies.engine.money import DIGITS, decimal_text
from policies.engine.offers import cost_of
from policies.queries.rulebooks import compiled


def approve(voting: Voting) -> Json:
    """Say yes. The last of those who must agree makes it an approval; until then it is one of several votes."""
    known = voting.known()
    missing = [seat for seat in known.seats if seat.state in (SeatState.OPEN, SeatState.WAITING)]
    if len(missing) > 1:
        return voting.happen(Event.VOTE, lambda heard: _agree(heard, last=False))
    if known.request.when_approved == WhenApproved.HOLD:
        return voting.happen(Event.APPROVE, lambda heard: _agree(heard, last=True))
    # Two events, of which the second is the answer to the client's key.
    keyless = replace(voting, actor=voting.actor.without_key())
    approved = keyless.happen(Event.APPROVE, lambda heard: _agree(heard, last=True))
    return grant_approved(approved, voting)


def grant_approved(approved: Json, voting: Voting) -> Json:
    """Grant at once what was approved just now, as whoever asked wished; in the same transaction."""

    def act(row: CareException) -> Effect:
        rules = compiled(row.version_id)
        return Effect(
            to=State.GRANTED,
            changes=become_granted(
                row, rules=rules, rule=row.rule, agent_id=row.agent_id, role=row.role, now=voting.now
            ),
            balances=commit(exception_id=row.pk, now=voting.now),
            told={name: approved[name] for name in ("request", "vote", "asks")},
            body={"cost_minor": row.cost_minor},
        )

    exception = approved["exception"]
    return happen(exception=exception, event=Event.GRANT, actor=voting.actor, now=voting.now, act=act)


def _agree(heard: Heard, *, last: bool) -> Effect:
    voter = heard.voter(agrees=True, takes_seat=True)
    request, row = heard.sitting.request, heard.row
    _require_no_later_no(heard, voter)
    number = agreed_number(heard)
    less = number != request.number
    vote = heard.vote(voter, Verdict.APPROVE_LESS if less else Verdict.APPROVE, number=number)
    agreed = [each for each in (number, request.approved_number) if each is not None]
    least = min(agreed, default=None)
    seat = voter.seat
    seat.state, seat.claimed_by, seat.claimed_at = SeatState.APPROVED, None, None
    seat.save()
    request.approved_number = least
    request.save(update_fields=["approved_number"])
    if last:
        return _approved(heard, vote, least)
    ask_next(request, heard.sitting.seats, heard.sitting.rules, heard.sitting.now)
    approval = standing(row, request, heard.sitting.seats, agreed=agreed_json(request, row))
    told = heard.told(vote) | {"asks": heard.asks()}
    return Effect(to=State.AWAITING_APPROVAL, changes={"approval": approval}, told=told, body=heard.body(vote))


def _require_no_later_no(heard: Heard, voter: Voter) -> None:
    """Refuse a yes that would get round a no to another request of the case.

    A no reaches what waits (reach_waiting), and what is asked for later goes to those above; left are cases that were
    linked before a link let a no through.
    """
    earlier = heard.again.posed.noes.get(heard.row.remedy)
    if earlier is None or earlier.request == heard.sitting.request.earlier_no_id:
        return
    rules = heard.sitting.rules
    if no_stands_against(earlier, voter.role, rules):
        role = rules.roles[earlier.role].name if earlier.role in rules.roles else earlier.role
        said = f"{role} declined it for this case: {earlier.text}"
        raise MayNotVoteError("no_stands", f"{said} Somebody above decides; asked for again, it goes to them.")


def agreed_number(heard: Heard) -> int | None:
    """Give how much is agreed to. Raises OutOfRangeError where it is more than was asked, or not on its step."""
    request, row, said = heard.sitting.request, heard.row, heard.voting.said
    number = number_said(row, amount=said.amount, quantity=said.quantity)
    if number is None or number == request.number:
        return request.number
    promise = row.promise or {}
    least, step = promise.get("minimum") or 1, promise.get("step") or 1
    if promise.get("exact"):
        raise refused_number(number_path(row), "must be left out: exactly this is due")
    if not least <= number <= (request.number or 0) or number % step:
        places = DIGITS[row.currency] if row.unit == "money" else row.places
        low, high, by = (decimal_text(each, places) for each in (least, request.number or 0, step))
        message = f"must be from {low} to {high}, which is what is asked for, in steps of {by}"
        raise refused_number(number_path(row), message)
    return number


def _approved(heard: Heard, vote: Vote, number: int | None) -> Effect:
    request, row, again = heard.sitting.request, heard.row, heard.again
    offer = again.offer(row.remedy)
    if not request.reserved:
        require_within(offer, request.extends, number, row, again)
    changes = approved_changes(row, offer, number, again)
    balances = _set_aside(row, request, again, cost_minor=changes["cost_minor"])
    approval = standing(
        row,
        request,
        heard.sitting.seats,
        outcome=outcome_json(vote, row),
        agreed=agreed_json(request, row),
        say=promised(row).say(number),
    )
    return Effect(
        to=State.APPROVED,
        changes=changes | {"approval": approval},
        balances=balances,
        told=heard.told(vote) | {"asks": []},
        body=heard.body(vote) | {"version": again.inquiry.context.version_hash},
    )


def require_within(
    offer: Offer, extends: Collection[str], number: int | None, row: CareException, again: Again
) -> None:
    """Refuse what nobody could agree to any more, or only somebody who has not been asked about a budget."""
    ladder = next((each for each in offer.ladder if number is None or number <= (each.maximum or 0)), None)
    alone = offer.alone and (number is None or offer.maximum is None or number <= offer.maximum)
    if not alone and ladder is None:
        message = f"is more than can be agreed to now{_at_most(offer, row, again)}"
        raise OutOfRangeError(
            f"{offer.remedy.name}: it {message}.", errors=[Fault(number_path(row), message)], alternatives=again.offers
        )
    beyond = set(ladder.extends) - set(extends) if ladder and not alone else set()
    if beyond:
        names = ", ".join(each.name for each in again.inquiry.compiled.rulebook.budgets if each.code in beyond)
        text = f"{names} cannot bear it any more, and who may go beyond was not asked. Ask for less, or ask anew."
        raise NotOfferedError(
            text, errors=[Fault(number_path(row), "is more than the budget has left")], alternatives=again.offers
        )


def _at_most(offer: Offer, row: CareException, again: Again) -> str:
    """Say how much can be, and which budget keeps it from being more."""
    reaches = [each.maximum for each in offer.ladder] + ([offer.maximum] if offer.alone else [])
    most = max((each for each in reaches if each is not None), default=0)
    if not most:
        return ""
    text = decimal_text(most, DIGITS[row.currency] if row.unit == "money" else row.places)
    kind, code = offer.limited_by
    budgets = again.inquiry.compiled.rulebook.budgets
    names = [each.name for each in budgets if kind == "budget" and each.code == code]
    return f", which is at most {text}" + "".join(f"; {name} has no more left" for name in names)


def approved_changes(row: CareException, offer: Offer, number: int | None, again: Again) -> Json:
    """Give the columns of what is approved: how much, until when it is kept, since when it counts."""
    inquiry = again.inquiry
    money = row.unit == "money"
    return {
        "amount_minor": number if money else None,
        "quantity": None if money else number,
        "cost_minor": cost_of(offer.remedy, number),
        "expires_at": inquiry.now + duration(inquiry.compiled.rulebook.approvals.keep),
        "counts_on": inquiry.today,
    }


def _set_aside(row: CareException, request: ApprovalRequest, again: Again, *, cost_minor: int) -> list[Balance]:
    """Set the budgets aside; where that was done when it was asked, only what is not needed goes back."""
    now = again.inquiry.now
    if request.reserved:
        line_up(exceptions=[row.pk])
        return release(exception_id=row.pk, now=now, keep=cost_minor) if cost_minor < request.cost_minor else []
    claims = again.claims(row.remedy, cost_minor=cost_minor, extends=request.extends)
    return reserve(exception_id=row.pk, claims=claims, kind=EntryKind.HOLD, now=now)
