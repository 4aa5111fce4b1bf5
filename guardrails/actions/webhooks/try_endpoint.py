"""Try an endpoint: send it a signed event that says nothing, to see whether it answers and verifies."""

from datetime import datetime

from guardrails.models import WebhookEndpoint
from guardrails.models.canonical_json import canonical_text
from guardrails.models.identifiers import new_id
from guardrails.models.outbox_message import ID_PREFIX
from guardrails.outbox.post import Attempt, post
from guardrails.outbox.signature import signed_headers

KIND = "test"


def try_endpoint(*, endpoint: WebhookEndpoint, now: datetime) -> Attempt:
    """Send it at once, whether or not the endpoint is active, and say what became of it; nothing is kept."""
    event = new_id(ID_PREFIX, now)
    body = canonical_text(
        {
            "id": event,
            "type": KIND,
            "at": now.isoformat(),
            "sequence": 0,
            "policy": None,
            "subject": {"type": "webhook_endpoint", "id": str(endpoint.pk)},
            "data": {},
        }
    )
    headers = signed_headers(event=event, body=body, secrets=endpoint.secrets(now), now=now)
    return post(url=endpoint.url, headers=headers, body=body.encode())
