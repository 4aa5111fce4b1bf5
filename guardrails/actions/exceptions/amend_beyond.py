"""Amend beyond what was asked for or agreed to: the old yes is void, and it is asked anew, under the version of now."""

from datetime import datetime
from typing import Any

from guardrails.actions.acting import Acting
from guardrails.actions.approvals.approval_json import Json
from guardrails.actions.approvals.close_approval import close_request
from guardrails.actions.approvals.open_approval import Asked, Opening, open_approval, opening_of, reserves_on_request
from guardrails.actions.exceptions.exception_row import ExceptionRow
from guardrails.actions.exceptions.given import read_given
from guardrails.actions.exceptions.grant_answer import Made, grant_answer, grant_body
from guardrails.actions.exceptions.granting import take_budgets
from guardrails.actions.exceptions.happen import Effect
from guardrails.actions.exceptions.promise import promise_of
from guardrails.actions.faults import NotOfferedError
from guardrails.actions.number_said import number_path
from guardrails.actions.offers.ask_again import Again, ask_again
from guardrails.ledger import Balance, Claim, line_up, release
from guardrails.models import (
    UNDECIDED,
    ApprovalRequest,
    ApprovalState,
    CareException,
    State,
    WhenApproved,
)
from policies.engine.decision import Offer
from policies.engine.faults import Fault
from policies.engine.offers import cost_of


def ask_anew(
    row: CareException, asked: ApprovalRequest | None, request: Any, *, acting: Acting, number: int, now: datetime
) -> Effect:
    """Void what was agreed to, and open another request for `number`; `request` is an AmendRequest.

    What was set aside goes back, and is set aside anew where the policy reserves with the request.
    """
    again = _decided_without(row, now)
    offer = again.offer(row.remedy)
    opening = _opening(row, again, offer, request, acting=acting)
    if asked is not None and asked.state in UNDECIDED:
        close_request(asked, ApprovalState.VOIDED, now)
    elif asked is not None:
        ApprovalRequest.objects.filter(pk=asked.pk).update(state=ApprovalState.VOIDED)
    told = asked.told if asked and request.told is None else request.told or ""
    written = _row(row, again, offer, opening, request=request, number=number, told=told)
    line_up(exceptions=[row.pk], claims=_claims(written, again, opening))
    back = release(exception_id=row.pk, now=now)
    _open(written, asked, opening, acting=acting, told=told)
    taken = take_budgets(written, extends=opening.extends)
    return _effect(written, again, offer, opening, back=back, taken=taken)


def _decided_without(row: CareException, now: datetime) -> Again:
    """Decide as if this one did not count: what is approved counts as given, and would stand in its own way."""
    rows = CareException.objects.filter(pk=row.pk)
    rows.update(state=State.AWAITING_APPROVAL, counts_on=None, expires_at=None)
    again = ask_again(row, now)
    # Where it was refused, nothing is put back: the transaction is over, and after a deadlock it bears no statement.
    rows.update(state=row.state, counts_on=row.counts_on, expires_at=row.expires_at)
    return again


def _opening(row: CareException, again: Again, offer: Offer, request: Any, *, acting: Acting) -> Opening:
    """Find whose yes is needed now. Raises NotOfferedError where nobody's is."""
    given = read_given(
        offer,
        amount=request.amount,
        quantity=request.quantity,
        terms=row.terms,
        currency=row.currency,
        alternatives=again.offers,
    )
    if given.ladder is None:
        text = "That much needs nobody's yes. Void this one, ask for offers, and take one of them."
        fault = Fault(number_path(row), "needs no approval")
        raise NotOfferedError(text, errors=[fault], alternatives=again.offers)
    return opening_of(
        again.inquiry,
        remedy=row.remedy,
        ladder=given.ladder,
        earlier=again.posed.noes.get(row.remedy),
        alternatives=again.offers,
        why=again.posed.why(row.remedy),
        requested_by=acting.context.agent_id,
    )


def _claims(written: ExceptionRow, again: Again, opening: Opening) -> list[Claim]:
    """Give what is set aside anew: nothing, where the policy does so only with a yes."""
    if not reserves_on_request(again.inquiry.compiled):
        return []
    return again.claims(written.offer.remedy.code, cost_minor=written.cost_minor, extends=opening.extends)


def _row(
    row: CareException, again: Again, offer: Offer, opening: Opening, *, request: Any, number: int, told: str
) -> ExceptionRow:
    money = row.unit == "money"
    return ExceptionRow(
        id=row.pk,
        decision_id=row.decision_id,
        inquiry=again.inquiry,
        offer=offer,
        amount_minor=number if money else None,
        quantity=None if money else number,
        terms=row.terms,
        cost_minor=cost_of(offer.remedy, number),
        state=State.AWAITING_APPROVAL,
        approval=opening.approval(again.inquiry, offer, number=number, told=told),
        note=row.note if request.note is None else request.note,
        client=row.client,
        promise=promise_of(offer),
    )


def _open(written: ExceptionRow, asked: ApprovalRequest | None, opening: Opening, *, acting: Acting, told: str) -> None:
    open_approval(
        opening,
        written.inquiry,
        written.offer,
        Asked(
            exception=written.id,
            requested_by=acting.context.agent_id,
            number=written.quantity if written.amount_minor is None else written.amount_minor,
            cost_minor=written.cost_minor,
            terms=written.terms,
            says=written.note,
            told=told,
            when_approved=WhenApproved(asked.when_approved) if asked else WhenApproved.HOLD,
            reserved=reserves_on_request(written.inquiry.compiled),
        ),
    )


def _effect(
    written: ExceptionRow,
    again: Again,
    offer: Offer,
    opening: Opening,
    *,
    back: list[Balance],
    taken: list[Balance],
) -> Effect:
    made = Made(
        inquiry=again.inquiry,
        posed=again.posed,
        answer=again.answer,
        offer=offer,
        row=written,
        balances=taken,
    )
    told = grant_answer(made)
    changes: Json = {
        "version_id": again.inquiry.version_id,
        "rule": offer.rule.code,
        "amount_minor": written.amount_minor,
        "quantity": written.quantity,
        "cost_minor": written.cost_minor,
        "approval": written.approval,
        "promise": dict(written.promise or {}),
        "note": written.note,
        "expires_at": None,
    }
    return Effect(
        to=State.AWAITING_APPROVAL,
        changes=changes,
        balances=[*back, *taken],
        told={"request": opening.id, "asks": told["asks"], "asked_anew": True, "meanwhile": told["meanwhile"]},
        body={name: value for name, value in grant_body(made, told).items() if name not in ("answer", "budgets")},
    )
