"""manage.py reconcile_settlements: what was granted and never confirmed, or paid and never granted, or otherwise."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guardrails.management.arguments import moment
from guardrails.models.database_clock import database_now
from guardrails.queries.payer_file import PayerFileError, Payment, read_payments
from guardrails.queries.reconciliation import Finding, Period, Which, reconcile
from guardrails.queries.refused_settlements import refused_settlements
from policies.engine.durations import duration

WORDS = {
    "never_confirmed": "granted, and never confirmed",
    "never_granted": "paid, and never granted",
    "paid_twice": "paid twice",
    "amount_mismatch": "paid with another amount",
    "not_returned": "taken back, and not returned",
    "not_in_file": "confirmed, and not in the payer's file",
    "contradicted": "said otherwise before",
}
_BAD_FILE = 2


def length(text: str) -> timedelta:
    """Read an ISO 8601 duration."""
    found = duration(text)
    if not found and text not in ("PT0H", "P0D", "PT0M"):
        raise ArgumentTypeError(f"{text} is no duration, such as PT24H or P3D")
    return found


class Command(BaseCommand):
    """Exit code 0: everything agrees. 1: something does not. 2: the payer's file cannot be read."""

    help = "List what was granted and never confirmed, what was paid and never granted, and amounts that differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From django.core.management.base.BaseCommand."""
        parser.add_argument("--since", type=moment, help="granted, or said by the payer, from this day or moment on")
        parser.add_argument("--until", type=moment, help="and before this one")
        parser.add_argument(
            "--older-than",
            type=length,
            default=timedelta(hours=24),
            metavar="DURATION",
            help="how long a payer has to confirm (default PT24H)",
        )
        for name, what in (("policy", "policies"), ("remedy", "remedies"), ("kind", "kinds of remedies")):
            parser.add_argument(f"--{name}", action="append", default=[], metavar="CODE", help=f"only these {what}")
        parser.add_argument(
            "--everything", action="store_true", help="also what has neither amount nor quantity, such as a call"
        )
        parser.add_argument("--csv", type=Path, metavar="FILE", help="the payer's own list of payments")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """From django.core.management.base.BaseCommand."""
        period = Period(
            since=options["since"], until=options["until"], settled_by=database_now() - options["older_than"]
        )
        which = Which(
            policies=frozenset(options["policy"]),
            remedies=frozenset(options["remedy"]),
            kinds=frozenset(options["kind"]),
            everything=options["everything"],
        )
        payments = self._payments(options["csv"]) if options["csv"] else None
        counted: Counter[str] = Counter()
        found = reconcile(period=period, which=which, payments=payments)
        for finding in chain(found, refused_settlements(period=period, which=which)):
            counted[finding.found] += 1
            self.stdout.write(json.dumps(asdict(finding)) if options["json"] else _line(finding))
        if counted:
            told = ", ".join(f"{number} {WORDS[found]}" for found, number in counted.items())
            raise CommandError(f"{told}.", returncode=1)
        if not options["json"]:
            self.stdout.write("Everything that was granted and everything that was paid agree.")

    def _payments(self, file: Path) -> list[Payment]:
        try:
            with file.open(newline="", encoding="utf-8-sig") as lines:
                return read_payments(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}", returncode=_BAD_FILE) from None
        except PayerFileError as error:
            for fault in error.faults:
                self.stderr.write(f"{file}, {fault}")
            raise CommandError(f"{file} was not reconciled.", returncode=_BAD_FILE) from None


def _line(finding: Finding) -> str:
    where = f" (line {finding.line})" if finding.line else ""
    name = " ".join(part for part in (finding.policy, finding.exception, finding.reference) if part)
    return f"{WORDS[finding.found]}: {name}{where}: {finding.text}"
