"""Question back: an approver asks about a request, and its clock stands until whoever asked for it has answered."""

from guardrails.actions.approvals.approval_faults import MayNotVoteError, NoQuestionError
from guardrails.actions.approvals.approval_json import Json, due_now, outcome_json, standing
from guardrails.actions.approvals.seats import due_within, time_left
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.exceptions.happen import Effect
from guardrails.models import AgentKind, ApprovalState, Event, SeatState, State, Verdict, Vote


def ask(voting: Voting) -> Json:
    """Ask a question. Nobody is reminded and nothing escalates until it is answered; it can still be decided."""
    voting.known()
    text = voting.text

    def act(heard: Heard) -> Effect:
        vote = heard.vote(heard.voter(decides=False), Verdict.ASK, text=text)
        request = heard.sitting.request
        request.state = ApprovalState.QUESTION
        request.paused_at = request.paused_at or heard.sitting.now
        request.save(update_fields=["state", "paused_at"])
        return _effect(heard, vote, question=outcome_json(vote, heard.row))

    return voting.happen(Event.ASK, act)


def answer(voting: Voting) -> Json:
    """Answer it, by the team that asked for the approval; the business time that was left then runs on."""
    voting.known()
    text = voting.text

    def act(heard: Heard) -> Effect:
        _require_side_of_requester(heard)
        if heard.sitting.request.state != ApprovalState.QUESTION:
            raise NoQuestionError
        vote = Vote.objects.create(
            request=heard.sitting.request,
            agent=voting.agent,
            role=heard.row.role,
            verdict=Verdict.ANSWER,
            text=text,
            at=heard.sitting.now,
        )
        _resume(heard)
        return _effect(heard, vote, question=None)

    return voting.happen(Event.ANSWER, act)


def _require_side_of_requester(heard: Heard) -> None:
    row, agent = heard.row, heard.voting.agent
    asked = (row.agent_id, heard.sitting.request.requested_by_id)
    if agent.pk not in asked and agent.team.code != row.team:
        raise MayNotVoteError("not_the_requester", "Whoever asked for the approval answers, or somebody of their team.")
    if agent.kind == AgentKind.AI and agent.pk not in asked:
        raise MayNotVoteError("not_the_requester", "An AI agent answers for itself alone.")


def _resume(heard: Heard) -> None:
    """Give everybody who is asked the business time that they had left when the question came."""
    sitting, request = heard.sitting, heard.sitting.request
    paused_at = request.paused_at or sitting.now
    for seat in sitting.seats:
        if seat.state != SeatState.OPEN or seat.due_at is None:
            continue
        due = due_within(time_left(paused_at, seat.due_at, sitting.rules), sitting.rules, sitting.now)
        seat.due_at, seat.remind_at = due.at, None if seat.reminded_at else due.remind_at
        seat.save(update_fields=["due_at", "remind_at"])
    request.state, request.paused_at = ApprovalState.OPEN, None
    request.due_at = due_now(sitting.seats) or request.due_at
    request.save(update_fields=["state", "paused_at", "due_at"])


def _effect(heard: Heard, vote: Vote, *, question: Json | None) -> Effect:
    approval = standing(heard.row, heard.sitting.request, heard.sitting.seats, question=question)
    return Effect(
        to=State.AWAITING_APPROVAL,
        changes={"approval": approval},
        told=heard.told(vote) | {"asks": heard.asks()},
        body=heard.body(vote),
    )
