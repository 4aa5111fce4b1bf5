"""A database with the demo's policies, people and past: what the server and the histories start from."""

import os
from dataclasses import dataclass

from tests.benchmarks.server import environment


@dataclass(frozen=True, slots=True)
class Site:
    """The database's address, and the token of the help desk."""

    database_url: str
    token: str


def make_site(database_url: str) -> Site:
    """Migrate the database and load the demo into it. From here on this process is Django's."""
    os.environ.update(environment(database_url))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from guardrails.demo.clients import HELP_DESK
    from guardrails.demo.load import load_demo

    call_command("migrate", verbosity=0)
    keys = load_demo(keys={"passwords": {}, "tokens": {}}, now=timezone.now())
    connection.close()
    return Site(database_url=database_url, token=keys["tokens"][HELP_DESK])
