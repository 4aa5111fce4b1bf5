"""Deciding: one pass over the rows that can apply to a role and reason, remedy by remedy, in table order."""

from __future__ import annotations

from policies.engine.asks import Asks, facts_waited_for, formula_waits_for
from policies.engine.beyond import beyond
from policies.engine.compile import Compiled
from policies.engine.compile_amounts import NothingDueError, UnknownFactError
from policies.engine.compile_conditions import NOW, TODAY, Values
from policies.engine.decision import Because, Decision, NotOffered, Offer
from policies.engine.declined import after_no
from policies.engine.faults import FactError, Fault, pointer
from policies.engine.freeze import stopped
from policies.engine.offers import Purse, cut, offer_of
from policies.engine.plan import PlannedRow, RemedyPlan, plan_for
from policies.engine.question import Question
from policies.engine.settled import kept_back, nearest_miss, settled


def decide(compiled: Compiled, question: Question) -> Decision:
    """The answer to a question under a compiled rulebook: the same for the same input, always.

    Raises FactError, naming each input, for an unknown role or reason, an undeclared fact, a wrong type or value.
    """
    values, asserted = read_values(compiled, question)
    plan = plan_for(compiled, question.role, question.reason, is_ai=question.is_ai)
    for slot, derive in plan.derives:
        values[slot] = derive(values)
    offers: list[Offer] = []
    not_offered: list[NotOffered] = []
    judge: _Judge | None = None
    state = plan.index.state(values)
    remedies, closed = stopped(plan, question.frozen) if question.frozen else (plan.remedies, plan.closed)
    for each in remedies:
        outcome = each.settled.get(state & each.bits)
        if outcome is None or each.budgets or question.granted:
            judge = judge or _Judge(compiled, question, values, state)
            outcome = judge.one(each)
        if isinstance(outcome, Offer):
            offers.append(outcome)
        else:
            not_offered.append(outcome)
    if question.declined:
        offers, gone = after_no(offers, question.declined)
        not_offered += gone
    not_offered += closed
    return Decision(
        offers=tuple(_best_of_groups(offers, not_offered, plan.best_groups) if plan.best_groups else offers),
        not_offered=tuple(not_offered),
        questions=judge.asks.all(asserted) if judge else (),
        escalates_to=plan.role.escalates_to,
        assumed=tuple([code for code in plan.assumed if code not in question.facts]),
        values=tuple(values),
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
        try:
            slot, read, only_verified = given[code]
        except KeyError:
            faults.append(Fault(pointer("facts", code), _undeclared(compiled, code)))
            continue
        try:
            found = None if value is None else read(value)
        except ValueError as error:
            faults.append(Fault(pointer("facts", code), str(error)))
            continue
        if only_verified and code not in question.verified:
            asserted.append(code)
        else:
            values[slot] = found
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


class _Judge:
    """Judges the remedies of one question that its state does not settle, and collects what to ask."""

    __slots__ = ("asks", "compiled", "given_groups", "purse", "state", "values")

    def __init__(self, compiled: Compiled, question: Question, values: Values, state: int) -> None:
        self.compiled = compiled
        self.values = values
        self.state = state
        self.purse = Purse(question)
        self.asks = Asks(compiled)
        self.given_groups = _given_groups(compiled, question.granted) if question.granted else {}

    def one(self, plan: RemedyPlan) -> Offer | NotOffered:
        """The offer of one remedy, or why there is none."""
        remedy = plan.remedy
        given = self.given_groups.get(remedy.group or "")
        if given:
            return NotOffered(remedy, (Because("already_given", remedy=given),))
        found = settled(plan, self.state)
        if found is None:
            return self._open(plan)
        if isinstance(found, Offer) and plan.budgets:
            left = self._left(plan, found)
            return left if isinstance(left, Offer) else NotOffered(remedy, (left,))
        return found

    def _open(self, plan: RemedyPlan) -> Offer | NotOffered:
        """The same where an unknown or an amount has a say."""
        waiting: list[PlannedRow] = []
        for planned in plan.forbids:
            bits = self.state & planned.bits
            if not bits:
                return kept_back(plan, planned)
            if not bits & planned.failing:
                waiting.append(planned)
        outcome = self._allowed(plan)
        if waiting and isinstance(outcome, Offer):
            return self._keep_back(plan, waiting)
        if waiting and isinstance(outcome, NotOffered) and outcome.because[0].code == "unknown_fact":
            return NotOffered(plan.remedy, (*outcome.because, *self._keep_back(plan, waiting).because))
        return outcome

    def _keep_back(self, plan: RemedyPlan, rows: list[PlannedRow]) -> NotOffered:
        because = []
        for planned in rows:
            facts = facts_waited_for(self.compiled, planned.row, self.values)
            self.asks.unlock(facts, plan.remedy.code)
            because.append(Because("unknown_fact", rule=planned.row.rule, facts=facts))
        return NotOffered(plan.remedy, tuple(because))

    def _allowed(self, plan: RemedyPlan) -> Offer | NotOffered:
        undecided: list[PlannedRow] = []
        state = self.state
        for planned in plan.allows:
            bits = state & planned.bits
            if not bits:
                outcome = self._smallest(plan, planned, undecided) if undecided else self._from_row(plan, planned)
                return outcome if isinstance(outcome, Offer) else NotOffered(plan.remedy, (outcome,))
            if not bits & planned.failing:
                undecided.append(planned)
        return self._unmatched(plan, undecided) if undecided else nearest_miss(plan, state)

    def _unmatched(self, plan: RemedyPlan, undecided: list[PlannedRow]) -> NotOffered:
        """Where no row matches: ask for the undecided rows that could give something."""
        outcomes = [self._from_row(plan, planned) for planned in undecided]
        hopeful = [
            planned
            for planned, outcome in zip(undecided, outcomes, strict=True)
            if isinstance(outcome, Offer) or outcome.facts
        ]
        if hopeful:
            return self._keep_back(plan, hopeful)
        return NotOffered(plan.remedy, tuple(each for each in outcomes[:1] if isinstance(each, Because)))

    def _smallest(self, plan: RemedyPlan, matching: PlannedRow, undecided: list[PlannedRow]) -> Offer | Because:
        """The matching row's offer, or a smaller one of an undecided row above it."""
        outcomes = [self._from_row(plan, planned) for planned in (matching, *undecided)]
        offers = [outcome for outcome in outcomes if isinstance(outcome, Offer)]
        if not offers and not any(outcome.facts for outcome in outcomes if isinstance(outcome, Because)):
            return outcomes[0]
        waits = [facts_waited_for(self.compiled, planned.row, self.values) for planned in undecided]
        facts = tuple(dict.fromkeys(fact for row in waits for fact in row))
        if len(offers) < len(outcomes):
            self.asks.unlock(facts, plan.remedy.code)
            return Because("unknown_fact", rule=undecided[-1].row.rule, facts=facts)
        self.asks.change(facts, plan.remedy.code)
        smallest = min(reversed(offers), key=_reach)
        return smallest._replace(undecided=tuple(planned.row.rule.code for planned in undecided))

    def _from_row(self, plan: RemedyPlan, planned: PlannedRow) -> Offer | Because:
        offer = planned.fixed
        if offer is None:
            offer = self._computed(plan, planned)
        return offer if isinstance(offer, Because) or not plan.budgets else self._left(plan, offer)

    def _left(self, plan: RemedyPlan, offer: Offer) -> Offer | Because:
        """What the budgets leave of an offer."""
        missing = self.purse.missing_reference(plan.budgets)
        if missing:
            self.asks.unlock(missing, plan.remedy.code)
            return Because("unknown_fact", rule=offer.rule, facts=missing)
        left = cut(offer, plan.firm, self.purse)
        if not plan.soft or isinstance(left, Because):
            return left
        left = left._replace(budgets=tuple((each.code, self.purse.remaining(each)) for each in plan.budgets))
        return beyond(left, plan.soft, self.purse, self.compiled.rulebook.approvals.answer_within)

    def _computed(self, plan: RemedyPlan, planned: PlannedRow) -> Offer | Because:
        row = planned.row
        try:
            return offer_of(plan.remedy, row, self.values)
        except NothingDueError:
            return Because("nothing_due", rule=row.rule)
        except UnknownFactError:
            facts = formula_waits_for(self.compiled, row, self.values)
            if not facts:
                return Because("nothing_due", rule=row.rule)
            self.asks.unlock(facts, plan.remedy.code)
            return Because("unknown_fact", rule=row.rule, facts=facts)


def _given_groups(compiled: Compiled, granted: tuple[str, ...]) -> dict[str, str]:
    """Group → the remedy of it that was already given in this case."""
    remedies = compiled.remedies
    return {group: code for code in granted if code in remedies and (group := remedies[code].group)}


def _reach(offer: Offer) -> tuple[bool, int, int]:
    """Whether an offer reaches anything alone, then how much, alone and with approval.

    Whether comes first: what is paid back alone, a negative amount, is more than what needs a yes.
    """
    alone = offer.maximum or 0
    return offer.alone, alone, max((step.maximum or 0 for step in offer.ladder), default=alone)


def _best_of_groups(offers: list[Offer], not_offered: list[NotOffered], groups: frozenset[str]) -> list[Offer]:
    """In a group that chooses the best, only the offer that reaches furthest stays; the others are not offered."""
    best: dict[str, Offer] = {}
    for offer in offers:
        group = offer.remedy.group
        if group in groups and (group not in best or _reach(offer) > _reach(best[group])):
            best[group] = offer
    kept: list[Offer] = []
    for offer in offers:
        winner = best.get(offer.remedy.group or "")
        if winner is None or winner is offer:
            kept.append(offer)
        else:
            not_offered.append(NotOffered(offer.remedy, (Because("better_option", remedy=winner.remedy.code),)))
    return kept
