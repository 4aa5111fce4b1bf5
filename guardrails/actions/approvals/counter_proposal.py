"""Counter-proposal: an approver answers a request with something else, which the agent can take at once."""

from dataclasses import dataclass

from guardrails.actions.approvals.approval_faults import StandingNoError
from guardrails.actions.approvals.approval_json import Json, alone_offers, offered_json, outcome_json, standing
from guardrails.actions.approvals.close_approval import over
from guardrails.actions.approvals.seats import agrees_alone, no_stands_against
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.approvals.who_may_vote import Voter, own_role_may_not
from guardrails.actions.budgets.alert_budgets import alert_budgets
from guardrails.actions.exceptions.exception_json import moment
from guardrails.actions.exceptions.exception_row import ExceptionRow, insert
from guardrails.actions.exceptions.given import Given, read_given
from guardrails.actions.exceptions.grant_answer import Made, grant_answer, grant_body
from guardrails.actions.exceptions.happen import Effect
from guardrails.actions.exceptions.promise import promise_of
from guardrails.actions.faults import NotOfferedError, OutOfRangeError
from guardrails.actions.offers.ask_again import Again
from guardrails.audit import Subject, record
from guardrails.ledger import Claim, line_up, release, reserve
from guardrails.models import ApprovalState, CareException, EntryKind, Event, State, Verdict
from guardrails.models.identifiers import new_id
from guardrails.models.lifecycle import NEW
from policies.engine.decision import Offer
from policies.engine.durations import duration
from policies.engine.faults import Fault
from policies.engine.offers import cost_of
from policies.engine.say import say


@dataclass(frozen=True, kw_only=True)
class _Proposal:
    """What is proposed instead of what was asked for."""

    heard: Heard
    offer: Offer
    given: Given
    row: ExceptionRow

    @property
    def told(self) -> Json:
        """Give it in a few words; the whole of it is an exception of its own."""
        row, remedy, currency = self.row, self.offer.remedy, self.row.inquiry.compiled.rulebook.currency
        return {
            "exception": row.id,
            "remedy": remedy.code,
            "name": remedy.name,
            **offered_json(self.given.number, self.offer, currency=currency),
            "expires_at": moment(row.expires_at),
        }


def counter(voting: Voting) -> Json:
    """Propose another remedy or amount: the request ends, and the proposal is an approved exception of its own."""
    voting.known()
    text = voting.text
    made: list[_Proposal] = []

    def act(heard: Heard) -> Effect:
        voter = heard.voter()
        offer, given = _reachable(heard, voter)
        said = voting.said.to_customer.strip()
        vote = heard.vote(voter, Verdict.COUNTER, text=text, number=given.number, remedy=offer.remedy.code, say=said)
        outcome = outcome_json(vote, heard.row)
        words = said or _words(heard, offer, given)
        approval = standing(heard.row, heard.sitting.request, heard.sitting.seats, outcome=outcome, say=words)
        proposal = _proposal(heard, offer, given, approval)
        made.append(proposal)
        line_up(exceptions=[heard.row.pk], claims=_claims(proposal))
        return Effect(
            to=State.COUNTERED,
            changes={"approval": approval | {"outcome": outcome | {"proposal": proposal.told}}},
            balances=release(exception_id=heard.row.pk, now=heard.sitting.now),
            told=heard.told(vote) | {"asks": [], "proposal": proposal.told},
            body=heard.body(vote),
        )

    told = voting.happen(Event.COUNTER, act)
    # Only now: the same remedy under the same decision is live once.
    _write(made[0], voting)
    return told


def _words(heard: Heard, offer: Offer, given: Given) -> str:
    """Give what the policy lets be said of what is proposed."""
    again = heard.again
    return say(again.inquiry.compiled, again.posed.question, offer._replace(suggested=given.number, alone=True))


def _reachable(heard: Heard, voter: Voter) -> tuple[Offer, Given]:
    """Give what is proposed, if it is offered now, and needs nobody's yes but this approver's."""
    said, again = heard.voting.said, heard.again
    _require_known(said.remedy or heard.row.remedy, again)
    offer = again.offer(said.remedy or heard.row.remedy)
    given = read_given(
        offer,
        amount=said.amount,
        quantity=said.quantity,
        terms=said.terms,
        currency=heard.row.currency,
        alternatives=again.offers,
    )
    if refusal := own_role_may_not(voter, heard.sitting, again, remedy=offer.remedy.code):
        raise refusal
    _require_no_earlier_no(heard, voter, offer, again)
    if given.ladder is not None and not agrees_alone(given.ladder, voter.role, heard.sitting.rules):
        message = "needs the yes of others as well"
        raise NotOfferedError(
            f"{offer.remedy.name}: so much {message}.", errors=[Fault("/remedy", message)], alternatives=again.offers
        )
    if offer.remedy.code == heard.row.remedy and given.number == heard.sitting.request.number:
        path = "/quantity" if offer.remedy.unit not in ("money", "none") else "/amount"
        text = "That is what was asked for: approve it, or propose something else."
        raise OutOfRangeError(text, errors=[Fault(path, "is what was asked for")], alternatives=again.offers)
    return offer, given


def _require_known(remedy: str, again: Again) -> None:
    known = again.inquiry.compiled.remedies
    if remedy not in known:
        fault = Fault("/remedy", f"is not a remedy of this policy: {', '.join(known)}")
        raise NotOfferedError(f'There is no remedy "{remedy}".', errors=[fault], alternatives=again.offers)


def _require_no_earlier_no(heard: Heard, voter: Voter, offer: Offer, again: Again) -> None:
    remedy, earlier = offer.remedy, again.posed.noes.get(offer.remedy.code)
    if earlier is not None and no_stands_against(earlier, voter.role, heard.sitting.rules):
        raise StandingNoError(
            f"{remedy.name} was declined for this case: {earlier.text} Somebody above has to propose it.",
            remedy=remedy.code,
            alternatives=alone_offers(again.offers),
        )


def _proposal(heard: Heard, offer: Offer, given: Given, approval: Json) -> _Proposal:
    inquiry, money = heard.again.inquiry, offer.remedy.unit == "money"
    row = ExceptionRow(
        id=new_id("exc", heard.sitting.now),
        decision_id=heard.row.decision_id,
        inquiry=inquiry,
        offer=offer,
        amount_minor=given.number if money else None,
        quantity=None if money else given.number,
        terms=given.terms,
        cost_minor=cost_of(offer.remedy, given.number),
        state=State.APPROVED,
        approval=approval | over(ApprovalState.APPROVED),
        note=heard.row.note,
        client=heard.row.client,
        expires_at=inquiry.now + duration(inquiry.compiled.rulebook.approvals.keep),
        promise=promise_of(offer),
    )
    return _Proposal(heard=heard, offer=offer, given=given, row=row)


def _write(proposal: _Proposal, voting: Voting) -> None:
    row, again, offer = proposal.row, proposal.heard.again, proposal.offer
    insert(row)
    CareException.objects.filter(pk=row.id).update(arises_from=proposal.heard.row.pk)
    balances = reserve(exception_id=row.id, claims=_claims(proposal), kind=EntryKind.HOLD, now=again.inquiry.now)
    made = Made(inquiry=again.inquiry, posed=again.posed, answer=again.answer, offer=offer, row=row, balances=balances)
    told = grant_answer(made) | {"arises_from": proposal.heard.row.pk, "asks": []}
    event = {"event": Event.COUNTER.value, "from": NEW, "to": row.state.value}
    record(
        kind="exception.approved",
        subject=Subject(type="exception", id=row.id, policy_id=again.inquiry.policy_id),
        body={**event, **grant_body(made, told)},
        actor=voting.actor.actor,
        on_behalf_of=voting.actor.on_behalf_of,
        now=again.inquiry.now,
    )
    rules, team, now = again.inquiry.compiled, again.inquiry.context.team, again.inquiry.now
    alert_budgets(policy_id=again.inquiry.policy_id, rules=rules, team=team, balances=balances, now=now)


def _claims(proposal: _Proposal) -> list[Claim]:
    extends = proposal.given.ladder.extends if proposal.given.ladder else ()
    again, remedy = proposal.heard.again, proposal.offer.remedy.code
    return again.claims(remedy, cost_minor=proposal.row.cost_minor, extends=extends)
