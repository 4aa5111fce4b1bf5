"""manage.py lifecycle: draw the life of an exception into the manual, from the table of transitions."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guardrails.management.lifecycle_picture import picture, table

FOLDER = Path(settings.BASE_DIR) / "templates" / "docs" / "reference"
BEGIN, END = "<!-- events: drawn by manage.py lifecycle -->", "<!-- end -->"
TABLE = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def drawn() -> dict[Path, str]:
    """Give what the manual's files would hold now."""
    page = FOLDER / "lifecycle.md"
    text, times = TABLE.subn(lambda _: f"{BEGIN}\n\n{table()}\n{END}", page.read_text(encoding="utf-8"))
    if times != 1:
        raise CommandError(f"{page.name} has {times} places for the table of events")
    return {FOLDER / "lifecycle.svg": picture(), page: text}


class Command(BaseCommand):
    """Writes lifecycle.svg and the table in lifecycle.md."""

    help = "Draw the life of an exception into the manual"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files; from django.core.management.base.BaseCommand."""
        for path, text in drawn().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}")
