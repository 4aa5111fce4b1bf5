"""manage.py lifecycle: draw the life of an exception, and of its settlement, into the manual, from their tables."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guardrails.management import lifecycle_picture, settlement_picture

FOLDER = Path(settings.BASE_DIR) / "templates" / "docs" / "reference"
PAGE = FOLDER / "lifecycle.md"
DRAWN = {"lifecycle": lifecycle_picture, "settlement": settlement_picture}
"""What is drawn, by the name of its picture and of the place of its table."""


def drawn() -> dict[Path, str]:
    """Give what the manual's files would hold now."""
    text, files = PAGE.read_text(encoding="utf-8"), {}
    for name, picture in DRAWN.items():
        text = _with_table(text, name, picture.table())
        files[FOLDER / f"{name}.svg"] = picture.picture()
    return files | {PAGE: text}


def _with_table(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name}: drawn by manage.py lifecycle -->", "<!-- end -->"
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    text, times = place.subn(lambda _: f"{begin}\n\n{table}\n{end}", text)
    if times != 1:
        raise CommandError(f"{PAGE.name} has {times} places for the table of {name}")
    return text


class Command(BaseCommand):
    """Writes lifecycle.svg, settlement.svg and the tables in lifecycle.md."""

    help = "Draw the life of an exception, and of its settlement, into the manual"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files; from django.core.management.base.BaseCommand."""
        for path, text in drawn().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}")
