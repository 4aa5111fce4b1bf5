"""Aftermath: what is owed after an exception, how it turned out, and whether the customer had to come back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.follow_ups.outcome_values import outcome_json
from guardrails.models import CareException, FollowUp, Outcome
from guardrails.queries.linked_cases import linked_with
from guardrails.queries.repeat_contacts import RepeatContact, looks_until, repeat_contacts


def aftermath(row: CareException, now: datetime) -> dict[str, Any]:
    """Give follow-ups, outcomes and repeat contacts of an exception, in the order of time.

    `contacted_again` is what somebody said last; where nobody said it, whether there was another contact about the
    case, and null while there still may be one. Outcomes of the case as a whole, or of one linked with it, are among
    them.
    """
    owed = FollowUp.objects.filter(exception=row).select_related("policy", "owner")
    told = _outcomes(row)
    repeats = repeat_contacts(row)
    return {
        "follow_ups": [follow_up_json(each, now) for each in owed],
        "outcomes": [outcome_json(each) | {"words": each.words or None} for each in told],
        "contacted_again": _contacted_again(row, told, repeats, now),
        "repeat_contacts": [
            {"on": each.on.isoformat(), "agent": each.agent, "channel": each.channel or None, "decision": each.decision}
            for each in repeats
        ],
    }


def _outcomes(row: CareException) -> list[Outcome]:
    about = Q(exception=row)
    if row.case:
        cases = linked_with(policy_id=row.policy_id, case=row.case)
        about |= ~Q(case="") & Q(case__in=cases, policy=row.policy_id, exception__isnull=True)
    return list(Outcome.objects.filter(about).order_by("at", "id"))


def _contacted_again(
    row: CareException, told: Sequence[Outcome], repeats: Sequence[RepeatContact], now: datetime
) -> bool | None:
    said = [each.contacted_again for each in told if each.contacted_again is not None]
    if said:
        return said[-1]
    if repeats:
        return True
    until = looks_until(row)
    return False if until is not None and until <= now else None
