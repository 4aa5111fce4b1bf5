"""Approval surroundings: what an approver has to know beside the request itself, as it is at this moment.

What the case and the customer had before, what else waits for a yes in the case, and what needs none.
"""

from datetime import datetime
from typing import Any

from guardrails.actions.approvals.approval_json import alone_offers
from guardrails.actions.offers.ask_again import Again
from guardrails.admin.answer_words import figure, offer_rows
from guardrails.admin.figures import told, words
from guardrails.models import UNDECIDED, ApprovalRequest, State
from policies.engine.compile import Compiled

MOST = 10
"""How many earlier exceptions and other requests are shown."""


def surroundings(row: ApprovalRequest, again: Again) -> dict[str, Any]:
    """Give what the template shows of them; the request's exception is loaded."""
    rules, context = again.inquiry.compiled, again.answer["context"]
    case, customer = context.get("case") or {}, context.get("customer") or {}
    others = _others(row)
    shown = {row.exception_id, *(other.exception_id for other in others)}
    before = [each for each in case.get("earlier", ()) if each["exception"] not in shown]
    offers = {"offers": alone_offers(again.beside())}
    return {
        "contacts": case.get("contacts"),
        "linked": case.get("linked", ()),
        "before": [_earlier(each, rules) for each in before[:MOST]],
        "customer": _customer(customer, rules),
        "declined": [_declined(each, rules) for each in customer.get("declined", ())],
        "waiting": [_waiting(other) for other in others],
        "meanwhile": offer_rows(rules, offers),
    }


def _earlier(each: dict[str, Any], rules: Compiled) -> dict[str, Any]:
    given = each.get("amount")
    quantity = each.get("quantity")
    text = figure(given["amount"], given, rules) if given else ""
    text = figure(quantity["quantity"], quantity, rules) if quantity else text
    return {
        "id": each["exception"],
        "what": f"{text} {each['name']}".strip(),
        "state": State(each["state"]).label if each["state"] in State.values else words(each["state"]),
        "at": datetime.fromisoformat(each["at"]),
        "note": each.get("note", ""),
        "declined": _declined(each["declined"], rules) if each.get("declined") else None,
    }


def _declined(no: dict[str, Any], rules: Compiled) -> dict[str, Any]:
    remedy = rules.remedies.get(no["remedy"])
    return {
        "what": remedy.name if remedy else words(no["remedy"]),
        "by": rules.roles[no["by"]].name if no["by"] in rules.roles else words(no["by"]),
        "at": datetime.fromisoformat(no["at"]),
        "text": no["text"],
    }


def _customer(customer: dict[str, Any], rules: Compiled) -> str:
    if "exceptions_12_months" not in customer:
        return ""
    count, given = customer["exceptions_12_months"], customer["given_12_months"]
    return f"{count} exception{'' if count == 1 else 's'}, {figure(given['amount'], given, rules)}"


def _others(row: ApprovalRequest) -> list[ApprovalRequest]:
    """Give the other requests that wait for a yes in the case, or where there is none for the customer."""
    if not row.case and not row.customer:
        return []
    same = {"case": row.case} if row.case else {"customer": row.customer}
    found = ApprovalRequest.objects.filter(policy=row.policy_id, state__in=UNDECIDED, **same).exclude(pk=row.pk)
    loaded = found.select_related("requested_by", "exception__policy", "exception__version").order_by(
        "created_at", "id"
    )
    return list(loaded[:MOST])


def _waiting(other: ApprovalRequest) -> dict[str, Any]:
    return {"id": other.pk, "what": told(other.exception), "who": other.requested_by, "at": other.created_at}
