"""Pose: look up what was done before, and put the question that the engine answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrails.actions.budgets.budget_windows import asked_windows, chain_of, linked_windows
from guardrails.actions.freezes.stops import frozen_by
from guardrails.actions.offers.answer_context import answer_context
from guardrails.actions.offers.history_facts import history_since, history_values
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.models.lifecycle import PROMISED
from guardrails.queries.earlier_no import EarlierNo
from guardrails.queries.situation import Contact, FoundWindow, Situation, situation
from policies.engine.plan import plan_for
from policies.engine.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A question, the context that its answer tells, and the states of what was taken under the same decision.

    `noes` maps remedies to an earlier no that stands, `since_no` to the cost (minor units) of what was given of the
    remedy since its day. `windows` are those of the budgets that are there already.
    """

    question: Question
    context: dict[str, Any]
    taken_here: Mapping[str, str]
    noes: Mapping[str, EarlierNo] = field(default_factory=dict)
    since_no: Mapping[str, int] = field(default_factory=dict)
    windows: Sequence[FoundWindow] = ()

    def why(self, remedy: str) -> str:
        """Give what was said of a no to this remedy, where it was told."""
        told = self.question.declined.get(remedy)
        return told.text if told else ""


def pose(inquiry: Inquiry, *, decision: str = "") -> Posed:
    """Put the question, after one query; `decision` adds what was taken under that decision already."""
    plan = plan_for(inquiry.compiled, inquiry.role, inquiry.reason, is_ai=inquiry.context.is_ai)
    found = situation(
        policy_id=inquiry.policy_id,
        windows=[*asked_windows(plan.budgets, inquiry), *linked_windows(plan.budgets, inquiry)],
        customer=inquiry.customer,
        case=inquiry.case,
        since=history_since(inquiry),
        contact=Contact(on=inquiry.today, agent_id=inquiry.context.agent_id, channel=inquiry.channel),
        now=inquiry.now,
        decision=decision,
        chain=chain_of(plan.budgets, inquiry),
    )
    question = Question(
        role=inquiry.role,
        reason=inquiry.reason,
        now=inquiry.now,
        is_ai=inquiry.context.is_ai,
        facts=inquiry.facts,
        verified=inquiry.verified,
        history=history_values(inquiry, found),
        taken=found.taken,
        customer=bool(inquiry.customer),
        case=bool(inquiry.case),
        granted=_granted(found),
        frozen=frozen_by(inquiry.context.stops, inquiry.compiled.zone),
    )
    return Posed(
        question=question,
        context=answer_context(inquiry, found),
        taken_here=found.taken_here,
        noes=found.noes,
        since_no=_since_no(inquiry, found) if found.noes else {},
        windows=found.windows,
    )


def _since_no(inquiry: Inquiry, found: Situation) -> dict[str, int]:
    given = found.case if inquiry.case else found.customer
    return {
        remedy: sum(
            tally.cost_minor
            for tally in given
            if tally.remedy == remedy and tally.on >= no.at.astimezone(inquiry.compiled.zone).date()
        )
        for remedy, no in found.noes.items()
    }


def _granted(found: Situation) -> tuple[str, ...]:
    in_case = {tally.remedy for tally in found.case}
    here = {remedy for remedy, state in found.taken_here.items() if state in PROMISED}
    return tuple(sorted(in_case | here))
