"""Already waiting: what else waits for the same; it may be enough, and a no to one stands against the other."""

from guardrails.actions.approvals.approval_json import Json, number_json
from guardrails.queries.waiting_alike import waiting_alike


def already_waiting(*, policy_id: int, remedy: str, case: str, customer: str, but: str) -> list[Json]:
    """Give the requests that wait for the same remedy and matter, other than that of the exception `but`."""
    alike = waiting_alike(policy_id=policy_id, remedy=remedy, case=case, customer=customer)
    return [
        {
            "request": request.pk,
            "exception": request.exception_id,
            "agent": request.requested_by.code,
            "asks": (request.exception.approval or {}).get("asks", []),
            "until": request.due_at.isoformat(),
            **number_json(request.number, request.exception),
        }
        for request in alike
        if request.exception_id != but
    ]
