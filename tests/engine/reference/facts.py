"""All facts of a question in the reference: given, assumed, from history, and derived."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from policies.engine.amounts import facts_of
from policies.engine.question import Question
from policies.engine.rulebook import (
    WEEKDAYS,
    Bound,
    Condition,
    Derived,
    Fact,
    History,
    Rule,
    Rulebook,
    SamePeriod,
    Within,
)
from tests.engine.reference import amounts, conditions
from tests.engine.reference.values import (
    Refused,
    Unknown,
    is_unknown,
    local_date,
    read_value,
    rounded,
    unscaled,
)


class Facts:
    """What is known, looked up by code and worked out anew each time."""

    def __init__(self, rulebook: Rulebook, question: Question) -> None:
        self.rulebook = rulebook
        self.question = question
        declared = {fact.code: fact for fact in rulebook.facts}
        for code in question.facts:
            if code not in declared:
                raise Refused(code)
        self.given = {code: read_value(rulebook, declared[code], value) for code, value in question.facts.items()}

    def assumed(self, rules: list[Rule]) -> set[str]:
        """The facts that were left out, that one of these rules reads, and for which the policy says what to take."""
        read = set().union(*(self._read_by(code) for rule in rules for code in _named_in(rule)))
        return {
            fact.code for fact in self.rulebook.facts if fact.code not in self.given and fact.assume is not None
        } & read

    def _read_by(self, code: str) -> set[str]:
        """The fact and all that it is worked out from."""
        if code == "now" or not isinstance(self.named(code), Derived):
            return {code}
        derived = self.named(code)
        return {code}.union(*(self._read_by(each) for each in {*derived.operands, *_references(derived.where)}))

    def must_be_verified(self, code: str) -> bool:
        return any(fact.code == code and fact.source == "verified" for fact in self.rulebook.facts)

    def named(self, code: str) -> Any:
        """The declaration behind a code."""
        every: list[Any] = [*self.rulebook.facts, *self.rulebook.derived, *self.rulebook.history]
        return next(fact for fact in every if fact.code == code)

    def value(self, code: str) -> Any:
        if code == "now":
            return self.question.now
        match self.named(code):
            case Fact() as fact:
                return self._told(fact)
            case Derived() as derived:
                return self._derived(derived)
            case History() as history:
                return self._history(history)

    def condition(self, condition: Condition) -> Any:
        """True, False or Unknown."""
        named = self.named(condition.fact)
        if isinstance(named, History):
            named = Fact(named.code, "", "money" if named.measure == "amount" else "integer")
        return conditions.holds(self.rulebook, condition, named, self.value(condition.fact), self.value)

    def _told(self, fact: Fact) -> Any:
        if fact.code not in self.given:
            if fact.assume is not None:
                return unscaled(self.rulebook, fact, fact.assume)
            return Unknown([fact.code])
        if fact.source == "verified" and fact.code not in self.question.verified:
            return Unknown([fact.code])
        return self.given[fact.code]

    def _history(self, history: History) -> Any:
        value = self.question.history.get(history.code)
        reference_is_known = self.question.customer if history.scope == "customer" else self.question.case
        if value is None or not reference_is_known:
            return Unknown([history.scope])
        kind = Fact(history.code, "", "money" if history.measure == "amount" else "integer")
        return unscaled(self.rulebook, kind, value)

    def _derived(self, derived: Derived) -> Any:
        if derived.form == "formula":
            return self._formula(derived)
        values = [self.value(code) for code in derived.operands]
        if any(value is None for value in values):
            return None
        if any(is_unknown(value) for value in values):
            values += [self.value(code) for code in _references(derived.where)]
            return Unknown(frozenset().union(*(value.facts for value in values if is_unknown(value))))
        match derived.form:
            case "difference":
                return values[0] - values[1]
            case "sum":
                return sum(values, Fraction(0))
            case "product":
                return values[0] * derived.factor
            case "ratio":
                if values[1] == 0:
                    return None
                share = values[0] / values[1] * 100
                return rounded(share, Fraction(1, 10**derived.places), derived.mode)
            case "days_between":
                return self._days(values[0], values[1])
            case "working_days_between":
                return self._working_days(values[0], values[1])
            case "hours_between":
                hours = Fraction((values[1] - values[0]) // timedelta(microseconds=1), 3_600_000_000)
                return rounded(hours, Fraction(1, 10**derived.places), derived.mode)
        found = self._over_lines(derived, values[0])
        if is_unknown(found) and any(is_unknown(value) for line in values[0] for value in line.values()):
            return Unknown(found.facts | set(derived.operands))  # lines with gaps are asked for again as a whole
        return found

    def _days(self, start: Any, end: Any) -> Fraction:
        if isinstance(start, datetime) and isinstance(end, datetime):
            return Fraction(conditions.whole_days(start, end))
        first, last = local_date(self.rulebook, start), local_date(self.rulebook, end)
        return Fraction(last.toordinal() - first.toordinal())

    def _working_days(self, start: Any, end: Any) -> Fraction:
        """The days after the first date up to and including the second that are no holiday and no weekend."""
        calendar = self.rulebook.calendar
        first, last = sorted((local_date(self.rulebook, start), local_date(self.rulebook, end)))
        days = [date.fromordinal(number) for number in range(first.toordinal() + 1, last.toordinal() + 1)]
        free = [day for day in days if WEEKDAYS[day.weekday()] in calendar.weekend or str(day) in calendar.holidays]
        count = Fraction(len(days) - len(free))
        return count if first == local_date(self.rulebook, start) else -count

    def _formula(self, derived: Derived) -> Any:
        found = amounts.amount(self, derived.formula)
        if found is None or is_unknown(found):
            return found
        return rounded(found, Fraction(1, 10**derived.places), derived.mode)

    def _over_lines(self, derived: Derived, lines: Any) -> Any:
        fields = {field.code: field for field in self.named(derived.operands[0]).fields}
        met = [
            conditions.all_hold(
                [
                    conditions.holds(self.rulebook, one, fields[one.fact], line[one.fact], self.value)
                    for one in derived.where
                ]
            )
            for line in lines
        ]
        missing = [result.facts for result in met if is_unknown(result)]
        unknown = Unknown(frozenset().union(*missing))
        if derived.form == "any_of":
            return True if True in met else (unknown if missing else False)
        if derived.form == "all_of":
            return False if False in met else (unknown if missing else True)
        if missing:
            return unknown
        if derived.form == "count_of":
            return Fraction(met.count(True))
        chosen = [line[derived.field] for line, result in zip(lines, met, strict=True) if result]
        chosen = [value for value in chosen if value is not None]
        if any(is_unknown(value) for value in chosen):
            return Unknown(derived.operands)
        if derived.form == "sum_of":
            return sum(chosen, Fraction(0))
        if not chosen:
            return None
        return min(chosen) if derived.form == "min_of" else max(chosen)


def _references(conditions: tuple[Condition, ...]) -> set[str]:
    """The dates that conditions compare with."""
    values = [condition.value for condition in conditions]
    return {value.of for value in values if isinstance(value, Within | SamePeriod) and value.of}


def _named_in(rule: Rule) -> set[str]:
    """The facts that a rule names, in its conditions and formulas."""
    bounds = [rule.alone, *(step.bound for step in rule.approval)]
    formulas = [rule.amount, rule.at_least, rule.suggest, *(formula for _, formula in rule.terms)]
    formulas += [bound.limit for bound in bounds if isinstance(bound, Bound)]
    found = {condition.fact for condition in rule.when} | _references(rule.when)
    return found.union(*(facts_of(formula) for formula in formulas if formula))
