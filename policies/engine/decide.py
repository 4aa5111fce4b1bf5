"""Deciding: one pass over the rows that can apply to a role and reason, remedy by remedy, in table order."""

from __future__ import annotations

from policies.engine.asks import Asks, facts_waited_for, formula_waits_for
from policies.engine.compile import Compiled, Plan, RemedyPlan, Row
from policies.engine.compile_amounts import NothingDueError, UnknownFactError
from policies.engine.compile_conditions import NOW, TODAY, Values
from policies.engine.decision import Because, Decision, NotOffered, Offer
from policies.engine.faults import FactError, Fault, pointer
from policies.engine.offers import Purse, cut, offer_of
from policies.engine.question import Question
from policies.engine.values import UNKNOWN


def decide(compiled: Compiled, question: Question) -> Decision:
    """The answer to a question under a compiled rulebook: the same for the same input, always.

    Raises FactError, naming each input, for an unknown role or reason, an undeclared fact, a wrong type or value.
    """
    values, asserted = read_values(compiled, question)
    plan = compiled.plan(question.role, question.reason, is_ai=question.is_ai)
    for slot, derive in plan.derives:
        values[slot] = derive(values)
    judge = _Judge(compiled, question, values)
    judge.all(plan)
    return Decision(
        offers=tuple(_best_of_groups(judge)),
        not_offered=tuple(judge.not_offered),
        questions=judge.asks.all(asserted),
        escalates_to=plan.role.escalates_to,
        assumed=tuple(
            fact.code for fact in compiled.rulebook.facts if fact.assume is not None and fact.code not in question.facts
        ),
    )


def read_values(compiled: Compiled, question: Question) -> tuple[Values, frozenset[str]]:
    """The list of values, and the facts that were asserted where only verified ones count. Raises FactError."""
    faults: list[Fault] = []
    values = compiled.initial.copy()
    values[NOW] = question.now
    values[TODAY] = question.now.astimezone(compiled.zone).date()
    asserted: list[str] = []
    given = compiled.given
    for code, value in question.facts.items():
        entry = given.get(code)
        if entry is None:
            faults.append(Fault(pointer("facts", code), _undeclared(compiled, code)))
            continue
        try:
            found = None if value is None else entry[1](value)
        except ValueError as error:
            faults.append(Fault(pointer("facts", code), str(error)))
            continue
        if entry[2] and code not in question.verified:
            asserted.append(code)
        else:
            values[entry[0]] = found
    for code, figure in question.history.items():
        if figure is not None:
            values[compiled.slots[code]] = figure
    if question.role not in compiled.roles:
        faults.append(Fault("/role", f"is not a role of this policy: {', '.join(compiled.roles)}"))
    if question.reason not in compiled.reasons:
        faults.append(Fault("/reason", f"is not a reason of this policy: {', '.join(compiled.reasons)}"))
    if faults:
        raise FactError(faults)
    return values, frozenset(asserted)


def _undeclared(compiled: Compiled, code: str) -> str:
    if code in compiled.facts:
        return "is worked out by the policy and cannot be given"
    return f"is not a fact of this policy: {', '.join(compiled.given) or 'it has none'}"


def matches(row: Row, values: Values) -> bool | None:
    """Whether all of a row's conditions hold; None where that is undecided."""
    undecided = False
    for test in row.tests:
        held = test(values)
        if held is False:
            return False
        if held is None:
            undecided = True
    return None if undecided else True


class _Judge:
    """One question's pass; collects offers, what is not offered, and what to ask."""

    __slots__ = ("asks", "compiled", "given_groups", "not_offered", "offers", "purse", "question", "values")

    def __init__(self, compiled: Compiled, question: Question, values: Values) -> None:
        self.compiled = compiled
        self.question = question
        self.values = values
        self.purse = Purse(question)
        self.asks = Asks(compiled)
        self.offers: list[Offer] = []
        self.not_offered: list[NotOffered] = []
        remedies = compiled.remedies
        self.given_groups = {
            group: code for code in question.granted if code in remedies and (group := remedies[code].group)
        }

    def all(self, plan: Plan) -> None:
        for each in plan.remedies:
            outcome = self.one(each)
            if isinstance(outcome, Offer):
                self.offers.append(outcome)
            else:
                self.not_offered.append(NotOffered(each.remedy, outcome))
        for remedy, roles in plan.closed:
            because = Because("not_for_role" if roles else "not_for_reason", roles=roles)
            self.not_offered.append(NotOffered(remedy, (because,)))

    def one(self, plan: RemedyPlan) -> Offer | tuple[Because, ...]:
        """The offer of one remedy, or why there is none."""
        remedy, values = plan.remedy, self.values
        given = self.given_groups.get(remedy.group) if remedy.group else None
        if given:
            return (Because("already_given", remedy=given),)
        waiting: list[Row] = []
        for row in plan.forbids:
            held = matches(row, values)
            if held:
                code = "forbidden" if row.rule.effect == "forbid" else "human_only"
                return (Because(code, rule=row.rule),)
            if held is None:
                waiting.append(row)
        outcome = self._allowed(plan)
        if waiting and isinstance(outcome, Offer):
            return self._keep_back(plan, waiting)
        return outcome

    def _keep_back(self, plan: RemedyPlan, rows: list[Row]) -> tuple[Because, ...]:
        because = []
        for row in rows:
            facts = facts_waited_for(self.compiled, row, self.values)
            self.asks.unlock(facts, plan.remedy.code)
            because.append(Because("unknown_fact", rule=row.rule, facts=facts))
        return tuple(because)

    def _allowed(self, plan: RemedyPlan) -> Offer | tuple[Because, ...]:
        undecided: list[Row] = []
        for row in plan.allows:
            held = matches(row, self.values)
            if held is None:
                undecided.append(row)
            elif held:
                return self._smallest(plan, row, undecided)
        if undecided:
            return self._keep_back(plan, undecided)
        return self._nearest_miss(plan)

    def _smallest(self, plan: RemedyPlan, matching: Row, undecided: list[Row]) -> Offer | tuple[Because, ...]:
        """The matching row's offer, or a smaller one of an undecided row above it."""
        best = self._from_row(plan, matching)
        for row in undecided:
            facts = facts_waited_for(self.compiled, row, self.values)
            rival = self._from_row(plan, row)
            if isinstance(best, Offer) and isinstance(rival, Offer):
                self.asks.change(facts, plan.remedy.code)
                best = min(rival, best, key=_reach)
            elif isinstance(best, Offer) or isinstance(rival, Offer):
                self.asks.unlock(facts, plan.remedy.code)
                best = (Because("unknown_fact", rule=row.rule, facts=facts),)
        if undecided and isinstance(best, Offer):
            return best._replace(undecided=tuple(row.rule.code for row in undecided))
        return best

    def _from_row(self, plan: RemedyPlan, row: Row) -> Offer | tuple[Because, ...]:
        try:
            offer = offer_of(plan.remedy, row, self.values)
        except NothingDueError:
            return (Because("nothing_due", rule=row.rule),)
        except UnknownFactError:
            facts = formula_waits_for(self.compiled, row, self.values)
            if not facts:
                return (Because("nothing_due", rule=row.rule),)
            self.asks.unlock(facts, plan.remedy.code)
            return (Because("unknown_fact", rule=row.rule, facts=facts),)
        if isinstance(offer, Because) or not plan.budgets:
            return offer if isinstance(offer, Offer) else (offer,)
        missing = self.purse.missing_reference(plan.budgets)
        if missing:
            self.asks.unlock(missing, plan.remedy.code)
            return (Because("unknown_fact", rule=row.rule, facts=missing),)
        cut_offer = cut(offer, plan.budgets, self.purse)
        return cut_offer if isinstance(cut_offer, Offer) else (cut_offer,)

    def _nearest_miss(self, plan: RemedyPlan) -> tuple[Because, ...]:
        """The conditions that fail in the allow row with the fewest of them; the first such row."""
        best: list[Because] = []
        for row in plan.allows:
            missed = [
                Because(
                    "condition_not_met",
                    rule=row.rule,
                    condition=condition,
                    value=UNKNOWN if condition is None else self.values[self.compiled.slots[condition.fact]],
                )
                for test, condition in zip(row.tests, row.conditions, strict=True)
                if test(self.values) is not True
            ]
            if not best or len(missed) < len(best):
                best = missed
        return tuple(best)


def _reach(offer: Offer) -> tuple[int, int]:
    """How much an offer reaches, alone and with approval; for remedies of unit none, whether."""
    alone = -1 if not offer.alone else (offer.maximum or 0)
    return alone, max((step.maximum or 0 for step in offer.ladder), default=alone)


def _best_of_groups(judge: _Judge) -> list[Offer]:
    """In a group that chooses the best, only the offer that reaches furthest stays."""
    groups = {group.code for group in judge.compiled.rulebook.groups if group.choose == "best"}
    if not groups:
        return judge.offers
    best: dict[str, Offer] = {}
    for offer in judge.offers:
        group = offer.remedy.group
        if group in groups and (group not in best or _largest(offer) > _largest(best[group])):
            best[group] = offer
    kept: list[Offer] = []
    for offer in judge.offers:
        winner = best.get(offer.remedy.group or "")
        if winner is None or winner is offer:
            kept.append(offer)
        else:
            judge.not_offered.append(NotOffered(offer.remedy, (Because("better_option", remedy=winner.remedy.code),)))
    return kept


def _largest(offer: Offer) -> int:
    return max([offer.maximum or 0, *(step.maximum or 0 for step in offer.ladder)])
