"""Voting: one person says something to one request, in the transaction in which it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from guardrails.actions.acting import Actor
from guardrails.actions.approvals.approval_faults import ApprovalClosedError, ReasonMissingError, UnknownApprovalError
from guardrails.actions.approvals.approval_json import Json, asked_now, outcome_json
from guardrails.actions.approvals.end_question import end_question
from guardrails.actions.approvals.seats import rules_in_force
from guardrails.actions.approvals.who_may_vote import Sitting, Voter, may_know, voter_of
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.offers.ask_again import Again, ask_again
from guardrails.models import (
    UNDECIDED,
    Agent,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalState,
    CareException,
    Event,
    Verdict,
    Vote,
)


@dataclass(frozen=True, kw_only=True)
class VoteRequest:
    """What is said to a request; without `agent` the client's own agent says it.

    `amount` or `quantity` are how much is agreed to (left out: all), or how much of `remedy` is proposed instead.
    `text` is for those who asked, `to_customer` what they may say of a proposal.
    """

    approval: str
    agent: str | None = None
    amount: Any = None
    quantity: Any = None
    remedy: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    to_customer: str = ""


@dataclass(frozen=True, kw_only=True)
class Voting:
    """Who says what to which request; `actor` is how the audit log names them."""

    said: VoteRequest
    agent: Agent
    actor: Actor
    now: datetime

    def sitting(self, row: CareException | None = None) -> Sitting:
        """Give the request as it is now, on the locked `row` of its exception where there is one.

        Raises UnknownApprovalError.
        """
        requests = ApprovalRequest.objects.select_related("exception__policy", "exception__version")
        people = requests.select_related("exception__agent__user", "requested_by__user")
        request = people.filter(pk=self.said.approval).first()
        if request is None:
            raise UnknownApprovalError(self.said.approval)
        exception = row or request.exception
        return Sitting(
            request=request,
            exception=exception,
            seats=list(ApprovalSeat.objects.filter(request=request).select_related("claimed_by").order_by("position")),
            rules=rules_in_force(exception),
            now=self.now,
        )

    def known(self) -> Sitting:
        """Give the request. Raises UnknownApprovalError for strangers, as for a request that does not exist."""
        sitting = self.sitting()
        if not may_know(self.agent, sitting):
            raise UnknownApprovalError(self.said.approval)
        return sitting

    def happen(self, event: Event, act: Callable[["Heard"], Effect]) -> Json:
        """Let the event happen to the request's exception; `act` is told who speaks, once they may.

        A question whose time is over ends first.
        """
        known = self.known()
        end_question(known.request, known.seats, known.rules, self.now)

        def with_row(row: CareException) -> Effect:
            sitting = self.sitting(row)
            if sitting.request.state not in UNDECIDED:
                raise ApprovalClosedError(ApprovalState(sitting.request.state).label.lower())
            return act(Heard(voting=self, sitting=sitting))

        if known.request.state not in UNDECIDED and known.exception.state == "awaiting_approval":
            raise ApprovalClosedError(ApprovalState(known.request.state).label.lower())
        return happen(exception=known.exception.pk, event=event, actor=self.actor, now=self.now, act=with_row)

    @property
    def text(self) -> str:
        """Why, in words. Raises ReasonMissingError where there are none."""
        text = self.said.text.strip()
        if not text:
            raise ReasonMissingError
        return text


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is said, heard with the exception's row locked."""

    voting: Voting
    sitting: Sitting

    @cached_property
    def again(self) -> Again:
        """What is decided now."""
        return ask_again(self.row, self.sitting.now)

    @property
    def row(self) -> CareException:
        """The exception."""
        return self.sitting.exception

    def voter(self, *, agrees: bool = False, takes_seat: bool = False) -> Voter:
        """Give whose seat it is; see voter_of. Raises MayNotVoteError or ClaimedError."""
        again = (lambda: self.again) if agrees else None
        return voter_of(self.voting.agent, self.sitting, again=again, takes_seat=takes_seat)

    def vote(self, voter: Voter, verdict: Verdict, **said: Any) -> Vote:
        """Write the vote down."""
        return Vote.objects.create(
            request=self.sitting.request,
            seat=voter.seat,
            agent=voter.agent,
            role=voter.role,
            verdict=verdict,
            for_agent=voter.for_agent,
            at=self.sitting.now,
            **{"text": self.voting.said.text.strip(), **said},
        )

    def told(self, vote: Vote) -> Json:
        """Give what the answer says beside the exception; `asks` are those who are asked from now on."""
        return {"request": self.sitting.request.pk, "vote": outcome_json(vote, self.row)}

    def body(self, vote: Vote) -> Json:
        """Give what the audit log keeps of the vote."""
        return {
            "approval": {
                "request": self.sitting.request.pk,
                "seat": vote.seat.position if vote.seat else None,
                "roles": list(vote.seat.roles) if vote.seat else [],
                **outcome_json(vote, self.row),
            }
        }

    def asks(self) -> list[str]:
        """Give the roles that are asked now."""
        return asked_now(self.sitting.seats)
