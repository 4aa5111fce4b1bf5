"""Timeline: everything that happened to an exception, by whom, and how the budgets stood after each of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from guardrails.actions.offers.question_record import Json
from guardrails.admin.answer_words import figure
from guardrails.admin.event_words import event_words
from guardrails.admin.figures import words
from guardrails.models import Agent, ApiToken
from policies.engine.compile import Compiled

_SAYS_HOW_MUCH = ("exception.", "approval.voted")
"""Events that are about how much it is; the others, such as a reminder, change nothing about that."""


def timeline(events: Sequence[Json], rules: Compiled) -> list[Json]:
    """Give the events of a trace in words, in the time of the policy; names are looked up all at once."""
    agents = Agent.objects.filter(code__in={_code(each["on_behalf_of"]) for each in events})
    clients = ApiToken.objects.filter(pk__in={_code(each["actor"]) for each in events})
    names = {f"agent:{agent.code}": agent.name for agent in agents}
    names |= {f"client:{client.pk}": client.name for client in clients}
    return [_event(each, names, rules) for each in events]


def _code(named: str) -> str:
    return named.partition(":")[2]


def _event(event: Json, names: dict[str, str], rules: Compiled) -> Json:
    return {
        **event,
        "what": event_words(event["kind"]),
        "at": datetime.fromisoformat(event["at"]).astimezone(rules.zone),
        "who": _who(event, names),
        "role": rules.roles[event["role"]].name if event["role"] in rules.roles else words(event["role"] or ""),
        "much": _much(event, rules) if event["kind"].startswith(_SAYS_HOW_MUCH) else "",
        "paid": payment_words(event["payment"], rules) if event["payment"] else "",
        "moves": [_move(each, rules) for each in event["budgets"]],
    }


def _who(event: Json, names: dict[str, str]) -> str:
    """Name the person, or else the system that told it; "" where it was time alone."""
    if event["actor"] == "system":
        return ""
    named: str = event["on_behalf_of"] or event["actor"]
    return names.get(named) or _code(named)


def _much(event: Json, rules: Compiled) -> str:
    if event["amount"]:
        return figure(event["amount"]["amount"], event["amount"], rules)
    return figure(event["quantity"]["quantity"], event["quantity"], rules) if event["quantity"] else ""


def payment_words(payment: Json, rules: Compiled) -> str:
    """Say what was paid as what, what of it differs from what was due, and what was said that could not be."""
    said = [f"Said {payment['refused']}"] if payment["refused"] else []
    much = _paid(payment["paid"], rules) if payment["paid"] else ""
    named = f"as {payment['reference']}" if payment["reference"] else ""
    said += [f"{much} {named}".strip()] if much or named else []
    if payment["mismatch"]:
        said.append(f"{_paid(payment['mismatch']['due'], rules)} was due")
    if payment["came_back"]:
        said.append(f"{_paid(payment['came_back'], rules)} of it has come back so far")
    return ", ".join(said)


def _paid(much: Json, rules: Compiled) -> str:
    return figure(much.get("amount") or much["quantity"], much, rules)


def _move(moved: Json, rules: Compiled) -> Json:
    """Say by how much a budget moved and what was left of it; a limit that was lowered since leaves nothing."""
    limit, before, after = (Decimal(moved[name]) for name in ("limit", "before", "after"))
    by = after - before
    return {
        "name": moved["name"],
        "whose": whose(moved),
        "way": "takes" if by > 0 else "gives-back" if by < 0 else "keeps",
        "by": budget_figure(moved, str(abs(by) if by else after), rules),
        "left": budget_figure(moved, str(max(limit - after, limit - limit)), rules),
        "limit": budget_figure(moved, moved["limit"], rules),
        "percent": f"{min(Decimal(100), 100 * after / (limit or 1)):.1f}",
    }


def budget_figure(moved: Json, text: str, rules: Compiled) -> str:
    """Show a figure of a budget: money, or a count."""
    return figure(text, {"currency": rules.rulebook.currency} if moved["measure"] == "money" else {}, rules)


def whose(moved: Json) -> str:
    """Say whose budget it is."""
    return f"{moved['scope']} {moved['key']}".strip() if moved["key"] else "the whole policy"
