"""What a client does with what is owed and what was handed over."""

from datetime import timedelta
from typing import Any

from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api, Response

DUE = NOON + timedelta(days=2)
REACHED = {"reached": True, "satisfied": 5, "words": "All is well."}
NOTHING = "fup_00000000000000000000000000"
TOLD = {"id": "S-1", "satisfied": 4, "words": "It came."}
SAID = [{"by": "customer", "text": "My husband died on Sunday."}, {"by": "robin", "text": "I am so sorry."}]


def done(api: Api, follow_up: str, *, key: str = "done", **changes: Any) -> Response:
    """Say that a follow-up was done."""
    return api.post(f"follow-ups/{follow_up}/done/", {**REACHED, **changes}, Idempotency_Key=key)


def hand_on(api: Api, follow_up: str, *, key: str = "on", **changes: Any) -> Response:
    """Hand a follow-up on."""
    body = {"to_role": "supervisor", "note": "Please call after six.", **changes}
    return api.post(f"follow-ups/{follow_up}/hand-on/", body, Idempotency_Key=key)


def take(api: Api, item: str, what: str, **body: Any) -> Response:
    """Claim a work item, put it back, or end it."""
    return api.post(f"work-items/{item}/{what}/", {"agent": "sofia", **body}, Idempotency_Key=f"{what} {body}")
