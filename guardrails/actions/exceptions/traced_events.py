"""Traced events: what the audit log says of each event of an exception, with how the budgets stood after it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from guardrails.actions.offers.question_record import Json
from guardrails.models import AuditRecord, BudgetWindow, CareException
from policies.engine.compile import Compiled
from policies.engine.money import DIGITS, decimal_text
from policies.queries.rulebooks import compiled

Known = Mapping[str, Json]
"""Budgets by their codes: name, scope and measure."""
_PAID = ("settlement.sent", "settlement.confirmed")
"""Events that say how much was paid; the others keep what was said before."""


def known_budgets(exception: CareException, events: Iterable[AuditRecord]) -> Known:
    """Give the budgets of all versions under which it was decided, as the latest of them has them.

    A yes takes the budgets of the version that was in force when it came, which no record names by its id: what only
    that one has goes by its code.
    """
    found = {
        budget: {"name": budget, "scope": "", "measure": measure}
        for budget, measure in BudgetWindow.objects.filter(entries__exception=exception)
        .values_list("budget", "measure")
        .distinct()
    }
    decided = (json.loads(event.body).get("policy", {}).get("version_id") for event in events)
    for version in sorted({exception.version_id, *filter(None, decided)}):
        for each in compiled(version).rulebook.budgets:
            found[each.code] = {"name": each.name, "scope": each.scope, "measure": each.measure}
    return found


def traced_event(record: AuditRecord, budgets: Known, rules: Compiled) -> dict[str, Any]:
    """Give one event: what happened, by whom, how much it then was, and each budget that it moved."""
    body = json.loads(record.body)
    said = body.get("approval") or {}
    answer = body.get("answer") or {}
    payment = _payment(record.kind, body)
    much = {} if payment and payment["refused"] else answer.get("taken_back") or answer
    return {
        "id": record.pk,
        "at": record.at.isoformat(),
        "kind": record.kind,
        "actor": record.actor,
        "on_behalf_of": record.on_behalf_of,
        "client": record.client,
        "request_id": record.request_id,
        "digest": record.digest,
        "why": body.get("why") or said.get("text") or body.get("note") or None,
        "role": said.get("role"),
        "amount": much.get("amount"),
        "quantity": much.get("quantity"),
        "payment": payment,
        "budgets": [traced_budget(each, budgets, rules) for each in body.get("budgets", ())],
    }


def _payment(kind: str, body: Json) -> Json | None:
    """Give what the system that pays said, or what it was told to take back; None of what is no such event."""
    if not kind.startswith("settlement."):
        return None
    answer = body["answer"]
    refused = answer.get("refused")
    paid = answer["amount"] if refused else (answer.get("settlement") or {}).get("amount")
    return {
        "state": refused["state"] if refused else body["to"],
        "reference": body.get("reference") or None,
        "paid": paid if refused or kind in _PAID else None,
        "mismatch": answer.get("mismatch"),
        "came_back": (answer.get("reversed") or {}).get("came_back"),
        "refused": refused["event"] if refused else None,
    }


def traced_budget(moved: Json, budgets: Known, rules: Compiled) -> Json:
    """Give the movement of one budget: before, after and limit, in major units or as counts."""
    budget = budgets[moved["budget"]]
    places = DIGITS[rules.rulebook.currency] if budget["measure"] == "money" else 0
    figures = {name: decimal_text(moved[name], places) for name in ("limit", "before", "after")}
    return {"code": moved["budget"], **budget, "key": moved["scope_key"], "starts_on": moved["starts_on"], **figures}
