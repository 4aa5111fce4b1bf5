"""Cancel follow-ups: what is taken back is owed no longer."""

from datetime import datetime

from guardrails.models import FollowUp, FollowUpState


def cancel_follow_ups(exception_id: str, now: datetime) -> int:
    """Cancel the exception's open follow-up, in the caller's transaction, and give how many were cancelled.

    The reversal of a whole exception calls this; its audit record is the record of both. What was done already
    stays done.
    """
    rows = FollowUp.objects.filter(exception=exception_id, state=FollowUpState.OPEN)
    return rows.update(state=FollowUpState.CANCELLED, closed_at=now)
