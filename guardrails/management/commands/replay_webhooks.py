"""manage.py replay_webhooks: send again what was given up, single events, or everything of a period."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guardrails.actions.webhooks.replay_deliveries import replay_deliveries, replay_messages
from guardrails.management.arguments import moment
from guardrails.models import Delivery, DeliveryState, WebhookEndpoint
from guardrails.models.database_clock import database_now
from guardrails.models.outbox_message import record_id
from guardrails.queries.purged_events import Purged, purged_events, unknown_events

_MOMENT = "%Y-%m-%d %H:%M UTC"
_NOT_ALL = 3
"""The exit code where some of it cannot be sent again: 1 is what nothing came of, 2 what cannot be read."""


class Command(BaseCommand):
    """Makes them due; `manage.py tend` sends them. Receivers ignore what they have by the id of each event.

    Exit code 0: all of it is due. 1: nothing is, there is no such event or endpoint. 3: some of it was deleted.
    """

    help = "Make webhooks due again: those that were given up, some events, or a period for one endpoint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From django.core.management.base.BaseCommand."""
        parser.add_argument("events", nargs="*", help="evt_…; with --endpoint")
        parser.add_argument("--endpoint", help="only this endpoint (its name)")
        parser.add_argument("--since", type=moment, help="what happened from this day or moment on; with --endpoint")
        parser.add_argument("--until", type=moment, help="and before this one")
        parser.add_argument("--dead", action="store_true", help="what was given up, e-mails too")

    def handle(self, *args: Any, **options: Any) -> None:
        """From django.core.management.base.BaseCommand."""
        endpoint = self._endpoint(options["endpoint"]) if options["endpoint"] else None
        period: dict[str, datetime | None] = {"since": options["since"], "until": options["until"]}
        now, purged = database_now(), None
        if unknown := unknown_events(options["events"]):
            raise CommandError(f"There is no event {', '.join(unknown)}. Nothing is sent again.")
        if options["dead"]:
            number = replay_deliveries(deliveries=_dead(endpoint, options["events"], **period), now=now)
        elif endpoint and (options["events"] or any(period.values())):
            number = replay_messages(endpoint=endpoint, events=options["events"], now=now, **period)
            purged = purged_events(endpoint=endpoint, events=options["events"], **period)
        else:
            raise CommandError("Say what: --dead, or --endpoint with events or --since or --until.")
        self.stdout.write(f"{number} to be sent again.")
        if endpoint and not endpoint.active:
            self.stderr.write(
                f"{endpoint} is switched off: nothing is sent to it, and no period replayed, until it is switched on."
            )
        if purged:
            raise CommandError(_cannot(purged, now), returncode=_NOT_ALL)

    def _endpoint(self, name: str) -> WebhookEndpoint:
        found = WebhookEndpoint.objects.filter(name=name).first()
        if found is None:
            names = ", ".join(WebhookEndpoint.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no endpoint {name}. There is: {names}.")
        return found


def _cannot(purged: Purged, now: datetime) -> str:
    """Say which events are gone, from when they were, and why."""
    more = purged.number - len(purged.events)
    named = ", ".join(purged.events) + (f" and {more} more" if more else "")
    days = settings.DELIVERED_KEPT_DAYS
    before = f", now what had arrived before {now - timedelta(days=days):{_MOMENT}}" if days else ""
    return (
        f"{purged.number} cannot be sent again: {named}. They happened from {purged.first_at:{_MOMENT}} to "
        f"{purged.last_at:{_MOMENT}}. What everybody has received is deleted after {days} days "
        f"(DELIVERED_KEPT_DAYS){before}. The API and the audit log still have what they were about."
    )


def _dead(
    endpoint: WebhookEndpoint | None, events: list[str], *, since: datetime | None, until: datetime | None
) -> list[int]:
    rows = Delivery.objects.filter(state=DeliveryState.DEAD).order_by("message")
    if endpoint:
        rows = rows.filter(endpoint=endpoint)
    if events:
        rows = rows.filter(message__record__in=[record_id(event) for event in events])
    if since:
        rows = rows.filter(message__record__at__gte=since)
    if until:
        rows = rows.filter(message__record__at__lt=until)
    return list(rows.values_list("pk", flat=True))
