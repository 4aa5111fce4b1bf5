"""Amend within: how much of an exception can be changed before its yes is void, and what is set aside for it then."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Min

from guardrails.actions.faults import NotOfferedError
from guardrails.actions.number_said import number_of
from guardrails.actions.offers.ask_again import Again, ask_again, budgets_of
from guardrails.ledger import Balance, line_up, release, reserve
from guardrails.models import UNDECIDED, YES, ApprovalRequest, CareException, EntryKind, State, Verdict, Vote

GONE = "Others have taken of its budgets what it had no need of. It stays as it is; change it to less than this."


def agreed_up_to(row: CareException, asked: ApprovalRequest | None) -> int:
    """Give up to how much it can be changed: what was approved or proposed, and while it waits what was asked for.

    In minor units or scaled by its places; never less than it is now.
    """
    known = [number_of(row), _reach(row, asked)]
    return max(number for number in known if number is not None)


def _reach(row: CareException, asked: ApprovalRequest | None) -> int | None:
    if asked is None:
        proposed = Vote.objects.filter(request__exception=row.arises_from_id, verdict=Verdict.COUNTER)
        return proposed.filter(remedy=row.remedy).values_list("number", flat=True).last()
    if asked.state in UNDECIDED:
        up_to: int | None = asked.bound.get("up_to")
        return up_to
    return asked.approved_number if row.state == State.APPROVED else None


def least_agreed(asked: ApprovalRequest, number: int | None) -> int | None:
    """Give the least that those who agreed so far have agreed to, of this much; None where nobody has."""
    votes = Vote.objects.filter(request=asked, verdict__in=YES)
    agreed: int | None = votes.aggregate(least=Min("number"))["least"]
    return agreed if agreed is None or number is None else min(agreed, number)


def set_aside_anew(
    row: CareException, asked: ApprovalRequest | None, *, cost_minor: int, now: datetime
) -> list[Balance]:
    """Let its budgets hold just this (minor units), where they hold anything; in the periods of now where it is more.

    What others took meanwhile is theirs, also elsewhere in the chain of the case: raises NotOfferedError.
    """
    if cost_minor <= row.cost_minor:
        return release(exception_id=row.pk, now=now, keep=cost_minor)
    if row.state != State.APPROVED and not (asked and asked.reserved):
        return []
    again, extends = ask_again(row, now), asked.extends if asked else ()
    _require_left(again, row.remedy, cost_minor, extends)
    claims = again.claims(row.remedy, cost_minor=cost_minor, extends=extends)
    line_up(exceptions=[row.pk], claims=claims)
    back = release(exception_id=row.pk, now=now)
    return [*back, *reserve(exception_id=row.pk, claims=claims, kind=EntryKind.HOLD, now=now)]


def _require_left(again: Again, remedy: str, cost_minor: int, extends: Collection[str]) -> None:
    taken = again.posed.question.taken
    for budget in budgets_of(again.inquiry, remedy):
        wanted = cost_minor if budget.measure == "money" else 1
        if budget.code not in extends and taken.get(budget.code, 0) + wanted > budget.limit:
            raise NotOfferedError(GONE, alternatives=again.offers)
