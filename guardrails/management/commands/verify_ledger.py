"""manage.py verify_ledger: recompute every budget from its entries; anything that does not add up is an error."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guardrails.ledger import verify
from guardrails.models import BudgetWindow, LedgerEntry


class Command(BaseCommand):
    """Exit code 0: every balance equals its entries and every entry its exception. 1: something does not add up."""

    help = "Recompute every budget from its entries and hold the entries against the exceptions."

    def handle(self, *args: Any, **options: Any) -> None:
        """From django.core.management.base.BaseCommand."""
        found = 0
        for discrepancy in verify():
            found += 1
            self.stderr.write(f"{discrepancy.where} {discrepancy.what}")
        if found:
            raise CommandError(f"{found} discrepancies.")
        windows, entries = BudgetWindow.objects.count(), LedgerEntry.objects.count()
        self.stdout.write(f"{windows} budget windows and {entries} entries add up.")
