"""Mail: tell a person of an event in a few plain lines, without the customer's personal facts."""

import smtplib

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from guardrails.models import OutboxMessage
from guardrails.outbox.envelope import told
from guardrails.outbox.post import Attempt


def template_of(kind: str) -> str:
    """Give the name of a kind's text: its first line is the subject, the second is empty."""
    return f"email/{kind.replace('.', '_')}.txt"


def mail(*, message: OutboxMessage, address: str) -> Attempt:
    """Send it to one address. A repeat carries the same Message-ID, by which mail programs know it."""
    record = message.record
    text = render_to_string(
        template_of(record.kind),
        {"told": told(record), "policy": record.policy, "at": record.at, "id": message.event_id},
    )
    subject, _, body = text.strip().partition("\n")
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
