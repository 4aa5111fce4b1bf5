"""Tell held: where a budget is short, say how much of it is only held, and until when.

Two agents want the last 20 at the same moment: one holds it, and the other is told when to ask again. What is told is
of budgets that the agent sees anyway, and names nobody who holds it. It is looked up only where a budget limits what
is offered, so that no other question costs a query more.
"""

from dataclasses import replace

from guardrails.actions.budgets.budget_windows import asked_windows, chain_of, linked_windows
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed
from guardrails.queries.held_parts import HeldPart, held_parts
from policies.engine.decision import Decision
from policies.engine.question import Held


def tell_held(inquiry: Inquiry, posed: Posed, decision: Decision) -> Posed:
    """Give the question with what is held of the budgets that are short; itself where nothing is."""
    short = _short(decision)
    taken = posed.question.taken
    budgets = [each for each in inquiry.compiled.rulebook.budgets if each.code in short and taken.get(each.code)]
    if not budgets:
        return posed
    windows = [*asked_windows(budgets, inquiry), *linked_windows(budgets, inquiry)]
    chain = chain_of(budgets, inquiry)
    found = held_parts(policy_id=inquiry.policy_id, windows=windows, now=inquiry.now, chain=chain)
    if not found:
        return posed
    held = {code: _held(inquiry, found[code]) for code in sorted(found)}
    return replace(posed, question=replace(posed.question, held=held))


def _short(decision: Decision) -> set[str]:
    """Give the budgets that cut an offer, need somebody's yes for more, or cover nothing any more."""
    cut = {code for kind, code in (offer.limited_by for offer in decision.offers) if kind == "budget"}
    extended = {code for offer in decision.offers for step in offer.ladder for code in step.extends}
    exhausted = {because.budget for closed in decision.not_offered for because in closed.because if because.budget}
    return cut | extended | exhausted


def _held(inquiry: Inquiry, part: HeldPart) -> Held:
    until = held_until(inquiry, part)
    return Held(amount=part.amount, until=until or "", sole=part.promises == 1)


def held_until(inquiry: Inquiry, part: HeldPart) -> str | None:
    """Give when the first of it is free again, by the policy's clocks; None: when somebody has answered."""
    return part.until.astimezone(inquiry.compiled.zone).isoformat() if part.until else None
