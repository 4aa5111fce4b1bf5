"""Undo link: two cases were linked by mistake; each counts for itself again, with what it is still linked to.

Only an integration with the scope "cases" undoes links: an agent who could would be rid of the limits that a link
brought.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.acting import Actor
from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_cases import policy_of_linker
from guardrails.actions.cases.split_chain import split_chain
from guardrails.actions.once import Written, once
from guardrails.actions.plain_references import require_plain
from guardrails.audit import Origin
from guardrails.models import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRequest:
    """Which two cases do not belong together, in either order; and why they do not."""

    policy: str
    case: str
    other: str
    reason: str


def undo_link(*, caller: Caller, request: UndoRequest, key: str, now: datetime) -> Written:
    """Undo every link that stands directly between two cases; one record in the audit log.

    Raises MissingScopeError, UnknownPolicyError, NotLinkedError, InvalidQuestionError, MissingKeyError,
    KeyConflictError or LostRaceError.
    """
    caller.require(Scope.CASES)
    require_plain({"case": request.case, "other": request.other})
    policy = policy_of_linker(caller, request.policy)
    case, other, because = request.case, request.other, request.reason.strip()

    def write(origin: Origin, attempt: int) -> dict[str, Any]:
        actor = Actor(actor=f"client:{caller.client}", origin=origin)
        return split_chain(policy=policy, case=case, other=other, because=because, actor=actor, now=now)

    return once(caller=caller, key=key, request={"unlink": asdict(request)}, write=write)
