"""Rules and reasons as sentences: the one place where they are made, for every screen and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from policies.engine.amounts import UNLIMITED, Constant, Formula
from policies.engine.compile import Compiled
from policies.engine.decision import Because
from policies.engine.money import money_text
from policies.engine.question import Frozen, Question
from policies.engine.rulebook import Bound, Budget, Remedy, Rule, Step
from policies.engine.values import UNKNOWN, with_unit
from policies.engine.words import Words, listed, lower_first

_VOWELS = "aeiouAEIO"


def words_of(compiled: Compiled) -> Words:
    """The words of a compiled policy."""
    return Words(compiled.facts, compiled.rulebook.currency)


def rule_sentence(compiled: Compiled, code: str) -> str:
    """The rule as a sentence; made once per version and kept.

    Example: "A frontline agent may give up to €25.00 store credit for late delivery if days late is at least 2 days."
    """
    found = compiled.sentences.get(code)
    if found is None:
        rule = next(row.rule for row in compiled.rows if row.rule.code == code)
        found = compiled.sentences[code] = _sentence(compiled, rule)
    return found


def _sentence(compiled: Compiled, rule: Rule) -> str:
    words = words_of(compiled)
    what = _remedies(compiled, rule)
    if rule.effect == "forbid":
        start = f"{_who(compiled, rule, 'Nobody', 'No {}')} may give {what}"
    elif rule.effect == "human_only":
        start = f"Only a person, not an AI agent, may give {what}"
        start = f"{_who(compiled, rule, 'Nobody', 'No {}')} that is an AI may give {what}" if rule.roles else start
    else:
        start = f"{_who(compiled, rule, 'Every role', 'A {}')} may give {_what(compiled, rule, words)}"
    start += "".join(f" {_term(compiled, rule, words, code, most)}," for code, most in rule.terms)
    reasons = listed([lower_first(compiled.reasons[reason]) for reason in rule.reasons], "or")
    start += f" for {reasons}" if reasons else ""
    conditions = listed([words.condition(condition) for condition in rule.when])
    start += f" if {conditions}" if conditions else ""
    return f"{start.rstrip(',')}{_dates(rule)}.{_ladder(compiled, rule, words)}"


def _who(compiled: Compiled, rule: Rule, everyone: str, one: str) -> str:
    names = [lower_first(compiled.roles[role].name) for role in rule.roles]
    if not names:
        return everyone
    article = one.format(listed(names, "or"))
    return "An" + article[1:] if article[:2] == "A " and names[0][:1] in _VOWELS else article


def _remedies(compiled: Compiled, rule: Rule) -> str:
    return listed([lower_first(compiled.remedies[code].name) for code in rule.remedies], "or") or "any remedy"


def _what(compiled: Compiled, rule: Rule, words: Words) -> str:
    """What may be given: "up to €25.00 store credit", or, where the amount is longer, "refund, up to half of …,"."""
    names = _remedies(compiled, rule)
    if rule.amount is None:
        return names
    remedy = compiled.remedies[rule.remedies[0]]
    money = remedy.unit == "money"
    how = "exactly" if rule.kind == "amount" else "up to"
    if rule.amount == UNLIMITED:
        return f"{names}, any amount,"
    text = words.formula(rule.amount, money=money)
    if money and isinstance(rule.amount, Constant):
        return f"{how} {text} {names}"
    return f"{names}, {how} {text if money else with_unit(text, remedy.unit)},"


def _term(compiled: Compiled, rule: Rule, words: Words, code: str, most: Formula) -> str:
    term = next(term for term in compiled.remedies[rule.remedies[0]].terms if term.code == code)
    return f"{lower_first(term.name)} up to {with_unit(words.formula(most, money=False), term.unit)}"


def _dates(rule: Rule) -> str:
    if rule.starts_on and rule.ends_on:
        return f", from {rule.starts_on} to {rule.ends_on}"
    return f", from {rule.starts_on}" if rule.starts_on else f", until {rule.ends_on}" if rule.ends_on else ""


def _ladder(compiled: Compiled, rule: Rule, words: Words) -> str:
    money = bool(rule.remedies) and compiled.remedies[rule.remedies[0]].unit == "money"
    text = ""
    if rule.alone == "never":
        text = " Never alone."
    elif isinstance(rule.alone, Bound):
        text = f" Alone {_reach(rule.alone, words, money)}."
    for step in rule.approval:
        reach = f"{_reach(step.bound, words, money)} " if step.bound else ""
        text += f" {_capital(reach + 'if ' + approvers(compiled, step))}."
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reach(bound: Bound, words: Words, money: bool) -> str:
    return f"{'up to' if bound.inclusive else 'below'} {words.formula(bound.limit, money=money)}"


def approvers(compiled: Compiled, step: Step) -> str:
    """Who must agree: "a supervisor agrees", "a finance director and a city attorney agree"."""
    every, one = ([_a(compiled, role) for role in roles] for roles in (step.all_of, step.any_of))
    both = f"{listed(every)} {'agree' if len(every) > 1 else 'agrees'}" if every else ""
    if step.in_sequence:
        both = f"first {', then '.join(every)} agree"
    either = f"{listed(one, 'or')}{'' if every else ' agrees'}" if one else ""
    return ", and ".join(part for part in (both, either) if part)


def _a(compiled: Compiled, role: str) -> str:
    name = lower_first(compiled.roles[role].name)
    return f"{'an' if name[:1] in _VOWELS else 'a'} {name}"


def because_text(compiled: Compiled, because: Because, values: tuple[Any, ...]) -> str:
    """One reason why something is not offered, for the agent; `values` are the decision's, by slot."""
    rule = because.rule
    match because.code:
        case "forbidden":
            return rule.because or rule_sentence(compiled, rule.code) if rule else ""
        case "human_only":
            return (rule.because if rule else "") or "A person has to decide this, not an AI agent."
        case "condition_not_met":
            return f"Would be offered if {missed(compiled, because, values)}."
        case "unknown_fact":
            return f"It depends on {listed([fact_name(compiled, fact) for fact in because.facts])}, not known yet."
        case "not_for_role":
            names = listed([lower_first(compiled.roles[role].name) for role in because.roles], "or")
            return f"Your role may not give this for this reason; {names} may."
        case "not_for_reason":
            return "Nobody gives this for this reason."
        case "nothing_due":
            return "The amount worked out from the facts is nothing."
        case "above_ladder":
            return "The amount is beyond what anyone named in the policy may approve."
        case "budget_exhausted":
            return f"The budget {_budget(compiled, because.budget).name} does not cover it any more."
        case "frozen":
            return frozen_text(compiled, because.frozen) if because.frozen else ""
        case "declined":
            return because.said
        case "already_given":
            return f"{compiled.remedies[because.remedy].name} was already given in this case, which goes once a case."
        case _:
            return f"{compiled.remedies[because.remedy].name} is worth more to the customer and is offered instead."


def frozen_text(compiled: Compiled, frozen: Frozen) -> str:
    """What is stopped, until when, why, and what to do instead, for the agent."""
    until = f" until {_local(compiled, frozen.until, with_zone=True)}" if frozen.until else ""
    reason = f": {frozen.reason.rstrip('. ')}" if frozen.reason else ""
    instead = f" Instead: {lower_first(frozen.instead.rstrip('. '))}." if frozen.instead else ""
    return f"{_capital(frozen.what or 'everything')} is stopped{until}{reason}.{instead}"


def held_text(compiled: Compiled, question: Question, budget: Budget) -> str:
    """What of a budget that is short is only held, after a space; nothing where nothing is known to be."""
    held = question.held.get(budget.code)
    if held is None:
        return ""
    if budget.measure == "money":
        start = f" Of what is taken, {money_text(held.amount, compiled.rulebook.currency)} is held"
    else:
        are = "is" if held.amount == 1 else "are"
        start = f" Of what is taken, {with_unit(str(held.amount), 'exception')} {are} held"
    if not held.until:
        return f"{start} until somebody has answered, and may be free again then."
    at = _clock(compiled, held.until, question.now)
    if held.sole:
        return f"{start} until {at}, and may be free again then."
    return f"{start}, the first part until {at}, and may be free again then."


def _clock(compiled: Compiled, moment: str, now: datetime) -> str:
    """A moment by the clocks of the policy's time zone; its day only where that is not today."""
    day, _, time = _local(compiled, moment).partition(" ")
    return time if day == f"{now.astimezone(compiled.zone):%Y-%m-%d}" else f"{day} {time}"


def _local(compiled: Compiled, moment: str, *, with_zone: bool = False) -> str:
    """A moment by the clocks of the policy's time zone; a text that is none as it is."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    shown = "%Y-%m-%d %H:%M %Z" if with_zone else "%Y-%m-%d %H:%M"
    return at.astimezone(compiled.zone).strftime(shown) if at.tzinfo else moment


def refusal_text(compiled: Compiled, reasons: tuple[Because, ...], values: tuple[Any, ...]) -> str:
    """Why a remedy is not offered, in one text: conditions that fail together are said together."""
    misses = [because for because in reasons if because.code == "condition_not_met"]
    others = [because_text(compiled, because, values) for because in reasons if because not in misses]
    if misses:
        joined = listed([missed(compiled, because, values) for because in misses])
        others.insert(0, f"Would be offered if {joined}.")
    return " ".join(dict.fromkeys(others))


def missed(compiled: Compiled, because: Because, values: tuple[Any, ...]) -> str:
    """A condition that fails, with the value that it met: "days late is at least 2 days (is 1 day)"."""
    condition = because.condition
    if condition is None:
        return f"today lies in the rule's dates{_dates(because.rule) if because.rule else ''}"
    words, value = words_of(compiled), values[compiled.slots[condition.fact]]
    now = "not known" if value is UNKNOWN else words.value(condition.fact, value)
    return f"{words.condition(condition)} (is {now})"


def fact_name(compiled: Compiled, code: str) -> str:
    """The name of a fact within a sentence; "customer" and "case" stand for those references."""
    if code in compiled.facts:
        return lower_first(compiled.facts[code].name)
    return {"customer": "which customer it is", "case": "which case it is"}[code]


def _budget(compiled: Compiled, code: str) -> Budget:
    return next(budget for budget in compiled.rulebook.budgets if budget.code == code)


def plain_offer(remedy: Remedy, amount: str) -> str:
    """What to say to the customer where the policy's own text cannot be used."""
    name = lower_first(remedy.name)
    return f"I can offer you {amount} {name}." if amount else f"I can offer you this: {name}."
