"""The answer as the JSON of the API: two audiences, the agent (everything) and the customer (`say`, never a limit)."""

from __future__ import annotations

from typing import Any

from policies.engine.amounts import UNLIMITED
from policies.engine.approvals import Handover
from policies.engine.compile import Compiled
from policies.engine.decision import Ask, Because, Decision, Ladder, NotOffered, Offer
from policies.engine.money import DIGITS, decimal_text, money_text
from policies.engine.periods import window
from policies.engine.question import Question
from policies.engine.rulebook import Fact, FollowUp, Remedy
from policies.engine.say import say
from policies.engine.sentences import because_text, held_text, refusal_text, rule_sentence, words_of
from policies.engine.values import UNKNOWN, with_unit, write
from policies.engine.words import lower_first


def answer(compiled: Compiled, question: Question, decision: Decision) -> dict[str, Any]:
    """The joined answer: offers, what is not offered, questions, the escalation, and what was assumed."""
    explainer = _Explainer(compiled, question, decision.values)
    return {
        "offers": [explainer.offer(offer) for offer in decision.offers],
        "not_offered": [explainer.not_offered(closed) for closed in decision.not_offered],
        "questions": [explainer.question(ask) for ask in decision.questions],
        "escalation": _escalation(compiled, question, decision),
        "assumed": [explainer.assumed(code) for code in decision.assumed],
    }


def _beyond(compiled: Compiled, role: str | None) -> dict[str, Any]:
    """Who can say yes beyond: the role above, or the policy's handover."""
    handover = compiled.rulebook.handover or Handover(name="")
    to, name, how = (role, compiled.roles[role].name, "") if role else ("handover", handover.name, handover.how)
    text = how or f"Hand over to {name} with this decision; nothing has to be said twice."
    return {"to": to, "name": name, "text": text}


def _escalation(compiled: Compiled, question: Question, decision: Decision) -> dict[str, Any]:
    """The policy's handover where a whole policy, team or role is stopped: whoever is above may be stopped as well."""
    wide = [stop for stop in question.frozen if stop.wide]
    if not wide or compiled.rulebook.handover is None:
        return _beyond(compiled, decision.escalates_to)
    found = _beyond(compiled, None)
    said = [f"{stop.instead[:1].upper()}{stop.instead[1:].rstrip('. ')}." for stop in wide if stop.instead]
    return found | {"text": " ".join([*dict.fromkeys(said), found["text"]])}


class _Explainer:
    def __init__(self, compiled: Compiled, question: Question, values: tuple[Any, ...]) -> None:
        self.compiled = compiled
        self.values = values
        self.asked = question
        self.currency = compiled.rulebook.currency
        self.digits = DIGITS[self.currency]
        self.words = words_of(compiled)
        self.budgets = {budget.code: budget for budget in compiled.rulebook.budgets}

    def offer(self, offer: Offer) -> dict[str, Any]:
        remedy, rule = offer.remedy, offer.rule
        found: dict[str, Any] = {"remedy": remedy.code, "name": remedy.name, "kind": remedy.kind}
        if remedy.unit != "none":
            found["amount" if remedy.unit == "money" else "quantity"] = self._range(offer)
        if offer.terms:
            found["terms"] = [
                {"code": term.code, "name": term.name, "max": decimal_text(most, term.places), "unit": term.unit}
                for term, most in offer.terms
            ]
        found |= {
            "alone": offer.alone,
            "exact": offer.exact,
            "with_approval": self._with_approval(remedy, offer),
            "limited_by": self._limited_by(offer),
            "budgets": [self._budget(code, remaining) for code, remaining in offer.budgets],
            "say": say(self.compiled, self.asked, offer),
            "guidance": rule.guidance or remedy.guidance,
            "follow_up": _follow_up(rule.follow_up or remedy.follow_up),
            "group": remedy.group,
            "rule": {"code": rule.code, "sentence": rule_sentence(self.compiled, rule.code)},
        }
        if offer.undecided:
            found["until_answered"] = list(offer.undecided)
        return found

    def _figure(self, remedy: Remedy, number: int | None) -> str | None:
        places = self.digits if remedy.unit == "money" else remedy.places
        if number is None or number >= UNLIMITED.value * 10**places // 2:
            return None
        return decimal_text(number, places)

    def _range(self, offer: Offer) -> dict[str, Any] | None:
        """What may be given alone; None where nothing may."""
        if not offer.alone:
            return None
        remedy = offer.remedy
        figures = {
            "min": self._figure(remedy, offer.minimum),
            "suggested": self._figure(remedy, offer.suggested),
            "max": self._figure(remedy, offer.maximum),
            "step": self._figure(remedy, offer.step),
        }
        return figures | self._measure(remedy)

    def _measure(self, remedy: Remedy) -> dict[str, str]:
        return {"currency": self.currency} if remedy.unit == "money" else {"unit": remedy.unit}

    def _with_approval(self, remedy: Remedy, offer: Offer) -> dict[str, Any] | None:
        steps = [self._step(remedy, offer, step) for step in offer.ladder]
        if not steps:
            return None
        return steps[0] | ({"then": steps[1:]} if steps[1:] else {})

    def _step(self, remedy: Remedy, offer: Offer, ladder: Ladder) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if remedy.unit != "none":
            found = {"min": self._figure(remedy, offer.minimum), "max": self._figure(remedy, ladder.maximum)}
            found |= self._measure(remedy)
        found["by"] = ladder.step.by
        if ladder.extends:
            found["beyond"] = list(ladder.extends)
        if ladder.step.answer_within:
            found["answer_within"] = ladder.step.answer_within
        return found

    def _limited_by(self, offer: Offer) -> dict[str, str]:
        kind, code = offer.limited_by
        if kind == "budget":
            budget, remaining = self.budgets[code], self._budget_words(code, dict(offer.budgets)[code])
            text = f"The budget {budget.name} has {remaining} left.{held_text(self.compiled, self.asked, budget)}"
            return {"kind": "budget", "code": code, "text": text}
        if kind == "declined":
            return {"kind": "declined", "code": code, "text": self.asked.declined[code].text}
        return {"kind": "rule_limit", "code": code, "text": rule_sentence(self.compiled, code)}

    def _budget_words(self, code: str, remaining: int) -> str:
        if self.budgets[code].measure == "money":
            return money_text(remaining, self.currency)
        return with_unit(str(remaining), "exception")

    def _budget(self, code: str, remaining: int) -> dict[str, Any]:
        budget = self.budgets[code]
        resets_at = window(budget, self.asked.now, self.compiled.zone).resets_at
        money = budget.measure == "money"
        return {
            "code": code,
            "name": budget.name,
            "scope": budget.scope,
            "measure": budget.measure,
            "remaining": decimal_text(remaining, self.digits) if money else remaining,
            "resets_at": resets_at.isoformat() if resets_at else None,
            **self._held(code),
        }

    def _held(self, code: str) -> dict[str, Any]:
        """What of the budget is only held, and until when, where that was looked up."""
        held = self.asked.held.get(code)
        if held is None:
            return {}
        money = self.budgets[code].measure == "money"
        amount = decimal_text(held.amount, self.digits) if money else held.amount
        return {"held": amount, "held_until": held.until or None}

    def not_offered(self, closed: NotOffered) -> dict[str, Any]:
        because = [self._because(reason) for reason in closed.because]
        text = refusal_text(self.compiled, closed.because, self.values)
        short = [self.budgets[each.budget] for each in closed.because if each.budget]
        text += "".join(held_text(self.compiled, self.asked, budget) for budget in short)
        return {"remedy": closed.remedy.code, "name": closed.remedy.name, "text": text, "because": because}

    def _because(self, because: Because) -> dict[str, Any]:
        found: dict[str, Any] = {"code": because.code}
        if because.rule:
            found["rule"] = because.rule.code
        if because.condition:
            code = because.condition.fact
            value = self.values[self.compiled.slots[code]]
            found |= {"fact": code, "needs": self.words.needs(because.condition)}
            found["is"] = None if value is UNKNOWN else self.words.value(code, value)
        if because.facts:
            found["facts"] = list(because.facts)
        if because.budget:
            found |= {"budget": because.budget, **self._held(because.budget)}
        if because.roles:
            found["roles"] = list(because.roles)
        if because.remedy:
            found["given" if because.code == "already_given" else "better"] = because.remedy
        if because.frozen and because.frozen.until:
            found["until"] = because.frozen.until
        text = because_text(self.compiled, because, self.values)
        if because.budget:
            text += held_text(self.compiled, self.asked, self.budgets[because.budget])
        return found | {"text": text}

    def question(self, ask: Ask) -> dict[str, Any]:
        found: dict[str, Any] = {"fact": ask.fact}
        fact = self.compiled.facts.get(ask.fact)
        if fact is None:
            text = "Which customer is it?" if ask.fact == "customer" else "Which case is it?"
            found |= {"ask": text, "type": "reference"}
        else:
            found |= {"ask": fact.ask or _default_ask(fact), "type": fact.type}
            if fact.choices:
                found["choices"] = [{"value": choice.value, "name": choice.name} for choice in fact.choices]
            if fact.unit:
                found["unit"] = fact.unit
        if ask.verify:
            found["needs"] = "verified"
        return found | {"unlocks": list(ask.unlocks), "changes": list(ask.changes)}

    def assumed(self, code: str) -> dict[str, Any]:
        fact = self.compiled.facts[code]
        return {"fact": code, "value": write(fact.type, fact.assume, fact.places)}


def _follow_up(follow_up: FollowUp | None) -> dict[str, str] | None:
    if follow_up is None:
        return None
    return {"after": follow_up.after, "what": follow_up.what} | ({"by": follow_up.by} if follow_up.by else {})


def _default_ask(fact: Fact) -> str:
    return f"{fact.name}: yes or no?" if fact.type == "flag" else f"What is {lower_first(fact.name)}?"
