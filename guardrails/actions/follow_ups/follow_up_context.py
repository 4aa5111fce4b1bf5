"""Follow-up context: all that somebody has to know before they call the customer; nobody has to tell it again."""

import json
from datetime import datetime
from typing import Any

from guardrails.actions.escalations.climb import way_up
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.follow_ups.escalate_follow_ups import follow_up_rules
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.models import AuditRecord, CareException, FollowUp, FollowUpState
from guardrails.queries.case_history import case_history

MOST_EARLIER = 20
"""How many other exceptions of the case are told."""


def follow_up_context(row: FollowUp, now: datetime) -> dict[str, Any]:
    """Give the follow-up with its exception, what the customer was told, and what else was given in the case."""
    exception = CareException.objects.select_related("policy", "version", "agent", "decision").get(pk=row.exception_id)
    earlier = case_history(policy_id=row.policy_id, case=row.case).exclude(pk=exception.pk)
    known = aftermath(exception, now)
    way = way_up(row, own=row.role, rules=follow_up_rules(row), done=row.state != FollowUpState.OPEN)
    return follow_up_json(row, now) | {
        "about": exception_json(exception),
        "say": said_to_customer(exception),
        "case_history": [exception_json(each) for each in earlier[:MOST_EARLIER]],
        "outcomes": known["outcomes"],
        "contacted_again": known["contacted_again"],
        "repeat_contacts": known["repeat_contacts"],
        **way,
    }


def said_to_customer(exception: CareException) -> str:
    """Give what could be said to the customer when it was granted, or else when it was offered."""
    granted = AuditRecord.objects.filter(
        subject_type="exception", subject_id=exception.pk, kind="exception.granted"
    ).first()
    told: str = json.loads(granted.body)["answer"].get("say", "") if granted else ""
    if told:
        return told
    offers = json.loads(exception.decision.answer).get("offers", [])
    return next((str(each["say"]) for each in offers if each["remedy"] == exception.remedy), "")
