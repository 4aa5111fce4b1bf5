"""manage.py demo: load the example policies, people and past, and print how to use them. Safe to run again."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from guardrails.demo.keys import keep_keys, read_keys
from guardrails.demo.load import load_demo
from guardrails.demo.rulebooks import EVERY
from guardrails.demo.welcome import welcome


class Command(BaseCommand):
    """Load the demo; what is there already is kept."""

    help = "Load five example policies with people and a past, and print logins, tokens and a first question."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options; from django.core.management.base.BaseCommand."""
        parser.add_argument("--only", nargs="+", choices=EVERY, default=EVERY, help="load only these policies")
        parser.add_argument("--address", help="what the printed addresses begin with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print; from django.core.management.base.BaseCommand."""
        folder = Path(settings.DATA_DIR)
        with transaction.atomic():
            keys = load_demo(codes=tuple(options["only"]), keys=read_keys(folder), now=timezone.now())
        keep_keys(folder, keys)
        address = options["address"] or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        self.stdout.write(welcome(address=address, passwords=_still_right(keys["passwords"]), tokens=keys["tokens"]))


def _still_right(passwords: dict[str, str]) -> dict[str, str]:
    """Those that still open their login; somebody may have changed one since."""
    users = User.objects.filter(username__in=passwords)
    return {user.username: text for user in users if user.check_password(text := passwords[user.username])}
