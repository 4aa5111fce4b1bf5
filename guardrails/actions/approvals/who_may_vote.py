"""Who may vote: a person who is asked, never whoever asked, and nobody twice; every reason has its name."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from guardrails.actions.acting import roles_above
from guardrails.actions.approvals.approval_faults import ClaimedError, MayNotVoteError
from guardrails.actions.approvals.seats import levels_below, may_take
from guardrails.actions.freezes.stops import frozen_by
from guardrails.actions.offers.ask_again import Again
from guardrails.models import YES, Agent, AgentKind, ApprovalRequest, ApprovalSeat, CareException, SeatState, Vote
from guardrails.queries.approvers import Capacity, capacities, same_person
from guardrails.queries.freezes import freeze_of_person, stop_of
from policies.engine.compile import Compiled
from policies.engine.sentences import frozen_text

Refusal = MayNotVoteError | ClaimedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A request with its seats, and the version in force, whose ladder of roles counts."""

    request: ApprovalRequest
    exception: CareException
    seats: Sequence[ApprovalSeat]
    rules: Compiled
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Who speaks for which seat, in which role; `for_agent` is whom they stand in for."""

    agent: Agent
    role: str
    seat: ApprovalSeat
    for_agent: Agent | None

    @property
    def people(self) -> list[Agent]:
        """Give who speaks, and whom they stand in for."""
        return [self.agent, *([self.for_agent] if self.for_agent else [])]


def may_know(agent: Agent, sitting: Sitting) -> bool:
    """Say whether the agent may know of the request: they asked, are near those who did, or are asked themselves."""
    row, request = sitting.exception, sitting.request
    if agent.pk in (row.agent_id, request.requested_by_id) or agent.team.code == row.team:
        return True
    speaks = capacities(agent, policy_id=row.policy_id, now=sitting.now)
    above = (row.role, *roles_above(sitting.rules, row.role))[1:]
    if any(each.role in above for each in speaks if each.for_agent is None):
        return True
    return any(_ever_asked(each, seat, sitting.rules) for each in speaks for seat in sitting.seats)


def _ever_asked(capacity: Capacity, seat: ApprovalSeat, rules: Compiled) -> bool:
    return may_take(capacity.role, [*seat.roles, *seat.escalated_from], rules)


def voter_of(agent: Agent, sitting: Sitting, *, again: Callable[[], Again] | None, takes_seat: bool = True) -> Voter:
    """Give the seat for which the agent may speak. Raises MayNotVoteError or ClaimedError, which say why not.

    `again` is what is decided now, for those who agree to it: who may not give it may say no, and ask.
    `takes_seat`: they agree, or mean to; a no and a question need nobody's turn.
    """
    if agent.kind == AgentKind.AI:
        raise MayNotVoteError("ai_agent", "An AI agent approves nothing: a person has to.")
    refusals: list[Refusal] = []
    for capacity in capacities(agent, policy_id=sitting.exception.policy_id, now=sitting.now):
        found = _in_capacity(agent, capacity, sitting, again, takes_seat=takes_seat)
        if isinstance(found, Voter):
            return found
        refusals.append(found)
    raise next(
        (each for each in refusals if not (isinstance(each, MayNotVoteError) and each.name == "not_asked")),
        refusals[0] if refusals else _not_asked(sitting),
    )


def _in_capacity(
    agent: Agent, capacity: Capacity, sitting: Sitting, again: Callable[[], Again] | None, *, takes_seat: bool
) -> Voter | Refusal:
    people = [agent, *([capacity.for_agent] if capacity.for_agent else [])]
    if refusal := (
        _stopped(agent, capacity, sitting) or _asked_themselves(people, sitting) or _agreed_already(people, sitting)
    ):
        return refusal
    if takes_seat and sits_later(capacity.role, sitting.seats):
        return _not_yet(capacity.role, sitting)
    seat = _free_seat(agent, capacity, sitting)
    if not isinstance(seat, ApprovalSeat):
        return seat
    voter = Voter(agent=agent, role=capacity.role, seat=seat, for_agent=capacity.for_agent)
    if again is None:
        return voter
    return own_role_may_not(voter, sitting, again(), remedy=sitting.exception.remedy) or voter


def _stopped(agent: Agent, capacity: Capacity, sitting: Sitting) -> Refusal | None:
    """Refuse whom a manager has stopped: who may promise nothing may not let others promise."""
    freeze = freeze_of_person(agent, role=capacity.role, policy_id=sitting.exception.policy_id, now=sitting.now)
    if freeze is None:
        return None
    (told,) = frozen_by([stop_of(freeze)], sitting.rules.zone)
    return MayNotVoteError("stopped", frozen_text(sitting.rules, told))


def _asked_themselves(people: Iterable[Agent], sitting: Sitting) -> Refusal | None:
    asked = (sitting.exception.agent, sitting.request.requested_by)
    if any(same_person(each, other) for each in people for other in asked):
        return MayNotVoteError("own_request", "Nobody approves their own request, nor through a second account.")
    return None


def _agreed_already(people: Iterable[Agent], sitting: Sitting) -> Refusal | None:
    votes = Vote.objects.filter(request=sitting.request).select_related("agent__user", "for_agent__user")
    if has_said(people, votes, YES):
        return MayNotVoteError("second_seat", "They have agreed already; somebody else has to agree as well.")
    return None


def has_said(people: Iterable[Agent], votes: Iterable[Vote], verdicts: Collection[str]) -> bool:
    """Say whether one of these people has said one of these things, under any account, or somebody has for them."""
    said = [other for vote in votes if vote.verdict in verdicts for other in (vote.agent, vote.for_agent) if other]
    return any(same_person(each, other) for each in people for other in said)


def sits_later(role: str, seats: Iterable[ApprovalSeat]) -> bool:
    """Say whether a seat of this very role is asked only after others: until then it takes no seat below it.

    Else the yes of those below could not be had any more, and nobody might be left for the seat above.
    """
    named = {seat.state for seat in seats if role in seat.roles}
    return SeatState.WAITING in named and SeatState.OPEN not in named


def _free_seat(agent: Agent, capacity: Capacity, sitting: Sitting) -> ApprovalSeat | Refusal:
    """Give the seat that they, or whom they stand in for, have taken up, or one that nobody has.

    Above who has it they may take it over. Of several it is the nearest to their own role: those below it more people
    can take.
    """
    own = (agent.pk, capacity.for_agent.pk if capacity.for_agent else agent.pk)
    open_seats = [seat for seat in sitting.seats if seat.state == SeatState.OPEN]
    fitting = [seat for seat in open_seats if may_take(capacity.role, seat.roles, sitting.rules)]
    if not fitting:
        return _not_asked(sitting)

    def order(seat: ApprovalSeat) -> tuple[bool, bool, int, int]:
        claimed = seat.claimed_by_id
        below = levels_below(capacity.role, seat.roles, sitting.rules)
        return claimed not in own, claimed is not None, below, len(seat.roles)

    for seat in sorted(fitting, key=order):
        if seat.claimed_by_id in (None, *own) or capacity.role not in seat.roles:
            return seat
    claimed = fitting[0].claimed_by
    return ClaimedError(claimed.name if claimed else "Somebody")


def _not_yet(role: str, sitting: Sitting) -> Refusal:
    rules = sitting.rules
    first = " and ".join(_names([seat for seat in sitting.seats if seat.state == SeatState.OPEN], rules))
    return MayNotVoteError("not_yet", f"{first} is asked first. {rules.roles[role].name} is asked after that.")


def _not_asked(sitting: Sitting) -> Refusal:
    names = _names([seat for seat in sitting.seats if seat.state == SeatState.OPEN], sitting.rules)
    return MayNotVoteError("not_asked", f"Those who are asked now: {' and '.join(names) or 'nobody'}.")


def _names(seats: Iterable[ApprovalSeat], rules: Compiled) -> list[str]:
    asked = dict.fromkeys(role for seat in seats for role in seat.roles)
    return [rules.roles[role].name if role in rules.roles else role for role in asked]


def own_role_may_not(voter: Voter, sitting: Sitting, again: Again, *, remedy: str) -> MayNotVoteError | None:
    """Refuse whom a rule forbids the remedy: what they may not give they may not let others give."""
    own = capacities(voter.agent, policy_id=sitting.exception.policy_id, now=sitting.now)
    roles = {voter.role, *(each.role for each in own if each.for_agent is None)}
    for role in sorted(roles):
        if again.kept_from(role, remedy):
            name = sitting.rules.roles[role].name
            what = sitting.rules.remedies[remedy].name if remedy in sitting.rules.remedies else remedy
            why = f"{name} may not give {what} at all, so they cannot agree to it. They can decline, and ask."
            return MayNotVoteError("own_role_may_not", why)
    return None
