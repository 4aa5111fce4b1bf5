"""Ask and hold: what may be offered, and one of the offers held at once, so that it can be quoted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, take_offer
from guardrails.actions.faults import ActionError, KeyConflictError
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.actions.once import Written, origin_of, repeated_answer
from guardrails.models import Event, Scope
from guardrails.queries.given_answer import given_answer
from policies.engine.faults import Fault

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which of the offers to hold, and how much of it, as in GrantRequest."""

    remedy: str
    amount: Any = None
    quantity: Any = None
    terms: Mapping[str, Any] = field(default_factory=dict)


def ask_and_hold(
    *,
    caller: Caller,
    request: OffersRequest,
    hold: Wish,
    key: str,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
) -> Written:
    """Answer as ask_offers does, with what became of the wish under "hold": {"held": …} or {"refused": …}.

    What cannot be held is no error: the offers are answered, with why not. The same key and question give the same
    decision and the same hold; what was refused changed nothing, and is asked anew.

    Raises what ask_offers raises, and MissingKeyError, KeyConflictError.
    """
    caller.require(Scope.EXCEPTIONS)
    # Numbers with a fraction as text: JSON has no exact ones.
    said = json.loads(json.dumps({"ask": asdict(request), "hold": asdict(hold)}, default=str))
    if before := repeated_answer(origin_of(caller, key, said)):
        return Written(answer=_with(given_answer(before.answer["decision"]), held=before.answer), repeated=True)
    answer = ask_offers(caller=caller, request=request, now=now)
    wanted = GrantRequest(decision=answer["decision"], **asdict(hold))
    try:
        written = take_offer(caller=caller, request=wanted, key=key, now=now, clock=clock, event=Event.HOLD, said=said)
    except KeyConflictError:
        raise
    except ActionError as refusal:
        return Written(answer=_with(answer, refused=_refusal(refusal)), repeated=False)
    if written.repeated:
        # The same question was asked at the same moment; its answer is the one that is kept.
        answer = given_answer(written.answer["decision"])
    return Written(answer=_with(answer, held=written.answer), repeated=written.repeated)


def _with(answer: Json, **outcome: Json) -> Json:
    return {**answer, "hold": outcome}


def _refusal(refusal: ActionError) -> Json:
    errors = [_fault(refusal, fault) for fault in refusal.errors]
    told: Json = {"code": refusal.code, "title": refusal.title, "detail": refusal.detail, "errors": errors}
    return told if refusal.alternatives is None else told | {"alternatives": list(refusal.alternatives)}


def _fault(refusal: ActionError, fault: Fault) -> Json:
    return {"pointer": f"/hold{fault.path}", "code": refusal.code, "detail": fault.message}
