"""Refused settlements: what payers said over the API that cannot be, and where money may have moved all the same."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from guardrails.models import AuditRecord, CareException, Settlement
from guardrails.queries.matched_payments import AT_ONCE
from guardrails.queries.reconciliation import Finding, Period, Which

_CONFIRMED = ("confirmed", "confirm")
_VERBS = {
    **dict.fromkeys(("sent", "send", *_CONFIRMED), "was paid"),
    **dict.fromkeys(("failed", "fail"), "failed"),
    "bounced": "bounced",
    "returned": "came back",
}


def refused_settlements(*, period: Period, which: Which) -> Iterator[Finding]:
    """Give each of them. What bounced in the end, after it was said to have failed, is said by its state."""
    rows = AuditRecord.objects.filter(kind="settlement.refused").select_related("policy").order_by("at", "id")
    if period.since:
        rows = rows.filter(at__gte=period.since)
    if period.until:
        rows = rows.filter(at__lt=period.until)
    for record in rows.iterator(chunk_size=AT_ONCE):
        about = CareException.objects.select_related("policy").get(pk=record.subject_id)
        if which.wants(about):
            said = json.loads(record.body)["answer"]
            if said["refused"]["event"] not in ("failed", "fail") or about.settlement == Settlement.CONFIRMED:
                yield _refusal(record, said)


def _refusal(record: AuditRecord, said: Mapping[str, Any]) -> Finding:
    was, event = said["refused"]["state"], said["refused"]["event"]
    found = "never_granted"
    if event not in (*_CONFIRMED, "sent", "send"):
        found = "contradicted"
    elif was == Settlement.CONFIRMED:
        found = "paid_twice"
    was_so = "confirmed before" if was == Settlement.CONFIRMED else was or said["state"]
    return Finding(
        found=found,
        policy=record.policy.code if record.policy else "",
        exception=record.subject_id,
        reference=said["reference"] or "",
        text=f"the payer said at {record.at.isoformat()} that {_much(said['amount'])} {_VERBS[event]}; it was {was_so}",
    )


def _much(amount: Mapping[str, str] | None) -> str:
    if not amount:
        return "it"
    return f"{amount.get('amount', amount.get('quantity'))} {amount.get('currency', amount.get('unit'))}"
