"""Question back: an approver asks about a request; its clock stands until that is answered, or its time is over."""

from django.db.models import QuerySet

from guardrails.actions.approvals.approval_faults import MayNotVoteError, NoQuestionError
from guardrails.actions.approvals.approval_json import Json, outcome_json, standing
from guardrails.actions.approvals.question_time import run_clock, stop_clock
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.approvals.who_may_vote import Voter, has_said
from guardrails.actions.exceptions.exception_json import moment
from guardrails.actions.exceptions.happen import Effect
from guardrails.models import YES, AgentKind, ApprovalRequest, Event, State, Verdict, Vote
from guardrails.queries.approvers import capacities


def ask(voting: Voting) -> Json:
    """Ask a question. Until it is answered, or its time is over, nobody is reminded and nothing escalates.

    It can still be decided. Who has asked before can ask on, but stops no clock: nobody waits for ever.
    """
    voting.known()
    text = voting.text

    def act(heard: Heard) -> Effect:
        sitting, voter = heard.sitting, heard.voter()
        if not _has_asked(voter, sitting.request):
            stop_clock(sitting.request, sitting.seats, sitting.rules, sitting.now)
        vote = heard.vote(voter, Verdict.ASK, text=text)
        return _effect(heard, vote, question=outcome_json(vote, heard.row))

    return voting.happen(Event.ASK, act)


def _has_asked(voter: Voter, request: ApprovalRequest) -> bool:
    """Say whether they have asked back already, under any account, or somebody has for them."""
    return has_said(voter.people, _votes(request), (Verdict.ASK,))


def _votes(request: ApprovalRequest) -> QuerySet[Vote]:
    return Vote.objects.filter(request=request).select_related("agent__user", "for_agent__user")


def answer(voting: Voting) -> Json:
    """Answer it, by the team that asked for the approval; the business time that was left then runs on.

    Late it is still of use, and gives nobody more time.
    """
    voting.known()
    text = voting.text

    def act(heard: Heard) -> Effect:
        _require_side_of_requester(heard)
        _require_no_approver(heard)
        sitting = heard.sitting
        if not _unanswered(sitting.request):
            raise NoQuestionError
        vote = Vote.objects.create(
            request=sitting.request,
            agent=voting.agent,
            role=_own_role(heard),
            verdict=Verdict.ANSWER,
            text=text,
            at=sitting.now,
        )
        run_clock(sitting.request, sitting.seats, sitting.rules, sitting.now)
        return _effect(heard, vote, question=None)

    return voting.happen(Event.ANSWER, act)


def _require_side_of_requester(heard: Heard) -> None:
    row, agent = heard.row, heard.voting.agent
    asked = (row.agent_id, heard.sitting.request.requested_by_id)
    if agent.pk not in asked and agent.team.code != row.team:
        raise MayNotVoteError("not_the_requester", "Whoever asked for the approval answers, or somebody of their team.")
    if agent.kind == AgentKind.AI and agent.pk not in asked:
        raise MayNotVoteError("not_the_requester", "An AI agent answers for itself alone.")


def _require_no_approver(heard: Heard) -> None:
    """Refuse whoever asked back, or has said yes or no, under any account: they would answer themselves."""
    approvers = (*YES, Verdict.DECLINE, Verdict.COUNTER, Verdict.ASK)
    if has_said([heard.voting.agent], _votes(heard.sitting.request), approvers):
        raise MayNotVoteError("own_question", "Whoever asks back, or decides, does not answer: those who ask do.")


def _own_role(heard: Heard) -> str:
    """Give the role of whoever answers; of the one who asked the one in which they did, empty where there is none."""
    agent, row = heard.voting.agent, heard.row
    if agent.pk == row.agent_id:
        return row.role
    own = capacities(agent, policy_id=row.policy_id, now=heard.sitting.now)
    return next((each.role for each in own if each.for_agent is None), "")


def _unanswered(request: ApprovalRequest) -> bool:
    said = Vote.objects.filter(request=request, verdict__in=(Verdict.ASK, Verdict.ANSWER)).order_by("at", "id").last()
    return said is not None and said.verdict == Verdict.ASK


def _effect(heard: Heard, vote: Vote, *, question: Json | None) -> Effect:
    request = heard.sitting.request
    until = moment(request.question_due_at)
    approval = standing(heard.row, request, heard.sitting.seats, question=question, question_until=until)
    return Effect(
        to=State.AWAITING_APPROVAL,
        changes={"approval": approval},
        told=heard.told(vote) | {"asks": heard.asks()},
        body=heard.body(vote),
    )
