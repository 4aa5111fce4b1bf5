"""Ask again: the question behind an exception that is there, under the version and the situation of now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from guardrails.actions.budgets.budget_windows import asked_windows, claims
from guardrails.actions.cases.chain_turns import in_turn_of_chain
from guardrails.actions.faults import InvalidQuestionError, NotOfferedError, UnpublishedPolicyError
from guardrails.actions.offers.ask_offers import heading_of
from guardrails.actions.offers.beside import offered_beside, with_remaining
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed, pose
from guardrails.actions.offers.question_record import Json, decided, facts_of
from guardrails.actions.offers.tell_no import tell_no
from guardrails.ledger import Claim
from guardrails.models import CareException
from guardrails.queries.asked_decision import asked_decision
from guardrails.queries.standing import held_by, standing_context
from policies.engine.decide import read_values
from policies.engine.decision import Decision, Offer
from policies.engine.faults import FactError, Fault
from policies.engine.plan import plan_for
from policies.engine.rulebook import Budget, Rule
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What is decided now; `answer` is the same as JSON, `shown` what can be had of it, also after a no.

    It is decided as if the exception had set nothing aside; `taken` is what is, by budget code.
    """

    inquiry: Inquiry
    posed: Posed
    decision: Decision
    answer: Json
    shown: Json
    taken: Mapping[str, int]

    @property
    def offers(self) -> list[Json]:
        """The offers as JSON, as they can be had."""
        return list(self.shown["offers"])

    def offer(self, remedy: str) -> Offer:
        """Give the offer of a remedy. Raises NotOfferedError that says why there is none, with what there is."""
        for offer in self.decision.offers:
            if offer.remedy.code == remedy:
                return offer
        texts = [
            because["text"]
            for each in self.answer["not_offered"]
            if each["remedy"] == remedy
            for because in each["because"]
        ]
        why = " ".join(texts) or "It is not offered now."
        raise NotOfferedError(why, errors=[Fault("/remedy", why)], alternatives=self.offers)

    def beside(self) -> list[Json]:
        """Give the offers as JSON, as they can be had beside the exception and what it has set aside."""
        if self.taken == self.posed.question.taken:
            return self.offers
        return offered_beside(self.inquiry, self.posed, taken=self.taken, decision=self.answer["decision"])

    def with_left(self, offer: Json) -> Json:
        """Give an offer of `offers` with what its budgets have left, which is without what is set aside."""
        limits = {budget.code: budget.limit for budget in budgets_of(self.inquiry, offer["remedy"])}
        left = {code: max(0, limit - self.taken.get(code, 0)) for code, limit in limits.items()}
        return {**offer, "budgets": [with_remaining(each, left, self.inquiry.compiled) for each in offer["budgets"]]}

    def claims(self, remedy: str, *, cost_minor: int, extends: Sequence[str]) -> list[Claim]:
        """Give what the remedy claims of its budgets."""
        return claims(budgets_of(self.inquiry, remedy), self.inquiry, cost_minor=cost_minor, extends=extends)

    def kept_from(self, role: str, remedy: str) -> Rule | None:
        """Give the rule that keeps a person of this role from the remedy at all; None where nothing does.

        Asked of the rows themselves: of a remedy that the role is never offered an answer says only that.
        """
        rules = self.inquiry.compiled
        values, _ = read_values(rules, self.posed.question)
        for code, (derive, _) in rules.derived.items():
            values[rules.slots[code]] = derive(values)
        for row in rules.index.get(role, {}).get(self.inquiry.reason, ()):
            about = row.rule.effect == "forbid" and remedy in (row.rule.remedies or (remedy,))
            # What is not known may hold.
            if about and all(test(values) is not False for test in row.tests):
                return row.rule
        return None


def ask_again(row: CareException, now: datetime, *, in_turn: bool = True) -> Again:
    """Decide the exception's question again, in the name of whoever made it; its own hold stands in nobody's way.

    Without `in_turn` it only looks, and waits for nobody who writes about the same chain of cases.
    Raises InvalidQuestionError or UnpublishedPolicyError where the version in force cannot read it any more.
    """
    inquiry = in_turn_of_chain(lambda: inquiry_of(row, now)) if in_turn else inquiry_of(row, now)
    posed = pose(inquiry, decision=row.decision_id)
    plan = plan_for(inquiry.compiled, inquiry.role, inquiry.reason, is_ai=inquiry.context.is_ai)
    own = held_by(row, asked_windows(plan.budgets, inquiry))
    taken = posed.question.taken
    without = {code: number - own.get(code, 0) for code, number in taken.items()}
    posed = replace(posed, question=replace(posed.question, taken=without))
    heading = heading_of(inquiry, decision=row.decision_id)
    try:
        decision, answer = decided(inquiry.compiled, posed.question, posed.context, heading)
    except FactError as error:
        raise InvalidQuestionError(error.faults) from error
    told = tell_no(inquiry, posed, decision)
    shown = answer if told is posed else decided(inquiry.compiled, told.question, told.context, heading)[1]
    return Again(inquiry=inquiry, posed=told, decision=decision, answer=answer, shown=shown, taken=taken)


def inquiry_of(row: CareException, now: datetime) -> Inquiry:
    """Give the exception's inquiry, with the facts of its decision."""
    asked = asked_decision(row.decision_id)
    if asked is None:
        raise AssertionError("an exception has a decision")
    context = standing_context(row, now)
    rules = compiled(context.version_id or row.version_id)
    if row.role not in rules.roles:
        raise UnpublishedPolicyError(row.policy.code, role=row.role)
    return Inquiry(
        context=context,
        compiled=rules,
        role=row.role,
        policy_id=row.policy_id,
        version_id=context.version_id or row.version_id,
        reason=row.reason,
        channel=row.channel,
        customer=row.customer,
        case=row.case,
        facts=facts_of(asked.question),
        verified=frozenset(asked.question["verified"]),
        now=now,
    )


def budgets_of(inquiry: Inquiry, remedy: str) -> tuple[Budget, ...]:
    """Give the budgets that a remedy takes from."""
    plan = plan_for(inquiry.compiled, inquiry.role, inquiry.reason, is_ai=inquiry.context.is_ai)
    return next((each.budgets for each in plan.remedies if each.remedy.code == remedy), ())
