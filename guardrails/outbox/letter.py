"""Letter: what an e-mail says beside the event: names for codes, what was asked for, who said what, where to look.

What approvers and agents write to each other is told; the note of a request and facts stay where people log in.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from guardrails.models import Agent, ApprovalRequest, AuditRecord, CareException, Team, WhenApproved
from policies.engine.money import DIGITS, decimal_text
from policies.engine.rulebook import Rulebook
from policies.engine.values import with_unit
from policies.queries.rulebooks import compiled

_PAGES = {
    "request": "approvalrequest",
    "work_item": "workitem",
    "follow_up": "followup",
    "exception": "careexception",
    "budget_window": "budgetwindow",
    "webhook_endpoint": "webhookendpoint",
}
"""What an event is about, and the model whose page shows it; the first that the event names."""

Words = dict[str, Any]


def letter(record: AuditRecord, address: str) -> Words:
    """Give the words for one address; texts are empty where there are none. The record's policy is loaded."""
    answer: Mapping[str, Any] = json.loads(record.body).get("answer") or {}
    row, request = CareException.objects.filter(pk=answer.get("exception")).first(), _request(answer)
    rules = _rulebook(record, row)
    vote = answer.get("vote") or {}
    given, asked = _given(answer), _asked(request, row)
    remedy, text = _remedy(answer.get("remedy"), rules), given and f" of {given}"
    return {
        "agent": _agent(_code(answer.get("agent") or answer.get("from"))),
        "remedy": remedy,
        "what": f"{remedy}{text}",
        "given": given,
        "asked": asked if asked != given else "",
        "reason": _named(rules.reasons if rules else (), answer.get("reason")),
        "said": vote.get("text") or "",
        "by": _speaker(vote, rules),
        "to_customer": vote.get("say") or "",
        "granted": request is not None and request.when_approved == WhenApproved.GRANT,
        "proposal": _proposal(answer.get("proposal") or {}),
        "owner": _agent(_code(answer.get("owner"))),
        "taker": _agent(answer.get("claimed_by")),
        "whose": _whose(answer, rules),
        "link": _link(record, answer, address),
    }


def _rulebook(record: AuditRecord, row: CareException | None) -> Rulebook | None:
    version = row.version_id if row else record.policy.current_version_id if record.policy else None
    return compiled(version).rulebook if version else None


def _code(named: Any) -> str:
    """Give the code of an agent, however the event names them."""
    if isinstance(named, Mapping):
        named = named.get("id") or named.get("agent")
    return str(named or "")


def _agent(code: str | None) -> str:
    found = Agent.objects.filter(code=code).values_list("name", flat=True).first() if code else None
    return found or code or ""


def _named(rows: Any, code: str | None) -> str:
    return next((str(row.name) for row in rows if row.code == code), code or "")


def _whose(answer: Mapping[str, Any], rules: Rulebook | None) -> str:
    """Name the agent, team or role whose budget it is; a customer and a case are not named."""
    key = answer.get("key")
    if not key:
        return ""
    if answer.get("scope") == "agent":
        return _agent(key)
    if answer.get("scope") == "team":
        return Team.objects.filter(code=key).values_list("name", flat=True).first() or key
    return _named(rules.roles if rules else (), key) if answer.get("scope") == "role" else ""


def _remedy(code: str | None, rules: Rulebook | None) -> str:
    return _named(rules.remedies if rules else (), code)


def _speaker(vote: Mapping[str, Any], rules: Rulebook | None) -> str:
    if not vote:
        return ""
    absent = vote.get("for_agent")
    for_whom = f", standing in for {_agent(absent)}" if absent else ""
    return f"{_agent(vote['agent'])} ({_named(rules.roles if rules else (), vote.get('role'))}{for_whom})"


def _given(answer: Mapping[str, Any]) -> str:
    if amount := answer.get("amount"):
        return f"{amount['amount']} {amount['currency']}"
    quantity = answer.get("quantity")
    return with_unit(quantity["quantity"], quantity["unit"]) if quantity else ""


def _request(answer: Mapping[str, Any]) -> ApprovalRequest | None:
    pk = (answer.get("approval") or {}).get("request")
    return ApprovalRequest.objects.filter(pk=pk).first() if pk else None


def _asked(request: ApprovalRequest | None, row: CareException | None) -> str:
    """Give how much the request was for."""
    if request is None or row is None or request.number is None:
        return ""
    if row.unit == "money":
        return f"{decimal_text(request.number, DIGITS[row.currency])} {row.currency}"
    return with_unit(decimal_text(request.number, row.places), row.unit)


def _proposal(proposal: Mapping[str, Any]) -> Words:
    if not proposal:
        return {}
    given = _given(proposal)
    text = given and f", {given}"
    return {"exception": proposal["exception"], "what": f"{proposal['name']}{text}"}


def _link(record: AuditRecord, answer: Mapping[str, Any], address: str) -> str:
    """Give the page, for who may open it; empty where nobody has said where this runs (PUBLIC_URL)."""
    request = (answer.get("approval") or {}).get("request")
    ids = {record.subject_type: record.subject_id, "request": request, **answer}
    found = next(((model, ids[name]) for name, model in _PAGES.items() if ids.get(name)), None)
    if not settings.PUBLIC_URL or found is None:
        return ""
    model, pk = found
    users = User.objects.filter(email=address, is_active=True, is_staff=True)
    if not any(user.has_perm(f"guardrails.view_{model}") for user in users):
        return ""
    return str(settings.PUBLIC_URL) + reverse(f"admin:guardrails_{model}_change", args=[pk])
