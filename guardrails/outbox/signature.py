"""Signature: the headers of Standard Webhooks, by which a receiver knows who sent an event, and which one it is."""

import base64
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

_BYTES = 32
Headers = dict[bytes | str, bytes | str]


def new_secret() -> str:
    """Give a fresh secret, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(os.urandom(_BYTES)).decode()}"


def signed_headers(*, event: str, body: str, secrets: Sequence[str], now: datetime) -> Headers:
    """Give the headers of an event; while a secret is being replaced both sign, so that no receiver is left behind.

    The time is that of the attempt, so that receivers can refuse what somebody recorded and sends again later.
    """
    at = now.astimezone(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "Guardrails-Webhooks",
        "webhook-id": event,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(event, at, body) for secret in secrets),
    }
