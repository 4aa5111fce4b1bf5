"""Mail: tell a person of an event in a few plain lines, without the customer's personal facts."""

import re
import smtplib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from guardrails.models import AuditRecord, OutboxMessage
from guardrails.outbox.envelope import told
from guardrails.outbox.letter import letter
from guardrails.outbox.post import Attempt

_MOMENTS = ("_at", "until")
"""How the names of moments end."""


def template_of(kind: str) -> str:
    """Give the name of a kind's text: its first line is the subject, the second is empty."""
    return f"email/{kind.replace('.', '_')}.txt"


def mail(*, message: OutboxMessage, address: str) -> Attempt:
    """Send it to one address. A repeat carries the same Message-ID, by which mail programs know it."""
    record = message.record
    text = render_to_string(
        template_of(record.kind),
        {
            "told": _readable(told(record), _zone(record)),
            "letter": letter(record, address),
            "policy": record.policy,
            "at": record.at,
            "id": message.event_id,
        },
    )
    subject, _, body = re.sub(r"\n{3,}", "\n\n", text.strip()).partition("\n")
    email = EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n",
        to=[address],
        headers={"Message-ID": f"<{message.event_id}@guardrails>", "Auto-Submitted": "auto-generated"},
    )
    try:
        email.send()
    except (smtplib.SMTPException, OSError) as error:
        # Its text can name other people's addresses, and what a server thinks of us.
        return Attempt(error=f"{type(error).__name__}: the mail server did not take it.")
    return Attempt()


def _readable(value: Any, zone: ZoneInfo) -> Any:
    """Give what is told with its moments as people write them, on the policy's clocks."""
    if isinstance(value, list):
        return [_readable(each, zone) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _moment(each, zone) if isinstance(each, str) and name.endswith(_MOMENTS) else _readable(each, zone)
        for name, each in value.items()
    }


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(zone):%a %d %b %Y, %H:%M} ({zone.key})"


def _zone(record: AuditRecord) -> ZoneInfo:
    return ZoneInfo(record.policy.time_zone if record.policy else "UTC")
