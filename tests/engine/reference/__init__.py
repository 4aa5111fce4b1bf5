"""The decision once more: slow, obvious, written from the manual's page on the rulebook and from nothing else.

Every rule is looked at for every remedy; nothing is compiled, indexed or remembered. `answer` gives what the engine's
Decision can be compared with.
"""

from fractions import Fraction
from typing import Any

from policies.engine.money import DIGITS
from policies.engine.question import Question
from policies.engine.rulebook import Remedy, Rule, Rulebook
from tests.engine.reference.conditions import all_hold
from tests.engine.reference.facts import Facts
from tests.engine.reference.given import Given, Refusal
from tests.engine.reference.offers import Row, after_budgets
from tests.engine.reference.values import Refused, is_unknown, local_date

__all__ = ["Given", "Reference", "Refusal", "Refused"]


class Reference:
    """One question decided; raises Refused if it cannot be read."""

    def __init__(self, rulebook: Rulebook, question: Question) -> None:
        self.rulebook, self.question = rulebook, question
        self.facts = Facts(rulebook, question)
        if question.role not in [role.code for role in rulebook.roles]:
            raise Refused("role")
        if question.reason not in [reason.code for reason in rulebook.reasons]:
            raise Refused("reason")
        self.unlocks: dict[str, set[str]] = {}
        self.changes: dict[str, set[str]] = {}
        self.offers: list[Given] = []
        self.refused: dict[str, str] = {}
        for remedy in rulebook.remedies:
            outcome = self._remedy(remedy)
            if isinstance(outcome, Given):
                self.offers.append(outcome)
            else:
                self.refused[remedy.code] = outcome.code
        self._choose_best()
        self.escalates_to = next(role.escalates_to for role in rulebook.roles if role.code == question.role)
        effects = ("allow", "forbid", "human_only") if question.is_ai else ("allow", "forbid")
        self.assumed = self.facts.assumed([rule for rule in rulebook.rules if self._applies(rule, *effects)])

    def questions(self) -> dict[str, tuple[set[str], set[str], bool]]:
        """Fact → what an answer unlocks, what it changes, and whether it has to be verified."""
        found = {}
        for fact in {**self.unlocks, **self.changes}:
            unlocks = self.unlocks.get(fact, set())
            asserted = fact in self.question.facts and self.facts.must_be_verified(fact)
            asserted = asserted and fact not in self.question.verified
            found[fact] = (unlocks, self.changes.get(fact, set()) - unlocks, asserted)
        return found

    def _unlock(self, remedy: Remedy, facts: frozenset[str]) -> None:
        for fact in facts:
            self.unlocks.setdefault(fact, set()).add(remedy.code)

    def _change(self, remedy: Remedy, facts: frozenset[str]) -> None:
        for fact in facts:
            self.changes.setdefault(fact, set()).add(remedy.code)

    def _about(self, remedy: Remedy, *effects: str) -> list[Rule]:
        """The rows with these effects for this remedy and the question's role and reason."""
        rules = [rule for rule in self.rulebook.rules if self._applies(rule, *effects)]
        return [rule for rule in rules if not rule.remedies or remedy.code in rule.remedies]

    def _applies(self, rule: Rule, *effects: str) -> bool:
        return (
            rule.effect in effects
            and (not rule.roles or self.question.role in rule.roles)
            and (not rule.reasons or self.question.reason in rule.reasons)
        )

    def _matches(self, rule: Rule) -> Any:
        """True, False, or Unknown with the facts that the row's conditions wait for."""
        today = local_date(self.rulebook, self.question.now).isoformat()
        if (rule.starts_on and today < rule.starts_on) or (rule.ends_on and today > rule.ends_on):
            return False
        return all_hold([self.facts.condition(condition) for condition in rule.when])

    def _remedy(self, remedy: Remedy) -> Given | Refusal:
        if any(stop.remedy in ("", remedy.code) for stop in self.question.frozen):
            return Refusal("frozen")
        rows = self._about(remedy, "allow")
        if not rows:
            return Refusal("not_for_role" if self._others_may(remedy) else "not_for_reason")
        if self._excluded_by_group(remedy):
            return Refusal("already_given")
        effects = ["forbid", "human_only"] if self.question.is_ai else ["forbid"]
        held_back: set[str] = set()
        for rule in self._about(remedy, *effects):
            match = self._matches(rule)
            if match is True:
                return Refusal("forbidden" if rule.effect == "forbid" else "human_only")
            if is_unknown(match):
                held_back |= match.facts
        outcome = self._allowed(remedy, rows)
        if held_back and (isinstance(outcome, Given) or outcome.code == "unknown_fact"):
            self._unlock(remedy, frozenset(held_back))
            return Refusal("unknown_fact", frozenset(held_back))
        return outcome

    def _others_may(self, remedy: Remedy) -> bool:
        """Whether some role has an allow row for the question's reason."""
        return any(
            rule.effect == "allow"
            and remedy.code in rule.remedies
            and (not rule.reasons or self.question.reason in rule.reasons)
            for rule in self.rulebook.rules
        )

    def _excluded_by_group(self, remedy: Remedy) -> bool:
        """Whether an option of its group, itself included, was given in this case."""
        group = {one.code for one in self.rulebook.remedies if one.group and one.group == remedy.group}
        return bool(group & set(self.question.granted))

    def _allowed(self, remedy: Remedy, rows: list[Rule]) -> Given | Refusal:
        above: list[tuple[Rule, frozenset[str]]] = []
        for rule in rows:
            match = self._matches(rule)
            if match is True:
                return self._smallest(remedy, rule, above)
            if is_unknown(match):
                above.append((rule, match.facts))
        if not above:
            return Refusal("condition_not_met")
        outcomes = [(self._outcome(remedy, rule), facts) for rule, facts in above]
        hopeful = [(each, facts) for each, facts in outcomes if isinstance(each, Given) or each.facts]
        refusals = [each for each, _ in outcomes if isinstance(each, Refusal)]
        if not hopeful:
            return refusals[0]
        waits_for = frozenset().union(*(facts for _, facts in hopeful))
        waits_for |= frozenset().union(*(each.facts for each, _ in hopeful if isinstance(each, Refusal)))
        self._unlock(remedy, waits_for)
        return Refusal("unknown_fact", waits_for)

    def _smallest(self, remedy: Remedy, rule: Rule, above: list[tuple[Rule, frozenset[str]]]) -> Given | Refusal:
        """The matching row's offer, or the smaller one of a row above it that may match as well."""
        outcome = self._outcome(remedy, rule)
        rivals = [(self._outcome(remedy, other), facts) for other, facts in above]
        outcomes = [outcome, *(rival for rival, _ in rivals)]
        asked = frozenset().union(*(facts for _, facts in rivals))
        for each in outcomes:
            if isinstance(each, Refusal):
                self._unlock(remedy, each.facts)
        offers = [each for each in outcomes if isinstance(each, Given)]
        if len(offers) == len(outcomes):
            self._change(remedy, asked)
            return min(reversed(offers), key=_reach)
        if offers or any(each.facts for each in outcomes if isinstance(each, Refusal)):
            self._unlock(remedy, asked)
            return outcome if not rivals else Refusal("unknown_fact", asked)
        return outcome

    def _outcome(self, remedy: Remedy, rule: Rule) -> Given | Refusal:
        outcome = Row(self.facts, rule, remedy).outcome()
        if isinstance(outcome, Refusal):
            return outcome
        question = self.question
        budgets = [
            budget
            for budget in self.rulebook.budgets
            if (not budget.roles or question.role in budget.roles)
            and (not budget.reasons or question.reason in budget.reasons)
            and (not budget.remedies or remedy.code in budget.remedies)
        ]
        usual = self.rulebook.approvals.answer_within
        return after_budgets(budgets, question, DIGITS[self.rulebook.currency], outcome, usual)

    def _choose_best(self) -> None:
        """Of a group that chooses the best, the option that reaches furthest; of equal ones the first."""
        for group in self.rulebook.groups:
            options = [offer for offer in self.offers if offer.remedy.group == group.code]
            if group.choose != "best" or len(options) < 2:
                continue
            winner = max(options, key=_reach)
            for offer in options:
                if offer is not winner:
                    self.offers.remove(offer)
                    self.refused[offer.remedy.code] = "better_option"


def _reach(offer: Given) -> tuple[Any, Any]:
    """What the role may give alone comes first, then what others may agree to."""
    alone = offer.maximum if offer.maximum is not None else Fraction(0)
    top = offer.top()
    return (offer.alone, alone), top if top is not None else Fraction(0)
