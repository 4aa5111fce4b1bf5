"""Hold an offer: set its budgets aside for a while, so that what is quoted to the customer can be kept."""

from collections.abc import Callable
from datetime import datetime

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, take_offer
from guardrails.actions.once import Written
from guardrails.models import Event


def hold_offer(
    *, caller: Caller, request: GrantRequest, key: str, now: datetime, clock: Callable[[], datetime] | None = None
) -> Written:
    """Hold what may be given alone, as long as its remedy says; see grant_exception, whose refusals it shares.

    Raises NeedsApprovalError for what would need somebody's yes.
    """
    return take_offer(caller=caller, request=request, key=key, now=now, clock=clock, event=Event.HOLD)
