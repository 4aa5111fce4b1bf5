"""manage.py redecide: decide past decisions and exceptions again from what was recorded; a difference is an error."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from guardrails.actions.offers.redecide import GRANTS, Redecided, redecide_decisions, redecide_exceptions
from guardrails.models import AuditRecord, Decision


class Command(BaseCommand):
    """Exit code 0: every answer is the same, byte for byte. 1: one is not, or an id is unknown."""

    help = "Decide past decisions and exceptions again from what was recorded; a different answer is an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From django.core.management.base.BaseCommand."""
        parser.add_argument("ids", nargs="*", help="dec_… or exc_…; without any, all that the filters leave")
        parser.add_argument("--policy", help="only of this policy (its code)")
        parser.add_argument("--since", type=date.fromisoformat, help="only from this day on (UTC), as 2026-06-01")
        parser.add_argument("--until", type=date.fromisoformat, help="only up to and with this day (UTC)")
        parser.add_argument("--exceptions", action="store_true", help="only exceptions, not every decision")
        parser.add_argument("--show", action="store_true", help="show both answers where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        """From django.core.management.base.BaseCommand."""
        ids = options["ids"]
        exceptions = self._exceptions(options)
        decisions = self._decisions(options)
        self._refuse_unknown(ids, exceptions, decisions)
        count = different = 0
        for each in self._all(exceptions, decisions):
            count += 1
            if not each.same:
                different += 1
                self.stderr.write(f"{each.id}: a different answer")
                if options["show"]:
                    self.stderr.write(f"recorded {each.recorded}\nnow      {each.now}")
        if different:
            raise CommandError(f"{different} of {count} answers differ from what was recorded.")
        self.stdout.write(f"{count} answers, every one the same as recorded.")

    def _all(self, exceptions: QuerySet[AuditRecord], decisions: QuerySet[Decision]) -> Iterable[Redecided]:
        yield from redecide_exceptions(exceptions.iterator(chunk_size=500))
        yield from redecide_decisions(decisions.iterator(chunk_size=500))

    def _exceptions(self, options: dict[str, Any]) -> QuerySet[AuditRecord]:
        rows = AuditRecord.objects.filter(kind__in=GRANTS).filter(_within(options, "at")).order_by("at", "id")
        if options["ids"]:
            rows = rows.filter(subject_type="exception", subject_id__in=options["ids"])
        return rows

    def _decisions(self, options: dict[str, Any]) -> QuerySet[Decision]:
        if options["exceptions"]:
            return Decision.objects.none()
        rows = Decision.objects.filter(_within(options, "asked_at")).order_by("id")
        return rows.filter(pk__in=options["ids"]) if options["ids"] else rows

    def _refuse_unknown(self, ids: list[str], exceptions: QuerySet[AuditRecord], decisions: QuerySet[Decision]) -> None:
        if ids:
            known = {*exceptions.values_list("subject_id", flat=True), *decisions.values_list("pk", flat=True)}
            if unknown := [each for each in ids if each not in known]:
                raise CommandError(f"Not found: {', '.join(unknown)}.")


def _within(options: dict[str, Any], at: str) -> Q:
    wanted = Q(policy__code=options["policy"]) if options["policy"] else Q()
    if options["since"]:
        wanted &= Q(**{f"{at}__gte": _midnight(options["since"])})
    if options["until"]:
        wanted &= Q(**{f"{at}__lt": _midnight(options["until"] + timedelta(days=1))})
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
